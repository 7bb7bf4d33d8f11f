// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/all.h"

#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace entente {
namespace {

using namespace std::chrono_literals;

Task<int> after(Loop& loop, Duration delay, int value) {
  co_await sleep(loop, delay);
  co_return value;
}

TEST(All, WaitsSideBySideAndKeepsTheOrder) {
  test::ManualLoop loop;
  std::vector<Task<int>> tasks;
  tasks.push_back(after(loop, 3s, 1));
  tasks.push_back(after(loop, 1s, 2));
  const auto start = loop.now();
  EXPECT_EQ(loop.run_through(all(loop, std::move(tasks))), (std::vector<int>{1, 2}));
  EXPECT_EQ(loop.now() - start, 3s);
}

Task<int> fails() {
  throw std::runtime_error("out of paper");
  co_return 0;
}

TEST(All, PassesAnExceptionOnOnceAllHaveEnded) {
  test::ManualLoop loop;
  std::vector<Task<int>> tasks;
  tasks.push_back(fails());
  tasks.push_back(after(loop, 1s, 2));
  TaskGroup group("printer");
  testing::internal::CaptureStderr();
  group.spawn([](Loop& its_loop, std::vector<Task<int>> its_tasks) -> Task<void> {
    co_await all(its_loop, std::move(its_tasks));
  }(loop, std::move(tasks)));
  EXPECT_FALSE(group.empty());
  loop.advance(1s);
  EXPECT_TRUE(group.empty());
  EXPECT_NE(testing::internal::GetCapturedStderr().find("[printer] a task ended: out of paper"), std::string::npos);
}

TEST(All, OfNothingIsDoneAtOnce) {
  test::ManualLoop loop;
  EXPECT_TRUE(loop.run(all(loop, std::vector<Task<int>>())).empty());
}

TEST(All, AbandonedLeavesNoTimer) {
  test::ManualLoop loop;
  {
    std::vector<Task<int>> tasks;
    tasks.push_back(after(loop, 3s, 1));
    TaskGroup group("test");
    group.spawn([](Loop& its_loop, std::vector<Task<int>> its_tasks) -> Task<void> {
      co_await all(its_loop, std::move(its_tasks));
    }(loop, std::move(tasks)));
    EXPECT_GT(loop.timers(), 0U);
  }
  EXPECT_EQ(loop.timers(), 0U);
}

}  // namespace
}  // namespace entente
