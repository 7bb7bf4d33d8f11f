// SPDX-License-Identifier: GPL-3.0-or-later
// Takes noise and the microphone's colour out of an utterance before it is decoded: vector Taylor series with a
// minimum-mean-square-error estimate. A coarse mixture of what clean speech sounds like (drawn from the acoustic model
// itself) is shifted by the noise and channel that explain this utterance best (expectation maximisation over the
// whole of it); then each frame moves by how far the mixture had to move at its place.
//
// In cepstra, y = x + h + C log(1 + exp(C⁻¹(n - x - h))) for speech x, channel h and noise n.
// Immutable after construction; any thread.
#pragma once

#include <span>
#include <vector>

#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/front_end.h"

namespace entente::sphinx {

struct SpeechComponent {
  Cepstrum mean{};
  Cepstrum variance{};
  float weight = 0;
};

// About `count` components that stand for the model's cepstral Gaussians.
std::vector<SpeechComponent> make_speech_prior(const AcousticModel& model, std::size_t count);

struct EnhancerSettings {
  int rounds = 4;
  double quiet_part = 0.3;  // of the frames, from which the noise is first guessed
};

class Enhancer {
 public:
  Enhancer(std::vector<SpeechComponent> prior, CepstralTransform transform, EnhancerSettings settings = {});

  // Cepstra as they were heard → as the model expects them, its mean normalisation included.
  std::vector<Cepstrum> enhance(std::span<const Cepstrum> heard) const;

 private:
  friend class Enhancement;

  std::vector<SpeechComponent> prior_;
  std::vector<MelFrame> prior_mel_;  // the components' means as smooth spectra
  CepstralTransform transform_;
  EnhancerSettings settings_;
};

}  // namespace entente::sphinx
