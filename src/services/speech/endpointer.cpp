// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/endpointer.h"

namespace entente::speech {
namespace {

constexpr int frames_to_start = 4;  // voiced ones: 40 ms
constexpr milliseconds frame_length{10};

}  // namespace

const char* to_string(EndReason reason) {
  switch (reason) {
    case EndReason::complete: return "complete";
    case EndReason::silent: return "silent";
    case EndReason::stable: return "stable";
    case EndReason::too_long: return "too_long";
    case EndReason::finished: return "finished";
  }
  return "";
}

Endpointer::Step Endpointer::feed(Samples samples) {
  if (const auto event = judge(); event != Endpoint::none) return {0, event};
  std::size_t consumed = 0;
  while (consumed < samples.size()) {
    const auto count = std::min(samples.size() - consumed, frame_.size() - in_frame_);
    std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(consumed), count,
                frame_.begin() + static_cast<std::ptrdiff_t>(in_frame_));
    consumed += count;
    in_frame_ += count;
    if (in_frame_ < frame_.size()) break;
    in_frame_ = 0;
    if (const auto event = take_frame(); event != Endpoint::none) return {consumed, event};
  }
  return {consumed, Endpoint::none};
}

Endpoint Endpointer::take_frame() {
  const bool voiced = activity_.is_voiced(frame_);
  position_ += static_cast<Position>(frame_.size());
  if (!speaking_) return wait_for_speech(voiced);
  if (voiced) {
    last_voiced_ = position_;
    voiced_ += frame_length;
  }
  return judge();
}

Endpoint Endpointer::wait_for_speech(bool voiced) {
  run_ = voiced ? run_ + 1 : std::max(0, run_ - 1);
  if (run_ < frames_to_start) return Endpoint::none;
  speaking_ = true;
  start_ = std::max<Position>(0, position_ - run_ * static_cast<Position>(frame_.size()));
  last_voiced_ = position_;
  voiced_ = run_ * frame_length;
  run_ = 0;
  partial_ = {};
  decoded_ = unchanged_since_ = start_;
  return Endpoint::started;
}

void Endpointer::hypothesis(const Partial& partial, Position decoded) {
  if (!speaking_) return;
  if (partial.text != partial_.text || partial.complete != partial_.complete) unchanged_since_ = decoded;
  partial_ = partial;
  decoded_ = decoded;
}

// A sentence counts as whole only if the recogniser has heard some of the silence after it: words may still have been
// under way before.
Endpoint Endpointer::judge() {
  if (!speaking_) return Endpoint::none;
  const auto waited = silence();
  const bool heard_the_end = span(last_voiced_, decoded_) >= rules_.end_when_closed / 2;
  const auto enough = partial_.closed     ? rules_.end_when_closed
                      : partial_.dictated ? rules_.end_when_dictated
                      : partial_.open     ? rules_.end_when_open
                                          : rules_.end_when_complete;
  if (partial_.complete && heard_the_end && waited >= enough) return end(EndReason::complete);
  if (waited >= rules_.end_otherwise) return end(EndReason::silent);
  if (partial_.complete && span(unchanged_since_, decoded_) >= rules_.end_when_stable) return end(EndReason::stable);
  if (span(start_, position_) >= rules_.longest) return end(EndReason::too_long);
  return Endpoint::none;
}

Endpoint Endpointer::end(EndReason reason) {
  speaking_ = false;
  reason_ = reason;
  return reason == EndReason::silent && voiced_ < rules_.least_speech ? Endpoint::discarded : Endpoint::ended;
}

Endpoint Endpointer::finish() { return speaking_ ? end(EndReason::finished) : Endpoint::none; }

}  // namespace entente::speech
