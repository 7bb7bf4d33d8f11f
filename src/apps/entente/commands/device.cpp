// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/session.h"
#include "base/json.h"
#include "base/text.h"

namespace entente::apps {
namespace {

constexpr const char* devices_path = "/api/v1/devices";

std::string path_of(std::string_view name) { return fmt::format("{}/{}", devices_path, url_segment(name)); }

std::string value_text(const Json& value) { return value.is_string() ? value.get<std::string>() : to_text(value); }

void print_device(const Json& device) {
  fmt::print("{}\n", string_or(device, "name", ""));
  for (const auto* key : {"id", "room", "floor", "model", "domain", "reach", "trouble"}) {
    const auto value = string_or(device, key, "");
    if (!value.empty()) fmt::print("  {:<8} {}\n", key, value);
  }
  fmt::print("  {:<8} {} {}:{}\n", "address", string_or(device, "driver", ""), string_or(device, "host", ""),
             integer_or(device, "port", 0));
  if (const auto* state = find(device, "state"); state != nullptr && !state->empty()) {
    fmt::print("  state\n");
    for (const auto& [name, value] : state->items()) fmt::print("    {} = {}\n", name, value_text(value));
  }
  const auto* spec = find(device, "spec");
  if (spec == nullptr) return;
  fmt::print("  properties\n");
  for (const auto& [name, property] : (*spec)["properties"].items()) {
    fmt::print("    {} ({}{}{})\n", name, string_or(property, "access", ""), property.contains("unit") ? ", " : "",
               string_or(property, "unit", ""));
  }
  if (const auto* actions = find(*spec, "actions"); actions != nullptr && !actions->empty()) {
    fmt::print("  actions\n");
    for (const auto& [name, action] : actions->items()) fmt::print("    {}\n", name);
  }
}

int show_device(const CommonOptions& common, const Json& device) {
  if (!common.json) print_device(device);
  return exit_done;
}

}  // namespace

int device_list(const CommonOptions& common) {
  return call_home(common, Parts{}, "GET", devices_path, "", [&](const Json& answer) {
    const auto& devices = answer["devices"];
    if (common.json) return exit_done;
    if (devices.empty()) {
      fmt::print("no devices yet: entente device add --help\n");
      return exit_done;
    }
    fmt::print("{:<24} {:<14} {:<28} {:<12} {}\n", "NAME", "ROOM", "MODEL", "REACH", "TROUBLE");
    for (const auto& device : devices) {
      fmt::print("{:<24} {:<14} {:<28} {:<12} {}\n", string_or(device, "name", ""), string_or(device, "room", ""),
                 string_or(device, "model", ""), string_or(device, "reach", ""), string_or(device, "trouble", ""));
    }
    return exit_done;
  });
}

int device_show(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "GET", path_of(name), "",
                   [&](const Json& device) { return show_device(common, device); });
}

int device_search(const CommonOptions& common) {
  return call_home(common, Parts{}, "POST", "/api/v1/found/search", "", [&](const Json& answer) {
    if (common.json) return exit_done;
    const auto& found = answer["found"];
    if (found.empty()) {
      fmt::print("nothing found that is not in the home already\n");
      return exit_done;
    }
    fmt::print("{:<28} {:<18} {:<28} {}\n", "KEY", "HOST", "MODEL", "NAME");
    for (const auto& one : found) {
      fmt::print("{:<28} {:<18} {:<28} {}\n", string_or(one, "key", ""), string_or(one, "host", ""),
                 string_or(one, "model", ""), string_or(one, "name", ""));
    }
    fmt::print("add one with: entente device add NAME --found KEY --token TOKEN\n");
    return exit_done;
  });
}

int device_add(const CommonOptions& common, const DeviceAddOptions& options) {
  const std::pair<const char*, const std::string&> needed[] = {
      {"--model", options.model}, {"--host", options.host}, {"--token", options.token}};
  for (const auto& [option, given] : needed) {
    if (!options.found.empty() || !given.empty()) continue;
    return fail(
        {ErrorCode::invalid, fmt::format("{} is missing; or say with --found what \"device search\" shows", option)},
        exit_usage);
  }
  Json body{{"aliases", options.aliases}};
  const std::pair<const char*, const std::string&> texts[] = {{"found", options.found}, {"name", options.name},
                                                              {"room", options.room},   {"model", options.model},
                                                              {"host", options.host},   {"token", options.token}};
  for (const auto& [key, text] : texts) {
    if (!text.empty()) body[key] = text;
  }
  if (options.port != 0) body["port"] = options.port;
  return call_home(common, Parts{}, "POST", devices_path, to_text(body),
                   [&](const Json& device) { return show_device(common, device); });
}

int device_remove(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "DELETE", path_of(name), "", [&](const Json& answer) {
    if (!common.json) fmt::print("removed {}\n", string_or(answer, "removed", ""));
    return exit_done;
  });
}

int device_set(const CommonOptions& common, const DeviceChange& change) {
  const std::pair<const char*, const std::string&> texts[] = {
      {"name", change.new_name}, {"room", change.new_room}, {"host", change.new_host}, {"token", change.new_token}};
  Json record = Json::object();
  for (const auto& [key, text] : texts) {
    if (!text.empty()) record[key] = text;
  }
  if (change.new_port) record["port"] = *change.new_port;
  if (!record.empty()) {
    if (!change.settings.empty())
      return fail({ErrorCode::invalid, "--name, --room, --host, --port and --token come without settings"}, exit_usage);
    return call_home(common, Parts{}, "PATCH", path_of(change.name), to_text(record),
                     [&](const Json& device) { return show_device(common, device); });
  }
  Json body = Json::object();
  for (const auto& setting : change.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail({ErrorCode::invalid, fmt::format("'{}' is not PROPERTY=VALUE", setting)}, exit_usage);
    }
    body[setting.substr(0, equals)] = value_from(std::string_view(setting).substr(equals + 1));
  }
  if (body.empty())
    return fail({ErrorCode::invalid, "nothing to set: PROPERTY=VALUE, --name, --room, --host, --port or --token"},
                exit_usage);
  return call_home(common, Parts{}, "PATCH", path_of(change.name) + "/properties", to_text(body),
                   [&](const Json& device) { return show_device(common, device); });
}

int device_act(const CommonOptions& common, const std::string& name, const std::string& action,
               const std::vector<std::string>& values) {
  Json body{{"in", Json::array()}};
  for (const auto& value : values) body["in"].push_back(value_from(value));
  return call_home(common, Parts{}, "POST", path_of(name) + "/actions/" + url_segment(action), to_text(body),
                   [&](const Json& answer) {
                     if (!common.json) {
                       fmt::print("done\n");
                       for (const auto& value : answer["out"]) fmt::print("{}\n", value_text(value));
                     }
                     return exit_done;
                   });
}

}  // namespace entente::apps
