// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/paced_out.h"

#include <algorithm>

namespace entente::speech {
namespace {

constexpr std::size_t most_queued = 600 * recogniser_rate;

}  // namespace

Result<void> PacedOut::play(Samples samples) {
  if (queue_.size() + samples.size() > most_queued) {
    return Error{ErrorCode::exhausted, "speech: ten minutes of sound wait already"};
  }
  queue_.insert(queue_.end(), samples.begin(), samples.end());
  return {};
}

void PacedOut::when_played(std::function<void()> done) {
  waiting_.push_back(std::move(done));
  if (queue_.empty()) tell_who_waits();
}

void PacedOut::flush() {
  queue_.clear();
  tell_who_waits();
}

std::vector<std::int16_t> PacedOut::advance(std::size_t samples) {
  std::vector<std::int16_t> sound(samples);
  const auto count = static_cast<std::ptrdiff_t>(std::min(samples, queue_.size()));
  std::copy_n(queue_.begin(), count, sound.begin());
  queue_.erase(queue_.begin(), queue_.begin() + count);
  if (queue_.empty()) tell_who_waits();
  return sound;
}

void PacedOut::tell_who_waits() {
  for (const auto& done : std::exchange(waiting_, {})) done();
}

}  // namespace entente::speech
