// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/free_speech.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/sphinx/engine_for_test.h"
#include "drivers/sphinx/ngram_model_for_test.h"
#include "drivers/sphinx/search_graph.h"

namespace entente::sphinx {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Pronunciations& pronunciations() {
  static const Pronunciations known(small_dictionary(), installed_model(), nullptr);
  return known;
}

// "hall" is the least likely word; nobody knows how to say "xyzzy".
std::shared_ptr<const FreeSpeech> small_speech(std::size_t most = 100) {
  NgramWriter writer;
  writer.add("<s>", -1);
  writer.add("hall", -9);
  writer.add("kitchen", -5);
  writer.add("lamp", -4);
  writer.add("light", -3);
  writer.add("xyzzy", -2);
  auto model = NgramModel::parse(writer.bytes(1), "small");
  return std::make_shared<const FreeSpeech>(std::move(model).value(), installed_model(), pronunciations(), most);
}

std::vector<std::string> words_of(const FreeSpeech& speech) {
  std::vector<std::string> words;
  for (const auto& node : speech.nodes()) {
    if (node.ends_word()) words.emplace_back(speech.model().word(node.word));
  }
  return words;
}

Recogniser& recogniser() {
  static auto opened = Recogniser::open({});
  if (!opened.ok()) throw std::runtime_error(opened.error().message);
  return **opened;
}

speech::Recognition heard(Recogniser& by, std::shared_ptr<const model::WordGraph> graph, const std::string& name) {
  auto stream = by.start(*by.prepare(std::move(graph)));
  stream->feed(clip(name));
  return stream->result();
}

std::shared_ptr<const model::WordGraph> phrase_and_wildcard(const std::string& phrase) {
  GraphBuilder builder;
  const auto start = builder.state();
  const auto end = builder.wildcard(builder.phrase(start, phrase));
  return builder.build({start}, {end});
}

TEST(FreeSpeech, HearsTheWordsThatSomebodyCanSay) {
  EXPECT_THAT(words_of(*small_speech()), UnorderedElementsAre("hall", "kitchen", "lamp", "light"));
}

TEST(FreeSpeech, KeepsTheMostFrequentWords) {
  const auto speech = small_speech(3);  // one of them is xyzzy
  EXPECT_THAT(words_of(*speech), UnorderedElementsAre("lamp", "light"));
  EXPECT_TRUE(speech->hears(*speech->model().find("lamp")));
  EXPECT_FALSE(speech->hears(*speech->model().find("hall")));
  EXPECT_FALSE(speech->hears(*speech->model().find("xyzzy")));
}

TEST(FreeSpeech, KnowsTheBestWordBelowEveryNode) {
  const auto speech = small_speech();
  const auto nodes = speech->nodes();
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    float best = nodes[i].ends_word() ? speech->model().unigram(nodes[i].word) : -100;
    for (std::uint32_t child = 0; child < nodes[i].child_count; ++child) {
      best = std::max(best, speech->best_below(nodes[i].first_child + child));
    }
    EXPECT_FLOAT_EQ(speech->best_below(i), best);
  }
}

TEST(Wildcard, GoesOnAfterEachWord) {
  const auto graph =
      *SearchGraph::compile(phrase_and_wildcard("turn"), installed_model(), pronunciations(), small_speech());
  const auto& start = graph->state(graph->start());
  EXPECT_EQ(start.wildcard, SearchGraph::none);
  const auto after_turn = graph->nodes()[graph->nodes()[start.first_root].first_child].first_child;
  const auto& before = graph->state(graph->nodes()[after_turn].target);
  ASSERT_NE(before.wildcard, SearchGraph::none);
  EXPECT_FALSE(before.final);
  const auto& inside = graph->state(before.wildcard);
  EXPECT_TRUE(inside.final);
  EXPECT_EQ(inside.wildcard, before.wildcard);
}

TEST(Wildcard, HearsTheGraphsOwnWordsToo) {
  const auto graph =
      *SearchGraph::compile(phrase_and_wildcard("turn the lamp"), installed_model(), pronunciations(), small_speech());
  std::vector<std::string> own;
  for (const auto& node : graph->nodes().subspan(graph->own_words().first)) {
    if (node.ends_word()) own.push_back(graph->word(node.word));
  }
  EXPECT_THAT(own, UnorderedElementsAre("the", "the", "turn"));  // "lamp" is known without
}

TEST(Wildcard, CostsAGraphWithoutOneNothing) {
  const auto graph =
      *SearchGraph::compile(sentences({"turn the lamp"}), installed_model(), pronunciations(), small_speech());
  EXPECT_EQ(graph->free_speech(), nullptr);
}

TEST(Wildcard, HearsWordsThatNoSentenceHas) {
  const auto recognition = heard(recogniser(), phrase_and_wildcard("we went home"), "we_went_home_last_sunday");
  ASSERT_FALSE(recognition.hypotheses.empty());
  EXPECT_EQ(recognition.hypotheses.front().text, "we went home last sunday");
  EXPECT_GT(recognition.confidence, 0.5);
}

TEST(Wildcard, IsDictatedUntilTheSpeakerEndsIt) {
  auto stream = recogniser().start(*recogniser().prepare(phrase_and_wildcard("we went home")));
  stream->feed(clip("we_went_home_last_sunday"));
  const auto partial = stream->partial();
  EXPECT_TRUE(partial.complete) << partial.text;
  EXPECT_TRUE(partial.dictated);
}

TEST(Wildcard, IsLeftByTheWordsBehindIt) {
  GraphBuilder builder;
  const auto start = builder.state();
  const auto end = builder.phrase(builder.wildcard(builder.phrase(start, "turn on the")), "light");
  const auto recognition = heard(recogniser(), builder.build({start}, {end}), "turn_on_the_kitchen_light");
  ASSERT_FALSE(recognition.hypotheses.empty());
  EXPECT_EQ(recognition.hypotheses.front().text, "turn on the kitchen light");
}

TEST(Wildcard, OffersOtherWordsBestFirstAndEachTextOnce) {
  const auto recognition = heard(recogniser(), phrase_and_wildcard("we"), "we_went_home_last_sunday");
  ASSERT_GT(recognition.hypotheses.size(), 3U);
  std::set<std::string> texts;
  for (const auto& hypothesis : recognition.hypotheses) EXPECT_TRUE(texts.insert(hypothesis.text).second);
}

TEST(Wildcard, DoesNotChangeWhatACommandScores) {
  GraphBuilder builder;
  const auto start = builder.state();
  const auto command = builder.phrase(start, "turn on the kitchen light");
  const auto free = builder.wildcard(builder.phrase(start, "turn"));
  const auto anything = builder.phrase(builder.wildcard(start), "please");
  const auto with = heard(recogniser(), builder.build({start}, {command, free, anything}), "turn_on_the_kitchen_light");
  const auto without = heard(recogniser(), sentences({"turn on the kitchen light"}), "turn_on_the_kitchen_light");
  ASSERT_FALSE(with.hypotheses.empty());
  EXPECT_EQ(with.hypotheses.front().text, "turn on the kitchen light");
  EXPECT_NEAR(with.hypotheses.front().score, without.hypotheses.front().score, 1e-3);
  EXPECT_NEAR(with.confidence, without.confidence, 1e-6);
}

TEST(Wildcard, HearsNothingWithoutALanguageModel) {
  Options options;
  options.language_model = "/nowhere/model.bin";
  const auto deaf = std::move(Recogniser::open(options)).value();
  EXPECT_THAT(heard(*deaf, phrase_and_wildcard("turn on"), "turn_on_the_kitchen_light").hypotheses, IsEmpty());
  EXPECT_FALSE(heard(*deaf, sentences({"turn on the kitchen light"}), "turn_on_the_kitchen_light").hypotheses.empty());
}

}  // namespace
}  // namespace entente::sphinx
