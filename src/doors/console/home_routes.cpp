// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/home_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "base/wait.h"
#include "doors/console/answers.h"
#include "doors/console/protocol/shapes.h"

namespace entente::console {
namespace {

constexpr std::string_view prefix = "/api/v1/";

net::Response no_such_thing(const net::Request& request) {
  return error_response(404,
                        fmt::format("{} {}: no such thing here", request.method, text::shorten(request.path, 200)));
}

net::Response no_such(std::string_view kind, std::string_view name) {
  return error_response(
      Error{ErrorCode::not_found, fmt::format("no {} '{}'", kind, text::shorten(text::to_valid_utf8(name), 100))});
}

net::Response outcome(const Result<void>& done, Json body) {
  if (!done) return error_response(done.error());
  return json_response(200, body);
}

net::Response show(const home::DeviceView& device) {
  Json json = to_json(device);
  if (device.spec) json["spec"] = to_json(*device.spec);
  return json_response(200, json);
}

Json group_json(const home::Group& group) {
  Json members = Json::array();
  for (const auto& member : group.members) members.push_back(member.text);
  return {{"name", group.name}, {"aliases", group.aliases}, {"members", std::move(members)}};
}

Result<std::vector<std::string>> texts_from(const Json& body, const char* key) {
  std::vector<std::string> texts;
  const auto* list = find(body, key);
  if (list == nullptr) return texts;
  if (!list->is_array()) return Error{ErrorCode::invalid, fmt::format("\"{}\" is not a list", key)};
  for (const auto& entry : *list) {
    if (!entry.is_string()) {
      return Error{ErrorCode::invalid, fmt::format("\"{}\" holds something that is not a text", key)};
    }
    texts.push_back(entry.get<std::string>());
  }
  return texts;
}

}  // namespace

bool HomeRoutes::takes(std::string_view path) {
  if (!path.starts_with(prefix)) return false;
  const auto first = text::split(path.substr(prefix.size()), '/').front();
  constexpr std::string_view ours[] = {"devices", "found", "rooms", "groups", "scenes", "home"};
  return std::find(std::begin(ours), std::end(ours), first) != std::end(ours);
}

Task<net::Response> HomeRoutes::answer(const net::Request& request) {
  auto parts = text::split(std::string_view(request.path).substr(prefix.size()), '/');
  const auto first = parts.front();
  parts.erase(parts.begin());
  if (first == "devices") co_return co_await devices(request, std::move(parts));
  if (first == "groups") co_return co_await groups(request, std::move(parts));
  if (first == "scenes") co_return co_await scenes(request, std::move(parts));
  if (first == "rooms") co_return rooms(request, parts);
  if (first == "home" && parts.empty()) co_return settings(request);
  if (first == "found" && parts.empty() && request.method == "GET") co_return list_found();
  if (first == "found" && parts.size() == 1 && parts[0] == "search" && request.method == "POST") {
    co_return co_await search();
  }
  co_return no_such_thing(request);
}

// ---- devices

Task<net::Response> HomeRoutes::devices(const net::Request& request, std::vector<std::string_view> parts) {
  if (!parts.empty()) co_return co_await device(request, std::move(parts));
  if (request.method == "GET") co_return list_devices();
  if (request.method == "POST") co_return add_device(request);
  co_return no_such_thing(request);
}

Task<net::Response> HomeRoutes::device(const net::Request& request, std::vector<std::string_view> parts) {
  const auto found = home_.find(parts[0]);
  if (!found) co_return no_such("device", parts[0]);
  const auto& method = request.method;
  if (parts.size() == 1 && method == "GET") co_return show(*found);
  if (parts.size() == 1 && method == "PATCH") co_return change(request, *found);
  if (parts.size() == 1 && method == "DELETE") co_return remove(*found);
  if (parts.size() == 2 && parts[1] == "properties" && method == "PATCH") co_return co_await set(request, *found);
  if (parts.size() == 3 && parts[1] == "actions" && method == "POST") {
    co_return co_await act(request, *found, std::string(parts[2]));
  }
  co_return error_response(404, "devices have properties and actions/NAME");
}

net::Response HomeRoutes::list_devices() const {
  Json list = Json::array();
  for (const auto& device : home_.devices()) list.push_back(to_json(device));
  return json_response(200, Json{{"devices", list}});
}

net::Response HomeRoutes::add_device(const net::Request& request) {
  const auto body = body_of(request);
  if (!body) return error_response(body.error());
  home::NewDevice start;
  if (const auto key = string_or(*body, "found", ""); !key.empty()) {
    const auto found = home_.from_found(key);
    if (!found) return error_response(Error{ErrorCode::not_found, fmt::format("nothing found as '{}'", key)});
    start = *found;
  }
  auto device = new_device_from(*body, std::move(start));
  if (!device) return error_response(device.error());
  const auto id = home_.add(*std::move(device));
  if (!id) return error_response(id.error());
  return json_response(201, to_json(*home_.device(*id)));
}

net::Response HomeRoutes::change(const net::Request& request, const home::DeviceView& device) {
  const auto body = body_of(request);
  if (!body) return error_response(body.error());
  if (const auto* name = find(*body, "name"); name != nullptr && name->is_string()) {
    const auto renamed = home_.rename(device.id, name->get<std::string>());
    if (!renamed) return error_response(renamed.error());
  }
  if (const auto* room = find(*body, "room"); room != nullptr && room->is_string()) {
    const auto moved = home_.set_room(device.id, room->get<std::string>());
    if (!moved) return error_response(moved.error());
  }
  if (body->contains("host") || body->contains("port") || body->contains("token")) {
    const auto port = port_from(*body, device.address.port);
    if (!port) return error_response(port.error());
    const auto placed =
        home_.set_address(device.id, string_or(*body, "host", ""), *port, string_or(*body, "token", ""));
    if (!placed) return error_response(placed.error());
  }
  return show(*home_.device(device.id));
}

net::Response HomeRoutes::remove(const home::DeviceView& device) {
  const auto removed = home_.remove(device.id);
  if (!removed) return error_response(removed.error());
  return json_response(200, Json{{"removed", device.id.text}});
}

Task<net::Response> HomeRoutes::set(const net::Request& request, home::DeviceView device) {
  const auto body = body_of(request);
  if (!body) co_return error_response(body.error());
  if (!device.spec) co_return error_response(Error{ErrorCode::unsupported, device.trouble});
  for (const auto& [name, value] : body->items()) {
    const auto property = find_property(*device.spec, name);
    if (!property) co_return error_response(property.error());
    auto wanted = model::value_from_json(value);
    const auto written = co_await home_.write(device.id, *property, std::move(wanted));
    if (!written) co_return error_response(written.error());
  }
  const auto now = home_.device(device.id);
  if (!now) co_return error_response(Error{ErrorCode::not_found, "the device was removed meanwhile"});
  co_return json_response(200, to_json(*now));
}

Task<net::Response> HomeRoutes::act(const net::Request& request, home::DeviceView device, std::string name) {
  if (!device.spec) co_return error_response(Error{ErrorCode::unsupported, device.trouble});
  const auto action = find_action(*device.spec, name);
  if (!action) co_return error_response(action.error());
  model::ActionCall call{*action, {}};
  if (!request.body.empty()) {
    const auto body = body_of(request);
    if (!body) co_return error_response(body.error());
    const auto& inputs = device.spec->action(*action)->in;
    if (const auto* values = find(*body, "in"); values != nullptr && values->is_array()) {
      for (std::size_t i = 0; i < std::min(values->size(), inputs.size()); ++i) {
        call.in.push_back({inputs[i], model::value_from_json((*values)[i])});
      }
    }
  }
  const auto out = co_await home_.act(device.id, std::move(call));
  if (!out) co_return error_response(out.error());
  Json values = Json::array();
  for (const auto& value : *out) values.push_back(model::to_json(value));
  co_return json_response(200, Json{{"out", values}});
}

// ---- what was found

net::Response HomeRoutes::list_found() const {
  Json list = Json::array();
  for (const auto& found : home_.found()) list.push_back(to_json(found));
  return json_response(200, Json{{"found", list}});
}

Task<net::Response> HomeRoutes::search() {
  constexpr Duration patience = seconds(3);
  home_.search();
  co_await sleep(loop_, patience);
  co_return list_found();
}

// ---- rooms

net::Response HomeRoutes::rooms(const net::Request& request, const std::vector<std::string_view>& parts) {
  if (parts.size() == 1 && request.method == "PATCH") {
    const auto body = body_of(request);
    if (!body) return error_response(body.error());
    const auto* floor = find(*body, "floor");
    if (floor == nullptr || !floor->is_string()) return error_response(400, "floor: a text is missing");
    const auto moved = home_.set_floor(parts[0], floor->get<std::string>());
    if (!moved) return error_response(moved.error());
  } else if (!parts.empty() || request.method != "GET") {
    return no_such_thing(request);
  }
  Json list = Json::array();
  for (const auto& room : home_.rooms()) list.push_back(Json{{"name", room.name}, {"floor", room.floor}});
  return json_response(200, Json{{"rooms", list}});
}

// ---- groups

Task<net::Response> HomeRoutes::groups(const net::Request& request, std::vector<std::string_view> parts) {
  const auto& method = request.method;
  if (parts.empty() && method == "GET") {
    Json list = Json::array();
    for (const auto& group : home_.groups()) list.push_back(group_json(group));
    co_return json_response(200, Json{{"groups", list}});
  }
  if (parts.empty()) co_return no_such_thing(request);
  std::string name(parts[0]);
  if (parts.size() == 1 && method == "PUT") co_return put_group(request, std::move(name));
  auto group = home_.group(name);
  if (!group) co_return no_such("group", name);
  if (parts.size() == 1 && method == "GET") co_return json_response(200, group_json(*group));
  if (parts.size() == 1 && method == "DELETE") {
    co_return outcome(home_.remove_group(group->name), Json{{"removed", group->name}});
  }
  if (parts.size() == 2 && parts[1] == "properties" && method == "PATCH") {
    co_return co_await set_group_values(request, *std::move(group));
  }
  co_return no_such_thing(request);
}

net::Response HomeRoutes::put_group(const net::Request& request, std::string name) {
  const auto body = body_of(request);
  if (!body) return error_response(body.error());
  home::Group group;
  group.name = std::move(name);
  auto aliases = texts_from(*body, "aliases");
  if (!aliases) return error_response(aliases.error());
  group.aliases = *std::move(aliases);
  const auto* members = find(*body, "members");
  if (members == nullptr || !members->is_array()) return error_response(400, "\"members\" is not a list");
  for (const auto& member : *members) {
    const auto id = device_named(member);
    if (!id) return error_response(id.error());
    group.members.push_back(*id);
  }
  const auto kept = home_.set_group(group);
  if (!kept) return error_response(kept.error());
  return json_response(200, group_json(*home_.group(group.name)));
}

// Each member that has the property; an error when none has.
Task<net::Response> HomeRoutes::set_group_values(const net::Request& request, home::Group group) {
  const auto body = body_of(request);
  if (!body) co_return error_response(body.error());
  Json failed = Json::object();
  std::size_t done = 0;
  std::optional<Error> first;
  for (const auto& member : group.members) {
    for (const auto& [name, value] : body->items()) {
      const auto its_device = home_.device(member);
      if (!its_device || !its_device->spec) continue;
      const auto property = find_property(*its_device->spec, name);
      Result<void> written;
      if (property) {
        auto wanted = model::value_from_json(value);
        written = co_await home_.write(member, *property, std::move(wanted));
      } else {
        written = property.error();
      }
      if (written) {
        ++done;
      } else {
        failed[its_device->name] = written.error().message;
        if (!first) first = written.error();
      }
    }
  }
  if (done == 0 && first) co_return error_response(*first);
  co_return json_response(200, Json{{"set", done}, {"failed", failed}});
}

// ---- scenes

Json HomeRoutes::scene_json(const home::Scene& scene) const {
  Json settings = Json::array();
  for (const auto& setting : scene.settings) {
    const auto its_device = home_.device(setting.device);
    const bool known = its_device && its_device->spec;
    settings.push_back({{"device", setting.device.text},
                        {"property", known ? property_name(*its_device->spec, setting.property)
                                           : fmt::format("{}.{}", setting.property.service, setting.property.property)},
                        {"value", model::to_json(setting.value)}});
  }
  return {{"name", scene.name}, {"aliases", scene.aliases}, {"settings", std::move(settings)}};
}

Task<net::Response> HomeRoutes::scenes(const net::Request& request, std::vector<std::string_view> parts) {
  const auto& method = request.method;
  if (parts.empty() && method == "GET") {
    Json list = Json::array();
    for (const auto& scene : home_.scenes()) list.push_back(scene_json(scene));
    co_return json_response(200, Json{{"scenes", list}});
  }
  if (parts.empty()) co_return no_such_thing(request);
  std::string name(parts[0]);
  if (parts.size() == 1 && method == "PUT") co_return put_scene(request, std::move(name));
  const auto scene = home_.scene(name);
  if (!scene) co_return no_such("scene", name);
  if (parts.size() == 1 && method == "GET") co_return json_response(200, scene_json(*scene));
  if (parts.size() == 1 && method == "DELETE") {
    co_return outcome(home_.remove_scene(scene->name), Json{{"removed", scene->name}});
  }
  if (parts.size() == 2 && parts[1] == "activate" && method == "POST") {
    auto wanted = scene->name;
    const auto activated = co_await home_.activate(std::move(wanted));
    co_return outcome(activated, Json{{"activated", scene->name}});
  }
  co_return no_such_thing(request);
}

Result<model::DeviceId> HomeRoutes::device_named(const Json& name) const {
  if (!name.is_string()) return Error{ErrorCode::invalid, "a device is named by a text"};
  const auto called = name.get<std::string>();
  if (const auto found = home_.find(called)) return found->id;
  return Error{ErrorCode::not_found, fmt::format("no device '{}'", text::shorten(text::to_valid_utf8(called), 100))};
}

// "settings" say it, or "devices" whose present state it is to be.
Result<home::Scene> HomeRoutes::scene_from(const Json& body, std::string name) const {
  home::Scene scene;
  scene.name = std::move(name);
  ENTENTE_TRY(scene.aliases, texts_from(body, "aliases"));
  if (const auto* devices = find(body, "devices"); devices != nullptr && devices->is_array()) {
    std::vector<model::DeviceId> ids;
    for (const auto& one : *devices) {
      ENTENTE_TRY(model::DeviceId id, device_named(one));
      ids.push_back(std::move(id));
    }
    scene.settings = home_.snapshot(ids);
    if (scene.settings.empty()) {
      return Error{ErrorCode::invalid,
                   fmt::format("scene {}: nothing is known of how these devices are set", scene.name)};
    }
  }
  const auto* settings = find(body, "settings");
  if (settings == nullptr) return scene;
  if (!settings->is_array()) return Error{ErrorCode::invalid, "\"settings\" is not a list"};
  for (const auto& entry : *settings) {
    const auto* device = find(entry, "device");
    const auto* value = find(entry, "value");
    if (device == nullptr || value == nullptr) {
      return Error{ErrorCode::invalid, "a setting has \"device\", \"property\" and \"value\""};
    }
    ENTENTE_TRY(model::DeviceId id, device_named(*device));
    const auto found = home_.device(id);
    if (!found || !found->spec) return Error{ErrorCode::unsupported, id.text + " has no spec"};
    ENTENTE_TRY(const model::PropertyId property, find_property(*found->spec, string_or(entry, "property", "")));
    scene.settings.push_back({std::move(id), property, model::value_from_json(*value)});
  }
  return scene;
}

net::Response HomeRoutes::put_scene(const net::Request& request, std::string name) {
  const auto body = body_of(request);
  if (!body) return error_response(body.error());
  auto scene = scene_from(*body, std::move(name));
  if (!scene) return error_response(scene.error());
  const auto kept = home_.set_scene(*scene);
  if (!kept) return error_response(kept.error());
  return json_response(200, scene_json(*home_.scene(scene->name)));
}

// ---- the home itself

net::Response HomeRoutes::settings(const net::Request& request) {
  if (request.method == "PATCH") {
    const auto body = body_of(request);
    if (!body) return error_response(body.error());
    const auto* lock = find(*body, "child_lock");
    if (lock == nullptr || !lock->is_boolean()) return error_response(400, "child_lock: true or false is missing");
    const auto kept = home_.set_child_lock(lock->get<bool>());
    if (!kept) return error_response(kept.error());
  } else if (request.method != "GET") {
    return no_such_thing(request);
  }
  return json_response(200, Json{{"child_lock", home_.child_lock()}});
}

}  // namespace entente::console
