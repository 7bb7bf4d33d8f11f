// SPDX-License-Identifier: GPL-3.0-or-later
// The console's API: HTTP and WebSocket with JSON, for the command line, the web console and people's own programs.
// docs/api.md lists it. On loopback it is plain and open to this machine's users; any other address needs TLS and a
// token, and a plain loopback port for local clients opens beside it. Loop thread; ends by stop(), then destruction.
//
//   GET    /api/v1/health                         POST /api/v1/tokens {code, name}
//   POST   /api/v1/ask {text, language, area, session}
//   POST   /api/v1/say {text, language} or {ssml, language} -> audio/wav
//   POST   /api/v1/listen (WAV or FLAC)           GET  /api/v1/events (WebSocket)
//   GET    /api/v1/devices                        POST /api/v1/devices {name, model, host, port, token, room}
//   GET    /api/v1/devices/ID                     PATCH, DELETE the same
//   PATCH  /api/v1/devices/ID/properties {name: value}
//   POST   /api/v1/devices/ID/actions/NAME {in: [value]}
//   GET    /api/v1/sentences                      POST /api/v1/sentences {sentences, commands, reply, language, name}
//   PUT, DELETE /api/v1/sentences/LANGUAGE/NAME (YAML)
//   routines, presence and history: routines_routes.h
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "doors/console/access.h"
#include "infra/audio/pcm.h"
#include "infra/bus/bus.h"
#include "infra/net/http.h"
#include "model/reply.h"
#include "services/assistant/assistant.h"
#include "services/assistant/own_sentences.h"
#include "services/home/history.h"
#include "services/home/home.h"
#include "services/home/routines.h"
#include "services/speech/voice.h"

namespace entente::console {

class Console {
 public:
  // What the door opens onto; all outlive it. `say` and `listen` are empty where this program does not speak or hear.
  struct Services {
    assistant::Assistant& assistant;
    home::Home& home;
    bus::Bus& bus;
    Access& access;
    assistant::OwnSentences& sentences;
    home::Routines* routines = nullptr;  // null where there are none
    home::History* history = nullptr;
    std::function<Task<Result<audio::Pcm>>(std::string text, std::string language, speech::Markup markup)> say;
    std::function<Task<Result<model::Reply>>(audio::Pcm sound, std::string area)> listen;
  };
  struct Options {
    net::Endpoint address;
    std::optional<net::TlsServerContext> tls;  // needed off loopback
  };

  static Result<std::unique_ptr<Console>> open(net::EventLoop& loop, Services services, Options options);
  ~Console();

  std::string url() const;        // as people reach it: "https://192.168.1.5:8321"
  std::string local_url() const;  // plain, on loopback: for clients on this machine

  Task<void> stop(Deadline deadline);

 private:
  class Routes;
  Console();

  std::unique_ptr<Routes> routes_;
  std::optional<net::HttpServer> server_;
  std::optional<net::HttpServer> local_server_;
  bool encrypted_ = false;
};

}  // namespace entente::console
