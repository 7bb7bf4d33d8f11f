// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/phone_loop.h"

#include <algorithm>

namespace entente::sphinx {
namespace {

constexpr float never = -1e30F;
constexpr float phone_penalty = -3;

}  // namespace

PhoneLoop::PhoneLoop(const AcousticModel& model) : model_(model), scores_(model.phone_count()) {
  for (auto& states : scores_) states.fill(never);
}

// In a pause the loop hears what a sentence could hear there, too: phones that happen to fit a hiss prove nothing.
float PhoneLoop::pause_score(SenoneScorer& scorer) const {
  float best = never;
  for (Phone phone = 0; phone < model_.phone_count(); ++phone) {
    if (!(model_.fillers() & only(phone)) || model_.phone_name(phone) == "+SPN+") continue;
    for (auto senone : model_.senone_sequence(model_.context_free(phone))) best = std::max(best, scorer.score(senone));
  }
  return best;
}

void PhoneLoop::advance(SenoneScorer& scorer, float quiet) {
  const float shift = best_;
  base_ += static_cast<double>(shift);
  const bool pause = quiet > 0;
  const float in_pause = pause ? pause_score(scorer) + quiet : 0;
  float best = never;
  float exit = never;
  for (Phone phone = 0; phone < model_.phone_count(); ++phone) {
    const auto& sequence = model_.senone_sequence(model_.context_free(phone));
    const auto& transitions = model_.transitions(phone);
    auto& states = scores_[phone];
    for (std::size_t state = state_count; state-- > 0;) {
      const float comes = state > 0 ? states[state - 1] + transitions.leave[state - 1] : entry_ + phone_penalty;
      const float better = std::max(states[state] + transitions.stay[state], comes);
      const float fits = pause ? in_pause : scorer.score(sequence[state]);
      states[state] = better < never / 2 ? never : better - shift + fits;
      best = std::max(best, states[state]);
    }
    exit = std::max(exit, states[state_count - 1] + transitions.leave[state_count - 1]);
  }
  best_ = best;
  entry_ = exit;
  scored_.push_back(score());
}

}  // namespace entente::sphinx
