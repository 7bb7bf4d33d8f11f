// SPDX-License-Identifier: GPL-3.0-or-later
// With scripted engines.
#include "services/speech/wake_fallback.h"

#include <gtest/gtest.h>

namespace entente::speech {
namespace {

using namespace std::chrono_literals;
using State = RemoteWakeStream::State;
using Sound = std::vector<std::int16_t>;

// Detects phrase n where a sample is n + 1.
struct BuiltIn : WakeSpotter {
  struct Model : WakeModel {};
  struct Stream : WakeStream {
    explicit Stream(BuiltIn& owner) : spotter(owner) {}
    std::optional<WakeDetection> feed(Samples samples) override {
      spotter.fed += samples.size();
      waiting.insert(waiting.end(), samples.begin(), samples.end());
      while (at < waiting.size()) {
        const auto sample = waiting[at++];
        if (sample > 0) return WakeDetection{static_cast<std::size_t>(sample - 1), 1, 0, static_cast<std::int64_t>(at)};
      }
      return std::nullopt;
    }
    BuiltIn& spotter;
    Sound waiting;
    std::size_t at = 0;
  };
  bool supports(std::string_view) const override { return true; }
  Result<std::shared_ptr<const WakeModel>> prepare(std::span<const WakePhrase>) override {
    return std::shared_ptr<const WakeModel>(std::make_shared<Model>());
  }
  std::unique_ptr<WakeStream> start(std::shared_ptr<const WakeModel>) override {
    return std::make_unique<Stream>(*this);
  }
  std::size_t fed = 0;
};

struct Remote : RemoteWakeSpotter {
  struct Stream : RemoteWakeStream {
    explicit Stream(Remote& owner) : remote(owner) {}
    void feed(Samples) override {}
    std::optional<WakeDetection> next() override { return std::exchange(remote.detection, std::nullopt); }
    State state() const override { return remote.state; }
    Error why_away() const override { return {ErrorCode::unavailable, "hung up"}; }
    bool covers(std::size_t phrase) const override { return remote.state == State::here && phrase < remote.covered; }
    Remote& remote;
  };
  std::string_view name() const override { return "openwakeword"; }
  bool supports(std::string_view language) const override { return language == "en"; }
  std::unique_ptr<RemoteWakeStream> start(const std::vector<WakePhrase>&) override {
    ++starts;
    return std::make_unique<Stream>(*this);
  }
  State state = State::here;
  std::size_t covered = 2;
  std::optional<WakeDetection> detection;
  int starts = 0;
};

class WakeFallbackTest : public testing::Test {
 protected:
  std::unique_ptr<WakeStream> start(FallbackWakeSpotter& spotter) {
    return spotter.start(*spotter.prepare(std::vector<WakePhrase>(2)));
  }
  static Sound silence() { return Sound(100); }
  static Sound word(std::int16_t number) {
    auto sound = silence();
    sound[50] = static_cast<std::int16_t>(number + 1);
    return sound;
  }

  TimePoint time_ = TimePoint() + 1h;
  BuiltIn built_in_;
  Remote remote_;
  FallbackWakeSpotter spotter_{{&remote_, 10s}, &built_in_, [this] { return time_; }};
  std::unique_ptr<WakeStream> stream_ = start(spotter_);
};

TEST_F(WakeFallbackTest, TheOtherMachineHearsAloneWhatItKnows) {
  EXPECT_FALSE(stream_->feed(word(0)));
  remote_.detection = WakeDetection{0, 1, 0, 40};
  const auto detection = stream_->feed(silence());
  ASSERT_TRUE(detection);
  EXPECT_EQ(detection->end, 40);
  EXPECT_EQ(built_in_.fed, 0U);
}

TEST_F(WakeFallbackTest, TheBuiltInEngineHearsWhatTheOtherDoesNotKnow) {
  remote_.covered = 1;
  EXPECT_FALSE(stream_->feed(word(0)));
  const auto detection = stream_->feed(word(1));
  ASSERT_TRUE(detection);
  EXPECT_EQ(detection->phrase, 1U);
  EXPECT_EQ(detection->end, 151);
}

TEST_F(WakeFallbackTest, TheBuiltInEngineHearsUntilTheOtherIsThere) {
  remote_.state = State::coming;
  EXPECT_TRUE(stream_->feed(word(0)));
  remote_.state = State::here;
  EXPECT_FALSE(stream_->feed(Sound(20'000)));
  EXPECT_FALSE(stream_->feed(word(0)));
}

TEST_F(WakeFallbackTest, AWordThatWasBeingSaidWhenTheOtherWentAwayIsHeard) {
  EXPECT_FALSE(stream_->feed(word(1)));
  remote_.state = State::away;
  const auto detection = stream_->feed(silence());
  ASSERT_TRUE(detection);
  EXPECT_EQ(detection->phrase, 1U);
  EXPECT_EQ(detection->end, 51);
}

TEST_F(WakeFallbackTest, AWordThatBothHeardIsOne) {
  EXPECT_FALSE(stream_->feed(word(0)));
  remote_.detection = WakeDetection{0, 1, 0, 60};
  EXPECT_TRUE(stream_->feed(silence()));
  remote_.state = State::away;
  EXPECT_FALSE(stream_->feed(silence()));
}

TEST_F(WakeFallbackTest, AnEngineThatWentAwayIsTriedAgainAfterItsRest) {
  remote_.state = State::away;
  EXPECT_TRUE(stream_->feed(word(0)));
  time_ += 9s;
  stream_->feed(Sound(20'000));
  EXPECT_EQ(remote_.starts, 1);
  remote_.state = State::here;
  time_ += 2s;
  stream_->feed(silence());
  EXPECT_EQ(remote_.starts, 2);
  remote_.detection = WakeDetection{0, 1, 10, 50};
  const auto detection = stream_->feed(silence());
  ASSERT_TRUE(detection);
  EXPECT_EQ(detection->end, 100 + 20'000 + 50);
}

TEST_F(WakeFallbackTest, TwoWordsInOneChunkAreGivenOneAfterTheOther) {
  remote_.state = State::away;
  auto both = word(0);
  both[70] = 2;
  EXPECT_EQ(stream_->feed(both)->phrase, 0U);
  EXPECT_EQ(stream_->feed({})->phrase, 1U);
  EXPECT_FALSE(stream_->feed({}));
}

TEST_F(WakeFallbackTest, KeepsNoMoreThanTwoSeconds) {
  stream_->feed(Sound(1'000'000));
  remote_.state = State::away;
  stream_->feed(silence());
  EXPECT_EQ(built_in_.fed, 32'000U + 100U);
}

TEST_F(WakeFallbackTest, WithoutABuiltInEngineTheOtherIsAlone) {
  FallbackWakeSpotter alone({&remote_, 10s}, nullptr, [this] { return time_; });
  EXPECT_TRUE(alone.supports("en"));
  EXPECT_FALSE(alone.supports("de"));
  const auto stream = start(alone);
  remote_.state = State::away;
  EXPECT_FALSE(stream->feed(word(0)));
}

}  // namespace
}  // namespace entente::speech
