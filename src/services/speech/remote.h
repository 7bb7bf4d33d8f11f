// SPDX-License-Identifier: GPL-3.0-or-later
// The faces of engines on other machines. They differ from those of speech.h and wake.h in one thing: they can be away,
// and say so. fallback.h and wake_fallback.h make of one such engine and a built-in one a single engine that always
// answers. A voice on another machine is a plain Synthesiser whose speak() fails; see RestingSynthesiser.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/speech/speech.h"
#include "services/speech/wake.h"

namespace entente::speech {

// One utterance on its way to another machine. From one thread at a time, and no call but result() waits.
class RemoteUtterance {
 public:
  virtual ~RemoteUtterance() = default;
  virtual void feed(Samples samples) = 0;
  virtual std::string words_so_far() = 0;  // empty where the engine does not tell
  // Blocks until the answer for all that was fed, or the engine's time is over. May be fed on and asked again.
  virtual Result<Recognition> result() = 0;
};

// Thread-safe.
class RemoteRecogniser {
 public:
  virtual ~RemoteRecogniser() = default;
  virtual std::string_view name() const = 0;
  virtual bool supports(std::string_view language) const = 0;
  virtual std::unique_ptr<RemoteUtterance> start(std::string_view language) = 0;
};

// An ear on another machine. From one thread at a time; nothing here waits.
class RemoteWakeStream {
 public:
  enum class State { coming, here, away };

  virtual ~RemoteWakeStream() = default;
  virtual void feed(Samples samples) = 0;
  // The next detection; its positions count the samples fed here.
  virtual std::optional<WakeDetection> next() = 0;
  virtual State state() const = 0;
  virtual Error why_away() const = 0;
  // Whether the engine waits for this phrase; known once it is here.
  virtual bool covers(std::size_t phrase) const = 0;
};

// Thread-safe.
class RemoteWakeSpotter {
 public:
  virtual ~RemoteWakeSpotter() = default;
  virtual std::string_view name() const = 0;
  virtual bool supports(std::string_view language) const = 0;
  virtual std::unique_ptr<RemoteWakeStream> start(const std::vector<WakePhrase>& phrases) = 0;
};

}  // namespace entente::speech
