// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/loop_thread.h"

#include <gtest/gtest.h>

#include "base/wait.h"

namespace entente::net {
namespace {

using namespace std::chrono_literals;

Task<Result<std::thread::id>> id_of_thread(Loop& loop) {
  co_await sleep(loop, 1ms);
  co_return std::this_thread::get_id();
}

TEST(LoopThread, RunsATaskOnItsOwnThreadAndGivesItsValueToTheOneThatWaits) {
  LoopThread thread("test");
  const auto first = thread.run<std::thread::id>([&thread] { return id_of_thread(thread.loop()); });
  const auto second = thread.run<std::thread::id>([&thread] { return id_of_thread(thread.loop()); });
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(*first, std::this_thread::get_id());
  EXPECT_EQ(*first, *second);
}

Task<Result<int>> fails(Loop& loop) {
  co_await sleep(loop, 1ms);
  throw std::runtime_error("broken");
  co_return 1;
}

TEST(LoopThread, ATaskThatThrowsIsAnError) {
  LoopThread thread("test");
  const auto value = thread.run<int>([&thread] { return fails(thread.loop()); });
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().code, ErrorCode::cancelled);
}

Task<Result<int>> says_that_it_waits(Loop& loop, std::promise<void>& waits) {
  waits.set_value();
  co_await sleep(loop, 1h);
  co_return 1;
}

TEST(LoopThread, EndingItGivesUpWhatIsUnderWay) {
  std::promise<void> waits;
  std::future<Result<int>> value;
  {
    LoopThread thread("test");
    value = std::async(std::launch::async,
                       [&] { return thread.run<int>([&] { return says_that_it_waits(thread.loop(), waits); }); });
    waits.get_future().wait();
  }
  EXPECT_EQ(value.get().error().code, ErrorCode::cancelled);
}

struct Resident {
  explicit Resident(std::thread::id& place) : end(place) {}
  ~Resident() { end = std::this_thread::get_id(); }
  std::thread::id& end;
};

TEST(LoopThread, WhatLivesOnItIsDestroyedThere) {
  std::thread::id here;
  std::thread::id id;
  {
    LoopThread thread("test");
    id = *thread.run<std::thread::id>([&thread] { return id_of_thread(thread.loop()); });
    thread.keep(std::make_unique<Resident>(here)).reset();
  }
  EXPECT_EQ(here, id);
}

}  // namespace
}  // namespace entente::net
