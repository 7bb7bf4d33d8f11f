// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/attention.h"

#include <algorithm>

#include "services/speech/speech.h"

namespace entente::speech {
namespace {

Attention::Position samples_in(milliseconds time) { return time.count() * recogniser_rate / 1'000; }

}  // namespace

const char* to_string(Attention::State state) {
  switch (state) {
    case Attention::State::asleep: return "asleep";
    case Attention::State::listening: return "listening";
    case Attention::State::thinking: return "thinking";
    case Attention::State::speaking: return "speaking";
  }
  return "?";
}

Attention::Orders Attention::fall_asleep(Orders orders) {
  state_ = State::asleep;
  following_up_ = asked_ = false;
  return orders;
}

Attention::Orders Attention::listen(Orders orders, Position from, milliseconds patience) {
  state_ = State::listening;
  asked_ = false;
  ++turn_;
  give_up_at_ = from + samples_in(patience);
  orders.listen = from;
  return orders;
}

Attention::Orders Attention::called(Position end) {
  Orders orders;
  orders.silence = state_ == State::speaking;
  orders.stop_listening = state_ == State::listening;
  orders.chime = true;
  following_up_ = false;
  return listen(orders, end, rules_.patience);
}

// While somebody is listened to, "stop" is a word of the sentence like any other.
Attention::Orders Attention::told_to_stop() {
  if (state_ == State::thinking) return fall_asleep({});
  if (state_ != State::speaking) return {};
  Orders orders;
  orders.silence = true;
  return fall_asleep(orders);
}

// Once somebody speaks, the ear decides when the sentence is over.
Attention::Orders Attention::time_passed(Position now, bool somebody_speaks) {
  if (state_ != State::listening || somebody_speaks || now < give_up_at_) return {};
  Orders orders;
  orders.stop_listening = true;
  return fall_asleep(orders);
}

Attention::Orders Attention::heard(Heard what) {
  if (state_ != State::listening) return {};
  Orders orders;
  orders.stop_listening = true;
  if (what == Heard::nothing) return fall_asleep(orders);
  state_ = State::thinking;
  following_up_ = false;
  orders.answer = true;
  return orders;
}

Attention::Orders Attention::answered(std::uint64_t turn, Answer answer) {
  if (state_ != State::thinking || turn != turn_) return {};
  if (!answer.spoken) return fall_asleep({});
  state_ = State::speaking;
  asked_ = answer.asks;
  Orders orders;
  orders.speak = true;
  return orders;
}

Attention::Orders Attention::has_spoken(Position now) {
  if (state_ != State::speaking) return {};
  if (!asked_ || rules_.follow_up <= milliseconds::zero()) return fall_asleep({});
  following_up_ = true;
  const auto from = std::max<Position>(now - samples_in(rules_.before_follow_up), 0);
  return listen({}, from, rules_.follow_up + rules_.before_follow_up);
}

Attention::Orders Attention::deaf() {
  if (state_ != State::listening) return {};
  Orders orders;
  orders.stop_listening = true;
  return fall_asleep(orders);
}

}  // namespace entente::speech
