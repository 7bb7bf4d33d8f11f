// SPDX-License-Identifier: GPL-3.0-or-later
// Server is one Wyoming server as its engines know it: where it is, how long it may take, and what it said of itself.
// Made by apps before the engines and outliving them. Lives on the LoopThread; the constant part is any thread's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "drivers/wyoming/address.h"
#include "infra/net/loop_thread.h"

namespace entente::wyoming {

struct ServerInfo;

struct ServerSettings {
  std::string name;  // for messages and the log
  Address address;
  std::vector<std::string> languages;  // BCP 47; "de" stands for "de-AT", too
  Duration connect_time = seconds(2);
  Duration answer_time = seconds(5);
};

class Server {
 public:
  Server(net::LoopThread& thread, ServerSettings settings);
  ~Server();

  const ServerSettings& settings() const { return settings_; }
  net::LoopThread& thread() const { return thread_; }
  bool speaks_of(std::string_view language) const;  // it is one of the settings' languages

  // On the loop: what the server said last, or nothing if it was never asked.
  const std::shared_ptr<const ServerInfo>& info() const { return info_; }
  void learn(std::shared_ptr<const ServerInfo> info) { info_ = std::move(info); }

  // Asks what the server can do and keeps it. Any thread but the loop's; blocks.
  Result<std::shared_ptr<const ServerInfo>> ask();

 private:
  Task<Result<std::shared_ptr<const ServerInfo>>> ask_on_loop();

  net::LoopThread& thread_;
  const ServerSettings settings_;
  std::shared_ptr<const ServerInfo> info_;  // loop thread
};

}  // namespace entente::wyoming
