// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/task.h"
#include "tests/support/manual_loop.h"

namespace entente {
namespace {

const Error broken{ErrorCode::corrupt, "lamp.json: half of it is missing"};

TEST(Result, HoldsItsValue) {
  Result<std::string> result(std::string("on"));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, "on");
  EXPECT_EQ(result->size(), 2U);
}

TEST(Result, HoldsItsError) {
  const Result<int> result(broken);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::corrupt);
  EXPECT_EQ(result.error().message, "lamp.json: half of it is missing");
}

TEST(Result, GivesAwayAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const auto owned = std::move(result).value();
  EXPECT_EQ(*owned, 7);
}

TEST(Result, FallsBackOnlyWhenItHoldsAnError) {
  EXPECT_EQ(Result<int>(3).value_or(9), 3);
  EXPECT_EQ(Result<int>(broken).value_or(9), 9);
}

TEST(ResultDeathTest, ReadingTheValueOfAnErrorIsABugOfOurs) {
  const Result<int> result(broken);
  EXPECT_DEATH(static_cast<void>(*result), "entente: bug: ok\\(\\) is false at .*result.h");
}

TEST(ResultDeathTest, ReadingTheErrorOfAValueIsABugOfOurs) {
  const Result<void> result;
  EXPECT_DEATH(static_cast<void>(result.error()), "entente: bug: ");
}

TEST(Error, SeenFromOneLevelUpNamesBothAndKeepsItsCode) {
  const auto outer = broken.within("home");
  EXPECT_EQ(outer.message, "home: lamp.json: half of it is missing");
  EXPECT_EQ(outer.code, ErrorCode::corrupt);
}

TEST(ErrorCode, HasAStableNameForEachCode) {
  const std::pair<ErrorCode, std::string> names[] = {
      {ErrorCode::invalid, "invalid"},         {ErrorCode::not_found, "not_found"},
      {ErrorCode::exists, "exists"},           {ErrorCode::denied, "denied"},
      {ErrorCode::unsupported, "unsupported"}, {ErrorCode::unavailable, "unavailable"},
      {ErrorCode::timeout, "timeout"},         {ErrorCode::exhausted, "exhausted"},
      {ErrorCode::corrupt, "corrupt"},         {ErrorCode::cancelled, "cancelled"},
      {ErrorCode::failed, "failed"},
  };
  for (const auto& [code, name] : names) EXPECT_EQ(to_string(code), name);
}

Result<void> must_be_small(int number) {
  if (number > 9) return Error{ErrorCode::invalid, "too large"};
  return {};
}
Result<int> twice(int number) {
  ENTENTE_TRY_VOID(must_be_small(number));
  return number * 2;
}
Result<int> twice_of_both(int first, int second) {
  ENTENTE_TRY(const auto one, twice(first));
  ENTENTE_TRY(const auto two, twice(second));
  return one + two;
}

TEST(Try, DeclaresTheValue) { EXPECT_EQ(twice_of_both(2, 3).value(), 10); }

TEST(Try, ReturnsTheFirstError) {
  EXPECT_EQ(twice_of_both(2, 10).error().message, "too large");
  EXPECT_EQ(twice_of_both(10, 2).error().message, "too large");
}

Task<Result<int>> twice_in_a_task(int number) {
  ENTENTE_CO_TRY_VOID(must_be_small(number));
  ENTENTE_CO_TRY(const auto value, twice(number));
  co_return value;
}

TEST(Try, WorksInsideACoroutine) {
  test::ManualLoop loop;
  EXPECT_EQ(loop.run(twice_in_a_task(4)).value(), 8);
  EXPECT_EQ(loop.run(twice_in_a_task(40)).error().message, "too large");
}

}  // namespace
}  // namespace entente
