// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/tolerant.h"

#include <algorithm>
#include <array>

#include "services/language/impl/letters.h"

namespace entente::language {
namespace {

constexpr std::size_t node_limit = 6'000;
constexpr std::size_t edge_limit = 60'000;
constexpr std::size_t hit_limit = 64;  // of one list at one place
constexpr std::size_t reading_limit = 2'000;
constexpr std::size_t token_limit = 40;

// A word that could have been another costs the same whichever it was, so that "turn the lamp" is as near to on as to
// off; where few words fit, the one that is missing says little.
constexpr float missing_cost = 0.7F;
constexpr float certain_cost = 0.45F;
constexpr int few_choices = 3;
constexpr float instead_cost = 0.9F;     // another word in its place
constexpr float slip_cost = 0.35F;       // a word nearly right
constexpr float missing_in_name = 0.6F;  // one word of a name left out
constexpr float rounding = 0.001F;
constexpr float extra_article_cost = 0.65F;  // hardly less than the item that it may have lost
constexpr float extra_cost = 1.5F;           // a word too many that says something: more than anything is worth

}  // namespace

// Damerau's distance, given up above two.
float similarity(std::string_view heard, std::string_view meant) {
  if (heard == meant || heard.size() > meant.size() + 4 || meant.size() > heard.size() + 4) return 0;
  std::array<char32_t, 32> a, b;
  const auto heard_length = letters_without_marks(heard, a), meant_length = letters_without_marks(meant, b);
  if (heard_length == 0 || meant_length == 0) return 0;
  const auto longest = std::max(heard_length, meant_length), shortest = std::min(heard_length, meant_length);
  const std::size_t allowed = shortest < 4 ? 0 : shortest < 8 ? 1 : 2;
  if (longest - shortest > allowed) return 0;
  std::array<std::array<std::uint8_t, 33>, 3> rows{};
  auto *before = &rows[0], *last = &rows[1], *row = &rows[2];
  for (std::size_t j = 0; j <= meant_length; ++j) (*last)[j] = static_cast<std::uint8_t>(j);
  for (std::size_t i = 1; i <= heard_length; ++i) {
    (*row)[0] = static_cast<std::uint8_t>(i);
    std::uint8_t least = (*row)[0];
    for (std::size_t j = 1; j <= meant_length; ++j) {
      const bool same = a[i - 1] == b[j - 1];
      auto best =
          static_cast<std::uint8_t>(std::min({(*last)[j] + 1, (*row)[j - 1] + 1, (*last)[j - 1] + (same ? 0 : 1)}));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        best = std::min(best, static_cast<std::uint8_t>((*before)[j - 2] + 1));
      }
      (*row)[j] = best;
      least = std::min(least, best);
    }
    if (least > allowed) return 0;
    std::swap(before, last);
    std::swap(last, row);
  }
  const auto distance = (*last)[meant_length];
  if (distance > allowed) return 0;
  return 1.0F - static_cast<float>(distance) / static_cast<float>(longest);
}

TolerantMatcher::TolerantMatcher(const MatchTables& tables, std::span<const Piece> tokens)
    : tables_(tables), sentences_(tables.lexicon.sentences), tokens_(tokens), similar_(tokens.size()) {
  words_.reserve(tokens.size());
  for (const auto& token : tokens) words_.push_back(tables.symbols.find(token.key));
  for (const auto word : words_) {
    extra_.push_back(weight(word) <= article_weight ? extra_article_cost : extra_cost);
  }
  // An article at the end has lost what it was for.
  if (!extra_.empty() && tables.lexicon.rules.spacing == Spacing::words) extra_.back() = extra_cost;
}

float TolerantMatcher::weight(Label word) const { return tables_.lexicon.weight(word).weight; }

bool TolerantMatcher::is_article(Label word) const { return tables_.lexicon.weight(word).article; }

// Two words that nobody knows are two too many, whatever the rest says.
bool TolerantMatcher::hopeless() const {
  int unknown = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (words_[i] == Symbols::none && similar_[i].empty() && tokens_[i].kind != Piece::Kind::number) ++unknown;
  }
  return unknown > 1;
}

void TolerantMatcher::find_similar() {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const auto& token = tokens_[i];
    if (words_[i] != Symbols::none || token.kind != Piece::Kind::letters) continue;
    for (std::uint32_t word = 0; word < tables_.symbols.size(); ++word) {
      const auto near = similarity(token.key, tables_.symbols.word(word));
      if (near > 0) similar_[i].emplace_back(word, near == 1 ? article_weight : slip_cost);
    }
  }
}

std::optional<float> TolerantMatcher::run() {
  if (tokens_.empty() || tokens_.size() > token_limit) return std::nullopt;
  find_similar();
  if (hopeless()) return std::nullopt;
  for (const auto root : sentences_.roots()) connect(none, root, 0, Edge{none, none, 0, {}, 0, Step::said});
  while (!open_.empty() && nodes_.size() < node_limit && edges_.size() < edge_limit) {
    const auto [cost, node] = open_.top();
    open_.pop();
    if (nodes_[node].done || cost > nodes_[node].cost) continue;
    nodes_[node].done = true;
    visit(node);
  }
  std::optional<float> nearest;
  for (const auto& node : nodes_) {
    if (is_end(node) && (!nearest || node.cost < *nearest)) nearest = node.cost;
  }
  return nearest;
}

bool TolerantMatcher::is_end(const Node& node) const {
  return node.position == tokens_.size() && !sentences_.finals(node.state).empty();
}

std::vector<TolerantReading> TolerantMatcher::readings(float bound) const {
  std::vector<TolerantReading> readings;
  Path path;
  path.bound = std::min(bound, limit);
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    if (!is_end(nodes_[node]) || nodes_[node].cost > path.bound) continue;
    path.cost = 0;
    const auto before = readings.size();
    read_back(node, path, readings);
    for (auto i = before; i < readings.size(); ++i) readings[i].reading.state = nodes_[node].state;
  }
  std::stable_sort(readings.begin(), readings.end(),
                   [](const TolerantReading& a, const TolerantReading& b) { return a.cost < b.cost; });
  return readings;
}

void TolerantMatcher::visit(std::uint32_t node) {
  miss_words(node);
  if (nodes_[node].position == tokens_.size()) return;
  follow_words(node);
  skip_token(node);
  for (const Arc& arc : sentences_.calls(nodes_[node].state)) follow_call(node, arc);
}

void TolerantMatcher::follow_words(std::uint32_t node) {
  const auto state = nodes_[node].state, position = nodes_[node].position;
  const auto word = words_[position];
  if (word != Symbols::none) {
    const auto target = sentences_.step(state, word);
    if (target != Automaton::none) connect(node, target, position + 1, Edge{node, none, word, {}, 0, Step::said});
  }
  for (const auto& [meant, cost] : similar_[position]) {
    const auto target = sentences_.step(state, meant);
    if (target != Automaton::none) connect(node, target, position + 1, Edge{node, none, meant, {}, cost, Step::said});
  }
  // Another word in this one's place, where the rest fits.
  if (extra_[position] < 1 || tokens_[position].kind == Piece::Kind::number) return;
  if (nodes_[node].cost + instead_cost > limit) return;
  for (const Arc& arc : sentences_.words(state)) {
    if (arc.label == word || !can_go_on(arc.target, position + 1)) continue;
    connect(node, arc.target, position + 1, Edge{node, none, arc.label, {}, instead_cost, Step::instead});
  }
  // It may as well be a room or a device that this home does not have.
  for (const Arc& arc : sentences_.calls(state)) {
    const auto& list = tables_.lists[tables_.lexicon.calls[call_of(arc.label)].list];
    if (!list || !is_of_home(list->name) || !can_go_on(arc.target, position + 1)) continue;
    connect(node, arc.target, position + 1, Edge{node, none, arc.label, {}, instead_cost, Step::missing});
  }
}

void TolerantMatcher::skip_token(std::uint32_t node) {
  const auto position = nodes_[node].position;
  if (extra_[position] > limit) return;
  connect(node, nodes_[node].state, position + 1, Edge{node, none, 0, {}, extra_[position], Step::extra});
}

void TolerantMatcher::miss_words(std::uint32_t node) {
  const auto state = nodes_[node].state, position = nodes_[node].position;
  const auto cost = nodes_[node].cost;
  if (cost + article_weight > limit) return;
  int choices = 0;
  bool item = false;
  for (const Arc& arc : sentences_.arcs(state)) {
    if (!can_go_on(arc.target, position)) continue;
    if (is_article(arc.label)) {
      connect(node, arc.target, position, Edge{node, none, arc.label, {}, article_weight, Step::missing});
      continue;
    }
    item = item || is_call(arc.label);
    ++choices;
  }
  const auto missing = !item && choices <= few_choices ? certain_cost : missing_cost;
  if (choices == 0 || cost + missing > limit) return;
  for (const Arc& arc : sentences_.arcs(state)) {
    if (is_article(arc.label) || !can_go_on(arc.target, position)) continue;
    connect(node, arc.target, position, Edge{node, none, arc.label, {}, missing, Step::missing});
  }
}

void TolerantMatcher::follow_call(std::uint32_t node, const Arc& arc) {
  const Call& call = tables_.lexicon.calls[call_of(arc.label)];
  const auto& list = tables_.lists[call.list];
  if (!list) return;
  const auto position = nodes_[node].position;
  if (list->kind == ListNetwork::Kind::wildcard) {
    // Free text beside a guess would be a guess about everything.
    if (nodes_[node].cost > missing_cost || !call.prefix.empty() || !call.suffix.empty()) return;
    for (auto end = position + 1; end <= tokens_.size(); ++end) {
      if (!can_go_on(arc.target, end)) continue;
      connect(node, arc.target, end,
              Edge{node, none, arc.label, ReadSlot{call_of(arc.label), position, end, 0, 0}, 0, Step::list});
    }
    return;
  }
  for (const auto& hit : hits(call, position)) {
    connect(node, arc.target, hit.end,
            Edge{node, none, arc.label, ReadSlot{call_of(arc.label), position, hit.end, hit.state, hit.number},
                 hit.cost, Step::list, hit.words});
  }
}

const std::vector<TolerantMatcher::Hit>& TolerantMatcher::hits(const Call& call, std::uint32_t position) {
  const bool plain = call.prefix.empty() && call.suffix.empty();
  const auto key = (std::uint64_t{plain ? call.list : 0x80000000U} << 32U) | position;
  const auto [found, fresh] = hits_.try_emplace(key);
  if (fresh && plain) find_hits(*tables_.lists[call.list], position, found->second);
  return found->second;  // glued letters are the exact reading's
}

void TolerantMatcher::find_hits(const ListNetwork& list, std::uint32_t position, std::vector<Hit>& into) const {
  if (const auto number = typed_number(list, tokens_[position])) {
    into.push_back(Hit{position + 1, Automaton::none, *number, 0, Words().then(word_at(position))});
  }
  walk_list(ListWalk{list, is_of_home(list.name), position, into}, {list.root, position, 0, false, {}});
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as there are tokens and words of a name.
void TolerantMatcher::walk_list(const ListWalk& walk, const ListPlace& place) const {
  if (walk.into.size() >= hit_limit) return;
  const auto& automaton = *walk.list.automaton;
  const auto& [state, at, cost, slipped, words] = place;
  if (at > walk.begin && !automaton.finals(state).empty()) {
    if (walk.list.kind == ListNetwork::Kind::values) {
      walk.into.push_back(Hit{at, state, 0, cost, words});
    } else {
      for (const auto final : automaton.finals(state)) {
        walk.into.push_back(Hit{at, state, walk.list.numbers[final], cost, words});
      }
    }
  }
  const bool more = at < tokens_.size();
  if (more && words_[at] != Symbols::none) {
    const auto target = automaton.step(state, words_[at]);
    if (target != Automaton::none) walk_list(walk, {target, at + 1, cost, slipped, words.then(words_[at])});
  }
  if (slipped || walk.list.kind != ListNetwork::Kind::values) return;
  if (more) {
    for (const auto& [meant, slip] : similar_[at]) {
      const auto target = automaton.step(state, meant);
      if (target != Automaton::none) walk_list(walk, {target, at + 1, cost + slip, true, words.then(meant)});
    }
    const bool article_inside = at > walk.begin && extra_[at] < 1;
    if (article_inside) walk_list(walk, {state, at + 1, cost + article_weight, false, words});
  }
  if (!walk.of_home) return;
  for (const Arc& arc : automaton.words(state)) {
    const bool article = is_article(arc.label);
    const auto missing = article ? article_weight : missing_in_name;
    const bool leads_on = at > walk.begin && !automaton.finals(arc.target).empty();
    const bool fits = more && words_[at] != Symbols::none && automaton.step(arc.target, words_[at]) != Automaton::none;
    if (leads_on || fits) walk_list(walk, {arc.target, at, cost + missing, !article, words.then(arc.label)});
  }
}

std::uint64_t TolerantMatcher::word_at(std::uint32_t token) const {
  return words_[token] != Symbols::none ? words_[token] : std::hash<std::string>()(tokens_[token].key);
}

bool TolerantMatcher::can_go_on(std::uint32_t state, std::uint32_t position) const {
  if (position == tokens_.size()) return !sentences_.finals(state).empty();
  if (!sentences_.calls(state).empty()) return true;
  if (words_[position] != Symbols::none && sentences_.step(state, words_[position]) != Automaton::none) return true;
  return extra_[position] < 1 || !similar_[position].empty();
}

void TolerantMatcher::connect(std::uint32_t from, std::uint32_t state, std::uint32_t position, const Edge& edge) {
  const auto cost = from == none ? 0 : nodes_[from].cost + edge.cost;
  if (cost > limit || nodes_.size() >= node_limit || edges_.size() >= edge_limit) return;
  const auto key = (std::uint64_t{state} << 32U) | position;
  const auto [found, fresh] = known_.try_emplace(key, static_cast<std::uint32_t>(nodes_.size()));
  if (fresh) nodes_.push_back(Node{state, position, cost});
  Node& node = nodes_[found->second];
  if (fresh || cost < node.cost) {
    node.cost = cost;
    open_.emplace(cost, found->second);
  }
  if (from == none) return;
  edges_.push_back(edge);
  edges_.back().next_in = node.first_in;
  node.first_in = static_cast<std::uint32_t>(edges_.size() - 1);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as there are tokens and missing words.
void TolerantMatcher::read_back(std::uint32_t node, Path& path, std::vector<TolerantReading>& readings) const {
  if (nodes_[node].first_in == none) {  // a root
    if (!path.edges.empty()) readings.push_back(reading(path));
    return;
  }
  for (auto at = nodes_[node].first_in; at != none; at = edges_[at].next_in) {
    const Edge& edge = edges_[at];
    if (readings.size() >= reading_limit) return;
    if (path.cost + edge.cost + nodes_[edge.from].cost > path.bound + rounding) continue;
    path.edges.push_back(at);
    path.cost += edge.cost;
    read_back(edge.from, path, readings);
    path.cost -= edge.cost;
    path.edges.pop_back();
  }
}

TolerantReading TolerantMatcher::reading(const Path& path) const {
  TolerantReading made;
  made.cost = std::max(path.cost, 0.0F);
  Words words;
  for (auto at = path.edges.rbegin(); at != path.edges.rend(); ++at) {
    const Edge& edge = edges_[*at];
    switch (edge.step) {
      case Step::extra: continue;
      case Step::list: {
        const Call& call = tables_.lexicon.calls[edge.slot.call];
        made.reading.slots.push_back(edge.slot);
        words = words.then(edge.words);
        if (tables_.lists[call.list]->kind != ListNetwork::Kind::wildcard) break;
        ++made.reading.wildcards;
        for (auto token = edge.slot.begin; token < edge.slot.end; ++token) {
          words = words.then(word_at(token));
          made.reading.wildcard_characters += static_cast<std::uint32_t>(count_characters(tokens_[token].key));
        }
        break;
      }
      case Step::missing: made.incomplete = made.incomplete || is_call(edge.label); break;
      case Step::said:
        made.literal_weight += weight(edge.label);
        made.reading.literal += tables_.symbols.characters(edge.label);
        break;
      case Step::instead: break;
    }
    if (edge.step != Step::list) words = words.then(edge.label);
  }
  made.corrected = words.hash;
  return made;
}

}  // namespace entente::language
