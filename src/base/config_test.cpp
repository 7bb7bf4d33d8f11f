// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/config.h"

#include <gtest/gtest.h>

namespace entente {
namespace {

Config parsed(std::string_view toml) {
  auto config = Config::parse(toml, "home.toml");
  EXPECT_TRUE(config) << (config ? "" : config.error().message);
  return config ? std::move(config).value() : Config();
}

std::string complaints(const Config& config) {
  const auto checked = config.check();
  return checked ? "" : checked.error().message;
}

TEST(Config, GivesWhatTheFileSays) {
  auto config = parsed(R"(
name = "home"
[speech]
language = "zh-CN"
beam = 2.5
threads = 3
wake = true
words = ["hey", "hello"]
)");
  EXPECT_EQ(config.text("name", ""), "home");
  EXPECT_EQ(config.text("speech.language", "en"), "zh-CN");
  EXPECT_EQ(config.number("speech.beam", 1, 0, 10), 2.5);
  EXPECT_EQ(config.integer("speech.threads", 1, 1, 8), 3);
  EXPECT_TRUE(config.boolean("speech.wake", false));
  EXPECT_EQ(config.texts("speech.words", {}), (std::vector<std::string>{"hey", "hello"}));
  EXPECT_TRUE(config.check());
}

TEST(Config, EmptyGivesEveryDefault) {
  Config config;
  EXPECT_EQ(config.text("a", "b"), "b");
  EXPECT_EQ(config.integer("a.b", 3, 1, 8), 3);
  EXPECT_EQ(config.number("a.b", 0.5, 0, 1), 0.5);
  EXPECT_TRUE(config.boolean("a.b", true));
  EXPECT_EQ(config.texts("a.b", {"x"}), std::vector<std::string>{"x"});
  EXPECT_TRUE(config.check());
}

TEST(Config, TakesAWholeNumberWhereANumberIsAsked) {
  auto config = parsed("beam = 2");
  EXPECT_EQ(config.number("beam", 1, 0, 10), 2.0);
  EXPECT_EQ(complaints(config), "");
}

TEST(Config, AnEmptyListIsAList) {
  auto config = parsed("words = []");
  EXPECT_TRUE(config.texts("words", {"hey"}).empty());
  EXPECT_EQ(complaints(config), "");
}

TEST(Config, AWrongTypeIsNamedWithItsLineAndTheDefaultHolds) {
  auto config = parsed("a = 1\nb = \"x\"\nc = 1.5\nd = 1\ne = [1]\n\n[f]\n");
  EXPECT_EQ(config.text("a", "default"), "default");
  EXPECT_EQ(config.integer("b", 3, 0, 9), 3);
  EXPECT_EQ(config.integer("c", 3, 0, 9), 3);
  EXPECT_FALSE(config.boolean("d", false));
  EXPECT_EQ(config.texts("e", {"x"}), std::vector<std::string>{"x"});
  EXPECT_EQ(config.number("f", 1, 0, 9), 1);
  EXPECT_EQ(complaints(config),
            "home.toml:1: a is not a text in quotes\n"
            "home.toml:2: b is not a whole number\n"
            "home.toml:3: c is not a whole number\n"
            "home.toml:4: d is not true or false\n"
            "home.toml:5: e is not a list of texts in quotes\n"
            "home.toml:7: f is not a number");
}

TEST(Config, AValueOutOfRangeIsNamedWithItsRange) {
  auto config = parsed("low = 0\nhigh = 70000\nreal = 1.5\nnone = nan\nends = 9");
  EXPECT_EQ(config.integer("low", 8080, 1, 65535), 8080);
  EXPECT_EQ(config.integer("high", 8080, 1, 65535), 8080);
  EXPECT_EQ(config.number("real", 0.5, 0, 1), 0.5);
  EXPECT_EQ(config.number("none", 0.5, 0, 1), 0.5);
  EXPECT_EQ(config.integer("ends", 1, 1, 9), 9);
  EXPECT_EQ(complaints(config),
            "home.toml:1: low is 0, outside 1 to 65535\n"
            "home.toml:2: high is 70000, outside 1 to 65535\n"
            "home.toml:3: real is 1.5, outside 0 to 1\n"
            "home.toml:4: none is nan, outside 0 to 1");
}

TEST(Config, ReadTwiceComplainsOnce) {
  auto config = parsed("port = \"x\"");
  config.integer("port", 1, 0, 9);
  config.integer("port", 1, 0, 9);
  EXPECT_EQ(complaints(config), "home.toml:1: port is not a whole number");
}

TEST(Config, WhatNothingReadsIsNoSetting) {
  auto config = parsed("nmae = \"x\"\n[speech]\nlanguage = \"en\"\nlangauge = \"de\"\n[[device]]\nhost = \"a\"\n");
  config.text("name", "");
  config.text("speech.language", "");
  const auto said = complaints(config);
  EXPECT_NE(said.find("home.toml:1: nmae is not a setting"), std::string::npos) << said;
  EXPECT_NE(said.find("home.toml:4: speech.langauge is not a setting"), std::string::npos) << said;
  EXPECT_NE(said.find("device is not a setting"), std::string::npos) << said;
}

TEST(Config, ASectionThatNothingReadsIsNoSettingEvenWhenEmpty) {
  auto config = parsed("[speech]\n[speach]\n");
  config.text("speech.language", "");
  EXPECT_EQ(complaints(config), "home.toml:2: speach is not a setting");
}

TEST(Config, MalformedTomlIsNamedWithItsLine) {
  for (const auto* toml : {"a = 1\nb = = 2", "a = 1\na = 2", "a = 1\n[b", "\nc = \"x", "\nd = 99999999999999999999"}) {
    const auto config = Config::parse(toml, "home.toml");
    ASSERT_FALSE(config) << toml;
    EXPECT_EQ(config.error().code, ErrorCode::invalid);
    EXPECT_TRUE(config.error().message.starts_with("home.toml:2: ")) << config.error().message;
  }
}

TEST(Config, TextThatIsNotUtf8IsRefused) {
  EXPECT_EQ(Config::parse("a = \"\xC0\xAF\"", "home.toml").error().message, "home.toml: not UTF-8");
}

TEST(Config, AThousandNestedListsAreRefusedNotACrash) {
  const auto toml = "a = " + std::string(100'000, '[');
  EXPECT_EQ(Config::parse(toml, "home.toml").error().code, ErrorCode::invalid);
}

TEST(Config, AMissingFileIsNamed) {
  const auto config = Config::load("/nonexistent/home.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::not_found);
  EXPECT_EQ(config.error().message, "read /nonexistent/home.toml: no such file or directory");
}

TEST(Config, GivesEachTableOfAList) {
  auto config = parsed("[[speech.engines]]\nkind = \"a\"\n[[speech.engines]]\nkind = \"b\"\n");
  std::vector<std::string> kinds;
  for (const auto& prefix : config.tables("speech.engines")) kinds.push_back(config.text(prefix + "kind", ""));
  EXPECT_EQ(kinds, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(complaints(config), "");
  EXPECT_TRUE(config.tables("speech.voices").empty());
}

TEST(Config, NamesAKeyInATableOfAListThatNothingReads) {
  auto config = parsed("[[speech.engines]]\nkind = \"a\"\n[[speech.engines]]\nkimd = \"b\"\n");
  for (const auto& prefix : config.tables("speech.engines")) (void)config.text(prefix + "kind", "");
  EXPECT_EQ(complaints(config), "home.toml:4: speech.engines[1].kimd is not a setting");
}

TEST(Config, WantsAListOfTablesToBeOne) {
  auto config = parsed("engines = 3");
  EXPECT_TRUE(config.tables("engines").empty());
  EXPECT_EQ(complaints(config), "home.toml:1: engines is written as [[engines]]");
}

TEST(Config, RepeatsWhatItsReaderRefuses) {
  auto config = parsed("[[engines]]\nurl = \"x\"\n");
  for (const auto& prefix : config.tables("engines")) {
    (void)config.text(prefix + "url", "");
    config.refuse(prefix + "url", "is no address");
    config.refuse(prefix + "kind", "is missing");
  }
  EXPECT_EQ(complaints(config), "home.toml:2: engines[0].url is no address\nhome.toml:1: engines[0].kind is missing");
}

}  // namespace
}  // namespace entente
