// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/terminal.h"

#include <poll.h>
#include <unistd.h>

namespace entente::apps {
namespace {

constexpr int patience_ms = 200;  // so long a job may block, and so long the end of the program may wait for it

// Reads what is there into `held`; false when the input has ended.
bool read_some(std::string& held) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, patience_ms) <= 0) return true;
  char chunk[4096];
  const auto got = ::read(STDIN_FILENO, chunk, sizeof chunk);
  if (got <= 0) return false;
  held.append(chunk, static_cast<std::size_t>(got));
  return true;
}

}  // namespace

Task<std::optional<std::string>> Terminal::read_line() {
  for (;;) {
    if (const auto end = held_.find('\n'); end != std::string::npos) {
      auto line = held_.substr(0, end);
      held_.erase(0, end + 1);
      co_return line;
    }
    if (ended_) co_return held_.empty() ? std::nullopt : std::optional(std::exchange(held_, {}));
    auto job = [this] { return read_some(held_); };
    ended_ = !co_await pool_.run(std::move(job));
  }
}

}  // namespace entente::apps
