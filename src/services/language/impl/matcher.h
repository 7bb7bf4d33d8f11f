// SPDX-License-Identifier: GPL-3.0-or-later
// Walks the automaton over the tokens of one text and finds every way to read it as a sentence. Work is bounded by the
// number of tokens times the states that can be reached, and by fixed limits; a text that is no sentence costs least.
// One text, one Matcher, one thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/language/impl/lexicon.h"

namespace entente::language {

// What a Grammar knows when it meets a text.
struct MatchTables {
  const Lexicon& lexicon;
  const Symbols& symbols;                // the lexicon's and this home's
  const std::vector<SharedList>& lists;  // by Call::list, this home's included
};

// A list, range or wildcard of a reading.
struct ReadSlot {
  std::uint32_t call = 0;            // of Lexicon::calls
  std::uint32_t begin = 0, end = 0;  // tokens
  std::uint32_t state = 0;           // of the list's automaton: which values
  double number = 0;                 // of a range
};

struct Reading {
  std::uint32_t state = 0;  // of Lexicon::sentences: which blocks
  std::vector<ReadSlot> slots;
  std::uint32_t literal = 0;  // characters of the template that were matched
  std::uint32_t wildcards = 0;
  std::uint32_t wildcard_characters = 0;
  bool starts_with_wildcard = false;
  bool ends_with_wildcard = false;
};

class Matcher {
 public:
  Matcher(const MatchTables& tables, std::span<const Piece> tokens);

  std::vector<Reading> run();

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  struct Node {
    std::uint32_t state, position;
    std::uint32_t first_in = none;  // edges that lead here
  };
  struct Edge {
    std::uint32_t from, next_in;
    Label label;
    ReadSlot slot;  // of a call
  };
  struct Hit {
    std::uint32_t end, state;
    double number;
  };
  struct Memo {
    std::uint32_t call_key, position, first, count;
  };

  void visit(std::uint32_t node);
  void follow_call(std::uint32_t node, const Arc& arc);
  void follow_wildcard(std::uint32_t node, const Arc& arc, const Call& call);
  void connect(std::uint32_t from, std::uint32_t state, std::uint32_t position, Label label, const ReadSlot& slot);
  bool can_go_on(std::uint32_t state, std::uint32_t position) const;
  std::pair<std::uint32_t, std::uint32_t> hits(const Call& call, std::uint32_t position);
  void find_hits(const Call& call, std::uint32_t position);
  void found(const ListNetwork& list, std::uint32_t state, std::uint32_t end);
  Label without(std::uint32_t token, std::string_view prefix, std::string_view suffix) const;
  void read_back(std::uint32_t node, std::vector<std::uint32_t>& path, std::vector<Reading>& readings) const;
  Reading reading(const std::vector<std::uint32_t>& path) const;

  const MatchTables& tables_;
  const Automaton& sentences_;
  std::span<const Piece> tokens_;
  std::vector<Label> words_;  // by token
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<std::vector<std::uint32_t>> at_;  // nodes by position
  std::vector<Hit> hits_;
  std::vector<Memo> memos_;
};

}  // namespace entente::language
