// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/value.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace entente::model {
namespace {

TEST(Value, SurvivesJsonUnchanged) {
  for (const Value& value : {Value{}, Value{true}, Value{std::int64_t{-7}}, Value{2.5}, Value{std::string("off")}}) {
    EXPECT_EQ(value_from_json(to_json(value)), value);
  }
}

TEST(Value, IntegersBeyondSixtyThreeBitsBecomeReal) {
  EXPECT_EQ(value_from_json(Json(18446744073709551615ULL)), Value{18446744073709551615.0});
}

TEST(Value, ContainersAreNoValue) { EXPECT_EQ(value_from_json(Json::array({1, 2})), Value{}); }

TEST(Value, NumbersAreReadFromText) {
  EXPECT_EQ(to_number(Value{std::string("3584")}), 3584.0);
  EXPECT_EQ(to_number(Value{std::string("35 percent")}), std::nullopt);
  EXPECT_EQ(to_number(Value{std::string("inf")}), std::nullopt);
}

TEST(Value, ClassicDevicesSayOnAndOff) {
  EXPECT_EQ(to_bool(Value{std::string("on")}), true);
  EXPECT_EQ(to_bool(Value{std::int64_t{0}}), false);
  EXPECT_EQ(to_bool(Value{std::int64_t{2}}), std::nullopt);
}

}  // namespace
}  // namespace entente::model
