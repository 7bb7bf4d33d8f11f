// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/attention.h"

#include <gtest/gtest.h>

namespace entente::speech {
namespace {

using State = Attention::State;
using Orders = Attention::Orders;
constexpr Attention::Position second = 16'000;

class AttentionTest : public testing::Test {
 protected:
  void wake() { (void)attention_.called(10 * second); }
  void think() {
    wake();
    (void)attention_.heard(Attention::Heard::sentence);
  }
  void speak(bool asks = false) {
    think();
    (void)attention_.answered(attention_.turn(), {true, asks});
  }
  Attention attention_{{milliseconds(6'000), milliseconds(8'000), milliseconds(300)}};
};

TEST_F(AttentionTest, SleepsUntilItIsCalled) {
  EXPECT_EQ(attention_.state(), State::asleep);
  EXPECT_EQ(attention_.time_passed(3'600 * second, true), Orders{});
  EXPECT_EQ(attention_.heard(Attention::Heard::sentence), Orders{});
  EXPECT_EQ(attention_.told_to_stop(), Orders{});
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, ListensFromTheEndOfItsNameOn) {
  Orders expected;
  expected.chime = true;
  expected.listen = 10 * second;
  EXPECT_EQ(attention_.called(10 * second), expected);
  EXPECT_EQ(attention_.state(), State::listening);
}

TEST_F(AttentionTest, SleepsAgainWhenNobodySaysAnything) {
  wake();
  EXPECT_EQ(attention_.time_passed(16 * second - 1, false), Orders{});
  EXPECT_TRUE(attention_.time_passed(16 * second, false).stop_listening);
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, HearsWhoSpeaksToTheEnd) {
  wake();
  EXPECT_EQ(attention_.time_passed(40 * second, true), Orders{});
  EXPECT_EQ(attention_.state(), State::listening);
}

TEST_F(AttentionTest, ThinksAboutASentence) {
  wake();
  const auto orders = attention_.heard(Attention::Heard::sentence);
  EXPECT_TRUE(orders.answer);
  EXPECT_TRUE(orders.stop_listening);
  EXPECT_EQ(attention_.state(), State::thinking);
}

TEST_F(AttentionTest, SleepsAfterANoise) {
  wake();
  EXPECT_FALSE(attention_.heard(Attention::Heard::nothing).answer);
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, SpeaksTheAnswerAndSleeps) {
  think();
  EXPECT_TRUE(attention_.answered(attention_.turn(), {true, false}).speak);
  EXPECT_EQ(attention_.state(), State::speaking);
  EXPECT_EQ(attention_.has_spoken(20 * second), Orders{});
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, SleepsWhenThereIsNothingToSay) {
  think();
  EXPECT_EQ(attention_.answered(attention_.turn(), {false, false}), Orders{});
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, ListensWithoutBeingCalledAfterAQuestionOfItsOwn) {
  speak(true);
  const auto orders = attention_.has_spoken(20 * second);
  EXPECT_EQ(orders.listen, 20 * second - second * 3 / 10);
  EXPECT_FALSE(orders.chime);
  EXPECT_TRUE(attention_.following_up());
}

TEST_F(AttentionTest, AQuestionThatNobodyAnswersIsDropped) {
  speak(true);
  (void)attention_.has_spoken(20 * second);
  EXPECT_EQ(attention_.time_passed(28 * second - 1, false), Orders{});
  EXPECT_TRUE(attention_.time_passed(28 * second, false).stop_listening);
  EXPECT_EQ(attention_.state(), State::asleep);
  EXPECT_FALSE(attention_.following_up());
}

TEST_F(AttentionTest, FollowsNothingUpWhereThatIsSwitchedOff) {
  AttentionRules rules;
  rules.follow_up = milliseconds(0);
  attention_ = Attention(rules);
  speak(true);
  EXPECT_EQ(attention_.has_spoken(20 * second), Orders{});
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, FallsSilentAndListensWhenCalledWhileItSpeaks) {
  speak();
  const auto orders = attention_.called(20 * second);
  EXPECT_TRUE(orders.silence);
  EXPECT_EQ(orders.listen, 20 * second);
  EXPECT_EQ(attention_.state(), State::listening);
}

TEST_F(AttentionTest, FallsSilentAndSleepsWhenToldToStop) {
  speak(true);
  const auto orders = attention_.told_to_stop();
  EXPECT_TRUE(orders.silence);
  EXPECT_FALSE(orders.listen);
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, ListensAnewWhenCalledTwice) {
  wake();
  const auto orders = attention_.called(12 * second);
  EXPECT_TRUE(orders.stop_listening);
  EXPECT_EQ(orders.listen, 12 * second);
}

TEST_F(AttentionTest, StopIsAWordOfTheSentenceWhileItListens) {
  wake();
  EXPECT_EQ(attention_.told_to_stop(), Orders{});
  EXPECT_EQ(attention_.state(), State::listening);
}

TEST_F(AttentionTest, DoesNotSpeakAnAnswerThatIsNoLongerWaitedFor) {
  think();
  const auto turn = attention_.turn();
  (void)attention_.called(15 * second);
  EXPECT_EQ(attention_.answered(turn, {true, false}), Orders{});
  EXPECT_EQ(attention_.state(), State::listening);
  (void)attention_.heard(Attention::Heard::sentence);
  EXPECT_EQ(attention_.answered(turn, {true, false}), Orders{});
  EXPECT_TRUE(attention_.answered(attention_.turn(), {true, false}).speak);
}

TEST_F(AttentionTest, StaysSilentWhenToldToStopWhileItThinks) {
  think();
  (void)attention_.told_to_stop();
  EXPECT_EQ(attention_.answered(attention_.turn(), {true, false}), Orders{});
  EXPECT_EQ(attention_.state(), State::asleep);
}

TEST_F(AttentionTest, SleepsWhenItsMicrophoneIsGone) {
  wake();
  EXPECT_TRUE(attention_.deaf().stop_listening);
  EXPECT_EQ(attention_.state(), State::asleep);
  speak();
  EXPECT_EQ(attention_.deaf(), Orders{});
  EXPECT_EQ(attention_.state(), State::speaking);
}

// Whatever happens in whatever order, an ear is open exactly while it listens, and it never speaks unasked.
TEST_F(AttentionTest, KeepsItsPromisesInAnyOrderOfEvents) {
  std::uint32_t random = 12345;
  bool ear_open = false;
  bool thinking = false;
  for (int i = 0; i < 100'000; ++i) {
    random = random * 1'664'525 + 1'013'904'223;
    const auto now = static_cast<Attention::Position>(i) * 4'000;
    const auto stale = attention_.turn() - (random >> 30);
    Orders orders;
    switch ((random >> 16) % 8) {
      case 0: orders = attention_.called(now); break;
      case 1: orders = attention_.told_to_stop(); break;
      case 2: orders = attention_.time_passed(now, (random >> 28 & 1U) != 0); break;
      case 3: orders = attention_.heard(Attention::Heard::sentence); break;
      case 4: orders = attention_.heard(Attention::Heard::nothing); break;
      case 5: orders = attention_.answered(stale, {(random >> 27 & 1U) != 0, (random >> 26 & 1U) != 0}); break;
      case 6: orders = attention_.has_spoken(now); break;
      default: orders = attention_.deaf(); break;
    }
    if (orders.stop_listening) {
      ASSERT_TRUE(ear_open);
      ear_open = false;
    }
    if (orders.listen) {
      ASSERT_FALSE(ear_open);
      ear_open = true;
    }
    ASSERT_TRUE(thinking || !orders.speak);
    thinking = attention_.state() == State::thinking;
    ASSERT_EQ(ear_open, attention_.state() == State::listening);
  }
}

}  // namespace
}  // namespace entente::speech
