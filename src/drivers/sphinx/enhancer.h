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
  int rounds = 8;
  double quiet_part = 0.3;  // of the frames, from which the noise is first guessed
};

// What stands between the speaker and the features of one utterance, as estimated from it.
class Distortion {
 private:
  friend class Enhancer;
  friend class DistortionSearch;

  // One component of the prior as it would be heard.
  struct Moved {
    std::array<Cepstrum, cepstrum_size> speech_part;  // [row][column] d heard / d speech; d heard / d noise is 1 - this
    Cepstrum mean;
    Cepstrum precision;  // 1 / variance
    float constant;
  };

  Cepstrum noise_{};
  Cepstrum noise_variance_{};
  Cepstrum channel_{};
  std::vector<Moved> moved_;  // parallel to the prior
};

class Enhancer {
 public:
  Enhancer(std::vector<SpeechComponent> prior, CepstralTransform transform, EnhancerSettings settings = {});

  // From at least one frame of cepstra as they were heard.
  Distortion estimate(std::span<const Cepstrum> heard) const;
  // What the model expects instead of `heard`, its mean normalisation included.
  Cepstrum clean(const Distortion& distortion, const Cepstrum& heard) const;

 private:
  friend class DistortionSearch;

  std::vector<SpeechComponent> prior_;
  std::vector<MelFrame> prior_mel_;  // the components' means as smooth spectra
  CepstralTransform transform_;
  EnhancerSettings settings_;
};

}  // namespace entente::sphinx
