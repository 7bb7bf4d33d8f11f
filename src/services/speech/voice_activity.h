// SPDX-License-Identifier: GPL-3.0-or-later
// Tells speech from the noise behind it, 10 ms at a time. Vowels are what makes speech: energy between 150 and 1500 Hz
// that stands out of a floor which follows the noise. Consonants count, by the energy of the upper bands, close to a
// vowel only, so that clatter and hiss are not taken for speech. Constant noise of any level is soon silence.
//
// A value with state: no clock, no allocation; owned by one thread at a time.
#pragma once

#include <array>
#include <cstddef>

#include "services/speech/speech.h"

namespace entente::speech {

class VoiceActivity {
 public:
  static constexpr std::size_t frame_samples = recogniser_rate / 100;

  VoiceActivity();

  // Whether the next frame holds speech. `frame` has frame_samples samples.
  bool is_voiced(Samples frame);

  // Of the noise between 150 and 1500 Hz, in decibels below full scale: for showing.
  double floor() const { return vowels_.floor(); }

 private:
  // One band's energy against its noise.
  class Band {
   public:
    bool stands_out(double energy);  // of the next frame: the mean square
    double floor() const { return floor_; }

   private:
    static constexpr std::size_t window_frames = 150;
    void follow_noise();

    std::array<double, 3> latest_{};  // energies, to be smoothed
    std::array<double, window_frames> window_{};
    std::size_t frames_ = 0;
    double level_ = 0;  // decibels, as the next two
    double floor_ = 0;
    double peak_ = 0;
    double expected_range_ = 24;  // from the noise to the loudest speech, as long as none has come
    bool outstanding_ = false;
  };
  // A filter of second order.
  class Filter {
   public:
    enum class Passes { low, high };
    Filter(Passes passes, double frequency);
    double step(double in);

   private:
    double b0_, b1_, b2_, a1_, a2_;
    double z1_ = 0;
    double z2_ = 0;
  };

  Filter above_hum_;
  Filter below_hiss_;
  Band vowels_;
  double last_sample_ = 0;
  Band consonants_;
  int frames_since_vowel_ = 1'000;
};

}  // namespace entente::speech
