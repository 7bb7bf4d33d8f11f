// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace entente::console {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class AccessTest : public testing::Test {
 protected:
  std::string owner_token() { return access_->redeem(**access_->make_owner_code(), "me").value(); }

  test::ManualLoop loop_;
  std::unique_ptr<store::Database> database_ = store::Database::open_in_memory().value();
  std::unique_ptr<Access> access_ = Access::open(loop_, *database_).value();
};

TEST_F(AccessTest, TheOwnerCodeBuysOneTokenAndNoMore) {
  const auto code = access_->make_owner_code().value();
  ASSERT_TRUE(code);
  const auto token = access_->redeem(*code, "me");
  ASSERT_TRUE(token);
  EXPECT_EQ(access_->scope_of(*token), Scope::owner);
  EXPECT_FALSE(access_->redeem(*code, "somebody"));
  EXPECT_EQ(access_->make_owner_code().value(), std::nullopt) << "there is an owner now";
}

TEST_F(AccessTest, WrongCodesCloseTheDoorForAMinute) {
  const auto code = access_->make_owner_code().value();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(access_->redeem("ABCD-EFGH-JKLM-NPQR", "x"));
  EXPECT_THAT(access_->redeem(*code, "me").error().message, HasSubstr("try again in a minute"));
  loop_.advance(std::chrono::minutes(1));
  EXPECT_TRUE(access_->redeem(*code, "me"));
}

TEST_F(AccessTest, ATokenAllowsWhatItsScopeSays) {
  owner_token();
  const auto screen = access_->issue("hall screen", Scope::read).value();
  const auto phone = access_->issue("phone", Scope::control).value();
  EXPECT_EQ(access_->scope_of(screen), Scope::read);
  EXPECT_EQ(access_->scope_of(phone), Scope::control);
  EXPECT_EQ(access_->scope_of(""), std::nullopt);
  EXPECT_EQ(access_->scope_of(std::string(64, 'a')), std::nullopt);
}

TEST_F(AccessTest, ARevokedTokenAllowsNothing) {
  owner_token();
  const auto phone = access_->issue("phone", Scope::control).value();
  const auto tokens = access_->tokens().value();
  ASSERT_THAT(tokens, SizeIs(2));
  for (const auto& token : tokens) {
    EXPECT_EQ(phone.find(token.id), std::string::npos) << "the list does not show tokens";
    if (token.name == "phone") {
      EXPECT_TRUE(access_->revoke(token.id));
    }
  }
  EXPECT_EQ(access_->scope_of(phone), std::nullopt);
  EXPECT_EQ(access_->revoke("%").error().code, ErrorCode::not_found);
  EXPECT_THAT(access_->tokens().value(), SizeIs(1));
}

TEST_F(AccessTest, ATokenWithoutANameIsRefused) {
  EXPECT_FALSE(access_->issue("  ", Scope::read));
  EXPECT_THAT(access_->tokens().value(), IsEmpty());
}

TEST_F(AccessTest, NoTokenIsInTheStore) {
  const auto token = owner_token();
  const auto rows = database_->query("SELECT hash || name FROM access_tokens").value();
  EXPECT_EQ(rows.front().text(0).find(token), std::string::npos);
}

TEST_F(AccessTest, ScopesAreNamed) {
  EXPECT_EQ(scope_from("control").value(), Scope::control);
  EXPECT_THAT(scope_from("root").error().message, HasSubstr("read, control and owner"));
}

}  // namespace
}  // namespace entente::console
