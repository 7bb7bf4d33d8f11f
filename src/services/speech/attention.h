// SPDX-License-Identifier: GPL-3.0-or-later
// What a speaker that always listens attends to: it sleeps until it is called, hears one sentence, thinks, answers, and
// after a question of its own hears the answer without being called again. Events in, what to do out: a value without
// threads, clock or sound. Time is the microphone's: `now` and all positions are samples since its first one.
//
//                          called                      said
//             asleep ───────────────▶ listening ─────────────────▶ thinking
//               ▲ ▲    nothing said       ▲  ▲                        │ answered
//               │ └───────────────────────┘  │ called, or asked back  ▼
//               └────────────────────────────┴──────────────────── speaking
//                         has spoken, told to stop
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace entente::speech {

struct AttentionRules {
  milliseconds patience{6'000};   // until the first word after being called
  milliseconds follow_up{8'000};  // the same after a question of ours; 0: no listening without being called
  // Sound from before the end of our question that counts as the answer's: people are faster than the sound's way.
  milliseconds before_follow_up{300};
};

class Attention {
 public:
  using Position = std::int64_t;

  enum class State {
    asleep,     // waits to be called
    listening,  // to one sentence
    thinking,   // about it
    speaking,   // the answer
  };

  // What to do, in this order. Everything else stays as it is.
  struct Orders {
    bool silence = false;              // what sounds falls silent at once; no more of it follows
    bool stop_listening = false;       // the ear that is open is closed
    bool chime = false;                // somebody called: show it
    std::optional<Position> listen{};  // open an ear that hears from there on
    bool answer = false;               // what was said is to be answered
    bool speak = false;                // the answer is to be spoken
    bool operator==(const Orders&) const = default;
  };

  explicit Attention(AttentionRules rules = {}) : rules_(rules) {}

  State state() const { return state_; }
  bool following_up() const { return following_up_; }  // listening without having been called
  // Grows each time somebody is listened to: an answer belongs to the turn in which it was asked for.
  std::uint64_t turn() const { return turn_; }

  // The wake word was said and ended at `end`.
  Orders called(Position end);
  // A word was said that makes it stop.
  Orders told_to_stop();
  // How far the microphone is, and whether somebody speaks to the open ear.
  Orders time_passed(Position now, bool somebody_speaks);
  // The open ear heard a sentence, or found that there was none.
  enum class Heard { sentence, nothing };
  Orders heard(Heard what);
  struct Answer {
    bool spoken = false;  // there is something to speak
    bool asks = false;    // and it is a question
  };
  // The answer of a turn is there. One that is no longer waited for changes nothing.
  Orders answered(std::uint64_t turn, Answer answer);
  // The answer has been heard to its end, or could not be spoken.
  Orders has_spoken(Position now);
  // No more sound comes for now.
  Orders deaf();

 private:
  Orders fall_asleep(Orders orders);
  Orders listen(Orders orders, Position from, milliseconds patience);

  AttentionRules rules_;
  State state_ = State::asleep;
  bool following_up_ = false;
  bool asked_ = false;  // the answer that is spoken is a question
  std::uint64_t turn_ = 0;
  Position give_up_at_ = 0;  // where nobody has spoken until then
};

const char* to_string(Attention::State state);

}  // namespace entente::speech
