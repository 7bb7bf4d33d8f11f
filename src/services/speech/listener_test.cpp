// SPDX-License-Identifier: GPL-3.0-or-later
// With a scripted recogniser: what it understands depends only on how much sound it was given.
#include "services/speech/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "services/speech/impl/test_sound.h"
#include "services/speech/listen_to.h"
#include "tests/support/manual_loop.h"

namespace entente::speech {
namespace {

using test::store;

using audio::Pcm;
using test_sound::append;
using test_sound::babble;
using test_sound::silence;

constexpr milliseconds ms(int count) { return milliseconds(count); }

class FakeSpace : public SearchSpace {};

// Says "turn on the lamp" once it has heard `complete_after` of sound, "turn on" before.
class FakeRecogniser : public Recogniser {
 public:
  struct Stream : RecogniserStream {
    explicit Stream(FakeRecogniser& owner) : recogniser(owner) {}
    void feed(Samples samples) override {
      if (recogniser.breaks) throw std::runtime_error("out of states");
      heard += samples.size();
      recogniser.fed += samples.size();
    }
    Partial partial() override {
      const bool complete = heard >= test_sound::samples_in(recogniser.complete_after);
      if (recogniser.hears_noise) return {};
      return {complete ? "turn on the lamp" : "turn on", complete, complete};
    }
    Recognition result() override {
      ++recogniser.results;
      Recognition recognition;
      if (!recogniser.hears_noise) recognition.hypotheses = {{partial().text, -100}};
      recognition.confidence = 0.9;
      return recognition;
    }
    FakeRecogniser& recogniser;
    std::size_t heard = 0;
  };

  bool supports(std::string_view) const override { return true; }
  Result<std::shared_ptr<const SearchSpace>> prepare(std::shared_ptr<const model::WordGraph>) override {
    return std::shared_ptr<const SearchSpace>(std::make_shared<FakeSpace>());
  }
  std::unique_ptr<RecogniserStream> start(std::shared_ptr<const SearchSpace> space) override {
    EXPECT_TRUE(space);
    ++streams;
    return gives_streams ? std::make_unique<Stream>(*this) : nullptr;
  }

  milliseconds complete_after{0};
  bool breaks = false;
  bool hears_noise = false;
  bool gives_streams = true;
  std::atomic<std::size_t> fed{0};
  std::atomic<int> streams{0};
  std::atomic<int> results{0};
};

class ListenerTest : public testing::Test {
 protected:
  std::unique_ptr<Listener> open(ListenerSettings settings = {}) {
    auto listener = hearing_.listen(recogniser_, std::make_shared<FakeSpace>(), settings);
    EXPECT_TRUE(listener.ok());
    return std::move(*listener);
  }
  template <class T>
  T run(Task<T> task) {
    return loop_.run_with_pool(std::move(task));
  }
  Result<Heard> hear(Listener& listener, const std::vector<std::int16_t>& sound, milliseconds chunk = ms(40)) {
    const Pcm pcm{16'000, 1, sound};
    return run(listen_to(loop_, listener, pcm, Pace::as_fast_as_possible, chunk));
  }
  Result<Heard> next(Listener& listener) { return run(listener.next(Deadline::in(loop_, seconds(1)))); }

  test::ManualLoop loop_;
  FakeRecogniser recogniser_;
  Hearing hearing_{loop_, 1};
};

std::vector<std::int16_t> utterance(milliseconds before, milliseconds speech, milliseconds after) {
  auto sound = silence(before);
  append(sound, babble(speech, 0.1));
  append(sound, silence(after));
  return sound;
}
std::string words_of(const Result<Heard>& heard) {
  if (!heard.ok()) return "error: " + heard.error().message;
  return heard->recognition.hypotheses.empty() ? "" : heard->recognition.hypotheses.front().text;
}

TEST_F(ListenerTest, HearsASentenceAndEndsSoonAfterIt) {
  const auto listener = open();
  const auto heard = hear(*listener, utterance(ms(1'000), ms(1'000), ms(3'000)));
  ASSERT_EQ(words_of(heard), "turn on the lamp");
  EXPECT_EQ(heard->reason, EndReason::complete);
  EXPECT_GE(heard->silence, ms(200));
  EXPECT_LE(heard->silence, ms(240));
  EXPECT_TRUE(heard->partial.complete);
}

TEST_F(ListenerTest, HasTheResultReadyWhenTheEndIsCertain) {
  const auto listener = open();
  const auto heard = hear(*listener, utterance(ms(1'000), ms(1'000), ms(3'000)));
  ASSERT_TRUE(heard.ok());
  EXPECT_TRUE(heard->early);
  EXPECT_EQ(recogniser_.results, 1);
}

TEST_F(ListenerTest, WaitsLongerForTheRestOfASentence) {
  recogniser_.complete_after = ms(60'000);
  const auto listener = open();
  const auto heard = hear(*listener, utterance(ms(1'000), ms(1'000), ms(3'000)));
  ASSERT_EQ(words_of(heard), "turn on");
  EXPECT_EQ(heard->reason, EndReason::silent);
  EXPECT_GE(heard->silence, ms(1'500));
  EXPECT_LE(heard->silence, ms(1'540));
}

TEST_F(ListenerTest, ThrowsAnEarlyResultAwayWhenSpeechGoesOn) {
  recogniser_.complete_after = ms(1'000);
  const auto listener = open();
  auto sound = utterance(ms(600), ms(1'000), ms(190));  // too short a silence to end, long enough to ask
  append(sound, utterance(ms(0), ms(1'000), ms(1'000)));
  const auto heard = hear(*listener, sound);
  ASSERT_TRUE(heard.ok());
  EXPECT_GE(heard->audio, ms(2'190));
  EXPECT_EQ(recogniser_.results, 2);
}

TEST_F(ListenerTest, GoesOnListeningAfterANoise) {
  const auto listener = open();
  recogniser_.hears_noise = true;
  ASSERT_TRUE(listener->feed({16'000, 1, utterance(ms(500), ms(300), ms(1'500))}).ok());
  ASSERT_TRUE(run(listener->caught_up(Deadline::in(loop_, seconds(1)))).ok());
  EXPECT_FALSE(listener->has_heard());
  recogniser_.hears_noise = false;
  EXPECT_EQ(words_of(hear(*listener, utterance(ms(500), ms(1'000), ms(1'000)))), "turn on the lamp");
}

TEST_F(ListenerTest, GivesTheRecogniserTheSoundFromBeforeTheStart) {
  const auto listener = open();
  const auto heard = hear(*listener, utterance(ms(3'000), ms(1'000), ms(1'000)));
  ASSERT_TRUE(heard.ok());
  EXPECT_NEAR(in_milliseconds(heard->audio), 600 + 1'000 + 200, 60);
  EXPECT_LE(recogniser_.fed, test_sound::samples_in(ms(1'900)));
}

TEST_F(ListenerTest, LosesNothingOfSoundThatBeginsWithSpeech) {
  const auto listener = open();
  const auto heard = hear(*listener, utterance(ms(0), ms(1'700), ms(1'000)));
  ASSERT_EQ(words_of(heard), "turn on the lamp");
  EXPECT_NEAR(in_milliseconds(heard->audio), 1'700 + 200, 80);
}

TEST_F(ListenerTest, DoesNotDecodeSilence) {
  const auto listener = open();
  const auto heard = hear(*listener, silence(ms(10'000)));
  EXPECT_EQ(words_of(heard), "");
  EXPECT_EQ(recogniser_.fed, 0U);
  EXPECT_EQ(recogniser_.streams, 0);
}

TEST_F(ListenerTest, TakesAnyRateAndChannelCount) {
  auto stereo = Pcm{48'000, 2, {}};
  for (const auto sample : utterance(ms(500), ms(1'000), ms(1'000)))
    stereo.samples.insert(stereo.samples.end(), 6, sample);
  const auto listener = open();
  const auto heard = run(listen_to(loop_, *listener, stereo, Pace::as_fast_as_possible));
  ASSERT_EQ(words_of(heard), "turn on the lamp");
  EXPECT_NEAR(in_milliseconds(heard->audio), 500 + 1'000 + 200, 60);
}

TEST_F(ListenerTest, RefusesSoundThatCannotBe) {
  const auto listener = open();
  EXPECT_EQ(listener->feed({0, 1, {1, 2, 3}}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(listener->feed({16'000, 0, {1, 2, 3}}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(listener->feed({16'000, 1'000'000, {1, 2, 3}}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(words_of(hear(*listener, utterance(ms(500), ms(1'000), ms(1'000)))), "turn on the lamp");
}

TEST_F(ListenerTest, HearsTheSameInChunksOfAnyLength) {
  const auto sound = utterance(ms(707), ms(1'000), ms(2'000));
  for (const int chunk : {10, 20, 33, 100, 1'000}) {
    const auto listener = open();
    EXPECT_EQ(words_of(hear(*listener, sound, ms(chunk))), "turn on the lamp") << chunk;
  }
}

TEST_F(ListenerTest, EndsAtTheEndOfTheSound) {
  const auto listener = open();
  const auto heard = hear(*listener, utterance(ms(500), ms(1'000), ms(0)));
  ASSERT_EQ(words_of(heard), "turn on the lamp");
  EXPECT_EQ(heard->reason, EndReason::finished);
}

TEST_F(ListenerTest, SaysThatNothingWasSaidInAnEmptySound) {
  const auto listener = open();
  const auto heard = hear(*listener, {});
  ASSERT_TRUE(heard.ok());
  EXPECT_TRUE(heard->recognition.hypotheses.empty());
}

TEST_F(ListenerTest, DoesNotBelieveWordsHeardInSilence) {
  ListenerSettings settings;
  settings.ending = Ending::with_the_sound;
  const auto listener = open(settings);
  const auto heard = hear(*listener, std::vector<std::int16_t>(16'000, 3));
  ASSERT_TRUE(heard.ok());
  EXPECT_TRUE(heard->recognition.hypotheses.empty());
}

TEST_F(ListenerTest, TakesAWholeSoundForOneUtteranceWhenAsked) {
  ListenerSettings settings;
  settings.ending = Ending::with_the_sound;
  const auto listener = open(settings);
  auto sound = utterance(ms(500), ms(1'000), ms(2'000));
  append(sound, utterance(ms(0), ms(1'000), ms(500)));
  const auto heard = hear(*listener, sound);
  ASSERT_EQ(words_of(heard), "turn on the lamp");
  EXPECT_EQ(heard->audio, ms(5'000));
  EXPECT_EQ(recogniser_.fed, sound.size());
  EXPECT_EQ(recogniser_.results, 1);
}

TEST_F(ListenerTest, BoundsTheLengthOfAWholeSound) {
  ListenerSettings settings;
  settings.ending = Ending::with_the_sound;
  settings.longest_sound = ms(2'000);
  const auto listener = open(settings);
  const auto heard = hear(*listener, babble(ms(5'000), 0.1));
  ASSERT_EQ(words_of(heard), "turn on the lamp");
  EXPECT_EQ(heard->reason, EndReason::too_long);
  EXPECT_LE(heard->audio, ms(2'050));
}

TEST_F(ListenerTest, HearsOneUtteranceAfterAnother) {
  const auto listener = open();
  auto sound = utterance(ms(500), ms(1'000), ms(1'000));
  append(sound, utterance(ms(0), ms(1'000), ms(1'000)));
  for (std::size_t at = 0; at < sound.size(); at += 640) {
    ASSERT_TRUE(listener
                    ->feed({16'000,
                            1,
                            {sound.begin() + static_cast<std::ptrdiff_t>(at),
                             sound.begin() + static_cast<std::ptrdiff_t>(std::min(at + 640, sound.size()))}})
                    .ok());
    ASSERT_TRUE(run(listener->caught_up(Deadline::in(loop_, seconds(1)))).ok());
  }
  EXPECT_EQ(words_of(next(*listener)), "turn on the lamp");
  EXPECT_EQ(words_of(next(*listener)), "turn on the lamp");
  listener->finish();
  EXPECT_EQ(next(*listener).error().message, "speech: the sound has ended");
  EXPECT_EQ(recogniser_.streams, 2);
}

TEST_F(ListenerTest, HearsEverythingThatCameInOneChunkTooLarge) {
  const auto listener = open();
  auto sound = utterance(ms(500), ms(1'000), ms(2'000));
  append(sound, utterance(ms(0), ms(1'000), ms(2'000)));
  ASSERT_TRUE(listener->feed({16'000, 1, sound}).ok());
  listener->finish();
  EXPECT_EQ(words_of(next(*listener)), "turn on the lamp");
  EXPECT_EQ(words_of(next(*listener)), "turn on the lamp");
  EXPECT_FALSE(next(*listener).ok());
}

TEST_F(ListenerTest, RefusesSoundAfterTheEnd) {
  const auto listener = open();
  listener->finish();
  EXPECT_EQ(listener->feed({16'000, 1, {1, 2}}).error().code, ErrorCode::unavailable);
}

TEST_F(ListenerTest, TellsWhenTheRecogniserFails) {
  recogniser_.breaks = true;
  const auto listener = open();
  EXPECT_EQ(words_of(hear(*listener, utterance(ms(500), ms(1'000), ms(1'000)))),
            "error: speech: the recogniser failed: out of states");
  recogniser_.breaks = false;
}

TEST_F(ListenerTest, HearsAgainAfterAFailure) {
  const auto listener = open();
  recogniser_.gives_streams = false;
  ASSERT_TRUE(listener->feed({16'000, 1, utterance(ms(500), ms(1'000), ms(1'000))}).ok());
  EXPECT_EQ(words_of(next(*listener)), "error: speech: the recogniser failed: the recogniser gave no stream");
  recogniser_.gives_streams = true;
  ASSERT_TRUE(listener->feed({16'000, 1, utterance(ms(500), ms(1'000), ms(1'000))}).ok());
  EXPECT_EQ(words_of(next(*listener)), "turn on the lamp");
}

TEST_F(ListenerTest, RefusesTheFiftyFirst) {
  std::vector<std::unique_ptr<Listener>> many;
  for (std::size_t i = 0; i < Hearing::most_listeners; ++i) many.push_back(open());
  const auto refused = hearing_.listen(recogniser_, std::make_shared<FakeSpace>());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "speech: 50 are listened to already");
  many.pop_back();
  EXPECT_TRUE(hearing_.listen(recogniser_, std::make_shared<FakeSpace>()).ok());
}

TEST_F(ListenerTest, RefusesToListenForNothing) {
  EXPECT_EQ(hearing_.listen(recogniser_, nullptr).error().code, ErrorCode::unavailable);
}

TEST_F(ListenerTest, RefusesSoundWhenTheRecogniserIsFarBehind) {
  const auto listener = open();
  Result<void> fed;
  for (int i = 0; i < 60 && fed.ok(); ++i) fed = listener->feed({16'000, 1, babble(ms(1'000), 0.1)});
  ASSERT_FALSE(fed.ok());
  EXPECT_EQ(fed.error().message, "speech: the recogniser is more than 30 seconds behind");
}

TEST_F(ListenerTest, CanBeDestroyedWhileItDecodes) {
  auto listener = open();
  ASSERT_TRUE(listener->feed({16'000, 1, utterance(ms(500), ms(1'000), ms(0))}).ok());
  listener.reset();
  EXPECT_EQ(hearing_.listeners(), 0U);
}

TEST_F(ListenerTest, CanBeAwaitedAgainAfterAnAbandonedWait) {
  const auto listener = open();
  {
    TaskGroup group("test");
    std::optional<Result<Heard>> heard;
    group.spawn(store(listener->next(Deadline::in(loop_, seconds(1))), heard));
  }
  ASSERT_TRUE(listener->feed({16'000, 1, utterance(ms(500), ms(1'000), ms(1'000))}).ok());
  EXPECT_EQ(words_of(next(*listener)), "turn on the lamp");
}

TEST_F(ListenerTest, TimesOutWhenNobodySpeaks) {
  const auto listener = open();
  const auto heard = loop_.run_through(listener->next(Deadline::in(loop_, seconds(5))));
  EXPECT_EQ(heard.error().code, ErrorCode::timeout);
}

TEST_F(ListenerTest, SaysWhenSpeechEndedAndHowLongEachStageTook) {
  const auto listener = open();
  const auto sound = utterance(ms(1'000), ms(1'000), ms(1'000));
  const auto begun = loop_.now();
  for (std::size_t at = 0; at < sound.size() && !listener->has_heard(); at += 320) {
    loop_.advance(ms(20));
    const auto from = sound.begin() + static_cast<std::ptrdiff_t>(at);
    ASSERT_TRUE(listener->feed({16'000, 1, {from, from + 320}}).ok());
    ASSERT_TRUE(run(listener->caught_up(Deadline::in(loop_, seconds(1)))).ok());
  }
  const auto heard = next(*listener);
  ASSERT_TRUE(heard.ok());
  EXPECT_NEAR(in_milliseconds(heard->speech_ended - begun), 2'000, 60);
  EXPECT_NEAR(in_milliseconds(heard->ready - heard->speech_ended), 200, 30);
  const auto trace = trace_of(*heard);
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_EQ(trace[0].detail, "complete");
  EXPECT_EQ(trace[1].detail, "turn on the lamp");
  EXPECT_EQ(trace[0].took + trace[1].took, heard->ready - heard->speech_ended);
}

TEST_F(ListenerTest, ListensInRealTime) {
  const auto listener = open();
  const Pcm sound{16'000, 1, utterance(ms(300), ms(600), ms(1'000))};
  std::optional<Result<Heard>> heard;
  TaskGroup group("test");
  const auto begun = loop_.now();
  group.spawn(store(listen_to(loop_, *listener, sound, Pace::real_time, ms(20)), heard));
  for (int i = 0; i < 200 && !heard; ++i) {
    loop_.advance(ms(20));
    std::optional<Result<void>> caught_up;
    group.spawn(store(listener->caught_up(Deadline::in(loop_, seconds(1))), caught_up));
    loop_.run_ready();
    while (!caught_up) loop_.wait_for_post();
  }
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(words_of(*heard), "turn on the lamp");
  EXPECT_NEAR(in_milliseconds(loop_.now() - begun), 1'100, 60);
}

TEST_F(ListenerTest, UsesNewSentencesFromTheNextUtteranceOn) {
  const auto listener = open();
  listener->use(std::make_shared<FakeSpace>());
  EXPECT_EQ(words_of(hear(*listener, utterance(ms(500), ms(1'000), ms(1'000)))), "turn on the lamp");
}

}  // namespace
}  // namespace entente::speech
