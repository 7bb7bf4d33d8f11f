// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/matcher.h"

#include <algorithm>

namespace entente::language {
namespace {

constexpr std::size_t edge_limit = 200'000;
constexpr std::size_t reading_limit = 2'000;

}  // namespace

Matcher::Matcher(const MatchTables& tables, std::span<const Piece> tokens)
    : tables_(tables), sentences_(tables.lexicon.sentences), tokens_(tokens), at_(tokens.size() + 1) {
  words_.reserve(tokens.size());
  for (const auto& token : tokens) words_.push_back(tables.symbols.find(token.key));
}

std::vector<Reading> Matcher::run() {
  std::vector<Reading> readings;
  if (tokens_.empty()) return readings;
  for (const auto root : sentences_.roots()) connect(none, root, 0, 0, {});
  for (std::uint32_t position = 0; position < tokens_.size(); ++position) {
    for (std::size_t i = 0; i < at_[position].size(); ++i) visit(at_[position][i]);
  }
  std::vector<std::uint32_t> path;
  for (const auto node : at_.back()) {
    const auto state = nodes_[node].state;
    if (sentences_.finals(state).empty()) continue;
    const auto before = readings.size();
    read_back(node, path, readings);
    for (auto i = before; i < readings.size(); ++i) readings[i].state = state;
  }
  return readings;
}

void Matcher::visit(std::uint32_t node) {
  const auto [state, position, first_in] = nodes_[node];
  const auto word = words_[position];
  if (word != Symbols::none) {
    const auto target = sentences_.step(state, word);
    if (target != Automaton::none) connect(node, target, position + 1, word, {});
  }
  for (const Arc& arc : sentences_.calls(state)) follow_call(node, arc);
}

void Matcher::follow_call(std::uint32_t node, const Arc& arc) {
  const Call& call = tables_.lexicon.calls[call_of(arc.label)];
  const auto& list = tables_.lists[call.list];
  if (!list) return;
  if (list->kind == ListNetwork::Kind::wildcard) return follow_wildcard(node, arc, call);
  const auto position = nodes_[node].position;
  const auto [first, count] = hits(call, position);
  for (auto i = first; i < first + count; ++i) {
    const Hit hit = hits_[i];
    if (!can_go_on(arc.target, hit.end)) continue;
    connect(node, arc.target, hit.end, arc.label,
            ReadSlot{call_of(arc.label), position, hit.end, hit.state, hit.number});
  }
}

void Matcher::follow_wildcard(std::uint32_t node, const Arc& arc, const Call& call) {
  const auto position = nodes_[node].position;
  const auto& first = tokens_[position].key;
  if (!call.prefix.empty() && (first.size() <= call.prefix.size() || !std::string_view(first).starts_with(call.prefix)))
    return;
  for (auto end = position + 1; end <= tokens_.size(); ++end) {
    const auto& last = tokens_[end - 1].key;
    if (!call.suffix.empty() && (last.size() <= call.suffix.size() || !std::string_view(last).ends_with(call.suffix))) {
      continue;
    }
    if (can_go_on(arc.target, end)) {
      connect(node, arc.target, end, arc.label, ReadSlot{call_of(arc.label), position, end, 0, 0});
    }
  }
}

void Matcher::connect(std::uint32_t from, std::uint32_t state, std::uint32_t position, Label label,
                      const ReadSlot& slot) {
  if (edges_.size() >= edge_limit) return;
  auto& here = at_[position];
  auto node = std::find_if(here.begin(), here.end(), [&](std::uint32_t known) { return nodes_[known].state == state; });
  if (node == here.end()) {
    nodes_.push_back(Node{state, position});
    here.push_back(static_cast<std::uint32_t>(nodes_.size() - 1));
    node = here.end() - 1;
  }
  if (from == none) return;
  edges_.push_back(Edge{from, nodes_[*node].first_in, label, slot});
  nodes_[*node].first_in = static_cast<std::uint32_t>(edges_.size() - 1);
}

bool Matcher::can_go_on(std::uint32_t state, std::uint32_t position) const {
  if (position == tokens_.size()) return !sentences_.finals(state).empty();
  if (!sentences_.calls(state).empty()) return true;
  return words_[position] != Symbols::none && sentences_.step(state, words_[position]) != Automaton::none;
}

std::pair<std::uint32_t, std::uint32_t> Matcher::hits(const Call& call, std::uint32_t position) {
  const bool plain = call.prefix.empty() && call.suffix.empty();
  if (plain) {
    for (const auto& memo : memos_) {
      if (memo.call_key == call.list && memo.position == position) return {memo.first, memo.count};
    }
  }
  const auto first = static_cast<std::uint32_t>(hits_.size());
  find_hits(call, position);
  const auto count = static_cast<std::uint32_t>(hits_.size()) - first;
  if (plain) memos_.push_back(Memo{call.list, position, first, count});
  return {first, count};
}

void Matcher::find_hits(const Call& call, std::uint32_t position) {
  const ListNetwork& list = *tables_.lists[call.list];
  if (call.prefix.empty() && call.suffix.empty()) {
    if (const auto number = typed_number(list, tokens_[position])) {
      hits_.push_back(Hit{position + 1, Automaton::none, *number});
    }
  }
  auto state = list.root;
  for (auto at = position; at < tokens_.size(); ++at) {
    const std::string_view prefix = at == position ? std::string_view(call.prefix) : std::string_view();
    if (!call.suffix.empty()) {
      const auto last = without(at, prefix, call.suffix);
      const auto end = last == Symbols::none ? Automaton::none : list.automaton->step(state, last);
      if (end != Automaton::none) found(list, end, at + 1);
    }
    const auto word = prefix.empty() ? words_[at] : without(at, prefix, {});
    state = word == Symbols::none ? Automaton::none : list.automaton->step(state, word);
    if (state == Automaton::none) return;
    if (call.suffix.empty()) found(list, state, at + 1);
  }
}

void Matcher::found(const ListNetwork& list, std::uint32_t state, std::uint32_t end) {
  const auto finals = list.automaton->finals(state);
  if (finals.empty()) return;
  if (list.kind == ListNetwork::Kind::values) {
    hits_.push_back(Hit{end, state, 0});
  } else {
    for (const auto final : finals) hits_.push_back(Hit{end, state, list.numbers[final]});
  }
}

// The word that is left of a token, or none.
Label Matcher::without(std::uint32_t token, std::string_view prefix, std::string_view suffix) const {
  std::string_view key = tokens_[token].key;
  if (key.size() <= prefix.size() + suffix.size() || !key.starts_with(prefix) || !key.ends_with(suffix)) {
    return Symbols::none;
  }
  key.remove_prefix(prefix.size());
  key.remove_suffix(suffix.size());
  return tables_.symbols.find(key);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as there are tokens.
void Matcher::read_back(std::uint32_t node, std::vector<std::uint32_t>& path, std::vector<Reading>& readings) const {
  if (nodes_[node].position == 0) {
    readings.push_back(reading(path));
    return;
  }
  for (auto edge = nodes_[node].first_in; edge != none && readings.size() < reading_limit;
       edge = edges_[edge].next_in) {
    path.push_back(edge);
    read_back(edges_[edge].from, path, readings);
    path.pop_back();
  }
}

Reading Matcher::reading(const std::vector<std::uint32_t>& path) const {
  Reading made;
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    const Edge& edge = edges_[*at];
    if (!is_call(edge.label)) {
      made.literal += tables_.symbols.characters(edge.label);
      continue;
    }
    const Call& call = tables_.lexicon.calls[edge.slot.call];
    made.literal += static_cast<std::uint32_t>(count_characters(call.prefix) + count_characters(call.suffix));
    made.slots.push_back(edge.slot);
    if (tables_.lists[call.list]->kind != ListNetwork::Kind::wildcard) continue;
    ++made.wildcards;
    for (auto token = edge.slot.begin; token < edge.slot.end; ++token) {
      made.wildcard_characters += static_cast<std::uint32_t>(count_characters(tokens_[token].key));
    }
    made.starts_with_wildcard = made.starts_with_wildcard || edge.slot.begin == 0;
    made.ends_with_wildcard = made.ends_with_wildcard || edge.slot.end == tokens_.size();
  }
  return made;
}

}  // namespace entente::language
