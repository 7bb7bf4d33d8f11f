// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/decoder.h"

#include <algorithm>
#include <cmath>

namespace entente::sphinx {
namespace {

constexpr unsigned group_bits = 6;              // of a token's variant
constexpr std::size_t place_limit = 1U << 23U;  // a token's key has 24 bits for its place
constexpr std::size_t histogram_bins = 64;
constexpr std::size_t cached_likelihoods = 1U << 12U;
constexpr std::size_t most_look_aheads = 300;  // kept: some 50 KB each
constexpr float free_alternatives = 10;        // how much worse than the best a word in its place may be
constexpr float own_word_likelihood = -11;     // of a word that the n-grams do not know

std::uint64_t pair_key(std::uint32_t a, std::uint32_t b) { return (std::uint64_t{a} << 32U) | b; }

}  // namespace

Decoder::Decoder(const AcousticModel& model, const ContextTable& contexts, const SearchGraph& graph,
                 const SearchSettings& settings)
    : model_(model),
      contexts_(contexts),
      graph_(graph),
      speech_(graph.free_speech()),
      settings_(settings),
      slots_(1U << 12U) {
  if (speech_) likelihoods_.resize(cached_likelihoods);
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
  if (look_aheads_.size() > most_look_aheads) look_aheads_.clear();
  evaluate(scorer, quiet);
  prune();
  propagate();
  enter_words();
}

void Decoder::evaluate(SenoneScorer& scorer, float quiet) {
  const float shift = best_;
  base_ += shift;
  float best = never;
  best_free_ = never;
  for (Token& token : tokens_) {
    const auto& sequence = model_.senone_sequence(token.sequence);
    const auto& transitions = model_.transitions(token.phone);
    const float offset = (is_filler(token.node) ? quiet : 0) - shift;
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
    if (token.free) best_free_ = std::max(best_free_, token.best);
  }
  best_ = best > never / 2 ? best : 0;
  threshold_ = best_ - settings_.beam;
  free_threshold_ = std::max(best_ - settings_.free_gap, best_free_ - settings_.free_beam);
}

// Raises a threshold when there are too many tokens above it.
void Decoder::tighten(bool free) {
  std::array<std::size_t, histogram_bins> counts{};
  const float best = free ? best_free_ : best_;
  const float width = (free ? settings_.free_beam : settings_.beam) / static_cast<float>(histogram_bins);
  const std::size_t most = free ? settings_.most_free : settings_.most_active;
  std::size_t alive = 0;
  for (const Token& token : tokens_) {
    if (token.free != free || !(token.best >= threshold(free))) continue;
    ++alive;
    auto bin = static_cast<std::size_t>((best - token.best) / width);
    ++counts[std::min(bin, histogram_bins - 1)];
  }
  if (alive <= most) return;
  std::size_t kept = 0;
  std::size_t bin = 0;
  while (bin < histogram_bins - 1 && kept + counts[bin] <= most) kept += counts[bin++];
  (free ? free_threshold_ : threshold_) = best - width * static_cast<float>(std::max<std::size_t>(bin, 1));
}

// Drops tokens below the beams. The rest gets fresh slots.
void Decoder::prune() {
  tighten(false);
  if (best_free_ > never / 2) tighten(true);
  ++stamp_;
  std::size_t to = 0;
  for (std::size_t from = 0; from < tokens_.size(); ++from) {
    if (!(tokens_[from].best >= threshold(tokens_[from].free))) continue;
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
  const float leaving_free = std::max(free_threshold_, best_free_ - settings_.free_word_beam);
  const auto count = tokens_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Token& token = tokens_[i];
    const float exit = token.score[state_count - 1] + model_.transitions(token.phone).leave[state_count - 1];
    if (!(exit >= (token.free ? leaving_free : leaving))) continue;
    if (is_filler(token.node)) {
      leave_filler(i, exit);
    } else if (tree_node(token.node).ends_word()) {
      leave_word(i, exit);
    } else {
      leave_phone(i, exit);
    }
  }
}

void Decoder::leave_phone(std::size_t index, float score) {
  const auto place = tokens_[index].place;
  const auto at = tokens_[index].node;
  const bool free = tokens_[index].free;
  const auto history = tokens_[index].history[state_count - 1];
  const TreeNode& node = tree_node(at);
  const LookAhead* ahead = at & free_node ? &look_ahead(history) : nullptr;
  if (ahead) score -= ahead_of(at, *ahead);
  for (Index i = 0; i < node.child_count; ++i) {
    const Index child = (node.first_child + i) | (at & free_node);
    const TreeNode& next = tree_node(child);
    const float comes = ahead ? score + ahead_of(child, *ahead) : score;
    if (next.kind == TreeNode::Kind::inside) {
      enter(free, place, child, 0, next.triphone, next.phone, comes, history);
      continue;
    }
    const auto followers = graph_.state(target_of(place, next, free)).followers;
    unsigned number = 0;
    for (const auto& group : contexts_.at_end(next.phone, next.left)) {
      if (group.phones & followers) enter(free, place, child, number, group.sequence, next.phone, comes, history);
      ++number;
    }
  }
}

void Decoder::leave_word(std::size_t index, float score) {
  const Token& token = tokens_[index];
  const TreeNode& node = tree_node(token.node);
  const Index target = target_of(token.place, node, token.free);
  const unsigned number = token.variant & ((1U << group_bits) - 1);
  const auto left = static_cast<Phone>(token.variant >> group_bits);
  const auto groups =
      node.kind == TreeNode::Kind::single ? contexts_.alone(node.phone, left) : contexts_.at_end(node.phone, node.left);
  WordEnd end;
  end.previous = token.history[state_count - 1];
  end.word = token.node & free_node ? node.word | free_word : node.word;
  end.followers = groups[number].phones & graph_.state(target).followers;
  end.start = node.start;
  end.last = node.phone;
  end.place = place_of(target, places_[token.place].stack);
  if (speech_) {
    WordEnd none;
    none.last_word = speech_->sentence_start();
    const WordEnd& before = end.previous < 0 ? none : ends_[static_cast<std::size_t>(end.previous)];
    end.language = before.language;
    if (token.free) {
      const float cost = language_cost(end.word, before.last_word, before.before_last);
      const float paid = token.node & free_node ? ahead_of(token.node, look_ahead(end.previous))
                                                : settings_.language_weight * own_word_likelihood;
      score += cost - settings_.free_word_penalty - paid;
      if (!(score >= free_threshold_)) return;
      end.language += cost;
    }
    end.free = token.free;
    end.last_word = ngram_word(end.word);
    end.before_last = before.last_word;
  }
  end_word(end, score);
}

// What the best word below a node of FreeSpeech would cost.
float Decoder::ahead_of(Index node, const LookAhead& ahead) const {
  return settings_.language_weight * speech_->ahead(ahead, node & ~free_node);
}

const LookAhead& Decoder::look_ahead(std::int32_t history) const {
  const auto last = history < 0 ? speech_->sentence_start() : ends_[static_cast<std::size_t>(history)].last_word;
  auto found = look_aheads_.find(last);
  if (found == look_aheads_.end()) found = look_aheads_.emplace(last, speech_->after(last)).first;
  return found->second;
}

NgramModel::Word Decoder::ngram_word(std::uint32_t word) const {
  return word & free_word ? word & ~free_word : graph_.in_free_speech(word);
}

// Of a word in a wildcard, the penalty included.
float Decoder::language_cost(std::uint32_t word, NgramModel::Word last, NgramModel::Word before) const {
  const auto known = ngram_word(word);
  float likelihood = own_word_likelihood;
  if (known != NgramModel::no_word) {
    const auto hash = ((std::uint64_t{known} << 40U) ^ (std::uint64_t{last} << 20U) ^ before) * 0x9E3779B97F4A7C15U;
    Likelihood& cached = likelihoods_[hash >> 40U & (cached_likelihoods - 1)];
    if (cached.word != known || cached.last != last || cached.before != before) {
      cached = Likelihood{known, last, before, speech_->model().score(known, last, before)};
    }
    likelihood = cached.value;
  }
  return settings_.language_weight * likelihood + settings_.free_word_penalty;
}

void Decoder::leave_filler(std::size_t index, float score) {
  const Token& token = tokens_[index];
  WordEnd end;
  end.previous = token.history[state_count - 1];
  end.word = filler_word;
  end.followers = model_.all_phones();
  end.start = end.last = model_.silence();
  end.place = token.place;
  if (speech_) end.last_word = speech_->sentence_start();
  if (end.previous >= 0) {
    const WordEnd& before = ends_[static_cast<std::size_t>(end.previous)];
    end.language = before.language;
    end.free = before.free;
    end.last_word = before.last_word;
    end.before_last = before.before_last;
  }
  end_word(end, score);
}

void Decoder::end_word(const WordEnd& end, float score) {
  if (places_.size() >= place_limit) return;
  std::size_t at = 0;
  while (at < entrance_count_ && !(entrances_[at].place == end.place && entrances_[at].left == end.last)) ++at;
  if (at == entrance_count_) {
    if (++entrance_count_ > entrances_.size()) entrances_.resize(entrance_count_ * 2);
    entrances_[at].place = end.place;
    entrances_[at].left = end.last;
    entrances_[at].score.fill(never);
  }
  Entrance& entrance = entrances_[at];
  if (end.free && is_hopeless(end.followers, score, entrance)) return;
  const auto history = static_cast<std::int32_t>(ends_.size());
  ends_.push_back(end);
  ends_.back().score = base_ + score;
  ends_.back().frame = static_cast<std::int32_t>(first_of_frame_.size()) - 1;
  for (std::size_t phone = 0; phone < model_.phone_count(); ++phone) {
    if (!((end.followers >> phone) & 1U) || score <= entrance.score[phone]) continue;
    entrance.score[phone] = score;
    entrance.history[phone] = history;
  }
}

// Whether everything that can follow does so with a far better word already. There are many ends of free words.
bool Decoder::is_hopeless(PhoneSet followers, float score, const Entrance& entrance) const {
  for (std::size_t phone = 0; phone < model_.phone_count(); ++phone) {
    if (((followers >> phone) & 1U) && score > entrance.score[phone] - free_alternatives) return false;
  }
  return true;
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
    enter(false, entrance.place, node++, 0, model_.context_free(filler), filler, score + penalty, history);
  }
}

void Decoder::enter_tree(Index place, const Entrance& entrance) {
  const auto& state = graph_.state(places_[place].state);
  for (Index index = state.first_root; index < state.first_root + state.root_count; ++index) {
    enter_root(place, index, entrance, graph_.nodes()[index].target, 0, false);
  }
  if (speech_ && state.wildcard != SearchGraph::none) enter_wildcard(place, entrance);
}

void Decoder::enter_wildcard(Index place, const Entrance& entrance) {
  const Index target = graph_.state(places_[place].state).wildcard;
  const float own = settings_.language_weight * own_word_likelihood + settings_.free_word_penalty;
  const auto& own_words = graph_.own_words();
  for (Index node = own_words.first; node < own_words.first + own_words.count; ++node) {
    enter_root(place, node, entrance, target, own, true);
  }
  Phone phone = 0;
  const LookAhead* ahead = nullptr;  // for the sentences that `phone` would go on
  for (Index root = 0; root < speech_->root_count(); ++root) {
    const Phone first = speech_->nodes()[root].phone;
    if (!(entrance.score[first] + settings_.free_word_penalty >= free_threshold_)) continue;
    if (!ahead || first != phone) ahead = &look_ahead(entrance.history[first]);
    phone = first;
    const float change = settings_.language_weight * ahead->root(root) + settings_.free_word_penalty;
    enter_root(place, root | free_node, entrance, target, change, true);
  }
}

// `target` is where a word of one phone leads.
void Decoder::enter_root(Index place, Index index, const Entrance& entrance, Index target, float change, bool free) {
  const TreeNode& node = tree_node(index);
  const float score = entrance.score[node.phone] + change;
  if (!(score >= threshold(free))) return;
  const auto history = entrance.history[node.phone];
  const unsigned left = unsigned{entrance.left} << group_bits;
  if (node.kind == TreeNode::Kind::first) {
    auto sequence = model_.triphone(WordPlace::begin, node.phone, entrance.left, node.right);
    enter(free, place, index, left, sequence, node.phone, score, history);
    return;
  }
  const auto followers = graph_.state(target).followers;
  unsigned number = 0;
  for (const auto& group : contexts_.alone(node.phone, entrance.left)) {
    if (group.phones & followers) enter(free, place, index, left | number, group.sequence, node.phone, score, history);
    ++number;
  }
}

void Decoder::enter(bool free, Index place, Index node, unsigned variant, std::uint16_t sequence, Phone phone,
                    float score, std::int32_t history) {
  if (!(score >= threshold(free))) return;
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
    token.free = free;
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
  std::uint8_t more = 0;
  for (Index at = index;;) {
    trees.push_back(at);
    add_calls(at, trees);
    more = std::max(more, graph_.state(places_[at].state).more);
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
  places_[index].accepts = accepts;
  places_[index].more = more;
  places_[index].trees = std::move(trees);
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
