// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/event_loop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <thread>

#include "base/wait.h"

namespace entente::net {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, RunsPostedCallbacksInOrder) {
  EventLoop loop;
  std::string order;
  loop.post([&] {
    order += 'a';
    loop.post([&] {
      order += 'c';
      loop.stop();
    });
  });
  loop.post([&] { order += 'b'; });
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST(EventLoop, RunsTimersByTimeAndThenInTheOrderTheyWereSet) {
  EventLoop loop;
  std::string order;
  loop.after(3ms, [&] {
    order += 'd';
    loop.stop();
  });
  loop.after(1ms, [&] { order += 'c'; });
  loop.after(0ms, [&] { order += 'a'; });
  loop.after(-5s, [&] { order += 'b'; });
  loop.run();
  EXPECT_EQ(order, "abcd");
}

TEST(EventLoop, ACancelledTimerDoesNotRun) {
  EventLoop loop;
  bool ran = false;
  const auto timer = loop.after(0ms, [&] { ran = true; });
  loop.after(1ms, [&] { loop.stop(); });
  loop.cancel(timer);
  loop.run();
  EXPECT_FALSE(ran);
}

TEST(EventLoop, ATimerMayCancelOneThatIsDueTogetherWithIt) {
  EventLoop loop;
  bool ran = false;
  auto second = Loop::TimerId::none;
  loop.after(0ms, [&] { loop.cancel(second); });
  second = loop.after(0ms, [&] { ran = true; });
  loop.after(1ms, [&] { loop.stop(); });
  loop.run();
  EXPECT_FALSE(ran);
}

TEST(EventLoop, ATimerSetByATimerWaitsForTheNextTurn) {
  EventLoop loop;
  int turns = 0;
  std::function<void()> again = [&] {
    if (++turns < 100) loop.after(0ms, again);
  };
  loop.after(0ms, again);
  loop.after(20ms, [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(turns, 100);
}

TEST(EventLoop, TheFarthestDeadlineIsNoOverflow) {
  EventLoop loop;
  bool ran = false;
  loop.after(Duration::max(), [&] { ran = true; });
  loop.after(0ms, [&] { loop.stop(); });
  loop.run();
  EXPECT_FALSE(ran);
}

TEST(EventLoop, AnyThreadMayPostAndStop) {
  EventLoop loop;
  int posted = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&] { ++posted; });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  EXPECT_EQ(posted, 1000);
}

TEST(EventLoop, AStopBeforeRunCounts) {
  EventLoop loop;
  loop.stop();
  loop.run();
  SUCCEED();
}

TEST(EventLoop, CanBeRunAgain) {
  EventLoop loop;
  int runs = 0;
  for (int i = 0; i < 2; ++i) {
    loop.post([&] {
      ++runs;
      loop.stop();
    });
    loop.run();
  }
  EXPECT_EQ(runs, 2);
}

TEST(EventLoop, ASignalRunsItsCallbackEachTime) {
  EventLoop loop;
  std::vector<int> signals;
  loop.on_signal({SIGUSR1, SIGUSR2}, [&](int signal) {
    signals.push_back(signal);
    if (signals.size() < 3) std::raise(SIGUSR2);
    if (signals.size() == 3) loop.stop();
  });
  loop.post([] { std::raise(SIGUSR1); });
  loop.run();
  EXPECT_EQ(signals, (std::vector<int>{SIGUSR1, SIGUSR2, SIGUSR2}));
}

Task<int> sleeps_and_answers(Loop& loop) {
  co_await sleep(loop, 1ms);
  co_return 42;
}
Task<int> fails(Loop& loop) {
  co_await sleep(loop, 1ms);
  throw std::runtime_error("broken");
}

TEST(EventLoop, RunUntilCompleteReturnsTheValue) {
  EventLoop loop;
  EXPECT_EQ(loop.run_until_complete(sleeps_and_answers(loop)), 42);
}

TEST(EventLoop, RunUntilCompletePassesAnExceptionOn) {
  EventLoop loop;
  EXPECT_THROW(loop.run_until_complete(fails(loop)), std::runtime_error);
}

TEST(EventLoop, RunUntilCompleteIsEmptyWhenTheLoopWasStopped) {
  EventLoop loop;
  loop.post([&] { loop.stop(); });
  EXPECT_EQ(loop.run_until_complete(sleeps_and_answers(loop)), std::nullopt);
}

}  // namespace
}  // namespace entente::net
