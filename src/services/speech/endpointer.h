// SPDX-License-Identifier: GPL-3.0-or-later
// Finds where an utterance begins and ends: samples and the recogniser's hypothesis in, events out. A value with state:
// no clock (time is counted in samples), no threads; owned by whoever feeds it.
//
// An utterance ends after a short silence when the words so far are a whole sentence, sooner still when no words
// that could follow would change it, later when several more things could be said, and after a long one otherwise; also
// when a whole sentence has stood unchanged for a while although sound goes on (a television, a fan), and at a length
// that no command has.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "services/speech/speech.h"
#include "services/speech/voice_activity.h"

namespace entente::speech {

struct EndpointRules {
  milliseconds end_when_closed{200};    // silence: a whole sentence that nothing can change any more
  milliseconds end_when_complete{250};  // silence: a whole sentence, though one thing more could be said
  milliseconds end_otherwise{1'500};    // silence
  milliseconds end_when_stable{1'500};  // a whole sentence, unchanged
  milliseconds longest{20'000};         // an utterance, from where it started
  milliseconds least_speech{80};        // voiced time: less is a click and no utterance
  milliseconds end_when_dictated{800};  // silence: a whole sentence whose last words are free text
  milliseconds end_when_open{330};      // silence: a whole sentence that can take several more things
};

enum class Endpoint {
  none,
  started,    // speech began at start(); it was heard a moment later
  ended,      // see reason()
  discarded,  // what had started was no speech
};

enum class EndReason { complete, silent, stable, too_long, finished };
const char* to_string(EndReason reason);

class Endpointer {
 public:
  using Position = std::int64_t;  // samples since the first

  explicit Endpointer(EndpointRules rules = {}) : rules_(rules) {}

  struct Step {
    std::size_t consumed = 0;  // of the samples: all of them where nothing happened
    Endpoint event = Endpoint::none;
  };
  // Goes on to the next event. After `ended` and `discarded` the next utterance is waited for. With no samples it looks
  // again at what it knows, for after hypothesis().
  Step feed(Samples samples);

  // What the recogniser makes of the utterance up to `decoded`.
  void hypothesis(const Partial& partial, Position decoded);

  // The sound is over: `ended` if an utterance was open.
  Endpoint finish();

  bool speaking() const { return speaking_; }
  Position position() const { return position_; }
  // These are of the open utterance, or of the last one.
  Position start() const { return start_; }
  Position last_voiced() const { return last_voiced_; }  // where its last speech ended
  milliseconds silence() const { return span(last_voiced_, position_); }
  EndReason reason() const { return reason_; }
  double noise_floor() const { return activity_.floor(); }  // decibels below full scale

 private:
  static milliseconds span(Position from, Position to) { return milliseconds((to - from) * 1'000 / recogniser_rate); }
  Endpoint take_frame();
  Endpoint wait_for_speech(bool voiced);
  Endpoint judge();
  Endpoint end(EndReason reason);

  EndpointRules rules_;
  VoiceActivity activity_;
  std::array<std::int16_t, VoiceActivity::frame_samples> frame_{};
  std::size_t in_frame_ = 0;
  Position position_ = 0;

  int run_ = 0;  // voiced frames up to now, less those that were not; while nothing has started
  bool speaking_ = false;
  Position start_ = 0;
  Position last_voiced_ = 0;
  milliseconds voiced_{};
  EndReason reason_ = EndReason::silent;

  Partial partial_;
  Position decoded_ = 0;
  Position unchanged_since_ = 0;
};

}  // namespace entente::speech
