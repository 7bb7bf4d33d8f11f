// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/protocol/answers.h"

#include <fmt/format.h>

#include "base/text.h"
#include "drivers/wyoming/protocol/messages.h"
#include "infra/audio/wav.h"

namespace entente::wyoming {
namespace {

constexpr std::size_t most_text = 64U << 10U;
constexpr std::size_t most_seconds = 600;

}  // namespace

Result<void> Transcript::receive(const Event& event) {
  if (event.type == "error") return error_in(event);
  if (event.type == "transcript-start") text_.clear();
  if (event.type == "transcript-chunk") text_ += string_or(event.data, "text", "");
  if (event.type == "transcript") {
    if (!find(event.data, "text")) return Error{ErrorCode::corrupt, "wyoming: a transcript without a text"};
    text_ = string_or(event.data, "text", "");
    done_ = true;
  }
  if (event.type == "transcript-stop") done_ = true;
  if (text_.size() > most_text) return Error{ErrorCode::exhausted, "wyoming: a transcript of more than 64 KiB"};
  return {};
}

Result<void> SpokenSound::receive(const Event& event, std::vector<std::int16_t>& sound) {
  if (event.type == "error") return error_in(event);
  if (event.type == "audio-start") return begin(event);
  if (event.type == "audio-chunk") return take(event, sound);
  if (event.type == "audio-stop") {
    end(sound);
    done_ = ends_ == Ends::with_the_sound;
  }
  if (event.type == "synthesize-stopped") {
    end(sound);
    done_ = true;
  }
  return {};
}

Result<void> SpokenSound::begin(const Event& event) {
  const auto rate = integer_or(event.data, "rate", 0);
  const auto width = integer_or(event.data, "width", 0);
  const auto channels = integer_or(event.data, "channels", 0);
  if (width != 2 || channels < 1 || channels > audio::max_channels || rate < audio::min_rate ||
      rate > audio::max_rate) {
    return Error{
        ErrorCode::unsupported,
        fmt::format("wyoming: sound of {} samples a second, {} bytes each, {} channels", rate, width, channels)};
  }
  if (its_rate_ == rate && its_channels_ == channels) return {};
  its_rate_ = static_cast<int>(rate);
  its_channels_ = static_cast<int>(channels);
  held_.clear();
  resampler_.reset();
  if (its_rate_ != rate_) {
    ENTENTE_TRY(auto resampler, audio::Resampler::open(its_rate_, rate_, 1));
    resampler_.emplace(std::move(resampler));
  }
  return {};
}

// A server that forgets "audio-start" says the format with each chunk, too.
Result<void> SpokenSound::take(const Event& event, std::vector<std::int16_t>& sound) {
  if (its_rate_ == 0) ENTENTE_TRY_VOID(begin(event));
  held_ += event.payload;
  const auto frame = 2 * static_cast<std::size_t>(its_channels_);
  const auto whole = held_.size() - held_.size() % frame;
  std::vector<std::int16_t> samples;
  audio::append_from_wire(std::string_view(held_).substr(0, whole), samples);
  held_.erase(0, whole);
  std::vector<std::int16_t> mono;
  audio::append_mono(samples, its_channels_, mono);
  given_ += mono.size();
  if (given_ > most_seconds * static_cast<std::size_t>(its_rate_)) {
    return Error{ErrorCode::exhausted, "wyoming: more than ten minutes of speech"};
  }
  if (resampler_) {
    resampler_->process(mono, sound);
  } else {
    sound.insert(sound.end(), mono.begin(), mono.end());
  }
  return {};
}

void SpokenSound::end(std::vector<std::int16_t>& sound) {
  held_.clear();
  if (resampler_) resampler_->finish(sound);
}

}  // namespace entente::wyoming
