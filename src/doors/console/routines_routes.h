// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the console's API that is about routines, who is at home, and what devices were. Owned by the console.
//
//   GET    /api/v1/routines                       GET  /api/v1/routines/NAME
//   PUT    /api/v1/routines/NAME (YAML)           DELETE the same
//   POST   /api/v1/routines/NAME/check (YAML)     what would be wrong with it
//   POST   /api/v1/routines/NAME/run {wait}       POST /api/v1/routines/NAME/resume
//   GET    /api/v1/routines/NAME/runs             the explanations, newest first
//   GET    /api/v1/presence                       PUT  /api/v1/presence/PERSON {home}
//   GET    /api/v1/devices/ID/history?property=brightness&from=-24h&to=2026-11-23T12:00:00Z&points=500
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/task.h"
#include "infra/net/http.h"
#include "services/home/history.h"
#include "services/home/home.h"
#include "services/home/routines.h"

namespace entente::console {

class RoutineRoutes {
 public:
  // Null where this program has none. All outlive it.
  RoutineRoutes(const Loop& loop, const home::Home& home, home::Routines* routines, home::History* history)
      : loop_(loop), home_(home), routines_(routines), history_(history) {}

  // Nothing where the path is somebody else's.
  Task<std::optional<net::Response>> answer(const net::Request& request);

 private:
  using Parts = std::vector<std::string_view>;

  Task<net::Response> routine(const net::Request& request, Parts parts);
  net::Response list() const;
  net::Response show(std::string_view name) const;
  net::Response put(const net::Request& request, std::string_view name);
  net::Response check(const net::Request& request, std::string_view name);
  net::Response runs(std::string_view name) const;
  Task<net::Response> run(const net::Request& request, std::string_view name);
  net::Response presence(const net::Request& request, const Parts& parts);
  net::Response history(const net::Request& request, std::string_view device);

  const Loop& loop_;
  const home::Home& home_;
  home::Routines* const routines_;
  home::History* const history_;
};

}  // namespace entente::console
