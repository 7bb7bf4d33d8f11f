// SPDX-License-Identifier: GPL-3.0-or-later
// Host names to addresses, through the system's resolver on a thread of its own, so that a slow name server holds up
// neither the loop nor the end of the process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/net/endpoint.h"
#include "infra/net/event_loop.h"

namespace entente::net {

// At least one endpoint, in the order in which to try them. An address as `host` resolves to itself without a wait.
// Errors: "net: resolve lamp.local: name or service not known"; ErrorCode::exhausted past 16 lookups at once.
Task<Result<std::vector<Endpoint>>> resolve(EventLoop& loop, std::string host, std::uint16_t port, Deadline deadline);

}  // namespace entente::net
