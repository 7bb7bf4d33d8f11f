// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/udp.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "infra/net/crypto.h"

namespace entente::net {
namespace {

using namespace std::chrono_literals;

// Two sockets on loopback ports that the system chose; a test that hangs is stopped after ten seconds.
class UdpTest : public testing::Test {
 protected:
  UdpTest() {
    loop.after(10s, [this] {
      ADD_FAILURE() << "nothing more arrived";
      loop.stop();
    });
  }

  EventLoop loop;
  std::optional<UdpSocket> left{UdpSocket::open(loop, Endpoint::loopback()).value()};
  std::optional<UdpSocket> right{UdpSocket::open(loop, Endpoint::loopback()).value()};
};

TEST_F(UdpTest, EchoComesBackFromWhereItWasSent) {
  right->on_receive([&](const Endpoint& from, ByteSpan bytes) { EXPECT_TRUE(right->send_to(from, bytes).ok()); });
  std::string answer;
  Endpoint source;
  left->on_receive([&](const Endpoint& from, ByteSpan bytes) {
    source = from;
    answer.assign(bytes.begin(), bytes.end());
    loop.stop();
  });
  ASSERT_TRUE(left->send_to(right->local_endpoint(), bytes_of("hello")).ok());
  loop.run();
  EXPECT_EQ(answer, "hello");
  EXPECT_EQ(source, right->local_endpoint());
}

TEST_F(UdpTest, AnEmptyDatagramIsADatagram) {
  std::size_t size = 99;
  right->on_receive([&](const Endpoint&, ByteSpan bytes) {
    size = bytes.size();
    loop.stop();
  });
  ASSERT_TRUE(left->send_to(right->local_endpoint(), {}).ok());
  loop.run();
  EXPECT_EQ(size, 0U);
}

TEST_F(UdpTest, TheLargestDatagramArrivesWhole) {
  const Bytes large = random_bytes(65507);
  Bytes received;
  right->on_receive([&](const Endpoint&, ByteSpan bytes) {
    received.assign(bytes.begin(), bytes.end());
    loop.stop();
  });
  ASSERT_TRUE(left->send_to(right->local_endpoint(), large).ok());
  loop.run();
  EXPECT_EQ(received, large);
}

TEST_F(UdpTest, ADatagramBeyondTheLimitIsRefused) {
  const auto sent = left->send_to(right->local_endpoint(), Bytes(65536));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::invalid);
  EXPECT_EQ(sent.error().message, "net: send to " + right->local_endpoint().to_string() + ": message too long");
}

TEST_F(UdpTest, TheSocketMayBeDestroyedInItsOwnCallback) {
  int received = 0;
  right->on_receive([&](const Endpoint&, ByteSpan) {
    ++received;
    right.reset();
    loop.after(1ms, [&] { loop.stop(); });
  });
  const Endpoint to = right->local_endpoint();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(left->send_to(to, bytes_of("x")).ok());
  loop.run();
  EXPECT_EQ(received, 1);
}

TEST_F(UdpTest, TheCallbackMayBeReplacedInItself) {
  std::string heard;
  right->on_receive([&](const Endpoint&, ByteSpan) {
    heard += '1';
    right->on_receive([&](const Endpoint&, ByteSpan) {
      heard += '2';
      if (heard == "122") loop.stop();
    });
  });
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(left->send_to(right->local_endpoint(), bytes_of("x")).ok());
  loop.run();
  EXPECT_EQ(heard, "122");
}

TEST_F(UdpTest, MoreThanOneTurnsWorthOfDatagramsAllArrive) {
  int received = 0;
  right->on_receive([&](const Endpoint&, ByteSpan) {
    if (++received == 100) loop.stop();
  });
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(left->send_to(right->local_endpoint(), bytes_of("x")).ok());
  loop.run();
  EXPECT_EQ(received, 100);
}

TEST_F(UdpTest, APortInUseIsAnErrorThatNamesIt) {
  const auto second = UdpSocket::open(loop, left->local_endpoint());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::exists);
  EXPECT_EQ(second.error().message, "net: bind udp " + left->local_endpoint().to_string() + ": address already in use");
}

TEST_F(UdpTest, AMovedSocketKeepsItsPortAndCallback) {
  std::string heard;
  right->on_receive([&](const Endpoint&, ByteSpan bytes) {
    heard.assign(bytes.begin(), bytes.end());
    loop.stop();
  });
  const UdpSocket moved = std::move(*right);
  right.reset();
  ASSERT_TRUE(left->send_to(moved.local_endpoint(), bytes_of("still here")).ok());
  loop.run();
  EXPECT_EQ(heard, "still here");
}

TEST_F(UdpTest, BroadcastNeedsTheOption) {
  const auto everyone = *Endpoint::of("255.255.255.255", 9);
  const auto sent = left->send_to(everyone, bytes_of("x"));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::denied);
}

TEST_F(UdpTest, AMulticastReachesWhoJoinedItsGroup) {
  const auto all = interfaces();
  const auto local = std::find_if(all.begin(), all.end(), [](const Interface& each) { return each.loopback; });
  ASSERT_NE(local, all.end());
  UdpSocket member = UdpSocket::open(loop, Endpoint::any(), {.broadcast = false, .share_address = true}).value();
  const auto group = Endpoint::of("224.0.0.251", member.local_endpoint().port()).value();
  ASSERT_TRUE(member.join(group, *local).ok());
  ASSERT_TRUE(member.join(group, *local).ok());
  ASSERT_TRUE(left->multicast_through(*local).ok());
  std::string heard;
  member.on_receive([&](const Endpoint&, ByteSpan bytes) {
    heard.assign(bytes.begin(), bytes.end());
    loop.stop();
  });
  if (!left->send_to(group, bytes_of("who is there")).ok()) {
    GTEST_SKIP() << "no multicast on loopback";  // lint: allow GTEST_SKIP: containers may have no route for it
  }
  loop.run();
  EXPECT_EQ(heard, "who is there");
}

TEST(Interfaces, LoopbackIsThereAndReachesItself) {
  const auto all = interfaces();
  const auto local = std::find_if(all.begin(), all.end(), [](const Interface& each) { return each.loopback; });
  ASSERT_NE(local, all.end());
  EXPECT_EQ(local->prefix, 8);
  EXPECT_TRUE(local->reaches(*Endpoint::of("127.9.9.9", 1)));
  EXPECT_FALSE(local->reaches(*Endpoint::of("128.0.0.1", 1)));
  EXPECT_FALSE(local->reaches(*Endpoint::of("::1", 1)));
}

}  // namespace
}  // namespace entente::net
