// SPDX-License-Identifier: GPL-3.0-or-later
// The whole program, wired: the one place that knows every driver, skill and door. Members stand in the order of their
// dependence, so that they end in reverse. Loop thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "apps/entente/settings.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/net/event_loop.h"
#include "services/assistant/assistant.h"
#include "services/assistant/ears.h"
#include "services/home/home.h"
#include "services/home/spec_library.h"
#include "services/speech/voice.h"
#include "services/speech/wake_fallback.h"

namespace entente::apps {

struct Parts {
  bool hearing = false;
  bool speaking = false;
  bool polling = true;
  bool announcing = false;            // our devices to others at the MQTT broker, where one is configured
  bool forget = false;                // start with no devices: what the state folder knew of them is deleted
  bool routines = false;              // what starts routines does start them
  std::optional<std::string> listen;  // where the console's API answers; none for no API
};

class System {
 public:
  // Ready when it returns: grammar compiled, recogniser and voices loaded, API listening. A part of speech that cannot
  // start is said in the log and left out; anything else is an Error.
  static Task<Result<std::unique_ptr<System>>> start(net::EventLoop& loop, Settings settings, Parts parts);
  virtual ~System() = default;

  virtual home::Home& home() = 0;
  virtual assistant::Assistant& assistant() = 0;
  virtual assistant::Ears* ears() = 0;  // null where this program does not hear
  virtual std::vector<speech::RestingWakeSpotter> remote_wake_spotters() const = 0;
  virtual speech::Voice* voice() = 0;  // null where it does not speak
  virtual assistant::Grammars& grammars() = 0;
  virtual const home::SpecLibrary& specs() const = 0;
  virtual std::string url() const = 0;  // of the API, on this machine; empty without one

  // Lets requests under way end, then stops listening.
  virtual Task<void> stop() = 0;
};

}  // namespace entente::apps
