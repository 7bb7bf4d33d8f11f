// SPDX-License-Identifier: GPL-3.0-or-later
//   instance = {"type": URN, "description"?, "services": [service …]}
//   service  = {"iid", "type", "description"?, "properties"?, "actions"?, "events"?}
//   property = {"iid", "type", "description"?, "format", "access"?, "unit"?, "value-range"?: [low, high, step],
//               "value-list"?: [{"value", "description"?} …]}
//   action   = {"iid", "type", "description"?, "in"?: [piid …], "out"?: [piid …]}
//   event    = {"iid", "type", "description"?, "arguments"?: [piid …]}
// Any list may be missing or null.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "services/home/spec_library.h"

namespace entente::home {
namespace {

using model::Format;

constexpr std::size_t max_description = 200;
constexpr std::size_t max_notes = 100;  // a broken spec of megabytes must not make megabytes of notes

class Notes {
 public:
  explicit Notes(std::vector<std::string>& lines) : lines_(lines), limit_(lines.size() + max_notes) {}
  void add(std::string line) {
    if (lines_.size() < limit_) lines_.push_back(std::move(line));
  }

 private:
  std::vector<std::string>& lines_;
  std::size_t limit_;
};

std::optional<model::Urn> parse_urn(std::string_view text) {
  const auto parts = text::split(text, ':');
  if (parts.size() < 4 || parts[0] != "urn" || parts[1].empty() || parts[2].empty() || parts[3].empty()) return {};
  const auto part = [&](std::size_t index) { return std::string(index < parts.size() ? parts[index] : ""); };
  return model::Urn{part(1), part(2), part(3), part(4), part(5), part(6)};
}

// Numbers stand as numbers, and in some specs as text.
std::optional<double> number_in(const Json& json) { return model::to_number(model::value_from_json(json)); }

std::optional<std::int32_t> iid_in(const Json& item) {
  const Json* found = find(item, "iid");
  const auto number = found == nullptr ? std::nullopt : number_in(*found);
  if (!number || *number < 1 || *number > 65535 || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::int32_t>(*number);
}

const Json& list_in(const Json& item, std::string_view key) {
  static const Json none = Json::array();
  const Json* found = find(item, key);
  return found != nullptr && found->is_array() ? *found : none;
}

std::string description_in(const Json& item) {
  return text::shorten(text::to_valid_utf8(string_or(item, "description", "")), max_description);
}

std::optional<Format> parse_format(std::string_view name) {
  static constexpr std::pair<std::string_view, Format> names[] = {
      {"bool", Format::boolean},  {"uint8", Format::uint8}, {"uint16", Format::uint16}, {"uint32", Format::uint32},
      {"uint64", Format::uint64}, {"int8", Format::int8},   {"int16", Format::int16},   {"int32", Format::int32},
      {"int64", Format::int64},   {"float", Format::real},  {"double", Format::real},   {"string", Format::text},
      {"int", Format::int32}};
  for (const auto& [known, format] : names) {
    if (known == name) return format;
  }
  return std::nullopt;
}

std::string parse_unit(const Json& item) {
  static constexpr std::pair<std::string_view, std::string_view> spellings[] = {
      {"none", ""}, {"w", "watt"}, {"hour", "hours"}, {"arcdegress", "arcdegrees"}, {"%", "percentage"}};
  std::string unit = string_or(item, "unit", "");
  for (const auto& [odd, usual] : spellings) {
    if (text::to_lower_ascii(unit) == odd) return std::string(usual);
  }
  return unit;
}

std::optional<model::ValueRange> parse_range(const Json& item, std::string_view where, Notes& notes) {
  const Json& list = list_in(item, "value-range");
  if (list.empty()) return std::nullopt;
  const auto low = number_in(list[0]);
  const auto high = list.size() > 1 ? number_in(list[1]) : std::nullopt;
  const auto step = list.size() > 2 ? number_in(list[2]) : std::optional(1.0);
  if (!low || !high || *low > *high) {
    notes.add(fmt::format("{}: range {} makes no sense and is left out", where, text::shorten(to_text(list), 60)));
    return std::nullopt;
  }
  if (step && *step > 0) return model::ValueRange{*low, *high, *step};
  notes.add(fmt::format("{}: range without a step, 1 is taken", where));
  return model::ValueRange{*low, *high, 1};
}

std::vector<model::ListedValue> parse_list(const Json& item, std::string_view where, Notes& notes) {
  std::vector<model::ListedValue> values;
  for (const Json& entry : list_in(item, "value-list")) {
    const Json* held = find(entry, "value");
    const auto number = held == nullptr ? std::nullopt : number_in(*held);
    if (!number || std::abs(*number) > 9e15) {
      notes.add(fmt::format("{}: a listed value without a number is left out", where));
      continue;
    }
    const auto value = static_cast<std::int64_t>(*number);
    const auto same = [value](const model::ListedValue& listed) { return listed.value == value; };
    if (std::any_of(values.begin(), values.end(), same)) {
      notes.add(fmt::format("{}: {} is listed twice, the first counts", where, value));
      continue;
    }
    values.push_back({value, description_in(entry)});
  }
  return values;
}

std::vector<std::int32_t> parse_ids(const Json& item, std::string_view key) {
  std::vector<std::int32_t> ids;
  for (const Json& entry : list_in(item, key)) {
    if (const auto number = number_in(entry); number && *number >= 1 && *number <= 65535) {
      ids.push_back(static_cast<std::int32_t>(*number));
    }
  }
  return ids;
}

void parse_access(const Json& item, model::Property& property) {
  for (const Json& right : list_in(item, "access")) {
    if (right == "read") property.readable = true;
    if (right == "write") property.writable = true;
    if (right == "notify") property.notifies = true;
  }
}

void fill(model::Property& property, const Json& item, std::string_view where, Notes& notes) {
  const std::string format = string_or(item, "format", "");
  if (const auto known = parse_format(text::to_lower_ascii(format))) {
    property.format = *known;
  } else {
    notes.add(fmt::format("{}: unknown format '{}', taken as text", where, text::shorten(format, 40)));
  }
  parse_access(item, property);
  property.unit = parse_unit(item);
  property.range = parse_range(item, where, notes);
  property.list = parse_list(item, where, notes);
}

void fill(model::Action& action, const Json& item, std::string_view, Notes&) {
  action.in = parse_ids(item, "in");
  action.out = parse_ids(item, "out");
}

void fill(model::Event& event, const Json& item, std::string_view, Notes&) {
  event.arguments = parse_ids(item, "arguments");
}

void fill(model::Service& service, const Json& item, std::string_view where, Notes& notes);

// The items of one list that have an iid of their own and a URN; the others are left out with a note.
template <class T>
std::vector<T> parse_items(const Json& holder, std::string_view key, std::string_view where, Notes& notes) {
  std::vector<T> items;
  std::size_t place = 0;
  for (const Json& entry : list_in(holder, key)) {
    const std::string here = fmt::format("{}{}[{}]", where, key, place++);
    const auto id = iid_in(entry);
    auto type = parse_urn(string_or(entry, "type", ""));
    if (!id || !type) {
      notes.add(fmt::format("{}: no {}, left out", here, id ? "URN" : "iid"));
      continue;
    }
    if (std::any_of(items.begin(), items.end(), [&](const T& item) { return item.id == *id; })) {
      notes.add(fmt::format("{}: iid {} is taken already, left out", here, *id));
      continue;
    }
    T item;
    item.id = *id;
    item.type = std::move(*type);
    item.description = description_in(entry);
    fill(item, entry, fmt::format("{} ({})", here, text::shorten(item.type.name, 60)), notes);
    items.push_back(std::move(item));
  }
  return items;
}

void fill(model::Service& service, const Json& item, std::string_view where, Notes& notes) {
  const std::string inside = fmt::format("{}.", where);
  service.properties = parse_items<model::Property>(item, "properties", inside, notes);
  service.actions = parse_items<model::Action>(item, "actions", inside, notes);
  service.events = parse_items<model::Event>(item, "events", inside, notes);
}

std::string model_of(std::string_view name) {
  const auto slash = name.find_last_of('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  if (name.size() > 5 && name.substr(name.size() - 5) == ".json") name.remove_suffix(5);
  return std::string(name);
}

Error no_spec(std::string_view name, std::string_view reason) {
  return Error{ErrorCode::invalid, fmt::format("spec {}: {}", name, reason)};
}

}  // namespace

Result<model::DeviceSpec> parse_spec(std::string_view json, std::string_view name, std::vector<std::string>& notes) {
  ENTENTE_TRY(const Json root, parse_json(json, fmt::format("spec {}", name)));
  if (!root.is_object()) return no_spec(name, "not a JSON object");
  auto type = parse_urn(string_or(root, "type", ""));
  if (!type || type->type != "device") return no_spec(name, "no \"type\" with a device URN, so no MIoT-spec instance");
  Notes lines(notes);
  model::DeviceSpec spec;
  spec.type = std::move(*type);
  spec.model = model_of(name);
  spec.description = description_in(root);
  spec.services = parse_items<model::Service>(root, "services", "", lines);
  if (spec.services.empty()) return no_spec(name, "no services");
  return spec;
}

}  // namespace entente::home
