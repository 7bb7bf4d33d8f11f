// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/mqtt/router.h"

#include <gtest/gtest.h>

#include "infra/mqtt/broker.h"

namespace entente::mqtt {
namespace {

TEST(Matches, FollowsMqttsRules) {
  EXPECT_TRUE(matches("a/b", "a/b"));
  EXPECT_FALSE(matches("a/b", "a/b/c"));
  EXPECT_FALSE(matches("a/b/c", "a/b"));
  EXPECT_TRUE(matches("a/+/c", "a/b/c"));
  EXPECT_TRUE(matches("a/+", "a/"));
  EXPECT_FALSE(matches("a/+", "a"));
  EXPECT_TRUE(matches("a/#", "a"));
  EXPECT_TRUE(matches("a/#", "a/b/c"));
  EXPECT_TRUE(matches("#", "a/b"));
  EXPECT_TRUE(matches("+/b", "/b"));
  EXPECT_FALSE(matches("#", "$SYS/broker"));
  EXPECT_FALSE(matches("+/broker", "$SYS/broker"));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/broker"));
}

TEST(IsFilter, TakesWildcardsAsWholeLevelsOnly) {
  for (const auto* good : {"a", "a/b", "+", "#", "a/+/b/#", "/", "a//b"}) EXPECT_TRUE(is_filter(good)) << good;
  for (const auto* bad : {"", "a+", "a/#/b", "a#", "\xff"}) EXPECT_FALSE(is_filter(bad)) << bad;
  EXPECT_FALSE(is_filter(std::string(70'000, 'a')));
  EXPECT_FALSE(is_filter(std::string("a\0b", 3)));
  EXPECT_FALSE(is_topic("a/+"));
}

TEST(Router, GivesAMessageToWhoAskedForIt) {
  Router router(nullptr, nullptr);
  std::string heard;
  const auto exact = router.subscribe("a/b", [&](const Message& message) { heard += "1" + message.payload; });
  const auto wild = router.subscribe("a/#", [&](const Message& message) { heard += "2" + message.payload; });
  router.route({"a/b", "x", false});
  router.route({"a/c", "y", false});
  EXPECT_EQ(heard, "1x2x2y");
}

TEST(Router, ASubscriptionMayEndInsideAHandlerAndAfterTheRouter) {
  auto router = std::make_unique<Router>(nullptr, nullptr);
  int heard = 0;
  Subscription second;
  Subscription first = router->subscribe("a", [&](const Message&) {
    ++heard;
    second.stop();
    first.stop();
  });
  second = router->subscribe("a", [&](const Message&) { ++heard; });
  router->route({"a", "", false});
  EXPECT_EQ(heard, 1);
  EXPECT_TRUE(router->filters().empty());
  second = router->subscribe("b", [](const Message&) {});
  router.reset();
  second.stop();
}

TEST(Router, SaysWhenAFilterComesAndWhenItsLastSubscriptionGoes) {
  std::string log;
  Router router([&](const std::string& filter) { log += "+" + filter; },
                [&](const std::string& filter) { log += "-" + filter; });
  auto first = router.subscribe("a", [](const Message&) {});
  auto second = router.subscribe("a", [](const Message&) {});
  first.stop();
  second.stop();
  EXPECT_EQ(log, "+a+a-a");
}

TEST(Broker, IsReadAsPeopleWriteIt) {
  const auto plain = parse_broker("mqtt://localhost");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->name(), "localhost:1883");
  const auto full = parse_broker("mqtts://home%40x:p%3Aw@[::1]:8884/");
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full->user, "home@x");
  EXPECT_EQ(full->password, "p:w");
  EXPECT_EQ(full->name(), "[::1]:8884");
  EXPECT_TRUE(full->encrypted);
  EXPECT_EQ(parse_broker("mqtts://x")->port, 8883);
}

TEST(Broker, ThatIsWrittenWronglyIsRefusedWithoutItsPassword) {
  for (const auto* wrong :
       {"", "localhost", "http://x", "mqtt://", "mqtt://u:secret@", "mqtt://u:secret@x:port", "mqtt://u:secret@x:99999",
        "mqtt://:secret@x", "mqtt://u:secret%@x", "mqtt://[::1", "mqtt://u:secret@a b", "mqtt://u:secret@x:0"}) {
    const auto parsed = parse_broker(wrong);
    ASSERT_FALSE(parsed.ok()) << wrong;
    EXPECT_EQ(parsed.error().message.find("secret"), std::string::npos) << parsed.error().message;
  }
}

}  // namespace
}  // namespace entente::mqtt
