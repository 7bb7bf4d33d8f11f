// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/tolerant.h"

#include <gtest/gtest.h>

#include "services/language/language.h"

namespace entente::language {
namespace {

constexpr const char* yaml = R"(
intents:
  TurnOn:
    data:
      - sentences: ["(turn|switch) on [the] {name}", "[the] {area} [the] lights on"]
  TurnOff:
    data:
      - sentences: ["(turn|switch) off [the] {name}", "[the] {area} [the] lights off"]
  Brightness:
    data:
      - sentences: ["set [the] brightness of [the] {name} to {0..100:level} percent"]
  Start:
    data:
      - sentences: ["start a timer for {1..90:minutes} minutes [called {title}]"]
  Add:
    data:
      - sentences: ["put {item} on my shopping list"]
lists:
  item: {wildcard: true}
  title: {wildcard: true}
skip_words: [please]
talk:
  fillers: ["you know", well]
  articles: [the, a]
)";

std::shared_ptr<const Grammar> grammar_of(const std::string& text, const Lists& lists = {}) {
  const SentenceFile file{"t.yaml", text};
  const auto set = SentenceSet::parse({&file, 1}, "en", 1);
  for (const auto& problem : set.problems()) ADD_FAILURE() << to_string(problem);
  return Grammar::compile(set, lists).value();
}

Result<Understanding> near(const Grammar& grammar, const std::string& text) {
  const Hypothesis heard{text, 0};
  return grammar.understand_tolerantly({&heard, 1});
}

std::string in_words(const model::Intent& intent) {
  std::string words = intent.name;
  for (const auto& slot : intent.slots) words += fmt::format(" {}={}", slot.name, model::to_text(slot.value));
  return words;
}

class Tolerant : public testing::Test {
 protected:
  Result<Understanding> near(const std::string& text) const { return language::near(*grammar_, text); }

  // "Intent slot=value …", with what is asked behind a "?"; empty for not understood.
  std::string said(const std::string& text) const {
    const auto understood = near(text);
    if (!understood.ok()) return {};
    auto shown = in_words(understood->best);
    if (understood->ambiguous) {
      for (const auto& other : understood->alternatives) shown += " ? " + in_words(other);
    }
    return shown;
  }

  std::shared_ptr<const Grammar> grammar_ =
      grammar_of(yaml, {{"name", {{"kitchen lamp", {}, {}}, {"bedroom lamp", {}, {}}, {"ventilator", {}, {}}}},
                        {"area", {{"kitchen", {}, {}}, {"living room", {}, {}}}}});
};

TEST_F(Tolerant, TakesWhatFitsExactlyForNothing) {
  const auto understood = near("turn on the kitchen lamp");
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(understood->cost, 0);
}

TEST_F(Tolerant, IgnoresFillersAndSoundsOfHesitation) {
  EXPECT_EQ(said("uh turn on um the, you know, kitchen lamp"), "TurnOn name=kitchen lamp");
  EXPECT_EQ(said("well turn on ventilator please"), "TurnOn name=ventilator");
}

TEST(TolerantFillers, StayWhereTheyBelongToASentence) {
  const auto grammar = grammar_of(R"(
intents: {A: {data: [{sentences: ["how well is it", "is it warm"]}]}}
talk: {fillers: [well]}
)");
  for (const std::string text : {"how well is it", "well is it warm"}) {
    const auto understood = near(*grammar, text);
    ASSERT_TRUE(understood.ok()) << text;
    EXPECT_EQ(understood->cost, 0) << text;
  }
}

TEST_F(Tolerant, IgnoresASmallWordSaidTwice) {
  EXPECT_EQ(said("turn on the the ventilator"), "TurnOn name=ventilator");
}

TEST_F(Tolerant, DoesNotNeedArticles) { EXPECT_EQ(said("start timer for 5 minutes"), "Start minutes=5"); }

TEST_F(Tolerant, UnderstandsNamesSaidNearlyRight) {
  EXPECT_EQ(said("turn on the kichen lamp"), "TurnOn name=kitchen lamp");
  EXPECT_EQ(said("turn off the ventlator"), "TurnOff name=ventilator");
}

TEST_F(Tolerant, UnderstandsWithOneWordMissing) {
  EXPECT_EQ(said("set brightness of ventilator 40 percent"), "Brightness name=ventilator level=40");
  EXPECT_EQ(said("on the ventilator"), "TurnOn name=ventilator");
}

TEST_F(Tolerant, UnderstandsWithOneWordWrong) {
  EXPECT_EQ(said("set the brightness of the ventilator two 40 percent"), "Brightness name=ventilator level=40");
}

TEST(TolerantLists, SayTheSameAsTheWordsThemselves) {
  const auto grammar = grammar_of(R"(
intents:
  A: {data: [{sentences: ["turn on the light in {area}"]}]}
  B: {data: [{sentences: ["turn on the {kind} in {area}"]}]}
  C: {data: [{sentences: ["what time is it"]}]}
lists: {kind: {values: [light, fan]}, area: {values: [kitchen, hall]}}
)");
  const auto understood = near(*grammar, "turn on the light in kichen");
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(understood->best.name, "A");  // as understand() has it for the right words
}

TEST_F(Tolerant, DoesNotTakeAnUnknownPlaceForAKnownOne) {
  EXPECT_EQ(said("the garage lights off"), "");
  EXPECT_EQ(said("turn on the toaster"), "");
}

TEST_F(Tolerant, DoesNotGuessBetweenOppositeActions) {
  EXPECT_EQ(said("turn the kitchen lamp"), "");
  EXPECT_EQ(said("living room lights"), "");
}

TEST_F(Tolerant, AsksWhichOfTwoIsMeant) {
  EXPECT_EQ(said("turn on the lamp"), "TurnOn name=bedroom lamp ? TurnOn name=kitchen lamp");
}

TEST_F(Tolerant, RefusesHalfSentencesAndTalk) {
  for (const auto* text :
       {"turn on the", "turn on", "the lamp", "the kitchen", "set the brightness of the ventilator to",
        "she never turned on the kitchen lamp herself", "who invented the lamp",
        "I left the lights on in the living room", "lights", "a a a a a a a a"}) {
    EXPECT_EQ(said(text), "") << text;
  }
}

TEST_F(Tolerant, RefusesFreeTextThatIsTheRestOfSomething) {
  EXPECT_EQ(said("start a timer for 5 minutes called minutes"), "");
  EXPECT_EQ(said("start a timer for 5 minutes called pizza"), "Start minutes=5 title=pizza");
  EXPECT_EQ(said("put milk on my shopping list"), "Add item=milk");
}

TEST_F(Tolerant, TakesTheHypothesisThatFitsBest) {
  const Hypothesis heard[] = {
      {"turn of the bed rum lump", 0}, {"turn off the bedroom lamp", 0.3}, {"turn on the ventilator", 0.6}};
  const auto understood = grammar_->understand_tolerantly(heard);
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(in_words(understood->best), "TurnOff name=bedroom lamp");
  EXPECT_DOUBLE_EQ(understood->cost, 0.3);
}

TEST_F(Tolerant, NamesWhatIsNoText) {
  EXPECT_EQ(near("").error().code, ErrorCode::invalid);
  EXPECT_EQ(near("uh um").error().code, ErrorCode::invalid);
  EXPECT_EQ(near("\xff lamp").error().code, ErrorCode::invalid);
  EXPECT_EQ(near(std::string(5000, 'a')).error().code, ErrorCode::exhausted);
  EXPECT_EQ(grammar_->understand_tolerantly({}).error().code, ErrorCode::invalid);
}

TEST(Similarity, CountsSlipsByTheLengthOfTheWord) {
  struct Row {
    const char *heard, *meant;
    bool similar;
  };
  const Row rows[] = {{"kichen", "kitchen", true},
                      {"kithcen", "kitchen", true},
                      {"on", "off", false},
                      {"lamb", "lamp", true},
                      {"bed", "red", false},
                      {"ventlator", "ventilator", true},
                      {"vntlator", "ventilator", true},
                      {"vntltr", "ventilator", false},
                      {"lamp", "lamp", false},
                      {"salon", "salón", true},
                      {"entree", "entrée", true},
                      {"mas", "más", true},
                      {"солн", "соль", true}};
  for (const auto& row : rows) EXPECT_EQ(similarity(row.heard, row.meant) > 0, row.similar) << row.heard;
}

}  // namespace
}  // namespace entente::language
