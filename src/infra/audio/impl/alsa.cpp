// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/impl/alsa.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace entente::audio {
namespace {

constexpr unsigned buffered_periods = 8;

void say_nothing(const char*, int, const char*, int, const char*, ...) {}

void silence_alsa() {
  static std::once_flag once;
  std::call_once(once, [] { snd_lib_error_set_handler(say_nothing); });
}

std::string reason(long number) {
  std::string text = snd_strerror(static_cast<int>(number));
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + ('a' - 'A'));
  return text;
}

const char* person_name(Direction direction) { return direction == Direction::capture ? "microphone" : "loudspeaker"; }

ErrorCode code_of(int number) {
  switch (number) {
    case -EACCES:
    case -EPERM: return ErrorCode::denied;
    case -EBUSY: return ErrorCode::unavailable;
    case -EINVAL: return ErrorCode::unsupported;
    default: return ErrorCode::not_found;
  }
}

}  // namespace

Result<AlsaDevice> AlsaDevice::open(Direction direction, const std::string& name, int rate, milliseconds period) {
  silence_alsa();
  const auto refused = [&](int number) {
    const auto device = name == "default" ? std::string() : fmt::format(" {}", name);
    return Error{code_of(number), fmt::format("audio: no {}{}: {}", person_name(direction), device, reason(number))};
  };
  snd_pcm_t* pcm = nullptr;
  const auto stream = direction == Direction::capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK;
  if (const int opened = snd_pcm_open(&pcm, name.c_str(), stream, SND_PCM_NONBLOCK); opened < 0) return refused(opened);
  AlsaDevice device(direction, pcm);
  if (const int configured = device.configure(rate, period); configured < 0) return refused(configured);
  return device;
}

int AlsaDevice::configure(int wanted_rate, milliseconds period) {
  auto* const pcm = pcm_.get();
  snd_pcm_hw_params_t* hardware = nullptr;
  snd_pcm_hw_params_alloca(&hardware);
  auto rate = static_cast<unsigned>(wanted_rate);
  unsigned channels = 1;
  auto period_time = static_cast<unsigned>(std::chrono::microseconds(period).count());
  auto buffer_time = period_time * buffered_periods;
  snd_pcm_uframes_t period_frames = 0;
  snd_pcm_uframes_t buffer_frames = 0;
  int outcome = snd_pcm_hw_params_any(pcm, hardware);
  const auto then = [&outcome](int next) {
    if (outcome >= 0) outcome = next;
    return outcome >= 0;
  };
  if (then(snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED)) &&
      then(snd_pcm_hw_params_set_format(pcm, hardware, SND_PCM_FORMAT_S16)) &&
      then(snd_pcm_hw_params_set_channels_near(pcm, hardware, &channels)) &&
      then(snd_pcm_hw_params_set_rate_near(pcm, hardware, &rate, nullptr)) &&
      then(snd_pcm_hw_params_set_period_time_near(pcm, hardware, &period_time, nullptr)) &&
      then(snd_pcm_hw_params_set_buffer_time_near(pcm, hardware, &buffer_time, nullptr)) &&
      then(snd_pcm_hw_params(pcm, hardware)) &&
      then(snd_pcm_hw_params_get_period_size(hardware, &period_frames, nullptr)) &&
      then(snd_pcm_hw_params_get_buffer_size(hardware, &buffer_frames))) {
    rate_ = static_cast<int>(rate);
    channels_ = static_cast<int>(channels);
    period_frames_ = period_frames;
  }
  if (outcome < 0) return outcome;

  snd_pcm_sw_params_t* software = nullptr;
  snd_pcm_sw_params_alloca(&software);
  then(snd_pcm_sw_params_current(pcm, software));
  then(snd_pcm_sw_params_set_avail_min(pcm, software, period_frames));
  const auto start = direction_ == Direction::capture ? snd_pcm_uframes_t{1} : buffer_frames / 2;
  then(snd_pcm_sw_params_set_start_threshold(pcm, software, start));
  then(snd_pcm_sw_params(pcm, software));
  then(snd_pcm_prepare(pcm));
  if (direction_ == Direction::capture) then(snd_pcm_start(pcm));
  return outcome;
}

Error AlsaDevice::lost(long number) const {
  return Error{ErrorCode::unavailable, fmt::format("audio: {} lost: {}", person_name(direction_), reason(number))};
}

Result<bool> AlsaDevice::wait(milliseconds timeout) {
  const int outcome = snd_pcm_wait(pcm_.get(), static_cast<int>(timeout.count()));
  if (outcome >= 0) return outcome > 0;
  if (auto mended = frames_or_mended(outcome); !mended) return mended.error();
  return false;
}

// -EPIPE: we were too slow; -ESTRPIPE: the machine slept. After either the stream begins anew.
Result<std::size_t> AlsaDevice::frames_or_mended(long outcome) {
  if (outcome >= 0) return static_cast<std::size_t>(outcome);
  if (outcome == -EAGAIN) return std::size_t{0};
  if (const int mended = snd_pcm_recover(pcm_.get(), static_cast<int>(outcome), 1); mended < 0) return lost(mended);
  if (direction_ == Direction::capture) snd_pcm_start(pcm_.get());
  return std::size_t{0};
}

Result<std::size_t> AlsaDevice::read(std::span<std::int16_t> samples) {
  const auto frames = samples.size() / static_cast<std::size_t>(channels_);
  return frames_or_mended(snd_pcm_readi(pcm_.get(), samples.data(), frames));
}

Result<std::size_t> AlsaDevice::write(std::span<const std::int16_t> samples) {
  const auto frames = samples.size() / static_cast<std::size_t>(channels_);
  return frames_or_mended(snd_pcm_writei(pcm_.get(), samples.data(), frames));
}

std::size_t AlsaDevice::delay() const {
  snd_pcm_sframes_t frames = 0;
  if (snd_pcm_state(pcm_.get()) != SND_PCM_STATE_RUNNING) return 0;
  if (snd_pcm_delay(pcm_.get(), &frames) < 0) return 0;
  return frames > 0 ? static_cast<std::size_t>(frames) : 0;
}

void AlsaDevice::start() {
  if (snd_pcm_state(pcm_.get()) == SND_PCM_STATE_PREPARED) snd_pcm_start(pcm_.get());
}

void AlsaDevice::drop() {
  snd_pcm_drop(pcm_.get());
  snd_pcm_prepare(pcm_.get());
}

}  // namespace entente::audio
