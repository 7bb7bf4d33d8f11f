// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/task.h"

#include <gtest/gtest.h>

#include "base/pool.h"
#include "base/task_group.h"
#include "base/wait.h"
#include "tests/support/manual_loop.h"

namespace entente {
namespace {

using namespace std::chrono_literals;
using test::ManualLoop;

Task<int> twice(int number) { co_return number * 2; }
Task<int> twice_and_one(int number) { co_return co_await twice(number) + 1; }

TEST(Task, ReturnsTheValueOfWhatItAwaits) {
  ManualLoop loop;
  EXPECT_EQ(loop.run(twice_and_one(20)), 41);
}

Task<int> throws() {
  throw std::runtime_error("no");
  co_return 0;
}
Task<std::string> catches() {
  try {
    co_await throws();
  } catch (const std::exception& problem) {
    co_return problem.what();
  }
  co_return "nothing thrown";
}

TEST(Task, AnExceptionLeavesThroughCoAwait) {
  ManualLoop loop;
  EXPECT_EQ(loop.run(catches()), "no");
}

struct Flag {
  explicit Flag(bool& target) : gone(target) {}
  ~Flag() { gone = true; }
  bool& gone;
};
Task<void> sleeps(ManualLoop& loop, bool& gone, bool& woke) {
  const Flag flag(gone);
  co_await sleep(loop, 10s);
  woke = true;
}
Task<void> nests(ManualLoop& loop, bool& gone, bool& woke) { co_await sleeps(loop, gone, woke); }

TEST(TaskGroup, CancelDestroysNestedFramesAndTheirTimers) {
  ManualLoop loop;
  bool gone = false;
  bool woke = false;
  TaskGroup group("test");
  group.spawn(nests(loop, gone, woke));
  EXPECT_EQ(group.size(), 1U);
  group.cancel();
  EXPECT_TRUE(gone);
  EXPECT_EQ(loop.timers(), 0U);
  loop.advance(1min);
  EXPECT_FALSE(woke);
}

TEST(TaskGroup, AFinishedTaskLeavesTheGroup) {
  ManualLoop loop;
  bool gone = false;
  bool woke = false;
  TaskGroup group("test");
  group.spawn(nests(loop, gone, woke));
  loop.advance(11s);
  EXPECT_TRUE(woke);
  EXPECT_TRUE(group.empty());
}

Task<Result<int>> waits_for(OneShot<int>& shot, Deadline deadline) {
  co_return co_await shot.wait(deadline, "the lamp");
}

TEST(OneShot, GivesTheValueThatComesLater) {
  ManualLoop loop;
  OneShot<int> shot(loop);
  loop.after(1s, [&] { shot.fulfil(7); });
  const auto result = loop.run_through(waits_for(shot, Deadline::in(loop, 2s)));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 7);
}

TEST(OneShot, TimesOutNamingWhatWasAwaited) {
  ManualLoop loop;
  OneShot<int> shot(loop);
  const auto result = loop.run_through(waits_for(shot, Deadline::in(loop, 2s)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::timeout);
  EXPECT_EQ(result.error().message, "the lamp: no answer in time");
}

Task<void> awaits_pool(Pool& pool, int& seen) {
  seen = co_await pool.run([] { return 42; });
}
Task<void> awaits_failing_pool(Pool& pool, std::string& seen) {
  try {
    co_await pool.run([]() -> int { throw std::runtime_error("engine broke"); });
  } catch (const std::exception& problem) {
    seen = problem.what();
  }
}

TEST(Pool, ResumesTheTaskOnTheLoopWithTheValue) {
  ManualLoop loop;
  Pool pool(loop, 1, "test");
  TaskGroup group("test");
  int seen = 0;
  group.spawn(awaits_pool(pool, seen));
  loop.wait_for_post();
  EXPECT_EQ(seen, 42);
}

TEST(Pool, CarriesAnExceptionBackToTheTask) {
  ManualLoop loop;
  Pool pool(loop, 1, "test");
  TaskGroup group("test");
  std::string seen;
  group.spawn(awaits_failing_pool(pool, seen));
  loop.wait_for_post();
  EXPECT_EQ(seen, "engine broke");
}

TEST(Pool, DropsTheValueWhenTheTaskIsGone) {
  ManualLoop loop;
  Pool pool(loop, 1, "test");
  int seen = 0;
  {
    TaskGroup group("test");
    group.spawn(awaits_pool(pool, seen));
  }
  loop.wait_for_post();
  EXPECT_EQ(seen, 0);
}

}  // namespace
}  // namespace entente
