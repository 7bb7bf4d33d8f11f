// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/bus/bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/manual_loop.h"

namespace entente::bus {
namespace {

using test::ManualLoop;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct MatchCase {
  const char* filter;
  const char* topic;
  bool matches;
};
class Matches : public ::testing::TestWithParam<MatchCase> {};
TEST_P(Matches, AsMqttSays) {
  const auto& [filter, topic, expected] = GetParam();
  EXPECT_EQ(matches(filter, topic), expected) << filter << " on " << topic;
}
INSTANTIATE_TEST_SUITE_P(
    Bus, Matches,
    ::testing::Values(MatchCase{"a/b", "a/b", true}, MatchCase{"a/b", "a/c", false}, MatchCase{"a/b", "a/b/c", false},
                      MatchCase{"a/b/c", "a/b", false}, MatchCase{"a/+/c", "a/b/c", true},
                      MatchCase{"a/+/c", "a/b/b/c", false}, MatchCase{"a/+", "a", false}, MatchCase{"a/+", "a/", true},
                      MatchCase{"+", "a", true}, MatchCase{"+", "a/b", false}, MatchCase{"+/+", "/a", true},
                      MatchCase{"/+", "/a", true}, MatchCase{"+", "/a", false}, MatchCase{"#", "a/b/c", true},
                      MatchCase{"#", "", true}, MatchCase{"a/#", "a", true}, MatchCase{"a/#", "a/b/c", true},
                      MatchCase{"a/#", "ab", false}, MatchCase{"a/b/#", "a", false}, MatchCase{"+/b/#", "a/b", true},
                      MatchCase{"a/+/#", "a", false}, MatchCase{"a/+/#", "a/b", true}, MatchCase{"a#", "a#", true},
                      MatchCase{"a#", "ab", false}, MatchCase{"#/b", "a/b", false}, MatchCase{"a+/b", "ac/b", false},
                      MatchCase{"", "", true}, MatchCase{"", "a", false}, MatchCase{"a", "", false},
                      MatchCase{"a/", "a", false}));

class BusTest : public ::testing::Test {
 protected:
  Bus::Handler note() {
    return [this](const Message& message) { heard_.push_back(message.topic + "=" + message.json().dump()); };
  }

  ManualLoop loop_;
  Bus bus_{loop_};
  std::vector<std::string> heard_;
};

TEST_F(BusTest, DeliversInOrderOnALaterTurn) {
  const auto subscription = bus_.subscribe("home/#", note());
  bus_.publish("home/a", 1);
  bus_.publish("away/b", 2);
  bus_.publish("home/c", Json{{"on", true}});
  EXPECT_THAT(heard_, IsEmpty());
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("home/a=1", "home/c={\"on\":true}"));
}

TEST_F(BusTest, EachSubscriptionHearsAMessageOnce) {
  const auto exact = bus_.subscribe("a", note());
  const auto again = bus_.subscribe("a", note());
  const auto wild = bus_.subscribe("+", note());
  bus_.publish("a", 1);
  loop_.run_ready();
  EXPECT_EQ(heard_.size(), 3U);
}

TEST_F(BusTest, WhoSubscribesLaterDoesNotHearWhatWasPublishedBefore) {
  bus_.publish("a", 1);
  const auto subscription = bus_.subscribe("a", note());
  bus_.publish("a", 2);
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("a=2"));
}

TEST_F(BusTest, AfterUnsubscribingNotEvenWhatIsOnItsWayArrives) {
  auto subscription = bus_.subscribe("a", note());
  bus_.publish("a", 1);
  subscription.stop();
  EXPECT_FALSE(subscription.active());
  loop_.run_ready();
  EXPECT_THAT(heard_, IsEmpty());
}

TEST_F(BusTest, ASubscriberMayEndItselfAndOthersWhileItIsCalled) {
  Subscription other;
  Subscription self = bus_.subscribe("a", [&, witness = std::make_shared<std::string>("alive")](const Message&) {
    self.stop();
    other.stop();
    heard_.push_back(*witness);
  });
  other = bus_.subscribe("a", note());
  bus_.publish("a", 1);
  bus_.publish("a", 2);
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("alive"));
}

TEST_F(BusTest, ASubscriberMaySubscribeAndPublishWhileItIsCalled) {
  Subscription late;
  const auto first = bus_.subscribe("a", [&](const Message&) {
    late = bus_.subscribe("#", note());
    bus_.publish("b", 2);
  });
  bus_.publish("a", 1);
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("b=2"));
}

TEST_F(BusTest, WhatASubscriberPublishesWaitsUntilTheTurnIsOver) {
  const auto echo = bus_.subscribe("a", [&](const Message&) { bus_.publish("echo", 0); });
  const auto all = bus_.subscribe("#", note());
  bus_.publish("a", 1);
  bus_.publish("b", 2);
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("a=1", "b=2", "echo=0"));
}

TEST_F(BusTest, ASubscriberThatThrowsDoesNotKeepTheMessageFromOthers) {
  const auto broken = bus_.subscribe("a", [](const Message&) { throw std::runtime_error("broken"); });
  const auto healthy = bus_.subscribe("a", note());
  bus_.publish("a", 1);
  bus_.publish("a", 2);
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("a=1", "a=2"));
}

TEST_F(BusTest, AssigningToASubscriptionEndsTheOldOne) {
  auto subscription = bus_.subscribe("a", note());
  subscription = bus_.subscribe("b", note());
  bus_.publish("a", 1);
  bus_.publish("b", 2);
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("b=2"));
}

TEST_F(BusTest, ThePayloadIsSharedNotCopied) {
  std::vector<std::shared_ptr<const Json>> payloads;
  const auto keep = [&](const Message& message) { payloads.push_back(message.payload); };
  const auto first = bus_.subscribe("a", keep);
  const auto second = bus_.subscribe("#", keep);
  bus_.publish("a", Json::array({1, 2}));
  loop_.run_ready();
  ASSERT_EQ(payloads.size(), 2U);
  EXPECT_EQ(payloads[0], payloads[1]);
}

TEST(Bus, EndsWithMessagesOnTheirWay) {
  ManualLoop loop;
  int heard = 0;
  Subscription subscription;
  {
    Bus bus(loop);
    subscription = bus.subscribe("a", [&](const Message&) { ++heard; });
    bus.publish("a", 1);
  }
  loop.run_ready();
  EXPECT_EQ(heard, 0);
  EXPECT_EQ(loop.timers(), 0U);
  subscription.stop();
}

}  // namespace
}  // namespace entente::bus
