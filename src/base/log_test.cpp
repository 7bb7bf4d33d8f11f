// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"

#include <gtest/gtest.h>

namespace entente {
namespace {

using namespace std::string_view_literals;

// Puts the level back, so that tests do not change each other.
class Log : public testing::Test {
 protected:
  ~Log() override { log::set_level(log::Level::info); }

  template <class Write>
  static std::string written(Write write) {
    testing::internal::CaptureStderr();
    write();
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, IsOneLineWithLevelPartAndMessage) {
  const auto line = written([] { log::warning("miio", "{} does not answer", "lamp"); });
  EXPECT_TRUE(line.ends_with(" warning [miio] lamp does not answer\n")) << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST_F(Log, SaysNothingBelowItsLevel) {
  EXPECT_EQ(written([] { log::debug("test", "hidden"); }), "");
  log::set_level(log::Level::debug);
  EXPECT_NE(written([] { log::debug("test", "shown"); }), "");
  log::set_level(log::Level::error);
  EXPECT_EQ(written([] { log::warning("test", "hidden"); }), "");
  log::set_level(log::Level::off);
  EXPECT_EQ(written([] { log::error("test", "hidden"); }), "");
}

TEST_F(Log, EnabledFollowsTheLevel) {
  log::set_level(log::Level::warning);
  EXPECT_FALSE(log::enabled(log::Level::info));
  EXPECT_TRUE(log::enabled(log::Level::warning));
  EXPECT_TRUE(log::enabled(log::Level::error));
}

TEST_F(Log, OnlyTheFiveLevelNamesAreLevels) {
  const std::pair<std::string_view, log::Level> names[] = {{"debug", log::Level::debug},
                                                           {"info", log::Level::info},
                                                           {"warning", log::Level::warning},
                                                           {"error", log::Level::error},
                                                           {"off", log::Level::off}};
  for (const auto& [name, expected] : names) {
    auto level = name == "off" ? log::Level::info : log::Level::off;
    EXPECT_TRUE(log::parse_level(name, level)) << name;
    EXPECT_EQ(level, expected) << name;
  }
  auto level = log::Level::error;
  for (const auto* name : {"", "warn", "INFO", "debug "}) EXPECT_FALSE(log::parse_level(name, level)) << name;
  EXPECT_EQ(level, log::Level::error);
}

TEST_F(Log, WhoNamesADeviceCannotWriteLinesOfItsOwn) {
  constexpr auto name = "lamp\n2026-01-01 error [store] gone\x1b[31m\r\0"sv;
  const auto line = written([&] { log::info("home", "renamed to {}", name); });
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  EXPECT_NE(line.find(R"(lamp\n2026-01-01 error [store] gone\x1b[31m\x0d\x00)"), std::string::npos) << line;
}

TEST_F(Log, BracesInAMessageAreOnlyText) {
  EXPECT_NE(written([] { log::write(log::Level::info, "{}", "{0} {"); }).find("[{}] {0} {\n"), std::string::npos);
}

TEST_F(Log, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_NE(written([] { log::info("test", "{}", "a\xFFz"); }).find("a\uFFFDz\n"), std::string::npos);
}

}  // namespace
}  // namespace entente
