// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/resample.h"

#include <fmt/format.h>
#include <speex/speex_resampler.h>

#include <algorithm>

namespace entente::audio {
namespace {

// Of speexdsp's 0 to 10: what aliases stays 70 dB below, at half the work of the next better ones.
constexpr int quality = 5;
constexpr std::size_t piece_frames = 8192;

struct DestroyResampler {
  void operator()(SpeexResamplerState* resampler) const { speex_resampler_destroy(resampler); }
};

}  // namespace

struct Resampler::State {
  int from = 0;
  int to = 0;
  std::size_t channels = 1;
  std::unique_ptr<SpeexResamplerState, DestroyResampler> speex;  // null where the rates are equal
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;

  void push(std::span<const std::int16_t> in, std::vector<std::int16_t>& out);
  // How long the output must be for the input so far.
  std::uint64_t due() const {
    return (frames_in * static_cast<std::uint64_t>(to) + static_cast<std::uint64_t>(from) / 2) /
           static_cast<std::uint64_t>(from);
  }
};

void Resampler::State::push(std::span<const std::int16_t> in, std::vector<std::int16_t>& out) {
  while (!in.empty()) {
    auto taken = static_cast<spx_uint32_t>(std::min(in.size() / channels, piece_frames));
    const auto room =
        static_cast<std::uint64_t>(taken) * static_cast<std::uint64_t>(to) / static_cast<std::uint64_t>(from) + 16;
    auto made = static_cast<spx_uint32_t>(room);
    const auto before = out.size();
    out.resize(before + static_cast<std::size_t>(room) * channels);
    speex_resampler_process_interleaved_int(speex.get(), in.data(), &taken, out.data() + before, &made);
    out.resize(before + made * channels);
    frames_out += made;
    if (taken == 0 && made == 0) return;
    in = in.subspan(taken * channels);
  }
}

Resampler::Resampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;
Resampler::~Resampler() = default;

Result<Resampler> Resampler::open(int from_rate, int to_rate, int channels) {
  for (const int rate : {from_rate, to_rate}) {
    if (rate >= min_rate && rate <= max_rate) continue;
    return Error{ErrorCode::unsupported,
                 fmt::format("audio: a rate of {} Hz; {} to {} can be converted", rate, min_rate, max_rate)};
  }
  if (channels < 1 || channels > max_channels) {
    return Error{ErrorCode::unsupported,
                 fmt::format("audio: {} channels; 1 to {} can be converted", channels, max_channels)};
  }
  auto state = std::make_unique<State>();
  state->from = from_rate;
  state->to = to_rate;
  state->channels = static_cast<std::size_t>(channels);
  if (from_rate == to_rate) return Resampler(std::move(state));

  int outcome = RESAMPLER_ERR_SUCCESS;
  state->speex.reset(speex_resampler_init(static_cast<spx_uint32_t>(channels), static_cast<spx_uint32_t>(from_rate),
                                          static_cast<spx_uint32_t>(to_rate), quality, &outcome));
  if (!state->speex) {
    return Error{ErrorCode::failed, fmt::format("audio: resampler: {}", speex_resampler_strerror(outcome))};
  }
  speex_resampler_skip_zeros(state->speex.get());
  return Resampler(std::move(state));
}

void Resampler::process(std::span<const std::int16_t> in, std::vector<std::int16_t>& out) {
  ENTENTE_ASSERT(in.size() % state_->channels == 0);
  if (!state_->speex) {
    out.insert(out.end(), in.begin(), in.end());
    return;
  }
  state_->frames_in += in.size() / state_->channels;
  state_->push(in, out);
}

// Silence pushes the rest through the filter; what comes after the sound's own end is cut off again.
void Resampler::finish(std::vector<std::int16_t>& out) {
  if (!state_->speex) return;
  auto& state = *state_;
  const std::vector<std::int16_t> silence(piece_frames / 8 * state.channels);
  const auto before = out.size();
  const auto due = state.due();
  for (auto reached = state.frames_out; state.frames_out < due; reached = state.frames_out) {
    state.push(silence, out);
    if (state.frames_out == reached) break;
  }
  const auto beyond = static_cast<std::size_t>(state.frames_out - std::min(due, state.frames_out)) * state.channels;
  out.resize(out.size() - std::min(beyond, out.size() - before));

  speex_resampler_reset_mem(state.speex.get());
  speex_resampler_skip_zeros(state.speex.get());
  state.frames_in = 0;
  state.frames_out = 0;
}

Result<Pcm> convert(Pcm sound, int rate, Channels channels) {
  if (channels == Channels::mono) sound = to_mono(std::move(sound));
  if (sound.rate == rate) return sound;
  ENTENTE_TRY(auto resampler, Resampler::open(sound.rate, rate, sound.channels));
  Pcm converted{rate, sound.channels, {}};
  const auto ratio = static_cast<double>(rate) / sound.rate;
  converted.samples.reserve(static_cast<std::size_t>(static_cast<double>(sound.samples.size()) * ratio) + 4096);
  resampler.process(sound.samples, converted.samples);
  resampler.finish(converted.samples);
  return converted;
}

}  // namespace entente::audio
