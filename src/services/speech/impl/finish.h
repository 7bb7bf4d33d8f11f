// SPDX-License-Identifier: GPL-3.0-or-later
// Finish is the last hand on the sound of one utterance, on its way from an engine to the listener: no offset, the same
// loudness whichever engine speaks, no silence of the engine's own at the ends of a phrase, pauses as long as they are
// meant, and no click where phrases meet. A plain value that keeps milliseconds of sound; pool thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "services/speech/speech.h"

namespace entente::speech {

class Finish {
 public:
  explicit Finish(int rate);

  // A phrase: begin, take any number of pieces, end. What is ready is appended to `out`.
  void begin(double gain);
  void take(Samples piece, std::vector<std::int16_t>& out);
  void end(std::vector<std::int16_t>& out);
  // Silence before the next phrase.
  void pause(Duration length, std::vector<std::int16_t>& out) const;

 private:
  double level_out(double sample);
  void start(std::vector<std::int16_t>& out);

  const int rate_;
  const double hold_;              // of the offset's filter
  const std::size_t kept_before_;  // samples of near silence before a phrase, which soft consonants are
  const std::size_t kept_after_;
  double gain_ = 1;
  double last_in_ = 0;
  double last_out_ = 0;
  bool begun_ = false;
  std::vector<std::int16_t> held_;  // near silence that may be the end
};

}  // namespace entente::speech
