// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/wait.h"

#include <gtest/gtest.h>

#include "base/task_group.h"
#include "tests/support/manual_loop.h"

namespace entente {
namespace {

using namespace std::chrono_literals;
using test::ManualLoop;

TEST(Timer, RunsOnceAfterItsDelay) {
  ManualLoop loop;
  Timer timer(loop);
  int runs = 0;
  timer.start(2s, [&] { ++runs; });
  loop.advance(1999ms);
  EXPECT_EQ(runs, 0);
  loop.advance(1ms);
  EXPECT_EQ(runs, 1);
  loop.advance(1h);
  EXPECT_EQ(runs, 1);
}

TEST(Timer, StartedAgainForgetsTheFirst) {
  ManualLoop loop;
  Timer timer(loop);
  std::string said;
  timer.start(1s, [&] { said += "first"; });
  timer.start(2s, [&] { said += "second"; });
  loop.advance(1h);
  EXPECT_EQ(said, "second");
}

TEST(Timer, MayStartItselfAgainWhileItRuns) {
  ManualLoop loop;
  Timer timer(loop);
  int runs = 0;
  const std::function<void()> tick = [&] {
    if (++runs < 3) timer.start(1s, tick);
  };
  timer.start(1s, tick);
  loop.advance(10s);
  EXPECT_EQ(runs, 3);
}

TEST(Timer, EndsWithItsOwner) {
  ManualLoop loop;
  bool ran = false;
  {
    Timer timer(loop);
    timer.start(1s, [&] { ran = true; });
  }
  loop.advance(1h);
  EXPECT_FALSE(ran);
}

Task<void> takes(OneShot<std::string>& shot, Deadline deadline, std::vector<std::string>& log) {
  log.push_back("waits");
  const auto value = co_await shot.wait(deadline, "the lamp");
  log.push_back(value ? *value : value.error().message);
}

class OneShotTest : public testing::Test {
 protected:
  void start(Duration patience = 2s) { group_.spawn(takes(shot_, Deadline::in(loop_, patience), log_)); }

  ManualLoop loop_;
  OneShot<std::string> shot_{loop_};
  std::vector<std::string> log_;
  TaskGroup group_{"test"};
};

TEST_F(OneShotTest, FulfilledBeforeAnyoneWaitsIsThereAtOnce) {
  shot_.fulfil("on");
  start();
  EXPECT_EQ(log_, (std::vector<std::string>{"waits", "on"}));
}

TEST_F(OneShotTest, NeverResumesTheWaiterInsideFulfil) {
  start();
  shot_.fulfil("on");
  EXPECT_EQ(log_, std::vector<std::string>{"waits"});
  loop_.run_ready();
  EXPECT_EQ(log_, (std::vector<std::string>{"waits", "on"}));
}

TEST_F(OneShotTest, KeepsTheFirstOfTwoValues) {
  start();
  shot_.fulfil("first");
  shot_.fulfil("second");
  loop_.run_ready();
  EXPECT_EQ(log_.back(), "first");
}

TEST_F(OneShotTest, AValueAfterTheDeadlineIsTooLateAndHarmless) {
  start(2s);
  loop_.advance(2s);
  shot_.fulfil("on");
  loop_.advance(1h);
  EXPECT_EQ(log_, (std::vector<std::string>{"waits", "the lamp: no answer in time"}));
}

TEST_F(OneShotTest, ADeadlineInThePastTimesOutOnTheNextTurn) {
  loop_.advance(1h);
  group_.spawn(takes(shot_, Deadline{loop_.now() - 1min}, log_));
  EXPECT_EQ(log_.size(), 1U);
  loop_.run_ready();
  EXPECT_EQ(log_.back(), "the lamp: no answer in time");
}

TEST_F(OneShotTest, AbandonedWaitLeavesNoTimerAndTakesAValueCalmly) {
  start();
  group_.cancel();
  EXPECT_EQ(loop_.timers(), 0U);
  shot_.fulfil("on");
  loop_.advance(1h);
  EXPECT_EQ(log_, std::vector<std::string>{"waits"});
}

TEST_F(OneShotTest, AbandonedBetweenTheValueAndTheNextTurnStaysAbandoned) {
  start();
  shot_.fulfil("on");
  group_.cancel();
  loop_.run_ready();
  EXPECT_EQ(log_, std::vector<std::string>{"waits"});
}

TEST(Deadline, HasNothingLeftOnceItIsPast) {
  ManualLoop loop;
  const auto deadline = Deadline::in(loop, 3s);
  loop.advance(1s);
  EXPECT_EQ(deadline.left(loop), 2s);
  loop.advance(5s);
  EXPECT_EQ(deadline.left(loop), Duration::zero());
}

Task<int> one() { co_return 1; }
Task<int> sum_of(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await one();
  co_return sum;
}

TEST(Task, AMillionAwaitsThatNeverWaitDoNotDeepenTheStack) {
  ManualLoop loop;
  EXPECT_EQ(loop.run(sum_of(1'000'000)), 1'000'000);
}

Task<void> fails() {
  throw std::runtime_error("out of paper");
  co_return;
}

TEST(TaskGroup, AnExceptionEndsItsTaskAloneAndIsLoggedUnderTheGroupsName) {
  ManualLoop loop;
  TaskGroup group("printer");
  testing::internal::CaptureStderr();
  group.spawn(fails());
  EXPECT_NE(testing::internal::GetCapturedStderr().find("[printer] a task ended: out of paper"), std::string::npos);
  EXPECT_TRUE(group.empty());
}

}  // namespace
}  // namespace entente
