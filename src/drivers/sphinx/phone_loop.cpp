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

void PhoneLoop::advance(SenoneScorer& scorer, float quiet) {
  const float shift = best_;
  base_ += static_cast<double>(shift);
  float best = never;
  float exit = never;
  for (Phone phone = 0; phone < model_.phone_count(); ++phone) {
    const auto& sequence = model_.senone_sequence(model_.context_free(phone));
    const auto& transitions = model_.transitions(phone);
    const float offset = (model_.fillers() & only(phone) ? quiet : 0) - shift;
    auto& states = scores_[phone];
    for (std::size_t state = state_count; state-- > 0;) {
      const float comes = state > 0 ? states[state - 1] + transitions.leave[state - 1] : entry_ + phone_penalty;
      const float better = std::max(states[state] + transitions.stay[state], comes);
      states[state] = better < never / 2 ? never : better + offset + scorer.score(sequence[state]);
      best = std::max(best, states[state]);
    }
    exit = std::max(exit, states[state_count - 1] + transitions.leave[state_count - 1]);
  }
  best_ = best;
  entry_ = exit;
}

}  // namespace entente::sphinx
