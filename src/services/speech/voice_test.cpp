// SPDX-License-Identifier: GPL-3.0-or-later
// With scripted engines.
#include "services/speech/voice.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>

#include "base/text.h"
#include "tests/support/manual_loop.h"

namespace entente::speech {
namespace {

using test::store;

// Says each text as ten samples a character, in pieces of a character.
class FakeEngine : public Synthesiser {
 public:
  FakeEngine(std::string name, std::string language) : name_(std::move(name)), language_(std::move(language)) {}

  std::string_view name() const override { return name_; }
  bool supports(std::string_view language) const override { return language.starts_with(language_); }
  int rate() const override { return rate_; }
  Result<void> speak(const VoiceRequest& request, const std::function<bool(Samples)>& sink) override {
    ++calls;
    last = request;
    if (throws) throw std::runtime_error("no breath");
    if (refusal) return *refusal;
    if (blocks) may_go.get_future().wait();
    for (std::size_t i = 0; i < request.text.size(); ++i) {
      const std::vector<std::int16_t> piece(10, static_cast<std::int16_t>(request.text[i]));
      if (breaks_off_after && i == *breaks_off_after) return Error{ErrorCode::unavailable, "hung up"};
      ++pieces;
      if (!sink(piece)) return {};
    }
    return {};
  }

  int rate_ = 16'000;
  bool throws = false;
  bool blocks = false;
  std::promise<void> may_go;
  std::optional<Error> refusal;
  std::optional<std::size_t> breaks_off_after;  // so many characters
  VoiceRequest last;
  std::atomic<int> calls{0};
  std::atomic<int> pieces{0};

 private:
  std::string name_;
  std::string language_;
};

// Sound as the engines make it, so that samples can be counted.
class RawVoice : public Voice {
 public:
  RawVoice(Loop& loop, std::vector<Synthesiser*> engines, VoiceSettings settings = {}, Wording wording = {})
      : Voice(loop, std::move(engines), raw(std::move(settings)), std::move(wording)) {}

 private:
  static VoiceSettings raw(VoiceSettings settings) {
    settings.finish = false;
    return settings;
  }
};

class VoiceTest : public testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return loop_.run_with_pool(std::move(task));
  }
  template <class T>
  void run_until(const std::optional<T>& value) {
    loop_.run_ready();
    while (!value && !testing::Test::HasFatalFailure()) loop_.wait_for_post();
  }

  test::ManualLoop loop_;
  FakeEngine english_{"flite", "en"};
  FakeEngine all_{"espeak", ""};
};

TEST_F(VoiceTest, SaysATextWithTheFirstEngineThatSpeaksTheLanguage) {
  RawVoice voice(loop_, {&english_, &all_});
  EXPECT_EQ(run(voice.say("hello", "en-US"))->samples.size(), 50U);
  EXPECT_EQ(run(voice.say("hallo", "de"))->samples.size(), 50U);
  EXPECT_EQ(english_.calls, 1);
  EXPECT_EQ(all_.calls, 1);
}

TEST_F(VoiceTest, PrefersTheEngineThatTheConfigNames) {
  RawVoice voice(loop_, {&english_, &all_}, {{"espeak"}, 1.0, 1U << 20U});
  ASSERT_TRUE(run(voice.say("hello", "en")).ok());
  EXPECT_EQ(all_.calls, 1);
  EXPECT_EQ(english_.calls, 0);
}

TEST_F(VoiceTest, GivesTheRateOfTheEngineThatSpoke) {
  all_.rate_ = 22'050;
  RawVoice voice(loop_, {&english_, &all_});
  EXPECT_EQ(run(voice.say("hallo", "de"))->rate, 22'050);
  EXPECT_EQ(run(voice.say("hello", "en"))->rate, 16'000);
}

TEST_F(VoiceTest, LeavesTextThatOneEngineCannotReadToTheNext) {
  all_.rate_ = 22'050;
  english_.refusal = Error{ErrorCode::unsupported, "flite: nothing in the text can be said in English"};
  RawVoice voice(loop_, {&english_, &all_});
  const auto sound = run(voice.say("kitchen", "en"));
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ(sound->rate, 22'050);
}

TEST_F(VoiceTest, NamesTheLanguageThatNobodySpeaks) {
  RawVoice voice(loop_, {&english_});
  EXPECT_FALSE(voice.supports("tlh"));
  EXPECT_EQ(run(voice.say("nuqneH", "tlh")).error().message, "speech: no voice for the language 'tlh'");
}

TEST_F(VoiceTest, GivesTheEnginesOwnError) {
  english_.refusal = Error{ErrorCode::failed, "flite: out of breath"};
  all_.refusal = Error{ErrorCode::unsupported, "espeak: cannot read that"};
  RawVoice voice(loop_, {&english_, &all_});
  EXPECT_EQ(run(voice.say("hello", "en")).error().message, "flite: out of breath");
}

TEST_F(VoiceTest, LeavesWhatOneEngineFailsToTheNext) {
  english_.refusal = Error{ErrorCode::unavailable, "piper is away"};
  RawVoice voice(loop_, {&english_, &all_});
  EXPECT_EQ(run(voice.say("hello", "en"))->samples.size(), 50U);
  EXPECT_EQ(all_.calls, 1);
}

TEST_F(VoiceTest, SaysAgainFromTheBeginningWhatOneEngineBreaksOff) {
  english_.breaks_off_after = 2;
  RawVoice voice(loop_, {&english_, &all_});
  const auto sound = run(voice.say("hello", "en"));
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ(sound->samples.size(), 20U + 50U);
}

TEST_F(VoiceTest, WhatAnotherEngineSaidInsteadIsNotKeptAsTheFirstOnes) {
  english_.refusal = Error{ErrorCode::unavailable, "piper is away"};
  RawVoice voice(loop_, {&english_, &all_});
  ASSERT_TRUE(run(voice.say("hello", "en")).ok());
  english_.refusal.reset();
  ASSERT_TRUE(run(voice.say("hello", "en")).ok());
  EXPECT_EQ(english_.pieces, 5);
}

TEST_F(VoiceTest, TurnsAnEnginesExceptionIntoAnError) {
  english_.throws = true;
  RawVoice voice(loop_, {&english_});
  EXPECT_EQ(run(voice.say("hello", "en")).error().message, "speech: the voice 'flite' failed: no breath");
}

TEST_F(VoiceTest, RefusesWhatCannotBeSaid) {
  RawVoice voice(loop_, {&english_});
  EXPECT_EQ(run(voice.say("", "en")).error().code, ErrorCode::invalid);
  EXPECT_EQ(run(voice.say("\xFF", "en")).error().code, ErrorCode::invalid);
  EXPECT_EQ(run(voice.say(std::string(6'000, 'a'), "en")).error().code, ErrorCode::exhausted);
  EXPECT_EQ(english_.calls, 0);
}

TEST_F(VoiceTest, GivesEnginesCleanTextAndTheSpeed) {
  RawVoice voice(loop_, {&english_}, {{}, 1.5, 1U << 20U});
  ASSERT_TRUE(run(voice.say(" the\tlamp \n is on ", "en")).ok());
  EXPECT_EQ(english_.last.text, "the lamp is on");
  EXPECT_EQ(english_.last.speed, 1.5);
}

TEST_F(VoiceTest, StreamsPiecesInOrderBeforeTheEnd) {
  RawVoice voice(loop_, {&english_});
  std::vector<std::int16_t> heard;
  int pieces = 0;
  const auto said = run(voice.stream("hello", "en", [&](const audio::Pcm& piece) {
    ++pieces;
    heard.insert(heard.end(), piece.samples.begin(), piece.samples.end());
  }));
  ASSERT_TRUE(said.ok());
  EXPECT_GE(pieces, 1);
  ASSERT_EQ(heard.size(), 50U);
  EXPECT_EQ(heard[0], 'h');
  EXPECT_EQ(heard[49], 'o');
}

// Sentences end with a full stop and tell of what they are.
std::vector<std::string> word(const std::string& text, const std::string& language, const std::string& as) {
  std::vector<std::string> sentences;
  for (const auto part : text::split(text, '.')) {
    if (!part.empty()) sentences.push_back(fmt::format("{}{}:{}", language, as, text::trim(part)));
  }
  return sentences;
}

TEST_F(VoiceTest, GivesEnginesOneSentenceAtATimeAsTheWordingHasIt) {
  RawVoice voice(loop_, {&english_}, {}, word);
  EXPECT_EQ(run(voice.say("One. Two.", "en"))->samples.size(), 10 * (std::size("en:One") + std::size("en:Two") - 2));
  EXPECT_EQ(english_.calls, 2);
  EXPECT_EQ(english_.last.text, "en:Two");
}

TEST_F(VoiceTest, CutsALongFirstSentenceAfterItsFirstClause) {
  RawVoice voice(loop_, {&english_});
  ASSERT_TRUE(
      run(voice.say("The lamp in the kitchen is on now, and so is the one in the bedroom upstairs.", "en")).ok());
  EXPECT_EQ(english_.calls, 2);
  EXPECT_EQ(english_.last.text, "and so is the one in the bedroom upstairs.");
}

TEST_F(VoiceTest, SaysEachPassageOfSsmlInItsManner) {
  RawVoice voice(loop_, {&english_, &all_}, {}, word);
  const auto said =
      run(voice.say("<speak><prosody rate='150%' pitch='120%'><say-as interpret-as='date'>Today"
                    "</say-as></prosody> <voice name='espeak'>now</voice></speak>",
                    "en", Markup::ssml));
  ASSERT_TRUE(said.ok()) << said.error().message;
  EXPECT_EQ(english_.last.text, "endate:Today");
  EXPECT_EQ(english_.last.speed, 1.5);
  EXPECT_EQ(english_.last.pitch, 1.2);
  EXPECT_EQ(all_.last.text, "en:now");
}

TEST_F(VoiceTest, SaysSsmlOfTwoEnginesAtOneRate) {
  all_.rate_ = 32'000;
  RawVoice voice(loop_, {&english_, &all_});
  const auto said = run(voice.say("<speak>hello <lang xml:lang='de'>hallo</lang></speak>", "en", Markup::ssml));
  EXPECT_EQ(said->rate, 16'000);
  EXPECT_NEAR(static_cast<double>(said->samples.size()), 50 + 25, 2);
}

TEST_F(VoiceTest, RefusesSsmlThatIsNone) {
  RawVoice voice(loop_, {&english_});
  EXPECT_EQ(run(voice.say("hello", "en", Markup::ssml)).error().message, "ssml: line 1: syntax error");
  EXPECT_EQ(run(voice.say("<speak><lang xml:lang='tlh'>nuqneH</lang></speak>", "en", Markup::ssml)).error().message,
            "speech: no voice for the language 'tlh'");
  EXPECT_EQ(run(voice.say("<speak/>", "en", Markup::ssml)).error().code, ErrorCode::invalid);
  EXPECT_EQ(english_.calls, 0);
}

TEST_F(VoiceTest, SaysAKnownTextFromItsCache) {
  RawVoice voice(loop_, {&english_});
  const auto first = run(voice.say("hello", "en"));
  const auto again = run(voice.say(" hello ", "en"));
  EXPECT_EQ(english_.calls, 1);
  EXPECT_EQ(again->samples, first->samples);
  EXPECT_EQ(again->rate, first->rate);
}

TEST_F(VoiceTest, TellsLanguagesApartInItsCache) {
  RawVoice voice(loop_, {&all_});
  ASSERT_TRUE(run(voice.say("chat", "en")).ok());
  ASSERT_TRUE(run(voice.say("chat", "fr")).ok());
  EXPECT_EQ(all_.calls, 2);
}

TEST_F(VoiceTest, DoesNotCacheFailures) {
  english_.refusal = Error{ErrorCode::failed, "flite: busy"};
  RawVoice voice(loop_, {&english_});
  ASSERT_FALSE(run(voice.say("hello", "en")).ok());
  english_.refusal.reset();
  EXPECT_TRUE(run(voice.say("hello", "en")).ok());
}

TEST_F(VoiceTest, MakesOnceWhatIsAskedForTwiceAtATime) {
  english_.blocks = true;
  RawVoice voice(loop_, {&english_});
  std::optional<Result<audio::Pcm>> first;
  std::optional<Result<audio::Pcm>> second;
  TaskGroup group("test");
  group.spawn(store(voice.say("hello", "en"), first));
  group.spawn(store(voice.say("hello", "en"), second));
  english_.may_go.set_value();
  run_until(first);
  run_until(second);
  EXPECT_EQ(english_.calls, 1);
  EXPECT_EQ((*first)->samples.size(), 50U);
  EXPECT_EQ((*second)->samples, (*first)->samples);
}

TEST_F(VoiceTest, GivesALatecomerTheUtteranceFromItsBeginning) {
  english_.blocks = true;
  RawVoice voice(loop_, {&english_});
  std::optional<Result<audio::Pcm>> first;
  std::optional<Result<audio::Pcm>> late;
  TaskGroup group("test");
  group.spawn(store(voice.say("hello", "en"), first));
  english_.may_go.set_value();
  loop_.wait_for_post();
  group.spawn(store(voice.say("hello", "en"), late));
  run_until(first);
  run_until(late);
  EXPECT_EQ((*late)->samples, (*first)->samples);
  EXPECT_EQ(english_.calls, 1);
}

TEST_F(VoiceTest, StopsTheEngineWhenNobodyListensAnyMore) {
  english_.blocks = true;
  {
    RawVoice voice(loop_, {&english_});
    std::optional<Result<audio::Pcm>> said;
    {
      TaskGroup group("test");
      group.spawn(store(voice.say("hello", "en"), said));
      while (english_.calls == 0) std::this_thread::yield();
    }
    english_.may_go.set_value();
  }
  EXPECT_EQ(english_.pieces, 1);
}

TEST_F(VoiceTest, GoesOnForTheOneWhoStillListens) {
  english_.blocks = true;
  RawVoice voice(loop_, {&english_});
  std::optional<Result<audio::Pcm>> staying;
  std::optional<Result<audio::Pcm>> leaving;
  TaskGroup group("test");
  group.spawn(store(voice.say("hello", "en"), staying));
  {
    TaskGroup other("test");
    other.spawn(store(voice.say("hello", "en"), leaving));
  }
  english_.may_go.set_value();
  run_until(staying);
  EXPECT_EQ((*staying)->samples.size(), 50U);
}

TEST_F(VoiceTest, SaysATextAnewAfterItWasAbandoned) {
  RawVoice voice(loop_, {&english_});
  {
    TaskGroup group("test");
    std::optional<Result<audio::Pcm>> said;
    group.spawn(store(voice.say("hello", "en"), said));
  }
  EXPECT_EQ(run(voice.say("hello", "en"))->samples.size(), 50U);
}

TEST_F(VoiceTest, RefusesMoreTextsThanItCanHold) {
  english_.blocks = true;
  RawVoice voice(loop_, {&english_});
  std::vector<std::optional<Result<audio::Pcm>>> said(Voice::most_in_work);
  TaskGroup group("test");
  for (std::size_t i = 0; i < said.size(); ++i)
    group.spawn(store(voice.say("hello " + std::to_string(i), "en"), said[i]));
  EXPECT_EQ(run(voice.say("one more", "en")).error().code, ErrorCode::exhausted);
  group.cancel();
  english_.may_go.set_value();
}

TEST_F(VoiceTest, ForgetsTheLeastRecentlyUsedWhenItsCacheIsFull) {
  RawVoice voice(loop_, {&english_}, {{}, 1.0, 700});  // room for two of the texts
  ASSERT_TRUE(run(voice.say("one", "en")).ok());
  ASSERT_TRUE(run(voice.say("two", "en")).ok());
  ASSERT_TRUE(run(voice.say("one", "en")).ok());
  ASSERT_TRUE(run(voice.say("six", "en")).ok());
  EXPECT_EQ(english_.calls, 3);
  EXPECT_LE(voice.cached_bytes(), 700U);
  ASSERT_TRUE(run(voice.say("one", "en")).ok());
  EXPECT_EQ(english_.calls, 3);
  ASSERT_TRUE(run(voice.say("two", "en")).ok());
  EXPECT_EQ(english_.calls, 4);
}

TEST_F(VoiceTest, DoesNotKeepWhatIsLargerThanItsCache) {
  RawVoice voice(loop_, {&english_}, {{}, 1.0, 1'000});
  ASSERT_TRUE(run(voice.say(std::string(100, 'a'), "en")).ok());
  EXPECT_EQ(voice.cached_bytes(), 0U);
}

TEST(VoiceSettingsTest, AreReadFromTheConfigFile) {
  auto config = Config::parse("[speech]\nvoices = [\"espeak\"]\nvoice_speed = 1.25\ncache_megabytes = 2\n", "test");
  ASSERT_TRUE(config.ok());
  const auto settings = read_voice_settings(*config);
  EXPECT_TRUE(config->check().ok());
  EXPECT_EQ(settings.prefer, std::vector<std::string>{"espeak"});
  EXPECT_EQ(settings.speed, 1.25);
  EXPECT_EQ(settings.cache_bytes, 2U << 20U);
}

}  // namespace
}  // namespace entente::speech
