// SPDX-License-Identifier: GPL-3.0-or-later
// Server is one server that speaks OpenAI's audio API: its address, key and patience. Made by apps before the engines,
// outliving them. Constant, so any thread's; requests run on the LoopThread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "infra/net/http.h"
#include "infra/net/loop_thread.h"

namespace entente::openai_audio {

struct ServerSettings {
  std::string name;  // for messages and the log
  std::string url;   // up to the version: "https://api.openai.com/v1"
  std::string key;   // empty for none; never logged nor shown
  std::vector<std::string> languages;
  Duration answer_time = seconds(5);
  std::optional<net::TlsClientContext> tls;  // none: the system's roots
};

class Server {
 public:
  Server(net::LoopThread& thread, ServerSettings settings) : thread_(thread), settings_(std::move(settings)) {}

  const ServerSettings& settings() const { return settings_; }
  net::LoopThread& thread() const { return thread_; }
  bool speaks_of(std::string_view language) const;

  net::HttpClient::Options client_options() const;
  // POST to `path` ("/audio/speech") with the key.
  net::ClientRequest request(std::string_view path, std::string content_type, std::string body) const;

 private:
  net::LoopThread& thread_;
  const ServerSettings settings_;
};

}  // namespace entente::openai_audio
