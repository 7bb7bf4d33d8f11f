// SPDX-License-Identifier: GPL-3.0-or-later
// With scripted engines.
#include "services/speech/fallback.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace entente::speech {
namespace {

using namespace std::chrono_literals;

struct BuiltIn : Recogniser {
  struct Space : SearchSpace {};
  struct Stream : RecogniserStream {
    explicit Stream(BuiltIn& owner) : recogniser(owner) {}
    void feed(Samples samples) override { recogniser.fed += samples.size(); }
    Partial partial() override { return {"turn on the lamp", true}; }
    Recognition result() override {
      ++recogniser.results;
      return {{{"turn on the lamp", -1}}, 0.9};
    }
    BuiltIn& recogniser;
  };
  bool supports(std::string_view language) const override { return language == "en"; }
  Result<std::shared_ptr<const SearchSpace>> prepare(std::shared_ptr<const model::WordGraph>) override {
    if (broken) return Error{ErrorCode::invalid, "no words"};
    return std::shared_ptr<const SearchSpace>(std::make_shared<Space>());
  }
  std::unique_ptr<RecogniserStream> start(std::shared_ptr<const SearchSpace>) override {
    return std::make_unique<Stream>(*this);
  }
  bool broken = false;
  std::size_t fed = 0;
  int results = 0;
};

struct Remote : RemoteRecogniser {
  struct Utterance : RemoteUtterance {
    explicit Utterance(Remote& owner) : remote(owner) {}
    void feed(Samples samples) override { remote.fed += samples.size(); }
    std::string words_so_far() override { return "play"; }
    Result<Recognition> result() override {
      ++remote.results;
      if (remote.failure) return *remote.failure;
      return Recognition{{{"Play some jazz.", 0}}, 1};
    }
    Remote& remote;
  };
  explicit Remote(std::string_view of) : language(of) {}
  std::string_view name() const override { return "whisper"; }
  bool supports(std::string_view wanted) const override { return wanted == language; }
  std::unique_ptr<RemoteUtterance> start(std::string_view) override { return std::make_unique<Utterance>(*this); }

  const std::string language;
  std::optional<Error> failure;
  std::size_t fed = 0;
  int results = 0;
};

class FallbackTest : public testing::Test {
 protected:
  std::string hear(FallbackRecogniser& recogniser, const std::string& language = "en") {
    const auto stream = start(recogniser, language);
    stream->feed(sound_);
    const auto heard = stream->result();
    return heard.hypotheses.empty() ? "" : heard.hypotheses.front().text;
  }
  static std::unique_ptr<RecogniserStream> start(FallbackRecogniser& recogniser, const std::string& language) {
    auto graph = std::make_shared<model::WordGraph>();
    graph->language = language;
    auto space = recogniser.prepare(std::move(graph));
    if (!space) throw std::runtime_error(space.error().message);
    return recogniser.start(*space);
  }

  TimePoint time_ = TimePoint() + 1h;
  const Now now_ = [this] { return time_; };
  const std::vector<std::int16_t> sound_ = std::vector<std::int16_t>(100);
  const Error gone_{ErrorCode::unavailable, "hung up"};
  BuiltIn built_in_;
  Remote english_{"en"};
  Remote german_{"de"};
  FallbackRecogniser recogniser_{{{&english_, 10s}, {&german_, 10s}}, &built_in_, now_};
};

TEST_F(FallbackTest, TheOtherMachineAnswersWhileItIsThere) {
  EXPECT_EQ(hear(recogniser_), "Play some jazz.");
  EXPECT_EQ(english_.fed, 100U);
  EXPECT_EQ(built_in_.results, 0);
}

TEST_F(FallbackTest, TheBuiltInEngineKnowsWhenASentenceIsComplete) {
  const auto partial = start(recogniser_, "en")->partial();
  EXPECT_EQ(partial.text, "turn on the lamp");
  EXPECT_TRUE(partial.complete);
}

TEST_F(FallbackTest, WithoutABuiltInEngineOnlySilenceEndsASentence) {
  const auto partial = start(recogniser_, "de")->partial();
  EXPECT_EQ(partial.text, "play");
  EXPECT_FALSE(partial.complete);
}

TEST_F(FallbackTest, WhatTheOtherMachineFailsTheBuiltInEngineHasHeard) {
  english_.failure = gone_;
  EXPECT_EQ(hear(recogniser_), "turn on the lamp");
  EXPECT_EQ(built_in_.fed, 100U);
}

TEST_F(FallbackTest, AnEngineThatFailedIsNotAskedAgainForAWhile) {
  english_.failure = gone_;
  hear(recogniser_);
  time_ += 9s;
  hear(recogniser_);
  EXPECT_EQ(english_.results, 1);
  time_ += 2s;
  english_.failure.reset();
  EXPECT_EQ(hear(recogniser_), "Play some jazz.");
}

TEST_F(FallbackTest, TheMoreOftenItFailedTheLongerItRests) {
  english_.failure = gone_;
  hear(recogniser_);
  time_ += 10s;
  hear(recogniser_);
  time_ += 11s;
  hear(recogniser_);
  EXPECT_EQ(english_.results, 2);
  time_ += 10s;
  hear(recogniser_);
  EXPECT_EQ(english_.results, 3);
}

TEST_F(FallbackTest, WhereThereIsNoOtherEngineTheReasonIsToldAndItIsTriedAgain) {
  german_.failure = gone_;
  EXPECT_THROW(hear(recogniser_, "de"), std::runtime_error);
  german_.failure.reset();
  EXPECT_EQ(hear(recogniser_, "de"), "Play some jazz.");
}

TEST_F(FallbackTest, OneLanguageFailingIsNothingToTheOther) {
  english_.failure = gone_;
  hear(recogniser_);
  EXPECT_EQ(hear(recogniser_, "de"), "Play some jazz.");
}

TEST_F(FallbackTest, HearsWhatAnyOfItsEnginesHears) {
  EXPECT_TRUE(recogniser_.supports("en"));
  EXPECT_TRUE(recogniser_.supports("de"));
  EXPECT_FALSE(recogniser_.supports("fr"));
  FallbackRecogniser alone({{&german_, 10s}}, nullptr, now_);
  EXPECT_FALSE(alone.supports("en"));
  EXPECT_EQ(hear(alone, "de"), "Play some jazz.");
}

TEST_F(FallbackTest, AGrammarThatTheBuiltInEngineCannotUseIsNothingToTheOther) {
  built_in_.broken = true;
  EXPECT_EQ(hear(recogniser_), "Play some jazz.");
}

struct RemoteVoice : Synthesiser {
  std::string_view name() const override { return "piper"; }
  bool supports(std::string_view) const override { return true; }
  int rate() const override { return 22'050; }
  double level(std::string_view) const override { return -27; }
  Result<void> speak(const VoiceRequest&, const std::function<bool(Samples)>&) override {
    ++calls;
    return failure ? Result<void>(*failure) : Result<void>();
  }
  std::optional<Error> failure;
  int calls = 0;
};

TEST_F(FallbackTest, AVoiceThatRestsNowAndThenIsAsLoudAsItsEngine) {
  const RestingSynthesiser voice(std::make_unique<RemoteVoice>(), now_, 10s);
  EXPECT_EQ(voice.level("en"), -27);
}

TEST_F(FallbackTest, AVoiceThatFailedSpeaksNoLanguageForAWhile) {
  auto engine = std::make_unique<RemoteVoice>();
  engine->failure = gone_;
  RestingSynthesiser voice(std::move(engine), now_, 10s);
  EXPECT_TRUE(voice.supports("en"));
  EXPECT_EQ(voice.speak({"hello", "en", 1}, nullptr).error().message, "hung up");
  EXPECT_FALSE(voice.supports("en"));
  time_ += 10s;
  EXPECT_TRUE(voice.supports("en"));
}

TEST_F(FallbackTest, ATextThatAVoiceCannotSayIsNoReasonToRest) {
  auto engine = std::make_unique<RemoteVoice>();
  engine->failure = Error{ErrorCode::unsupported, "no such letters"};
  RestingSynthesiser voice(std::move(engine), now_, 10s);
  EXPECT_FALSE(voice.speak({"hello", "en", 1}, nullptr).ok());
  EXPECT_TRUE(voice.supports("en"));
}

}  // namespace
}  // namespace entente::speech
