// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/listen_to.h"

namespace entente::speech {
namespace {

constexpr seconds patience{60};  // for one chunk

audio::Pcm cut(const audio::Pcm& sound, std::size_t from, std::size_t frames) {
  const auto channels = static_cast<std::size_t>(sound.channels);
  const auto begin = sound.samples.begin() + static_cast<std::ptrdiff_t>(from * channels);
  return {sound.rate, sound.channels, {begin, begin + static_cast<std::ptrdiff_t>(frames * channels)}};
}

}  // namespace

Task<Result<Heard>> listen_to(Loop& loop, Listener& listener, const audio::Pcm& sound, Pace pace, milliseconds chunk) {
  if (sound.rate < audio::min_rate || sound.rate > audio::max_rate || sound.channels < 1) {
    co_return Error{ErrorCode::invalid,
                    fmt::format("speech: sound of {} Hz with {} channels", sound.rate, sound.channels)};
  }
  const auto length = std::clamp(chunk, milliseconds(10), milliseconds(1'000));
  const auto frames = audio::frames_in(length, sound.rate);
  const auto begun = loop.now();
  for (std::size_t at = 0; at < sound.frames(); at += frames) {
    const auto count = std::min(frames, sound.frames() - at);
    if (pace == Pace::real_time) {  // a chunk is there when its last sample has been spoken
      const Deadline spoken{begun + audio::duration_of(at + count, sound.rate)};
      auto heard = co_await listener.next(spoken);
      if (heard.ok() || heard.error().code != ErrorCode::timeout) co_return heard;
    }
    const auto piece = cut(sound, at, count);
    const auto fed = listener.feed(piece);
    if (!fed.ok() && fed.error().code == ErrorCode::unavailable) break;  // it has ended by itself
    if (!fed.ok()) co_return fed.error();
    if (pace == Pace::as_fast_as_possible) {
      const auto deadline = Deadline::in(loop, patience);
      ENTENTE_CO_TRY_VOID(co_await listener.caught_up(deadline));
      if (listener.has_heard()) break;
    }
  }
  if (!listener.has_heard()) listener.finish();
  const auto deadline = Deadline::in(loop, patience);
  co_return co_await listener.next(deadline);
}

}  // namespace entente::speech
