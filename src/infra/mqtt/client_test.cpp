// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real broker, mosquitto, which each test starts on a free port of loopback.
#include "infra/mqtt/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"
#include "tests/support/mosquitto.h"

namespace entente::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class AClient : public testing::Test {
 protected:
  std::unique_ptr<Client> client(std::optional<Message> will = std::nullopt) {
    ClientOptions options;
    options.broker.host = "127.0.0.1";
    options.broker.port = port_;
    options.will = std::move(will);
    options.first_pause = options.longest_pause = 20ms;
    return *Client::open(loop_, std::move(options));
  }
  // Posts come from the network thread; each look waits for the next one.
  template <class Condition>
  void until(const Condition& condition) {
    while (!condition() && !HasFatalFailure()) loop_.wait_for_post();
  }

  const std::uint16_t port_ = test::free_port();
  test::ManualLoop loop_;
};

TEST_F(AClient, HearsWhatAnotherPublishesAndWhatTheBrokerKeeps) {
  const test::Mosquitto broker(port_);
  const auto one = client();
  const auto other = client();
  until([&] { return one->connected() && other->connected(); });
  ASSERT_TRUE(one->send({"kept", "before", true}).ok());
  std::vector<std::string> heard;
  const auto listening = other->subscribe("#", [&](const Message& message) {
    heard.push_back(message.topic + "=" + message.payload + (message.retained ? " (kept)" : ""));
  });
  loop_.run_ready();
  until([&] { return !heard.empty(); });
  ASSERT_TRUE(one->send({"news", std::string("a\0b", 3), false}).ok());
  until([&] { return heard.size() == 2; });
  EXPECT_EQ(heard[0], "kept=before (kept)");
  EXPECT_EQ(heard[1], std::string("news=a\0b", 8));
}

TEST_F(AClient, IsToldWhenTheBrokerHasAMessage) {
  const test::Mosquitto broker(port_);
  const auto one = client();
  until([&] { return one->connected(); });
  const auto outcome = loop_.run_with_pool(one->publish({"topic", "payload", false}));
  EXPECT_TRUE(outcome.ok());
}

TEST_F(AClient, RefusesToPublishWhileTheBrokerIsAwayAndSaysWhy) {
  const auto one = client();
  until([&] { return !one->trouble().empty(); });
  EXPECT_THAT(one->trouble(), HasSubstr("mqtt broker 127.0.0.1:" + std::to_string(port_)));
  const auto outcome = loop_.run(one->publish({"topic", "payload", false}));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  EXPECT_EQ(outcome.error().message, one->trouble());
}

TEST_F(AClient, ComesBackToABrokerThatComesBack) {
  test::Mosquitto broker(port_);
  const auto one = client();
  std::vector<std::string> heard;
  const auto listening = one->subscribe("a", [&](const Message& message) { heard.push_back(message.payload); });
  until([&] { return one->connected(); });
  broker.kill();
  until([&] { return !one->connected(); });
  EXPECT_FALSE(one->trouble().empty());
  broker.start();
  until([&] { return one->connected(); });
  EXPECT_EQ(one->trouble(), "");
  const auto outcome = loop_.run_with_pool(one->publish({"a", "again", false}));
  EXPECT_TRUE(outcome.ok());
  until([&] { return !heard.empty(); });
  EXPECT_EQ(heard.front(), "again");
}

TEST_F(AClient, LeavesItsWillWhenItEnds) {
  const test::Mosquitto broker(port_);
  const auto one = client();
  auto other = client(Message{"gone", "offline", false});
  until([&] { return one->connected() && other->connected(); });
  std::string heard;
  const auto listening = one->subscribe("gone", [&](const Message& message) { heard = message.payload; });
  loop_.run_ready();
  ASSERT_TRUE(loop_.run_with_pool(one->publish({"x", "", false})).ok());  // by now it is subscribed
  other.reset();
  until([&] { return !heard.empty(); });
  EXPECT_EQ(heard, "offline");
}

TEST_F(AClient, LeavesOutAMessageThatIsTooLong) {
  const test::Mosquitto broker(port_);
  const auto one = client();
  until([&] { return one->connected(); });
  std::vector<std::size_t> heard;
  const auto listening = one->subscribe("a", [&](const Message& message) { heard.push_back(message.payload.size()); });
  loop_.run_ready();
  ASSERT_TRUE(one->send({"a", std::string(2'000'000, 'x'), false}).ok());
  ASSERT_TRUE(one->send({"a", "short", false}).ok());
  until([&] { return !heard.empty(); });
  EXPECT_THAT(heard, testing::ElementsAre(5));
}

}  // namespace
}  // namespace entente::mqtt
