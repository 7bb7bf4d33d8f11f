// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/stream.h"

#include "infra/net/crypto.h"
#include "infra/net/loopback_test.h"

namespace entente::net {
namespace {

using namespace std::chrono_literals;

struct Pair {
  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
};

Task<Pair> connect_pair(EventLoop& loop, TcpListener& listener, Deadline deadline) {
  Pair pair;
  pair.client = (co_await connect(loop, listener.local_endpoint(), deadline)).value();
  pair.server = (co_await listener.accept()).value();
  co_return pair;
}

class StreamTest : public LoopbackTest {
 protected:
  TcpListener listener = TcpListener::open(loop, Endpoint::loopback()).value();
  Pair pair = run(connect_pair(loop, listener, soon()));
};

Task<void> write_and_shut_down(Stream& stream, std::string bytes, Deadline deadline) {
  EXPECT_TRUE((co_await stream.write_all(bytes, deadline)).ok());
  EXPECT_TRUE((co_await stream.shutdown(deadline)).ok());
}

TEST_F(StreamTest, BytesArriveInOrderAndThenTheEnd) {
  const auto random = random_bytes(3'000'000);
  const std::string sent(random.begin(), random.end());
  TaskGroup writer("writer");
  writer.spawn(write_and_shut_down(*pair.client, sent, soon()));
  EXPECT_TRUE(run(read_all(*pair.server, soon())) == sent);
}

TEST_F(StreamTest, BothEndsNameEachOther) {
  EXPECT_EQ(pair.client->peer_endpoint(), listener.local_endpoint());
  EXPECT_EQ(pair.client->local_endpoint(), pair.server->peer_endpoint());
  EXPECT_FALSE(pair.client->encrypted());
}

Task<Result<std::size_t>> read_one(Stream& stream, Deadline deadline) {
  std::array<std::uint8_t, 16> bytes{};
  co_return co_await stream.read_some(bytes, deadline);
}

TEST_F(StreamTest, AReadPastItsDeadlineSaysSo) {
  const auto count = run(read_one(*pair.server, Deadline::in(loop, 1ms)));
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error().code, ErrorCode::timeout);
  EXPECT_EQ(count.error().message,
            "net: read from " + pair.client->local_endpoint().to_string() + ": no answer in time");
}

TEST_F(StreamTest, AReadThatWasGivenUpLosesNoBytes) {
  (void)run(read_one(*pair.server, Deadline::in(loop, 1ms)));
  run(write_and_shut_down(*pair.client, "late", soon()));
  EXPECT_EQ(run(read_all(*pair.server, soon())), "late");
}

Task<void> read_in_vain(Stream& stream, bool& ended) {
  std::array<std::uint8_t, 16> bytes{};
  (void)co_await stream.read_some(bytes, Deadline{TimePoint::max()});
  ended = true;
}

TEST_F(StreamTest, ATaskMayBeDestroyedWhileItReads) {
  bool ended = false;
  {
    TaskGroup reader("reader");
    reader.spawn(read_in_vain(*pair.server, ended));
  }
  run(write_and_shut_down(*pair.client, "still here", soon()));
  EXPECT_EQ(run(read_all(*pair.server, soon())), "still here");
  EXPECT_FALSE(ended);
}

TEST_F(StreamTest, TaskAndStreamMayBeDestroyedWhileARead) {
  bool ended = false;
  {
    TaskGroup reader("reader");
    reader.spawn(read_in_vain(*pair.server, ended));
    reader.cancel();
    pair.server.reset();
  }
  EXPECT_EQ(run(read_all(*pair.client, soon())), "");
  EXPECT_FALSE(ended);
}

TEST_F(StreamTest, CloseEndsAWaitingReadAsCancelled) {
  loop.post([this] { pair.server->close(); });
  const auto count = run(read_one(*pair.server, soon()));
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error().code, ErrorCode::cancelled);
}

Task<Result<void>> write_too_much(Stream& stream, Deadline deadline) {
  const std::string much(64U << 20U, 'x');
  co_return co_await stream.write_all(much, deadline);
}

TEST_F(StreamTest, AWriteThatIsGivenUpClosesTheStream) {
  const auto written = run(write_too_much(*pair.client, Deadline::in(loop, 20ms)));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, ErrorCode::timeout);
  EXPECT_EQ(run(read_one(*pair.client, soon())).error().code, ErrorCode::cancelled);
}

class ListenTest : public LoopbackTest {};

TEST_F(ListenTest, APortInUseIsAnErrorThatNamesIt) {
  const auto first = TcpListener::open(loop, Endpoint::loopback());
  ASSERT_TRUE(first.ok());
  const auto second = TcpListener::open(loop, first->local_endpoint());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::exists);
  EXPECT_EQ(second.error().message, "net: listen " + first->local_endpoint().to_string() + ": address already in use");
}

TEST_F(ListenTest, AForeignAddressIsAnErrorThatNamesIt) {
  const auto listener = TcpListener::open(loop, *Endpoint::parse("192.0.2.1:80"));
  ASSERT_FALSE(listener.ok());
  EXPECT_EQ(listener.error().message, "net: listen 192.0.2.1:80: cannot assign requested address");
}

Task<Result<std::unique_ptr<Stream>>> connect_by_name(EventLoop& loop, std::string host, std::uint16_t port,
                                                      Deadline deadline) {
  co_return co_await connect(loop, host, port, deadline);
}

TEST_F(ListenTest, ARefusedConnectionNamesThePlace) {
  Endpoint closed;
  {
    const auto listener = TcpListener::open(loop, Endpoint::loopback());
    closed = listener->local_endpoint();
  }
  const auto stream = run(connect_by_name(loop, "127.0.0.1", closed.port(), soon()));
  ASSERT_FALSE(stream.ok());
  EXPECT_EQ(stream.error().code, ErrorCode::unavailable);
  EXPECT_EQ(stream.error().message, "net: connect to " + closed.to_string() + ": connection refused");
}

TEST_F(ListenTest, ANameIsResolvedAndItsAddressesAreTriedInTurn) {
  const auto listener = TcpListener::open(loop, Endpoint::loopback());
  const auto stream = run(connect_by_name(loop, "localhost", listener->local_endpoint().port(), soon()));
  ASSERT_TRUE(stream.ok()) << stream.error().message;
  EXPECT_TRUE((*stream)->peer_endpoint().is_loopback());
}

TEST_F(ListenTest, WhatIsNoHostNameIsRefusedAtOnce) {
  const auto stream = run(connect_by_name(loop, "", 80, soon()));
  ASSERT_FALSE(stream.ok());
  EXPECT_EQ(stream.error().message, "net: resolve : not a host name");
}

TEST_F(ListenTest, ALookupMayOutliveItsTaskAndTheLoop) {
  TaskGroup group("lookup");
  group.spawn([](EventLoop& owner) -> Task<void> {
    (void)co_await connect_by_name(owner, "no-such-host.invalid", 80, Deadline::in(owner, 5s));
  }(loop));
}

}  // namespace
}  // namespace entente::net
