// SPDX-License-Identifier: GPL-3.0-or-later
// Tells speech from the noise behind it, 10 ms at a time, by the energy above a floor that follows the noise. A value
// with state: no clock, no allocation; owned by one thread at a time. Constant noise of any level is soon silence.
#pragma once

#include <array>
#include <cstddef>

#include "services/speech/speech.h"

namespace entente::speech {

class VoiceActivity {
 public:
  static constexpr std::size_t frame_samples = recogniser_rate / 100;

  // Whether the next frame holds speech. `frame` has frame_samples samples.
  bool is_voiced(Samples frame);

  // Decibels below full scale, for measurements: of the frames before, and of the noise.
  double level() const { return level_; }
  double floor() const { return floor_; }

 private:
  static constexpr std::size_t window_frames = 150;

  double frame_level(Samples frame);
  void remember(double level);
  void follow_noise();

  double last_sample_ = 0;
  std::array<double, 4> latest_{};  // energies of the last frames, for smoothing
  std::array<double, window_frames> window_{};
  std::size_t frames_ = 0;
  double level_ = 0;
  double floor_ = 0;
  double peak_ = 0;
  bool voiced_ = false;
};

}  // namespace entente::speech
