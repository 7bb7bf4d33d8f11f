// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real broker, mosquitto, which each test starts on a free port of loopback.
#include "infra/mqtt/client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/support/manual_loop.h"
#include "tests/support/temporary_folder.h"

extern char** environ;

namespace entente::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

class Mosquitto {
 public:
  explicit Mosquitto(std::uint16_t port) : port_(port) { start(); }
  Mosquitto(const Mosquitto&) = delete;
  Mosquitto& operator=(const Mosquitto&) = delete;
  ~Mosquitto() { kill(); }

  void start() {
    const auto file = folder_.path() / "mosquitto.conf";
    std::ofstream(file) << "listener " << port_ << " 127.0.0.1\nallow_anonymous true\nlog_type none\nuser root\n";
    std::string name = "/usr/sbin/mosquitto", option = "-c", path = file.string();
    char* arguments[] = {name.data(), option.data(), path.data(), nullptr};
    ASSERT_EQ(::posix_spawn(&process_, name.c_str(), nullptr, nullptr, arguments, environ), 0);
  }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  test::TemporaryFolder folder_;
  std::uint16_t port_;
  pid_t process_ = 0;
};

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

  const std::uint16_t port_ = free_port();
  test::ManualLoop loop_;
};

TEST_F(AClient, HearsWhatAnotherPublishesAndWhatTheBrokerKeeps) {
  const Mosquitto broker(port_);
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
  const Mosquitto broker(port_);
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
  Mosquitto broker(port_);
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
  const Mosquitto broker(port_);
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
  const Mosquitto broker(port_);
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
