// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the API that is about the home: devices, what was found, rooms, groups, scenes. Owned by the console,
// loop thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/net/http.h"
#include "services/home/home.h"

namespace entente::console {

class HomeRoutes {
 public:
  HomeRoutes(Loop& loop, home::Home& home) : loop_(loop), home_(home) {}

  static bool takes(std::string_view path);
  // `request` outlives the task; who asks is allowed to.
  Task<net::Response> answer(const net::Request& request);

 private:
  Task<net::Response> devices(const net::Request& request, std::vector<std::string_view> parts);
  Task<net::Response> device(const net::Request& request, std::vector<std::string_view> parts);
  net::Response list_devices() const;
  net::Response add_device(const net::Request& request);
  net::Response change(const net::Request& request, const home::DeviceView& device);
  net::Response remove(const home::DeviceView& device);
  Task<net::Response> set(const net::Request& request, home::DeviceView device);
  Task<net::Response> act(const net::Request& request, home::DeviceView device, std::string name);

  net::Response list_found() const;
  Task<net::Response> search();

  net::Response rooms(const net::Request& request, const std::vector<std::string_view>& parts);
  Task<net::Response> groups(const net::Request& request, std::vector<std::string_view> parts);
  net::Response put_group(const net::Request& request, std::string name);
  Task<net::Response> set_group_values(const net::Request& request, home::Group group);
  Task<net::Response> scenes(const net::Request& request, std::vector<std::string_view> parts);
  net::Response put_scene(const net::Request& request, std::string name);
  Result<home::Scene> scene_from(const Json& body, std::string name) const;
  Result<model::DeviceId> device_named(const Json& name) const;
  net::Response settings(const net::Request& request);

  Json scene_json(const home::Scene& scene) const;

  Loop& loop_;
  home::Home& home_;
};

}  // namespace entente::console
