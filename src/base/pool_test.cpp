// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/pool.h"

#include <gtest/gtest.h>

#include <future>

#include "base/task_group.h"
#include "tests/support/manual_loop.h"

namespace entente {
namespace {

using test::ManualLoop;

TEST(Pool, OfOneThreadRunsItsJobsInOrder) {
  ManualLoop loop;
  Pool pool(loop, 1, "test");
  std::vector<int> order;  // the pool's thread alone, until `last` says it is done
  std::promise<void> last;
  for (int i = 0; i < 100; ++i) pool.post([&order, i] { order.push_back(i); });
  pool.post([&last] { last.set_value(); });
  last.get_future().wait();
  ASSERT_EQ(order.size(), 100U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Pool, OfTwoThreadsRunsTwoJobsAtOnce) {
  ManualLoop loop;
  Pool pool(loop, 2, "test");
  std::promise<void> first_runs;
  std::promise<void> second_runs;
  std::promise<void> both;
  pool.post([&] {
    first_runs.set_value();
    second_runs.get_future().wait();
    both.set_value();
  });
  pool.post([&] {
    first_runs.get_future().wait();
    second_runs.set_value();
  });
  EXPECT_EQ(both.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

TEST(Pool, DestroyedWaitsForTheJobThatRunsAndDropsTheRest) {
  ManualLoop loop;
  std::promise<void> started;
  std::promise<void> go_on;
  bool first_ended = false;
  bool second_ran = false;
  std::thread opener;
  {
    Pool pool(loop, 1, "test");
    pool.post([&] {
      started.set_value();
      go_on.get_future().wait();
      first_ended = true;
    });
    pool.post([&] { second_ran = true; });
    started.get_future().wait();
    // Lets the first job end only once the second has been dropped: its closure's end is the sign.
    auto dropped = std::make_shared<std::promise<void>>();
    auto sign = dropped->get_future();
    pool.post([keeper = std::shared_ptr<void>(nullptr, [dropped](void*) { dropped->set_value(); })] {});
    opener = std::thread([&go_on, sign = std::move(sign)]() mutable {
      sign.wait();
      go_on.set_value();
    });
  }
  opener.join();
  EXPECT_TRUE(first_ended);
  EXPECT_FALSE(second_ran);
}

TEST(Pool, AJobThatThrowsDoesNotEndItsThread) {
  ManualLoop loop;
  Pool pool(loop, 1, "test");
  testing::internal::CaptureStderr();
  std::promise<void> next;
  pool.post([] { throw std::runtime_error("engine broke"); });
  pool.post([&next] { next.set_value(); });
  EXPECT_EQ(next.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("[test] a job ended: engine broke"), std::string::npos);
}

Task<void> moves_a_value(Pool& pool, std::unique_ptr<int>& seen) {
  auto input = std::make_unique<int>(20);
  auto job = [value = std::move(input)]() mutable {
    *value += 1;
    return std::move(value);
  };
  seen = co_await pool.run(std::move(job));
}

TEST(Pool, ValuesThatCannotBeCopiedGoInAndOut) {
  ManualLoop loop;
  Pool pool(loop, 1, "test");
  std::unique_ptr<int> seen;
  TaskGroup group("test");
  group.spawn(moves_a_value(pool, seen));
  loop.wait_for_post();
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(*seen, 21);
}

}  // namespace
}  // namespace entente
