// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/import_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/text.h"

namespace entente::apps {
namespace {

constexpr std::size_t max_devices = 5000;
constexpr std::size_t max_row = 64U << 10U;

enum class Field : std::uint8_t { name, room, model, host, port, token, device_id, mac };

// The tools do not agree on words.
constexpr std::pair<std::string_view, Field> words[] = {
    {"name", Field::name},           {"room", Field::room},     {"room_name", Field::room},
    {"model", Field::model},         {"ip", Field::host},       {"localip", Field::host},
    {"local_ip", Field::host},       {"host", Field::host},     {"address", Field::host},
    {"ip_address", Field::host},     {"port", Field::port},     {"token", Field::token},
    {"id", Field::device_id},        {"did", Field::device_id}, {"deviceid", Field::device_id},
    {"device_id", Field::device_id}, {"mac", Field::mac},       {"mac_address", Field::mac},
};

std::optional<Field> field_of(std::string_view word) {
  const auto wanted = text::replace_all(text::to_lower_ascii(text::trim(word)), " ", "_");
  for (const auto& [known, field] : words) {
    if (known == wanted) return field;
  }
  return std::nullopt;
}

bool is_token(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return text.size() == 32 && std::all_of(text.begin(), text.end(), is_hex);
}

// The first word for a thing counts.
void put(ImportedDevice& device, Field field, std::string value) {
  const auto keep = [&value](std::string& into) {
    if (into.empty()) into = std::move(value);
  };
  switch (field) {
    case Field::name: return keep(device.name);
    case Field::room: return keep(device.room);
    case Field::model: return keep(device.model);
    case Field::host: return keep(device.host);
    case Field::token: return keep(device.token);
    case Field::device_id: return keep(device.device_id);
    case Field::mac: return keep(device.mac);
    case Field::port: {
      const auto all_digits = value.find_first_not_of("0123456789") == std::string::npos;
      if (!all_digits || value.empty() || value.size() > 5) return;
      const int port = std::stoi(value);
      if (port <= 65535) device.port = static_cast<std::uint16_t>(port);
    }
  }
}

class Found {
 public:
  void add(ImportedDevice device) {
    if (!is_token(device.token) || devices_.size() >= max_devices) return;
    device.token = text::to_lower_ascii(device.token);
    if (device.name.empty()) device.name = device.model;
    const auto same = [&device](const ImportedDevice& held) {
      return held.token == device.token && held.name == device.name && held.device_id == device.device_id;
    };
    if (std::none_of(devices_.begin(), devices_.end(), same)) devices_.push_back(std::move(device));
  }
  std::vector<ImportedDevice> take() { return std::move(devices_); }

 private:
  std::vector<ImportedDevice> devices_;
};

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : to_text(value); }

// Any object with a token is a device, however deep it lies.
void collect(const Json& json, Found& found) {
  if (json.is_array()) {
    for (const Json& entry : json) collect(entry, found);
  }
  if (!json.is_object()) return;
  ImportedDevice device;
  for (const auto& [key, value] : json.items()) {
    const auto field = field_of(key);
    if (field && value.is_primitive() && !value.is_null()) put(device, *field, plain(value));
    if (key == "aliases" && value.is_array()) {
      for (const Json& alias : value) {
        if (alias.is_string()) device.aliases.push_back(alias.get<std::string>());
      }
    }
  }
  if (is_token(device.token)) return found.add(std::move(device));
  for (const auto& entry : json.items()) collect(entry.value(), found);
}

// One row of CSV: parts between separators, quotes around parts that hold any.
std::vector<std::string> parts_of(std::string_view row, char separator) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (c == '"' && quoted && i + 1 < row.size() && row[i + 1] == '"') {
      parts.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// The separator that makes a head line of the row: one with a token in it, and something to go with it.
std::optional<char> separator_of(std::string_view head) {
  for (const char separator : {',', ';', '\t'}) {
    const auto parts = parts_of(head, separator);
    const auto is = [](Field wanted) { return [wanted](const std::string& part) { return field_of(part) == wanted; }; };
    if (parts.size() < 3 || std::none_of(parts.begin(), parts.end(), is(Field::token))) continue;
    return separator;
  }
  return std::nullopt;
}

void collect_rows(const std::vector<std::string_view>& lines, char separator, Found& found) {
  const auto head = parts_of(lines.front(), separator);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].size() > max_row) continue;
    const auto parts = parts_of(lines[i], separator);
    ImportedDevice device;
    for (std::size_t column = 0; column < std::min(parts.size(), head.size()); ++column) {
      if (const auto field = field_of(head[column])) put(device, *field, std::string(text::trim(parts[column])));
    }
    found.add(std::move(device));
  }
}

// "== Lamp (Device online) ==" of python-miio's list.
std::optional<std::string> title_in(std::string_view line) {
  if (line.size() < 6 || !line.starts_with("== ") || !line.ends_with(" ==")) return std::nullopt;
  line = line.substr(3, line.size() - 6);
  const auto bracket = line.rfind(" (");
  return std::string(line.substr(0, bracket));
}

// A new name begins a new device.
void collect_lines(const std::vector<std::string_view>& lines, Found& found) {
  ImportedDevice device;
  const auto next = [&] { found.add(std::exchange(device, {})); };
  for (const auto& raw : lines) {
    const auto line = text::trim(raw);
    if (auto title = title_in(line)) {
      next();
      device.name = std::move(*title);
      continue;
    }
    const auto colon = line.find(':');
    const auto field = colon == std::string_view::npos ? std::nullopt : field_of(line.substr(0, colon));
    if (!field) continue;
    if (*field == Field::name) next();
    auto value = std::string(text::trim(line.substr(colon + 1)));
    // "IP: 192.168.1.2 (mac: …)"
    if (*field == Field::host) value = value.substr(0, value.find(' '));
    put(device, *field, std::move(value));
  }
  next();
}

}  // namespace

Result<std::vector<ImportedDevice>> parse_device_export(std::string_view text, std::string_view source) {
  Found found;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto trimmed = text::trim(text);
  const std::string valid = text::to_valid_utf8(text);
  if (trimmed.starts_with('{') || trimmed.starts_with('[')) {
    ENTENTE_TRY(const Json json, parse_json(valid, source));
    collect(json, found);
  } else {
    std::vector<std::string_view> lines;
    for (const auto line : text::split(valid, '\n')) {
      if (!text::trim(line).empty()) lines.push_back(text::trim(line));
    }
    const auto separator = lines.empty() ? std::nullopt : separator_of(lines.front());
    if (separator) collect_rows(lines, *separator, found);
    if (!separator) collect_lines(lines, found);
  }
  auto devices = found.take();
  if (devices.empty()) {
    return Error{
        ErrorCode::not_found,
        fmt::format("{}: no device with a token of 32 hexadecimal digits in it; what is read is JSON, CSV with a "
                    "head line, and the printed lists of the token extractors",
                    source)};
  }
  return devices;
}

std::string what_is_missing(const ImportedDevice& device) {
  if (device.model.empty()) return "its model is not in the file";
  if (device.host.empty() || device.host == "0.0.0.0") {
    return "it has no address of its own: it speaks Bluetooth or Zigbee, and is reached through a gateway";
  }
  const bool nothing =
      device.token == std::string(32, '0') || text::to_lower_ascii(device.token) == std::string(32, 'f');
  return nothing ? "its token is empty" : std::string();
}

}  // namespace entente::apps
