// SPDX-License-Identifier: GPL-3.0-or-later
// With a microphone that a test plugs in and out.
#include "infra/audio/steady.h"

#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace entente::audio {
namespace {

using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

class SteadyMicrophoneTest : public testing::Test {
 protected:
  struct Plugged {
    explicit Plugged(SteadyMicrophoneTest& test) : owner(test) { ++owner.open_devices_; }
    Plugged(const Plugged&) = delete;
    Plugged& operator=(const Plugged&) = delete;
    ~Plugged() { --owner.open_devices_; }
    SteadyMicrophoneTest& owner;
  };

  void start() {
    auto open = [this](Microphone::Callbacks calls) -> Result<std::shared_ptr<void>> {
      ++attempts_;
      if (!plugged_in_) return Error{ErrorCode::not_found, "audio: no microphone: no such file or directory"};
      device_ = std::move(calls);
      return std::shared_ptr<void>(std::make_shared<Plugged>(*this));
    };
    SteadyMicrophone::Callbacks callbacks;
    callbacks.on_chunk = [this](auto) { ++chunks_; };
    callbacks.on_lost = [this] { ++losses_; };
    microphone_ = std::make_unique<SteadyMicrophone>(loop_, std::move(open), std::move(callbacks));
  }
  void unplug() {
    plugged_in_ = false;
    device_.on_lost(Error{ErrorCode::unavailable, "audio: microphone lost: no such device"});
  }
  // A device that works gives a chunk every so often.
  void hear_for(Duration time) {
    for (Duration passed{}; passed < time; passed += 100ms) {
      if (plugged_in_ && microphone_->working()) device_.on_chunk(Samples(320));
      loop_.advance(100ms);
    }
  }

  test::ManualLoop loop_;
  bool plugged_in_ = true;
  int attempts_ = 0;
  int chunks_ = 0;
  int losses_ = 0;
  int open_devices_ = 0;
  Microphone::Callbacks device_;
  std::unique_ptr<SteadyMicrophone> microphone_;
};

TEST_F(SteadyMicrophoneTest, PassesOnWhatItHears) {
  start();
  hear_for(1s);
  EXPECT_EQ(chunks_, 10);
  EXPECT_EQ(losses_, 0);
}

TEST_F(SteadyMicrophoneTest, WaitsForADeviceThatIsNotThereYet) {
  plugged_in_ = false;
  start();
  EXPECT_FALSE(microphone_->working());
  loop_.advance(10s);
  plugged_in_ = true;
  hear_for(16s);
  EXPECT_TRUE(microphone_->working());
  EXPECT_GT(chunks_, 10);
}

TEST_F(SteadyMicrophoneTest, ComesBackHalfASecondAfterAShortLoss) {
  start();
  unplug();
  plugged_in_ = true;
  loop_.advance(500ms);
  EXPECT_TRUE(microphone_->working());
  EXPECT_EQ(losses_, 1);
  EXPECT_EQ(open_devices_, 1);
}

TEST_F(SteadyMicrophoneTest, TriesLessAndLessOften) {
  start();
  unplug();
  loop_.advance(30s);
  const int soon = attempts_;
  EXPECT_GE(soon, 6);
  EXPECT_LE(soon, 8);
  loop_.advance(1h);
  EXPECT_NEAR(attempts_ - soon, 120, 3);
  EXPECT_EQ(open_devices_, 0);
}

TEST_F(SteadyMicrophoneTest, TriesSoonAgainAtTheNextLoss) {
  start();
  unplug();
  loop_.advance(1h);
  plugged_in_ = true;
  hear_for(31s);
  ASSERT_TRUE(microphone_->working());
  unplug();
  plugged_in_ = true;
  loop_.advance(500ms);
  EXPECT_TRUE(microphone_->working());
}

TEST_F(SteadyMicrophoneTest, ReopensADeviceThatGivesNoSound) {
  start();
  hear_for(20s);
  EXPECT_EQ(attempts_, 1);
  loop_.advance(7s);  // nothing comes
  EXPECT_GE(losses_, 1);
  EXPECT_GE(attempts_, 2);
  EXPECT_EQ(open_devices_, 1);
}

TEST_F(SteadyMicrophoneTest, CountsALossOnce) {
  start();
  unplug();
  device_.on_lost(Error{ErrorCode::unavailable, "again"});
  EXPECT_EQ(losses_, 1);
}

TEST_F(SteadyMicrophoneTest, EndsWhileItWaits) {
  start();
  unplug();
  microphone_.reset();
  loop_.advance(1h);
  EXPECT_EQ(attempts_, 1);
  EXPECT_EQ(loop_.timers(), 0U);
}

TEST(SteadyLoudspeaker, HasPlayedEverythingWhereThereIsNone) {
  test::ManualLoop loop;
  SteadyLoudspeaker loudspeaker(loop, {"no such device", 16'000}, nullptr);
  EXPECT_EQ(loudspeaker.play(Samples(100)).error().code, ErrorCode::unavailable);
  bool played = false;
  loudspeaker.when_played([&] { played = true; });
  loudspeaker.flush();
  loop.run_ready();
  EXPECT_TRUE(played);
}

}  // namespace
}  // namespace entente::audio
