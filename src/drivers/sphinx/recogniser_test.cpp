// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/recogniser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Recogniser& recogniser() {
  static auto opened = Recogniser::open({});
  if (!opened.ok()) throw std::runtime_error(opened.error().message);
  return **opened;
}

std::shared_ptr<const model::WordGraph> home() {
  GraphBuilder builder;
  auto start = builder.state();
  auto names = builder.state();
  auto names_end = builder.choice(names, {"kitchen light", "hall lamp", "bedroom light", "kitchen fan", "thermostat"});
  auto verb = builder.choice(start, {"turn on the", "turn off the", "switch on the", "is the"});
  auto end = builder.call(verb, 1);
  return builder.build({start, names}, {end, names_end});
}

std::shared_ptr<const speech::SearchSpace> space(std::shared_ptr<const model::WordGraph> graph) {
  return *recogniser().prepare(std::move(graph));
}

std::vector<std::int16_t> with_silence_after(std::vector<std::int16_t> samples, std::size_t silence = 8000) {
  samples.resize(samples.size() + silence);
  return samples;
}

void feed_in_chunks(speech::RecogniserStream& stream, speech::Samples samples, std::size_t chunk = 800) {
  for (std::size_t at = 0; at < samples.size(); at += chunk) {
    stream.feed(samples.subspan(at, std::min(chunk, samples.size() - at)));
  }
}

std::string best(const speech::Recognition& recognition) {
  return recognition.hypotheses.empty() ? "" : recognition.hypotheses.front().text;
}

TEST(Recogniser, HearsASentenceOfTheGraph) {
  auto stream = recogniser().start(space(home()));
  feed_in_chunks(*stream, clip("turn_on_the_kitchen_light"));
  auto recognition = stream->result();
  EXPECT_EQ(best(recognition), "turn on the kitchen light");
  EXPECT_GT(recognition.confidence, 0.5);
}

TEST(Recogniser, KnowsThatASentenceIsCompleteSoonAfterItsEnd) {
  auto stream = recogniser().start(space(home()));
  feed_in_chunks(*stream, with_silence_after(clip("turn_on_the_kitchen_light"), 3200));
  auto partial = stream->partial();
  EXPECT_EQ(partial.text, "turn on the kitchen light");
  EXPECT_TRUE(partial.complete);
}

TEST(Recogniser, KnowsWhetherAWholeSentenceCouldGoOn) {
  GraphBuilder builder;
  auto start = builder.state();
  auto more = builder.state();
  auto more_end = builder.choice(more, {"after dinner", "please"});
  auto end = builder.phrase(start, "turn on the kitchen light");
  auto goes_on =
      std::make_shared<model::WordGraph>(*builder.build({start, more}, {end, builder.call(end, 1), more_end}));
  auto idles_on = std::make_shared<model::WordGraph>(*goes_on);
  idles_on->networks[1].idle = true;

  const auto closed = [](std::shared_ptr<const model::WordGraph> graph) {
    auto stream = recogniser().start(space(std::move(graph)));
    feed_in_chunks(*stream, with_silence_after(clip("turn_on_the_kitchen_light"), 3200));
    EXPECT_TRUE(stream->partial().complete);
    return stream->partial().closed;
  };
  EXPECT_TRUE(closed(home()));
  EXPECT_FALSE(closed(goes_on));
  EXPECT_TRUE(closed(idles_on));
}

TEST(Recogniser, KnowsHowMuchAWholeSentenceCouldYetTake) {
  GraphBuilder builder;
  const auto start = builder.state();
  const auto end = builder.phrase(start, "turn on the kitchen light");
  const auto graph = builder.build({start}, {end, builder.phrase(end, "after dinner")});
  const auto partial = [&](bool settled, std::uint8_t more) {
    auto changed = std::make_shared<model::WordGraph>(*graph);
    changed->states[end].settled = settled;
    changed->states[end].more = more;
    auto stream = recogniser().start(space(std::move(changed)));
    feed_in_chunks(*stream, with_silence_after(clip("turn_on_the_kitchen_light"), 3200));
    return stream->partial();
  };
  EXPECT_TRUE(partial(true, 0).closed);
  EXPECT_FALSE(partial(false, 1).closed);
  EXPECT_FALSE(partial(false, 1).open);
  EXPECT_TRUE(partial(false, 2).open);
}

TEST(Recogniser, DoesNotTakeAnUnfinishedSentenceForComplete) {
  auto stream = recogniser().start(space(home()));
  auto sound = clip("turn_on_the_kitchen_light");
  feed_in_chunks(*stream, speech::Samples(sound).first(sound.size() / 2));
  EXPECT_THAT(stream->partial().text, testing::StartsWith("turn on"));
  EXPECT_FALSE(stream->partial().complete);
}

TEST(Recogniser, OffersOtherSentencesBestFirstAndEachOnce) {
  auto stream = recogniser().start(
      space(sentences({"turn on the kitchen light", "turn on a kitchen light", "turn on the kitchen lights"})));
  stream->feed(clip("turn_on_the_kitchen_light"));
  auto hypotheses = stream->result().hypotheses;
  ASSERT_GE(hypotheses.size(), 2U);
  for (std::size_t i = 1; i < hypotheses.size(); ++i) {
    EXPECT_LE(hypotheses[i].score, hypotheses[i - 1].score);
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(hypotheses[i].text, hypotheses[j].text);
  }
}

TEST(Recogniser, MayBeAskedEarlyAndFedOn) {
  auto stream = recogniser().start(space(home()));
  auto sound = with_silence_after(clip("turn_on_the_kitchen_light"));
  stream->feed(speech::Samples(sound).first(9000));
  stream->result();
  stream->feed(speech::Samples(sound).subspan(9000));
  EXPECT_EQ(best(stream->result()), "turn on the kitchen light");
  EXPECT_EQ(best(stream->result()), "turn on the kitchen light");
}

TEST(Recogniser, HearsTheSameHoweverSoundIsCut) {
  auto sound = clip("turn_on_the_kitchen_light");
  auto at_once = recogniser().start(space(home()));
  at_once->feed(sound);
  auto in_pieces = recogniser().start(space(home()));
  feed_in_chunks(*in_pieces, sound, 333);
  EXPECT_EQ(at_once->result().hypotheses.front().score, in_pieces->result().hypotheses.front().score);
}

TEST(Recogniser, DoesNotTrustWhatWasReadIntoOtherSpeech) {
  auto stream = recogniser().start(space(home()));
  stream->feed(clip("we_went_home_last_sunday"));
  EXPECT_LT(stream->result().confidence, 0.5);
}

TEST(Recogniser, HearsNothingInNoSoundAndInSilence) {
  auto stream = recogniser().start(space(home()));
  EXPECT_THAT(stream->result().hypotheses, IsEmpty());
  EXPECT_EQ(stream->partial().text, "");
  stream->feed(std::vector<std::int16_t>(160));
  EXPECT_LT(stream->result().confidence, 0.5);
  stream->feed(std::vector<std::int16_t>(32000));
  EXPECT_LT(stream->result().confidence, 0.5);
}

TEST(Recogniser, SurvivesOddSound) {
  std::mt19937 random(3);
  std::vector<std::vector<std::int16_t>> sounds(4, std::vector<std::int16_t>(12000));
  for (std::size_t i = 0; i < 12000; ++i) {
    sounds[0][i] = 32767;                                               // only DC
    sounds[1][i] = i % 100 < 50 ? 32767 : -32768;                       // clipping
    sounds[2][i] = static_cast<std::int16_t>(random());                 // noise at full scale
    sounds[3][i] = i == 6000 ? std::int16_t{-32768} : std::int16_t{0};  // one click
  }
  for (const auto& sound : sounds) {
    auto stream = recogniser().start(space(home()));
    feed_in_chunks(*stream, sound);
    auto recognition = stream->result();
    EXPECT_GE(recognition.confidence, 0);
    EXPECT_LE(recognition.confidence, 1);
  }
}

TEST(Recogniser, IgnoresWhatComesAfterItsLongestUtterance) {
  Options options;
  options.longest_utterance = std::chrono::seconds(2);
  auto small = Recogniser::open(options);
  ASSERT_TRUE(small.ok());
  auto stream = (*small)->start(*(*small)->prepare(home()));
  stream->feed(with_silence_after(clip("turn_on_the_kitchen_light"), 16000));
  auto full = stream->result();
  stream->feed(clip("we_went_home_last_sunday"));
  EXPECT_EQ(best(full), "turn on the kitchen light");
  EXPECT_EQ(stream->result().hypotheses.front().score, full.hypotheses.front().score);
}

TEST(Recogniser, PreparesWhileStreamsOfAnOlderSpaceDecode) {
  auto stream = recogniser().start(space(home()));
  std::thread other([] {
    for (int i = 0; i < 5; ++i) space(home());
  });
  feed_in_chunks(*stream, clip("turn_on_the_kitchen_light"));
  EXPECT_EQ(best(stream->result()), "turn on the kitchen light");
  other.join();
}

TEST(Recogniser, SupportsEnglishOnly) {
  EXPECT_TRUE(recogniser().supports("en"));
  EXPECT_TRUE(recogniser().supports("en-GB"));
  EXPECT_FALSE(recogniser().supports("zh-CN"));
  EXPECT_FALSE(recogniser().supports("enm"));
}

TEST(Recogniser, SaysWhatIsMissing) {
  Options options;
  options.dictionary = "/nowhere/words.dict";
  auto opened = Recogniser::open(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr("/nowhere/words.dict"));
}

}  // namespace
}  // namespace entente::sphinx
