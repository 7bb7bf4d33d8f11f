// SPDX-License-Identifier: GPL-3.0-or-later
// The face of the engines that wait for a wake word. Any phrase that can be pronounced is one, at once; recordings of
// the people who will say it are optional. Sound is 16-bit mono PCM of recogniser_rate.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/speech/speech.h"

namespace entente::speech {

struct WakePhrase {
  std::string text;                                   // "hey entente"
  std::string language = "en";                        // BCP 47
  double sensitivity = 0.5;                           // 0: hardly ever wakes, 1: wakes at anything like it
  bool while_speaking = false;                        // is listened for also while the assistant talks: "stop"
  std::vector<std::vector<std::int16_t>> recordings;  // of this phrase by the people of the house; may be empty
};

struct WakeDetection {
  std::size_t phrase = 0;  // index into the phrases that were prepared
  double score = 0;        // above the phrase's threshold; comparable between detections of one phrase only
  // Where it was said, in samples since the stream's first. What is said straight on begins at `end`.
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

// Phrases made ready for one engine. Immutable, any thread.
class WakeModel {
 public:
  virtual ~WakeModel() = default;
};

// One ear that waits. Fed from one thread at a time, without end, in chunks of any length; bounded memory.
class WakeStream {
 public:
  virtual ~WakeStream() = default;
  // The first detection in these samples that was not given yet; feed an empty span to ask for a further one.
  virtual std::optional<WakeDetection> feed(Samples samples) = 0;
};

// Thread-safe: prepare() runs on a pool thread while streams of an older model are fed.
class WakeSpotter {
 public:
  virtual ~WakeSpotter() = default;
  virtual bool supports(std::string_view language) const = 0;
  // ErrorCode::invalid for a phrase that cannot be pronounced or is too short to be told from other speech, naming it.
  virtual Result<std::shared_ptr<const WakeModel>> prepare(std::span<const WakePhrase> phrases) = 0;
  virtual std::unique_ptr<WakeStream> start(std::shared_ptr<const WakeModel> model) = 0;
};

// A second engine that looks again at what a spotter thinks it heard. Immutable, any thread; slow (30 ms).
class WakeVerifier {
 public:
  virtual ~WakeVerifier() = default;
  // How much like the phrase `sound` is between the samples `from` and `to` (give or take a tenth of a second), the
  // rest of it being there to tell noise from speech. Pronunciations are ARPAbet names with one space between, words
  // parted by "SIL". Comparable between sounds; higher is more alike. None where there is too little sound to tell.
  virtual std::optional<double> likeness(Samples sound, std::size_t from, std::size_t to,
                                         std::span<const std::string> pronunciations) const = 0;
};

}  // namespace entente::speech
