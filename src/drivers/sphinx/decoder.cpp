// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/decoder.h"

#include <algorithm>
#include <cmath>

namespace entente::sphinx {
namespace {

constexpr unsigned group_bits = 6;              // of a token's variant
constexpr std::size_t place_limit = 1U << 23U;  // a token's key has 24 bits for its place
constexpr std::size_t histogram_bins = 64;

std::uint64_t pair_key(std::uint32_t a, std::uint32_t b) { return (std::uint64_t{a} << 32U) | b; }

}  // namespace

Decoder::Decoder(const AcousticModel& model, const ContextTable& contexts, const SearchGraph& graph,
                 const SearchSettings& settings)
    : model_(model), contexts_(contexts), graph_(graph), settings_(settings), slots_(1U << 12U) {
  for (Phone phone = 0; phone < model.phone_count(); ++phone) {
    // Of the noises only the general one: spoken noise would eat words.
    if (phone == model.silence() || model.phone_name(phone) == "+NSN+") fillers_.push_back(phone);
  }
  stacks_.emplace_back();
  entrances_.resize(1);
  Entrance& start = entrances_.front();
  start.place = place_of(graph.start(), 0);
  start.left = model.silence();
  start.score.fill(0);
  start.history.fill(-1);
  ++stamp_;
  enter_place(start);
}

void Decoder::advance(SenoneScorer& scorer, float quiet) {
  first_of_frame_.push_back(ends_.size());
  evaluate(scorer, quiet);
  prune();
  propagate();
  enter_words();
}

void Decoder::evaluate(SenoneScorer& scorer, float quiet) {
  const float shift = best_;
  base_ += shift;
  float best = never;
  for (Token& token : tokens_) {
    const auto& sequence = model_.senone_sequence(token.sequence);
    const auto& transitions = model_.transitions(token.phone);
    const float offset = (token.node >= graph_.nodes().size() ? quiet : 0) - shift;
    auto& score = token.score;
    token.best = never;
    for (std::size_t state = state_count; state-- > 0;) {
      float stays = score[state] + transitions.stay[state];
      const float comes = state > 0 ? score[state - 1] + transitions.leave[state - 1] : token.entry;
      if (comes > stays) {
        stays = comes;
        token.history[state] = state > 0 ? token.history[state - 1] : token.entry_history;
      }
      if (stays < never / 2) {
        score[state] = never;
        continue;
      }
      score[state] = stays + offset + scorer.score(sequence[state]);
      token.best = std::max(token.best, score[state]);
    }
    token.entry = never;
    best = std::max(best, token.best);
  }
  best_ = best > never / 2 ? best : 0;
  threshold_ = best_ - settings_.beam;
}

// Drops tokens below the beam, and tightens it when there are too many. The rest gets fresh slots.
void Decoder::prune() {
  std::array<std::size_t, histogram_bins> counts{};
  const float width = settings_.beam / static_cast<float>(histogram_bins);
  std::size_t alive = 0;
  for (const Token& token : tokens_) {
    if (!(token.best >= threshold_)) continue;
    ++alive;
    auto bin = static_cast<std::size_t>((best_ - token.best) / width);
    ++counts[std::min(bin, histogram_bins - 1)];
  }
  if (alive > settings_.most_active) {
    std::size_t kept = 0;
    std::size_t bin = 0;
    while (bin < histogram_bins - 1 && kept + counts[bin] <= settings_.most_active) kept += counts[bin++];
    threshold_ = best_ - width * static_cast<float>(std::max<std::size_t>(bin, 1));
  }
  ++stamp_;
  std::size_t to = 0;
  for (std::size_t from = 0; from < tokens_.size(); ++from) {
    if (!(tokens_[from].best >= threshold_)) continue;
    if (to != from) tokens_[to] = tokens_[from];
    const Token& token = tokens_[to];
    Slot& slot = find_slot((std::uint64_t{token.place} << 40U) | (std::uint64_t{token.node} << 16U) | token.variant);
    slot.token = static_cast<std::uint32_t>(to++);
  }
  tokens_.resize(to);
}

void Decoder::propagate() {
  entrance_count_ = 0;
  const float leaving = std::max(threshold_, best_ - settings_.word_beam);
  const auto count = tokens_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Token& token = tokens_[i];
    const float exit = token.score[state_count - 1] + model_.transitions(token.phone).leave[state_count - 1];
    if (!(exit >= leaving)) continue;
    if (token.node >= graph_.nodes().size()) {
      leave_filler(i, exit);
    } else if (graph_.nodes()[token.node].ends_word()) {
      leave_word(i, exit);
    } else {
      leave_phone(i, exit);
    }
  }
}

void Decoder::leave_phone(std::size_t index, float score) {
  const auto place = tokens_[index].place;
  const auto history = tokens_[index].history[state_count - 1];
  const TreeNode& node = graph_.nodes()[tokens_[index].node];
  for (Index child = node.first_child; child < node.first_child + node.child_count; ++child) {
    const TreeNode& next = graph_.nodes()[child];
    if (next.kind == TreeNode::Kind::inside) {
      enter(place, child, 0, next.triphone, next.phone, score, history);
      continue;
    }
    const auto followers = graph_.state(next.target).followers;
    unsigned number = 0;
    for (const auto& group : contexts_.at_end(next.phone, next.left)) {
      if (group.phones & followers) enter(place, child, number, group.sequence, next.phone, score, history);
      ++number;
    }
  }
}

void Decoder::leave_word(std::size_t index, float score) {
  const Token& token = tokens_[index];
  const TreeNode& node = graph_.nodes()[token.node];
  const unsigned number = token.variant & ((1U << group_bits) - 1);
  const auto left = static_cast<Phone>(token.variant >> group_bits);
  const auto groups =
      node.kind == TreeNode::Kind::single ? contexts_.alone(node.phone, left) : contexts_.at_end(node.phone, node.left);
  WordEnd end;
  end.previous = token.history[state_count - 1];
  end.word = node.word;
  end.followers = groups[number].phones & graph_.state(node.target).followers;
  end.start = node.start;
  end.last = node.phone;
  end.place = place_of(node.target, places_[token.place].stack);
  end_word(end, score);
}

void Decoder::leave_filler(std::size_t index, float score) {
  const Token& token = tokens_[index];
  WordEnd end;
  end.previous = token.history[state_count - 1];
  end.word = filler_word;
  end.followers = model_.all_phones();
  end.start = end.last = model_.silence();
  end.place = token.place;
  end_word(end, score);
}

void Decoder::end_word(const WordEnd& end, float score) {
  if (places_.size() >= place_limit) return;
  const auto history = static_cast<std::int32_t>(ends_.size());
  ends_.push_back(end);
  ends_.back().score = base_ + score;
  ends_.back().frame = static_cast<std::int32_t>(first_of_frame_.size()) - 1;

  std::size_t at = 0;
  while (at < entrance_count_ && !(entrances_[at].place == end.place && entrances_[at].left == end.last)) ++at;
  if (at == entrance_count_) {
    if (++entrance_count_ > entrances_.size()) entrances_.resize(entrance_count_ * 2);
    entrances_[at].place = end.place;
    entrances_[at].left = end.last;
    entrances_[at].score.fill(never);
  }
  Entrance& entrance = entrances_[at];
  for (std::size_t phone = 0; phone < model_.phone_count(); ++phone) {
    if (!((end.followers >> phone) & 1U) || score <= entrance.score[phone]) continue;
    entrance.score[phone] = score;
    entrance.history[phone] = history;
  }
}

void Decoder::enter_words() {
  for (std::size_t i = 0; i < entrance_count_; ++i) enter_place(entrances_[i]);
}

void Decoder::enter_place(const Entrance& entrance) {
  expand(entrance.place);
  enter_fillers(entrance);
  for (std::size_t i = 0; i < places_[entrance.place].trees.size(); ++i) {
    enter_tree(places_[entrance.place].trees[i], entrance);
  }
}

void Decoder::enter_fillers(const Entrance& entrance) {
  const float score = entrance.score[model_.silence()];
  const auto history = entrance.history[model_.silence()];
  auto node = static_cast<Index>(graph_.nodes().size());
  for (Phone filler : fillers_) {
    const float penalty = filler == model_.silence() ? settings_.silence_penalty : settings_.noise_penalty;
    enter(entrance.place, node++, 0, model_.context_free(filler), filler, score + penalty, history);
  }
}

void Decoder::enter_tree(Index place, const Entrance& entrance) {
  const auto& state = graph_.state(places_[place].state);
  for (Index index = state.first_root; index < state.first_root + state.root_count; ++index) {
    const TreeNode& node = graph_.nodes()[index];
    const float score = entrance.score[node.phone];
    if (!(score >= threshold_)) continue;
    const auto history = entrance.history[node.phone];
    const unsigned left = unsigned{entrance.left} << group_bits;
    if (node.kind == TreeNode::Kind::first) {
      auto sequence = model_.triphone(WordPlace::begin, node.phone, entrance.left, node.right);
      enter(place, index, left, sequence, node.phone, score, history);
      continue;
    }
    const auto followers = graph_.state(node.target).followers;
    unsigned number = 0;
    for (const auto& group : contexts_.alone(node.phone, entrance.left)) {
      if (group.phones & followers) enter(place, index, left | number, group.sequence, node.phone, score, history);
      ++number;
    }
  }
}

void Decoder::enter(Index place, Index node, unsigned variant, std::uint16_t sequence, Phone phone, float score,
                    std::int32_t history) {
  if (!(score >= threshold_)) return;
  Slot& slot = find_slot((std::uint64_t{place} << 40U) | (std::uint64_t{node} << 16U) | variant);
  if (slot.token == tokens_.size()) {
    Token token;
    token.score.fill(never);
    token.history.fill(-1);
    token.entry = never;
    token.best = never;
    token.place = place;
    token.node = node;
    token.variant = static_cast<std::uint16_t>(variant);
    token.sequence = sequence;
    token.phone = phone;
    tokens_.push_back(token);
  }
  Token& token = tokens_[slot.token];
  if (score <= token.entry) return;
  token.entry = score;
  token.entry_history = history;
}

// The slot of `key`; a fresh one names the token that will be added next.
Decoder::Slot& Decoder::find_slot(std::uint64_t key) {
  if (slots_.size() < tokens_.size() * 2) grow_slots();
  const std::uint64_t mask = slots_.size() - 1;
  auto at = (key * 0x9E3779B97F4A7C15U) >> 20U & mask;
  while (slots_[at].stamp == stamp_ && slots_[at].key != key) at = (at + 1) & mask;
  if (slots_[at].stamp != stamp_) slots_[at] = Slot{key, stamp_, static_cast<std::uint32_t>(tokens_.size())};
  return slots_[at];
}

void Decoder::grow_slots() {
  std::vector<Slot> old(slots_.size() * 4);
  old.swap(slots_);
  const std::uint64_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.stamp != stamp_) continue;
    auto at = (slot.key * 0x9E3779B97F4A7C15U) >> 20U & mask;
    while (slots_[at].stamp == stamp_) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

Decoder::Index Decoder::place_of(Index state, Index stack) {
  auto [found, fresh] = place_index_.try_emplace(pair_key(state, stack), static_cast<Index>(places_.size()));
  if (fresh) {
    Place& place = places_.emplace_back();
    place.state = state;
    place.stack = stack;
  }
  return found->second;
}

Decoder::Index Decoder::push(Index below, Index returns) {
  auto [found, fresh] = stack_index_.try_emplace(pair_key(below, returns), static_cast<Index>(stacks_.size()));
  if (fresh) stacks_.push_back(Stack{below, returns});
  return found->second;
}

// Finds all trees that begin at a place. Returning is possible only after a word, so called networks are not left
// again at once: those without words were dealt with when the graph was made.
void Decoder::expand(Index index) {
  if (places_[index].expanded) return;
  std::vector<Index> trees;
  bool accepts = false;
  for (Index at = index;;) {
    trees.push_back(at);
    add_calls(at, trees);
    const Place place = places_[at];
    if (!graph_.state(place.state).final) break;
    if (place.stack == 0) {
      accepts = true;
      break;
    }
    at = place_of(stacks_[place.stack].returns, stacks_[place.stack].below);
  }
  std::sort(trees.begin(), trees.end());
  trees.erase(std::unique(trees.begin(), trees.end()), trees.end());
  places_[index].trees = std::move(trees);
  places_[index].accepts = accepts;
  places_[index].expanded = true;
}

void Decoder::add_calls(Index index, std::vector<Index>& trees) {
  const Index stack = places_[index].stack;
  for (const auto& call : graph_.calls(graph_.state(places_[index].state))) {
    auto called = place_of(call.start, push(stack, call.returns));
    trees.push_back(called);
    add_calls(called, trees);
  }
}

}  // namespace entente::sphinx
