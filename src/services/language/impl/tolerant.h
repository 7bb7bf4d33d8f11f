// SPDX-License-Identifier: GPL-3.0-or-later
// The tolerant walk: the same automaton, but words of the text may be extra, missing, or nearly the right ones, each
// for a cost. Costs are in content words: 1 is one word that says what is meant, an article is a tenth, a sound like
// "uh" nothing. Finds every reading up to a limit, cheapest first; what is near enough to act on is the Reader's
// decision. One text, one matcher, one thread; work is bounded whatever the text.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "services/language/impl/matcher.h"

namespace entente::language {

// Whether one word is the other with a slip: a letter too many, missing, wrong, or two exchanged; two in long words.
// Marks on letters do not count: 1 for "salon" and "salón". 0 for no.
float similarity(std::string_view heard, std::string_view meant);

struct TolerantReading {
  Reading reading;
  float cost = 0;
  float literal_weight = 0;     // of the words of the sentence that were in the text
  bool incomplete = false;      // an item of a list is missing: what was meant cannot be known
  std::uint64_t corrected = 0;  // the same for readings of the same corrected words
};

class TolerantMatcher {
 public:
  static constexpr float limit = 1.05F;

  // `tokens` without fillers.
  TolerantMatcher(const MatchTables& tables, std::span<const Piece> tokens);

  // Walks the text. The cost of the nearest sentence, or nothing.
  std::optional<float> run();
  // After run(): the readings up to a cost, cheapest first.
  std::vector<TolerantReading> readings(float bound) const;

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  enum class Step : std::uint8_t { said, list, extra, missing, instead };
  // A sequence of words as one number; sequences can be put together.
  struct Words {
    std::uint64_t hash = 0, power = 1;
    Words then(std::uint64_t word) const { return then(Words{word + 1, factor}); }
    Words then(const Words& more) const { return {hash * more.power + more.hash, power * more.power}; }
    static constexpr std::uint64_t factor = 1099511628211U;
  };
  struct Edge {
    std::uint32_t from, next_in;
    Label label;
    ReadSlot slot;
    float cost;
    Step step;
    Words words = {};  // of a list's item
  };
  struct Node {
    std::uint32_t state, position;
    float cost;
    std::uint32_t first_in = none;
    bool done = false;
  };
  struct Hit {
    std::uint32_t end, state;
    double number;
    float cost;
    Words words;
  };
  struct Path {
    std::vector<std::uint32_t> edges;
    float cost = 0;
    float bound = 0;
  };

  bool hopeless() const;
  void find_similar();
  void visit(std::uint32_t node);
  void follow_words(std::uint32_t node);
  void skip_token(std::uint32_t node);
  void miss_words(std::uint32_t node);
  void follow_call(std::uint32_t node, const Arc& arc);
  const std::vector<Hit>& hits(const Call& call, std::uint32_t position);
  void find_hits(const ListNetwork& list, std::uint32_t position, std::vector<Hit>& into) const;
  struct ListWalk {
    const ListNetwork& list;
    bool of_home;
    std::uint32_t begin;
    std::vector<Hit>& into;
  };
  struct ListPlace {
    std::uint32_t state, at;
    float cost;
    bool slipped;
    Words words;
  };
  void walk_list(const ListWalk& walk, const ListPlace& place) const;
  std::uint64_t word_at(std::uint32_t token) const;
  void connect(std::uint32_t from, std::uint32_t state, std::uint32_t position, const Edge& edge);
  bool can_go_on(std::uint32_t state, std::uint32_t position) const;
  float weight(Label word) const;
  bool is_article(Label word) const;
  bool is_end(const Node& node) const;
  void read_back(std::uint32_t node, Path& path, std::vector<TolerantReading>& readings) const;
  TolerantReading reading(const Path& path) const;

  const MatchTables& tables_;
  const Automaton& sentences_;
  std::span<const Piece> tokens_;
  std::vector<Label> words_;                                   // by token
  std::vector<float> extra_;                                   // by token: what leaving it out costs
  std::vector<std::vector<std::pair<Label, float>>> similar_;  // by token: words that it may be a slip of
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::unordered_map<std::uint64_t, std::uint32_t> known_;  // nodes by state and position
  std::priority_queue<std::pair<float, std::uint32_t>, std::vector<std::pair<float, std::uint32_t>>, std::greater<>>
      open_;
  std::unordered_map<std::uint64_t, std::vector<Hit>> hits_;  // by call and position
};

}  // namespace entente::language
