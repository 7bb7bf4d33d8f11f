// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/endpointer.h"

#include <gtest/gtest.h>

#include "services/speech/impl/test_sound.h"

namespace entente::speech {
namespace {

using test_sound::append;
using test_sound::babble;
using test_sound::noise;
using test_sound::silence;

constexpr milliseconds ms(int count) { return milliseconds(count); }

// Feeds to the first event other than `started`, in chunks of 30 ms, as a recogniser that keeps up would go along.
struct Run {
  Endpoint event = Endpoint::none;
  milliseconds at{};
  bool started = false;
};
Run run(Endpointer& endpointer, const std::vector<std::int16_t>& sound, const Partial& partial = {}) {
  Run ran;
  for (Samples rest = sound; !rest.empty();) {
    const auto step = endpointer.feed(rest.first(std::min<std::size_t>(rest.size(), 480)));
    rest = rest.subspan(step.consumed);
    ran.at = milliseconds(endpointer.position() / 16);
    if (step.event == Endpoint::started) ran.started = true;
    endpointer.hypothesis(partial, endpointer.position());
    if (step.event == Endpoint::ended || step.event == Endpoint::discarded) {
      ran.event = step.event;
      return ran;
    }
  }
  return ran;
}

std::vector<std::int16_t> utterance(milliseconds before, milliseconds speech, milliseconds after) {
  auto sound = silence(before);
  append(sound, babble(speech, 0.1));
  append(sound, silence(after));
  return sound;
}

TEST(Endpointer, HearsNothingInSilenceAndNoise) {
  Endpointer endpointer;
  EXPECT_FALSE(run(endpointer, silence(ms(5'000))).started);
  Endpointer other;
  EXPECT_FALSE(run(other, noise(ms(5'000), 0.05)).started);
}

TEST(Endpointer, PutsTheStartWhereSpeechBegan) {
  Endpointer endpointer;
  ASSERT_TRUE(run(endpointer, utterance(ms(1'000), ms(300), ms(0))).started);
  EXPECT_NEAR(static_cast<double>(endpointer.start()) / 16, 1'000, 30);
}

TEST(Endpointer, EndsSoonAfterAWholeSentence) {
  Endpointer endpointer;
  const auto ran = run(endpointer, utterance(ms(500), ms(1'000), ms(2'000)), {"turn on the lamp", true, true});
  EXPECT_EQ(ran.event, Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::complete);
  EXPECT_NEAR(static_cast<double>(ran.at.count()), 1'700, 80);
}

TEST(Endpointer, WaitsALittleWhereAWholeSentenceCouldGoOn) {
  Endpointer endpointer;
  const auto ran = run(endpointer, utterance(ms(500), ms(1'000), ms(2'000)), {"turn on the lamp", true, false});
  EXPECT_EQ(ran.event, Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::complete);
  EXPECT_NEAR(static_cast<double>(ran.at.count()), 1'750, 80);
}

TEST(Endpointer, WaitsLongerWhereSeveralThingsCouldYetBeSaid) {
  Endpointer endpointer;
  const auto ran =
      run(endpointer, utterance(ms(500), ms(1'000), ms(2'000)), {"a small coffee", true, false, false, true});
  EXPECT_EQ(ran.event, Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::complete);
  EXPECT_NEAR(static_cast<double>(ran.at.count()), 1'830, 40);
}

TEST(Endpointer, GivesWhoDictatesTimeToThink) {
  Endpointer endpointer;
  const auto ran = run(endpointer, utterance(ms(500), ms(400), ms(2'000)), {"add milk", true, false, true});
  EXPECT_EQ(ran.event, Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::complete);
  EXPECT_NEAR(static_cast<double>(ran.at.count()), 1'700, 80);
}

TEST(Endpointer, WaitsLongerForTheRestOfASentence) {
  Endpointer endpointer;
  const auto ran = run(endpointer, utterance(ms(500), ms(1'000), ms(2'000)), {"turn on the", false});
  EXPECT_EQ(ran.event, Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::silent);
  EXPECT_NEAR(static_cast<double>(ran.at.count()), 3'000, 80);
}

TEST(Endpointer, GoesOnAfterAPauseForThought) {
  Endpointer endpointer;
  auto sound = utterance(ms(500), ms(800), ms(600));
  append(sound, utterance(ms(0), ms(800), ms(0)));
  const auto ran = run(endpointer, sound, {"turn on the", false});
  EXPECT_EQ(ran.event, Endpoint::none);
  EXPECT_TRUE(endpointer.speaking());
}

TEST(Endpointer, DoesNotTrustAHypothesisFromBeforeTheEndOfSpeech) {
  Endpointer endpointer;
  const auto sound = utterance(ms(500), ms(1'000), ms(500));
  for (Samples rest = sound; !rest.empty();) {
    const auto step = endpointer.feed(rest);
    rest = rest.subspan(step.consumed);
    endpointer.hypothesis({"turn on the light", true}, 16 * 1'200);
    EXPECT_NE(step.event, Endpoint::ended);
  }
}

TEST(Endpointer, EndsWhenTheHypothesisComesAfterTheSilence) {
  Endpointer endpointer;
  const auto sound = utterance(ms(500), ms(1'000), ms(500));
  for (Samples rest = sound; !rest.empty();) rest = rest.subspan(endpointer.feed(rest).consumed);
  EXPECT_EQ(endpointer.feed({}).event, Endpoint::none);
  endpointer.hypothesis({"turn on the lamp", true}, 16 * 2'000);
  EXPECT_EQ(endpointer.feed({}).event, Endpoint::ended);
}

TEST(Endpointer, EndsWhenAWholeSentenceStandsAlthoughSoundGoesOn) {
  Endpointer endpointer;
  const auto ran = run(endpointer, utterance(ms(500), ms(5'000), ms(0)), {"turn on the lamp", true});
  EXPECT_EQ(ran.event, Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::stable);
  EXPECT_LT(ran.at, ms(2'500));
}

TEST(Endpointer, EndsAtTheLengthThatNoCommandHas) {
  Endpointer endpointer;
  const auto ran = run(endpointer, utterance(ms(500), ms(25'000), ms(0)), {"turn on the", false});
  EXPECT_EQ(ran.event, Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::too_long);
  EXPECT_NEAR(static_cast<double>(ran.at.count()), 20'500, 100);
}

TEST(Endpointer, DiscardsAClick) {
  Endpointer endpointer(EndpointRules{ms(200), ms(330), ms(800), ms(1'500), ms(20'000), ms(120)});
  const auto ran = run(endpointer, utterance(ms(1'000), ms(50), ms(2'000)));
  EXPECT_TRUE(ran.event == Endpoint::discarded || !ran.started);
}

TEST(Endpointer, FindsOneUtteranceAfterAnother) {
  Endpointer endpointer;
  auto sound = utterance(ms(500), ms(1'000), ms(2'000));
  append(sound, utterance(ms(0), ms(700), ms(2'000)));
  int ended = 0;
  for (Samples rest = sound; !rest.empty();) {
    const auto step = endpointer.feed(rest);
    rest = rest.subspan(step.consumed);
    if (step.event == Endpoint::ended) ++ended;
  }
  EXPECT_EQ(ended, 2);
}

TEST(Endpointer, FindsTheSameHoweverTheSoundIsCut) {
  const auto sound = utterance(ms(503), ms(1'000), ms(2'000));
  std::vector<Endpointer::Position> ends;
  for (const std::size_t cut : {1U, 7U, 160U, 333U, 100'000U}) {
    Endpointer endpointer;
    for (Samples rest = sound; !rest.empty();) {
      const auto step = endpointer.feed(rest.first(std::min(rest.size(), cut)));
      rest = rest.subspan(step.consumed);
      if (step.event == Endpoint::ended) ends.push_back(endpointer.position());
    }
  }
  ASSERT_EQ(ends.size(), 5U);
  for (const auto end : ends) EXPECT_EQ(end, ends.front());
}

TEST(Endpointer, EndsAnOpenUtteranceWhenTheSoundIsOver) {
  Endpointer endpointer;
  EXPECT_EQ(endpointer.finish(), Endpoint::none);
  run(endpointer, utterance(ms(500), ms(1'000), ms(0)));
  EXPECT_EQ(endpointer.finish(), Endpoint::ended);
  EXPECT_EQ(endpointer.reason(), EndReason::finished);
  EXPECT_FALSE(endpointer.speaking());
}

}  // namespace
}  // namespace entente::speech
