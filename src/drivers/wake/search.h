// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for one phrase in the stream of phone probabilities: a Viterbi search over its chains in which the phrase may
// begin at every frame, against what the best phones would score at the same place. A value with state; fixed memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/wake/network.h"
#include "drivers/wake/phrase.h"

namespace entente::wake {

// How well one frame fits each phone, compared with what fits best: 0 for the best one, down to a floor.
using Fit = PhoneFrame;
Fit fit_of(const PhoneFrame& heard);

struct Match {
  float score = 0;                  // 0 is perfect; mean over the phrase's phones
  std::int64_t begin = 0, end = 0;  // frames of 20 ms; end is behind the last
};

class Search {
 public:
  explicit Search(const std::vector<Chain>& chains);

  // The best way in which the phrase can end with this frame.
  std::optional<Match> take(const Fit& fit);
  void reset();

 private:
  struct Token {
    float path = 0;    // what the search maximises
    float before = 0;  // sum over the finished phones of their mean fits
    float sum = 0;     // of the fits of this phone
    int frames = 0;    // of this phone
    std::int64_t begin = 0;
  };
  struct State {
    std::uint8_t phone = 0;
    bool first = false;  // of its phone
    bool stays = false;  // may last more than one frame
    bool optional = false;
    bool last = false;  // of its chain
    float share = 0;    // 1 / phones that sound in the chain
  };
  static Token enter(const Token& from);
  void extend(Token& token, const State& state, const Fit& fit) const;

  std::vector<State> states_;
  std::vector<Token> now_, next_;
  std::int64_t frame_ = 0;
};

// From matches to detections: the best of those that overlap, once it gets no better.
class Picker {
 public:
  explicit Picker(float threshold) : threshold_(threshold) {}
  std::optional<Match> take(const std::optional<Match>& match);

 private:
  float threshold_;
  std::optional<Match> best_;
  int since_ = 0;                 // frames
  std::int64_t taken_until_ = 0;  // nothing before belongs to a further detection
};

}  // namespace entente::wake
