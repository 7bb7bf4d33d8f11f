// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/projection.h"

#include <gtest/gtest.h>

#include <sstream>

#include "services/language/language.h"

namespace entente::language {
namespace {

using model::WordGraph;

// A place in the graph: a state, and where the calls on the way to it return to.
struct Place {
  std::uint32_t state;
  std::vector<std::uint32_t> returns;
};

// How much may follow a whole sentence: -1 where the words are none, else what its states say (at least 1 where they
// are not settled and go on), of the way to read the words that allows most.
class Follower {
 public:
  explicit Follower(const WordGraph& graph) : graph_(graph) {}

  int after(const std::string& sentence) {
    words_.clear();
    std::istringstream all(sentence);
    for (std::string word; all >> word;) words_.push_back(word);
    most_ = -1;
    walk({graph_.networks[0].start, {}}, 0, 0);
    return most_;
  }

 private:
  int more_at(std::uint32_t index) const {
    const auto& state = graph_.states[index];
    return state.settled || state.arc_count == 0 ? 0 : std::max<int>(state.more, 1);
  }

  // `more` is of the calls that the place has just left.
  void walk(const Place& place, std::size_t at, int more) {  // NOLINT(misc-no-recursion)
    const auto& state = graph_.states[place.state];
    more = std::max(more, more_at(place.state));
    if (state.final && at == words_.size() && place.returns.empty()) most_ = std::max(most_, more);
    if (state.final && !place.returns.empty()) {
      Place back{place.returns.back(), place.returns};
      back.returns.pop_back();
      walk(back, at, more);
    }
    for (std::uint32_t i = 0; i < state.arc_count; ++i) {
      const auto& arc = graph_.arcs[state.first_arc + i];
      Place next{arc.target, place.returns};
      if (arc.kind == WordGraph::ArcKind::word) {
        if (at < words_.size() && words_[at] == graph_.words[arc.label]) walk(next, at + 1, 0);
      } else if (arc.kind == WordGraph::ArcKind::call) {
        next.returns.push_back(arc.target);
        next.state = graph_.networks[arc.label].start;
        walk(next, at, 0);
      } else if (arc.kind == WordGraph::ArcKind::epsilon) {
        walk(next, at, 0);
      }
    }
  }

  const WordGraph& graph_;
  std::vector<std::string> words_;
  int most_ = -1;
};

ListValue device(const std::string& name, const std::string& id, const std::string& area) {
  return {name, id, {{"domain", std::string("light")}, {"area", area}}};
}

int after(const std::string& sentence) {
  const SentenceFile file{"t", R"(
intents:
  On:
    data:
      - sentences: ["turn on [the] {name} [in [the] {area}]", "turn on all [the] lights [in [the] {area}]"]
  Level: {data: [{sentences: ["dim [the] {name} to {level} [percent] [brightness]"]}]}
  White: {data: [{sentences: ["make [the] {name} {white}"]}]}
  Wake: {data: [{sentences: ["wake me"]}]}
  WakeEarly: {data: [{sentences: ["wake me early"]}]}
  Order: {data: [{sentences: ["a coffee [with {milk}] [and {sugar}]"]}]}
  Note: {data: [{sentences: ["note [{anything}]"]}]}
lists:
  level: {range: {from: 0, to: 100}}
  white: {values: [{in: "warm [white]", out: 2700}, {in: "cold", out: 5500}, {in: "cold blue", out: 9000}]}
  milk: {values: [milk, oat milk]}
  sugar: {values: [sugar]}
  anything: {wildcard: true}
skip_words: [please]
)"};
  const Lists lists{{"name",
                     {device("desk lamp", "a", "office"),
                      device("(big|tall) lamp", "b", "hall"),
                      device("lamp", "c", "hall"),
                      device("lamp", "d", "office"),
                      device("light", "e", "hall"),
                      device("light strip", "f", "hall"),
                      {"heater", std::string("g"), {}}}},
                    {"area", {{"hall", std::string("hall"), {}}, {"office", std::string("office"), {}}}}};
  const auto grammar = Grammar::compile(SentenceSet::parse({&file, 1}, "en", 1), lists);
  if (!grammar.ok()) throw std::runtime_error(grammar.error().message);
  return Follower(*(*grammar)->word_graph()).after(sentence);
}

TEST(WordGraph, KnowsThatTheRoomOfAnOnlyLampTellsNothingNew) {
  EXPECT_EQ(after("turn on the desk lamp"), 0);
  EXPECT_EQ(after("turn on tall lamp"), 0);
}

TEST(WordGraph, KnowsThatTheRoomTellsWhichOfTwoLampsIsMeant) { EXPECT_EQ(after("turn on the lamp"), 1); }

TEST(WordGraph, KnowsThatTheRoomIsNewsWhereNobodyHasSaidWhereTheThingIs) {
  EXPECT_EQ(after("turn on the heater"), 1);
  EXPECT_EQ(after("turn on all lights"), 1);
}

TEST(WordGraph, KnowsThatAnotherNameMayYetCome) {
  EXPECT_EQ(after("turn on the light"), 1);
  EXPECT_EQ(after("turn on the light strip"), 0);
}

TEST(WordGraph, KnowsThatTheUnitOfANumberChangesNothing) {
  EXPECT_EQ(after("dim the desk lamp to five"), 0);
  EXPECT_EQ(after("dim the desk lamp to five percent"), 0);
  EXPECT_EQ(after("dim the desk lamp to forty"), 1);
}

TEST(WordGraph, KnowsWhichWordsOfAListMeanTheSame) {
  EXPECT_EQ(after("make the desk lamp warm"), 0);
  EXPECT_EQ(after("make the desk lamp cold"), 1);
}

TEST(WordGraph, KnowsThatAnotherIntentMayYetCome) { EXPECT_EQ(after("wake me"), 1); }

TEST(WordGraph, CountsTheSlotsThatMayYetBeFilled) {
  EXPECT_EQ(after("a coffee"), 2);
  EXPECT_EQ(after("a coffee with milk"), 1);
  EXPECT_EQ(after("a coffee with milk and sugar"), 0);
}

TEST(WordGraph, KnowsThatFreeTextMayYetCome) { EXPECT_EQ(after("note"), 1); }

TEST(WordGraph, KnowsWhatIsNoWholeSentence) { EXPECT_EQ(after("turn on the"), -1); }

}  // namespace
}  // namespace entente::language
