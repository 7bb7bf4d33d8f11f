// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the sound that …/audio/speech answers with, as it comes: WAV, which we ask for, or the raw 24 kHz samples that
// some servers send instead. Comes out as mono of one rate. No socket, no clock; owned by one request, on its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "infra/audio/resample.h"
#include "infra/audio/wav.h"

namespace entente::openai_audio {

class SpeechReader {
 public:
  explicit SpeechReader(int rate) : rate_(rate) {}

  // Appends what these bytes complete. ErrorCode::unsupported for another kind of sound, ErrorCode::corrupt for what is
  // none, ErrorCode::exhausted for more than ten minutes.
  Result<void> feed(std::string_view bytes, std::vector<std::int16_t>& sound);
  // No more bytes. An error where no sound had come.
  Result<void> finish(std::vector<std::int16_t>& sound);

 private:
  Result<void> look_at_first_bytes();
  Result<void> take(std::string_view bytes, std::vector<std::int16_t>& sound);
  Result<void> pass_on(const std::vector<std::int16_t>& samples, int rate, int channels,
                       std::vector<std::int16_t>& sound);

  const int rate_;
  std::string first_;  // until it is known what it is
  bool known_ = false;
  std::optional<audio::WavReader> wav_;  // none: raw samples
  std::string odd_;                      // half a raw sample
  std::optional<audio::Resampler> resampler_;
  int its_rate_ = 0;
  std::size_t given_ = 0;
};

}  // namespace entente::openai_audio
