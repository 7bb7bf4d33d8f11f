// SPDX-License-Identifier: GPL-3.0-or-later
// The conditions under which an utterance was spoken (loudness, noise, microphone), estimated from what was heard of
// it, and what they make of its frames. Immutable after construction; any thread.
#pragma once

#include <span>

#include "drivers/sphinx/engine.h"

namespace entente::sphinx {

// Mean of a frame's log band energies: its loudness.
float loudness_of(const MelFrame& frame);

// The part of `frames` with speech in it, by energy, with a margin; everything when there is no telling.
std::span<const MelFrame> speech_part(std::span<const MelFrame> frames);

class Conditions {
 public:
  static constexpr std::size_t look_around = 3;  // frames on each side that quiet_bonus() wants to see

  // `frames` must not be empty.
  Conditions(const Engine& engine, std::span<const MelFrame> frames);

  // What the acoustic model expects instead of the frame.
  Cepstrum clean(const MelFrame& heard) const;
  bool is_loud(float loudness) const { return loudness > threshold_; }
  // How much the loudness around frame `at` alone speaks against speech, as a logarithm of likelihoods. Without this
  // a voice in the background fills the pauses with words.
  float quiet_bonus(std::span<const MelFrame> frames, std::size_t at) const;

 private:
  MelFrame floored(MelFrame frame) const;

  const Engine& engine_;
  MelFrame floor_;
  float threshold_;
  Distortion distortion_;
};

}  // namespace entente::sphinx
