// SPDX-License-Identifier: GPL-3.0-or-later
// The automaton against a slow, obvious reader of templates: every sentence that a small random template has, spelt
// out.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/json.h"
#include "services/language/impl/scan.h"
#include "services/language/impl/template.h"
#include "services/language/language.h"

namespace entente::language {
namespace {

using Texts = std::set<std::string>;

constexpr std::size_t too_many = 3'000;  // sentences; such a template is not used

Texts combine(const Texts& left, const Texts& right) {
  Texts made;
  for (const auto& a : left) {
    for (const auto& b : right) {
      made.insert(a + b);
      if (made.size() >= too_many) return made;
    }
  }
  return made;
}

const Texts colours{"red", "dark blue"};

// NOLINTNEXTLINE(misc-no-recursion)
Texts expand(const Expression& expression) {
  Texts made;
  switch (expression.kind) {
    case Expression::Kind::text: return {expression.text};
    case Expression::Kind::list: return colours;
    case Expression::Kind::sequence:
      made = {""};
      for (const auto& item : expression.items) made = combine(made, expand(item));
      return made;
    case Expression::Kind::alternatives:
      for (const auto& item : expression.items) made.merge(expand(item));
      return made;
    case Expression::Kind::permutation: {
      std::vector<std::size_t> order(expression.items.size());
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
      do {
        Texts one{" "};
        for (const auto i : order) one = combine(combine(one, expand(expression.items[i])), {" "});
        made.merge(one);
      } while (std::next_permutation(order.begin(), order.end()));
      return made;
    }
    default: return made;
  }
}

class RandomTemplates {
 public:
  explicit RandomTemplates(unsigned seed) : random_(seed) {}

  // NOLINTNEXTLINE(misc-no-recursion)
  std::string make(int depth) {
    std::string text;
    const int parts = pick(1, 3);
    for (int i = 0; i < parts; ++i) {
      if (i > 0 && pick(0, 2) > 0) text += ' ';
      text += part(depth);
    }
    return text;
  }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  // NOLINTNEXTLINE(misc-no-recursion)
  std::string part(int depth) {
    const char* const words[] = {"a", "b", "ab", "b a", "c"};
    if (depth == 0) return words[pick(0, 4)];
    switch (pick(0, 6)) {
      case 0: return "[" + make(depth - 1) + "]";
      case 1: return "(" + make(depth - 1) + "|" + make(depth - 1) + ")";
      case 2: return "[" + make(depth - 1) + "|" + make(depth - 1) + "]";
      case 3: return "(" + make(depth - 1) + ";" + make(depth - 1) + ")";
      case 4: return " {colour} ";
      default: return words[pick(0, 4)];
    }
  }

  std::mt19937 random_;
};

std::string joined(std::string_view text) {
  std::string made;
  for (const auto& token : tokens(text, {})) made += (made.empty() ? "" : " ") + token.key;
  return made;
}

// Sentences near the language, that may or may not be in it.
Texts neighbours(const Texts& sentences, std::mt19937& random) {
  Texts made;
  for (const auto& sentence : sentences) {
    std::string other = sentence;
    const auto at = std::uniform_int_distribution<std::size_t>(0, other.size())(random);
    const char letters[] = {'a', 'b', 'c', ' '};
    other.insert(at, 1, letters[random() % 4]);
    made.insert(joined(other));
    std::string shorter = sentence;
    if (!shorter.empty()) shorter.erase(at % shorter.size(), 1);
    made.insert(joined(shorter));
    if (made.size() > 60) break;
  }
  return made;
}

// Words written as one are read as two after an item of a list, which is no matter of the automaton.
bool glues_to_an_item(const std::string& sentence) {
  for (const std::string item : {"red", "blue"}) {
    for (auto at = sentence.find(item); at != std::string::npos; at = sentence.find(item, at + 1)) {
      const auto after = at + item.size();
      if (after < sentence.size() && sentence[after] != ' ') return true;
    }
  }
  return false;
}

TEST(Automaton, AgreesWithTheOracle) {
  std::mt19937 random(7);
  int checked = 0;
  for (unsigned seed = 0; seed < 250; ++seed) {
    const auto text = RandomTemplates(seed).make(2);
    const auto parsed = parse_template(text);
    ASSERT_TRUE(parsed.ok()) << text;
    Texts language;
    const auto expanded = expand(*parsed);
    if (expanded.size() >= too_many) continue;
    for (const auto& sentence : expanded) language.insert(joined(sentence));
    language.erase("");
    if (language.empty()) continue;

    const SentenceFile file{"t", "intents: {I: {data: [{sentences: [" + to_text(Json(text)) +
                                     "]}]}}\nlists: {colour: {values: [red, dark blue]}}"};
    const auto set = SentenceSet::parse({&file, 1}, "en", 1);
    const auto grammar = Grammar::compile(set, {});
    ASSERT_TRUE(grammar.ok()) << text;
    for (const auto& sentence : language) {
      ASSERT_TRUE((*grammar)->understand(sentence).ok()) << text << " ← " << sentence;
      if (++checked % 50 == 0) break;  // enough of this one
    }
    for (const auto& sentence : neighbours(language, random)) {
      if (sentence.empty() || glues_to_an_item(sentence)) continue;
      ASSERT_EQ((*grammar)->understand(sentence).ok(), language.count(sentence) > 0) << text << " ? " << sentence;
    }
  }
  EXPECT_GT(checked, 2000);
}

// ---- the recogniser's view

// NOLINTNEXTLINE(misc-no-recursion)
Texts paths(const model::WordGraph& graph, std::uint32_t state, int left) {
  Texts made;
  if (graph.states[state].final) made.insert("");
  if (left == 0) return made;
  for (std::uint32_t i = 0; i < graph.states[state].arc_count; ++i) {
    const auto& arc = graph.arcs[graph.states[state].first_arc + i];
    Texts first{""};
    if (arc.kind == model::WordGraph::ArcKind::word) first = {graph.words[arc.label] + " "};
    if (arc.kind == model::WordGraph::ArcKind::call) first = paths(graph, graph.networks[arc.label].start, left - 1);
    if (arc.kind == model::WordGraph::ArcKind::wildcard) first = {"* "};
    made.merge(combine(first, paths(graph, arc.target, left - 1)));
  }
  return made;
}

TEST(WordGraph, HoldsExactlyTheSpokenSentences) {
  const SentenceFile file{"t", R"(
intents:
  On: {data: [{sentences: ["turn on [the] {name}", "{name}'s state"], requires_context: {domain: light}}]}
  Dock: {data: [{sentences: ["dock [the] {name}"], requires_context: {domain: vacuum}}]}
  Set: {data: [{sentences: ["set {0..2:n}[ percent|%]", "say {any} now"]}]}
lists: {any: {wildcard: true}}
skip_words: [please]
)"};
  const Lists lists{{"name",
                     {{"TV lamp", std::string("a"), {{"domain", std::string("light")}}},
                      {"lamp 2", std::string("b"), {{"domain", std::string("light")}}},
                      {"robot", std::string("c"), {{"domain", std::string("vacuum")}}}}}};
  const auto grammar = Grammar::compile(SentenceSet::parse({&file, 1}, "en", 1), lists);
  ASSERT_TRUE(grammar.ok());
  const auto graph = (*grammar)->word_graph();
  const auto all = paths(*graph, graph->networks[0].start, 12);
  Texts expected;
  for (const std::string before : {"", "please "}) {
    for (const std::string after : {"", "please "}) {
      for (const std::string name : {"tv lamp", "t v lamp", "lamp two"}) {
        expected.insert(before + "turn on " + name + " " + after);
        expected.insert(before + "turn on the " + name + " " + after);
        if (name != "lamp two") expected.insert(before + name + "'s state " + after);
        if (name == "lamp two") expected.insert(before + "lamp two's state " + after);
      }
      for (const std::string the : {"", "the "}) expected.insert(before + "dock " + the + "robot " + after);
      for (const std::string number : {"zero", "one", "two"}) {
        expected.insert(before + "set " + number + " " + after);
        expected.insert(before + "set " + number + " percent " + after);
      }
      expected.insert(before + "say * now " + after);
    }
  }
  // A suffix may also stand apart, as a recogniser may hear it.
  Texts heard;
  for (const auto& sentence : all) {
    if (sentence.find(" s state") == std::string::npos) heard.insert(sentence);
  }
  EXPECT_EQ(heard, expected);
}

TEST(WordGraph, OfferedSentencesAreUnderstood) {
  const std::filesystem::path folder = "sentences/en";
  const auto set = SentenceSet::load({&folder, 1}, "en");
  const Lists lists{{"name",
                     {{"desk lamp", std::string("a"), {{"domain", std::string("light")}}},
                      {"robot", std::string("c"), {{"domain", std::string("vacuum")}}}}},
                    {"area", {{"hall", std::string("hall"), {}}}}};
  const auto grammar = Grammar::compile(set, lists);
  ASSERT_TRUE(grammar.ok());
  const auto graph = (*grammar)->word_graph();
  std::mt19937 random(3);
  // All that sentences of conversation may ask for: the graph has them whatever was said before.
  Context here{{"area", std::string("hall")}, {"question", std::string("which")}};
  for (const auto* key : {"device", "other_device", "device_area", "talked", "done", "undone", "said"})
    here[key] = std::string("yes");
  int said = 0;
  for (int attempt = 0; attempt < 2000; ++attempt) {
    std::string sentence;
    std::vector<std::uint32_t> returns;
    auto state = graph->networks[0].start;
    for (int step = 0; step < 200; ++step) {
      const auto& here_now = graph->states[state];
      if (here_now.final && (here_now.arc_count == 0 || random() % 2 == 0)) {
        if (returns.empty()) break;
        state = returns.back();
        returns.pop_back();
        continue;
      }
      if (here_now.arc_count == 0) break;
      const auto& arc = graph->arcs[here_now.first_arc + random() % here_now.arc_count];
      state = arc.target;
      if (arc.kind == model::WordGraph::ArcKind::word) sentence += graph->words[arc.label] + " ";
      if (arc.kind == model::WordGraph::ArcKind::call) {
        returns.push_back(arc.target);
        state = graph->networks[arc.label].start;
      }
    }
    ++said;
    ASSERT_TRUE((*grammar)->understand(sentence, here).ok()) << sentence;
  }
  EXPECT_EQ(said, 2000);
}

}  // namespace
}  // namespace entente::language
