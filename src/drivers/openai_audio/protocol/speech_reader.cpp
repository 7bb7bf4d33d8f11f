// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/openai_audio/protocol/speech_reader.h"

#include <fmt/format.h>

namespace entente::openai_audio {
namespace {

constexpr int raw_rate = 24'000;
constexpr std::size_t most_seconds = 600;

struct Kind {
  std::string_view begins_with;
  std::string_view name;
};
constexpr Kind other_sounds[] = {{"ID3", "MP3"},      {"\xFF\xFB", "MP3"}, {"\xFF\xF3", "MP3"},
                                 {"\xFF\xF2", "MP3"}, {"OggS", "Ogg"},     {"fLaC", "FLAC"}};
// That the sound is broken is the server's mistake, not the caller's.
Error unreadable(const Error& error) {
  return Error{error.code == ErrorCode::invalid ? ErrorCode::corrupt : error.code, error.message};
}

constexpr std::string_view no_sounds[] = {"{\"", "<!", "<h", "{ ", "{\n"};

}  // namespace

Result<void> SpeechReader::look_at_first_bytes() {
  known_ = true;
  if (first_.starts_with("RIFF") || first_.starts_with("RF64")) wav_.emplace("the answer");
  for (const auto& [begins_with, name] : other_sounds) {
    if (first_.starts_with(begins_with)) {
      return Error{ErrorCode::unsupported, fmt::format("the server sends {}, though WAV was asked for", name)};
    }
  }
  for (const auto begin : no_sounds) {
    if (first_.starts_with(begin)) return Error{ErrorCode::corrupt, "the answer is no sound"};
  }
  return {};
}

Result<void> SpeechReader::feed(std::string_view bytes, std::vector<std::int16_t>& sound) {
  if (known_) return take(bytes, sound);
  first_ += bytes;
  if (first_.size() < 4) return {};
  ENTENTE_TRY_VOID(look_at_first_bytes());
  return take(std::exchange(first_, {}), sound);
}

Result<void> SpeechReader::take(std::string_view bytes, std::vector<std::int16_t>& sound) {
  std::vector<std::int16_t> samples;
  if (wav_) {
    if (const auto fed = wav_->feed(bytes, samples); !fed) return unreadable(fed.error());
    return samples.empty() ? Result<void>() : pass_on(samples, wav_->rate(), wav_->channels(), sound);
  }
  odd_ += bytes;
  audio::append_from_wire(odd_, samples);
  odd_.erase(0, 2 * samples.size());
  return pass_on(samples, raw_rate, 1, sound);
}

Result<void> SpeechReader::pass_on(const std::vector<std::int16_t>& samples, int rate, int channels,
                                   std::vector<std::int16_t>& sound) {
  std::vector<std::int16_t> mono;
  audio::append_mono(samples, channels, mono);
  given_ += mono.size();
  if (given_ > most_seconds * static_cast<std::size_t>(rate)) {
    return Error{ErrorCode::exhausted, "more than ten minutes of speech"};
  }
  if (its_rate_ == 0 && rate != rate_) {
    ENTENTE_TRY(auto resampler, audio::Resampler::open(rate, rate_, 1));
    resampler_.emplace(std::move(resampler));
  }
  its_rate_ = rate;
  if (resampler_) {
    resampler_->process(mono, sound);
  } else {
    sound.insert(sound.end(), mono.begin(), mono.end());
  }
  return {};
}

Result<void> SpeechReader::finish(std::vector<std::int16_t>& sound) {
  if (wav_) {
    if (const auto ended = wav_->finish(); !ended) return unreadable(ended.error());
  }
  if (given_ == 0) return Error{ErrorCode::corrupt, "the answer holds no sound"};
  if (resampler_) resampler_->finish(sound);
  return {};
}

}  // namespace entente::openai_audio
