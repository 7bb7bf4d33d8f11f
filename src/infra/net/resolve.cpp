// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/resolve.h"

#include <netdb.h>

#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "infra/net/impl/event_loop_core.h"
#include "infra/net/impl/operation.h"
#include "infra/net/impl/socket_address.h"

namespace entente::net {

namespace {

constexpr unsigned most_lookups = 16;

using Lookup = Result<std::vector<Endpoint>>;

// Blocks, in a thread of its own.
Lookup look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  if (status != 0) {
    const std::string reason = status == EAI_SYSTEM ? system_reason(errno) : text::to_lower_ascii(gai_strerror(status));
    const auto code = status == EAI_NONAME ? ErrorCode::not_found : ErrorCode::unavailable;
    return Error{code, fmt::format("net: resolve {}: {}", host, reason)};
  }
  std::vector<Endpoint> endpoints;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    const Endpoint endpoint = from_socket_address(entry->ai_addr).with_port(port);
    if (std::find(endpoints.begin(), endpoints.end(), endpoint) == endpoints.end()) endpoints.push_back(endpoint);
  }
  if (endpoints.empty()) return Error{ErrorCode::not_found, fmt::format("net: resolve {}: no address", host)};
  return endpoints;
}

struct Outcome {
  Lookup lookup;
};

// Throws when the system has no thread for it.
void start_lookup(EventLoop& loop, Operation<Outcome>& operation, std::string host, std::uint16_t port) {
  auto& core = loop.core();
  auto finish = operation.finisher();
  std::thread([mailbox = core.mailbox, &core, finish, host = std::move(host), port] {
    auto lookup = look_up(host, port);
    mailbox->post([&core, finish, lookup = std::move(lookup)]() mutable {
      --core.lookups;
      finish(Outcome{std::move(lookup)});
    });
    // lint: allow detach: getaddrinfo cannot be interrupted, and neither loop nor process may wait for a name server
  }).detach();
  ++core.lookups;
}

}  // namespace

Task<Result<std::vector<Endpoint>>> resolve(EventLoop& loop, std::string host, std::uint16_t port, Deadline deadline) {
  if (const auto address = Endpoint::of(host, port); address.ok()) co_return std::vector<Endpoint>{*address};
  const std::string what = fmt::format("net: resolve {}", text::to_valid_utf8(text::shorten(host, 255)));
  if (host.empty() || host.size() > 253 || host.find('\0') != host.npos) {
    co_return Error{ErrorCode::invalid, what + ": not a host name"};
  }
  if (loop.core().lookups >= most_lookups) {
    co_return Error{ErrorCode::exhausted, what + ": too many lookups at once"};
  }
  Operation<Outcome> operation(loop);
  try {
    start_lookup(loop, operation, host, port);
  } catch (const std::system_error& error) {
    co_return Error{ErrorCode::exhausted, fmt::format("{}: {}", what, system_reason(error.code().value()))};
  }
  auto outcome = co_await operation.wait(deadline);
  if (!outcome) co_return Error{ErrorCode::timeout, what + ": no answer in time"};
  co_return std::move(outcome->lookup);
}

}  // namespace entente::net
