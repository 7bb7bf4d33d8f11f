// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/search.h"

#include <algorithm>

namespace entente::wake {
namespace {

constexpr float worst_fit = -6;
constexpr float frame_bonus = 0.4F;  // so that the search does not prefer the shortest path
constexpr float never = -1e9F;
constexpr int patience = 6;  // frames without a better match until a detection is certain

bool is_long(std::uint8_t phone) {
  static const std::array<bool, phone_count> table = [] {
    std::array<bool, phone_count> long_ones{};
    for (const char* name : {"AA", "AE", "AO", "AW", "AY", "EH", "ER", "EY", "IY", "OW", "OY", "UW", "S", "SH", "Z"}) {
      long_ones[find_phone(name)] = true;
    }
    return long_ones;
  }();
  return table[phone];
}

}  // namespace

Fit fit_of(const PhoneFrame& heard) {
  const float best = *std::max_element(heard.begin(), heard.end());
  Fit fit;
  for (std::size_t i = 0; i < phone_count; ++i) fit[i] = std::max(heard[i] - best, worst_fit);
  return fit;
}

Search::Search(const std::vector<Chain>& chains) {
  for (const Chain& chain : chains) {
    const float share = 1.0F / static_cast<float>(chain.sounding());
    for (std::size_t i = 0; i < chain.phones.size(); ++i) {
      const auto phone = chain.phones[i];
      const int count = phone == 0 ? 1 : is_long(phone) ? 3 : 2;
      for (int k = 0; k < count; ++k) {
        states_.push_back({phone, k == 0, k + 1 == count, phone == 0, false, share});
      }
    }
    states_.back().last = true;
  }
  reset();
}

void Search::reset() {
  now_.assign(states_.size(), Token{never, 0, 0, 0, 0});
  next_ = now_;
}

Search::Token Search::enter(const Token& from) {
  Token token = from;
  if (from.frames > 0) token.before += from.sum / static_cast<float>(from.frames);
  token.sum = 0;
  token.frames = 0;
  return token;
}

void Search::extend(Token& token, const State& state, const Fit& fit) const {
  const float value = fit[state.phone];
  token.path += value + frame_bonus;
  if (state.phone == 0) return;  // silence between words counts for nothing
  token.sum += value;
  ++token.frames;
}

std::optional<Match> Search::take(const Fit& fit) {
  std::optional<Match> best;
  bool chain_begins = true;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const State& state = states_[i];
    Token token{never, 0, 0, 0, 0};
    if (chain_begins) token = Token{0, 0, 0, 0, frame_};
    if (!chain_begins) {
      const Token& left = now_[i - 1];
      token = state.first ? enter(left) : left;
      if (state.first && i >= 2 && states_[i - 1].optional && now_[i - 2].path > token.path) token = enter(now_[i - 2]);
    }
    if (state.stays && now_[i].path > token.path) token = now_[i];
    if (token.path > never / 2) extend(token, state, fit);
    next_[i] = token;
    chain_begins = state.last;
    if (!state.last || token.path < never / 2) continue;
    const float score = enter(token).before * state.share;
    if (!best || score > best->score) best = Match{score, token.begin, frame_ + 1};
  }
  now_.swap(next_);
  ++frame_;
  return best;
}

std::optional<Match> Picker::take(const std::optional<Match>& match) {
  if (match && match->score > threshold_ && match->begin >= taken_until_ && (!best_ || match->score > best_->score)) {
    best_ = match;
    since_ = 0;
    return std::nullopt;
  }
  if (!best_ || ++since_ < patience) return std::nullopt;
  const Match found = *best_;
  taken_until_ = found.end;
  best_.reset();
  since_ = 0;
  return found;
}

}  // namespace entente::wake
