// SPDX-License-Identifier: GPL-3.0-or-later
// Groups and scenes of the home, and what holds for all of it.
#include "apps/entente/session.h"
#include "base/json.h"
#include "base/text.h"

namespace entente::apps {
namespace {

std::string path_of(std::string_view kind, std::string_view name) {
  return fmt::format("/api/v1/{}/{}", kind, url_segment(name));
}

std::string list_text(const Json& list) {
  std::vector<std::string> texts;
  for (const auto& entry : list) texts.push_back(entry.is_string() ? entry.get<std::string>() : to_text(entry));
  return text::join(texts, ", ");
}

void print_group(const Json& group) {
  fmt::print("{:<24} {}\n", string_or(group, "name", ""), list_text(group["members"]));
}

void print_scene(const Json& scene) {
  fmt::print("{}\n", string_or(scene, "name", ""));
  for (const auto& setting : scene["settings"]) {
    fmt::print("  {} {} = {}\n", string_or(setting, "device", ""), string_or(setting, "property", ""),
               to_text(setting["value"]));
  }
}

template <class Print>
int print_all(const CommonOptions& common, const Json& answer, const char* kind, Print print) {
  if (common.json) return exit_done;
  const auto& all = answer[kind];
  if (all.empty()) fmt::print("no {} yet\n", kind);
  for (const auto& one : all) print(one);
  return exit_done;
}

int removed(const CommonOptions& common, const Json& answer) {
  if (!common.json) fmt::print("removed {}\n", string_or(answer, "removed", ""));
  return exit_done;
}

// "lamp.brightness=40": the device is all before the last dot before the sign.
std::optional<Json> setting_from(const std::string& said) {
  const auto equals = said.find('=');
  const auto dot = equals == std::string::npos ? equals : said.rfind('.', equals);
  if (dot == std::string::npos || dot == 0 || dot + 1 == equals) return std::nullopt;
  return Json{{"device", said.substr(0, dot)},
              {"property", said.substr(dot + 1, equals - dot - 1)},
              {"value", value_from(std::string_view(said).substr(equals + 1))}};
}

}  // namespace

int group_list(const CommonOptions& common) {
  return call_home(common, Parts{}, "GET", "/api/v1/groups", "",
                   [&](const Json& answer) { return print_all(common, answer, "groups", print_group); });
}

int group_set(const CommonOptions& common, const CollectionOptions& options) {
  const Json body{{"members", options.devices}, {"aliases", options.aliases}};
  return call_home(common, Parts{}, "PUT", path_of("groups", options.name), to_text(body), [&](const Json& group) {
    if (!common.json) print_group(group);
    return exit_done;
  });
}

int group_remove(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "DELETE", path_of("groups", name), "",
                   [&](const Json& answer) { return removed(common, answer); });
}

int scene_list(const CommonOptions& common) {
  return call_home(common, Parts{}, "GET", "/api/v1/scenes", "",
                   [&](const Json& answer) { return print_all(common, answer, "scenes", print_scene); });
}

int scene_set(const CommonOptions& common, const CollectionOptions& options) {
  Json body{{"aliases", options.aliases}};
  if (!options.devices.empty()) body["devices"] = options.devices;
  Json settings = Json::array();
  for (const auto& said : options.settings) {
    auto setting = setting_from(said);
    if (!setting) {
      return fail({ErrorCode::invalid, fmt::format("'{}' is not DEVICE.PROPERTY=VALUE", said)}, exit_usage);
    }
    settings.push_back(*std::move(setting));
  }
  if (!settings.empty()) body["settings"] = std::move(settings);
  return call_home(common, Parts{}, "PUT", path_of("scenes", options.name), to_text(body), [&](const Json& scene) {
    if (!common.json) print_scene(scene);
    return exit_done;
  });
}

int scene_activate(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "POST", path_of("scenes", name) + "/activate", "", [&](const Json& answer) {
    if (!common.json) fmt::print("{}\n", string_or(answer, "activated", ""));
    return exit_done;
  });
}

int scene_remove(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "DELETE", path_of("scenes", name), "",
                   [&](const Json& answer) { return removed(common, answer); });
}

int child_lock(const CommonOptions& common, const std::string& wanted) {
  const auto show = [&](const Json& answer) {
    const auto* lock = find(answer, "child_lock");
    if (!common.json) fmt::print("the child lock is {}\n", lock != nullptr && *lock == true ? "on" : "off");
    return exit_done;
  };
  if (wanted.empty()) return call_home(common, Parts{}, "GET", "/api/v1/home", "", show);
  return call_home(common, Parts{}, "PATCH", "/api/v1/home", to_text(Json{{"child_lock", wanted == "on"}}), show);
}

}  // namespace entente::apps
