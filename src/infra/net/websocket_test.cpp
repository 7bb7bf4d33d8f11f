// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/websocket.h"

#include "infra/net/loopback_test.h"

namespace entente::net {
namespace {

using namespace std::chrono_literals;
using Kind = WebSocket::Kind;
using Message = WebSocket::Message;

Task<void> echo(WebSocket& socket, std::string& end) {
  for (;;) {
    auto message = co_await socket.receive();
    if (!message) {
      end = message.error().message;
      co_return;
    }
    if (message->bytes == "leave") co_return;
    const auto sent = co_await socket.send(std::move(*message));
    if (!sent) co_return;
  }
}

Task<Response> route(const Request& request, const WebSocketOptions& options, std::string& end) {
  if (request.path != "/socket") co_return Response::text(404, "");
  if (request.headers.get("Authorization") == "none") co_return Response::text(401, "");
  co_return Response::upgrade([&end](WebSocket& socket) { return echo(socket, end); }, options);
}

class WebSocketTest : public LoopbackTest {
 protected:
  void start(std::optional<TlsServerContext> tls = std::nullopt) {
    auto opened = HttpServer::open(
        loop, Endpoint::loopback(), [this](const Request& request) { return route(request, options, server_end); }, {},
        std::move(tls));
    server.emplace(std::move(opened).value());
    port = server->local_endpoint().port();
  }
  Result<std::unique_ptr<WebSocket>> open(std::string_view path = "/socket", Headers headers = {},
                                          WebSocketOptions client_options = {}) {
    const auto url = fmt::format("ws://127.0.0.1:{}{}", port, path);
    return run(connect_websocket(loop, url, std::move(headers), client_options, soon()));
  }
  Result<Message> say(WebSocket& socket, Kind kind, std::string bytes) {
    const auto sent = socket.post(Message{kind, std::move(bytes)});
    if (!sent) return sent.error();
    return run(socket.receive());
  }

  WebSocketOptions options;
  std::string server_end;
  std::optional<HttpServer> server;
  std::uint16_t port = 0;
};

TEST_F(WebSocketTest, TextAndBinaryComeBackAsTheyWere) {
  start();
  const auto socket = open();
  ASSERT_TRUE(socket.ok()) << socket.error().message;
  const auto text = say(**socket, Kind::text, "grüezi");
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_EQ(text->kind, Kind::text);
  EXPECT_EQ(text->bytes, "grüezi");
  const std::string large(1'000'000, '\xff');
  const auto binary = say(**socket, Kind::binary, large);
  ASSERT_TRUE(binary.ok()) << binary.error().message;
  EXPECT_EQ(binary->kind, Kind::binary);
  EXPECT_TRUE(binary->bytes == large);
}

TEST_F(WebSocketTest, CloseIsAnsweredAndReported) {
  start();
  const auto socket = open();
  run((*socket)->close(WebSocket::CloseCode::normal, "done", soon()));
  EXPECT_FALSE((*socket)->is_open());
  run(server->stop(soon()));
  EXPECT_TRUE(server_end.ends_with(": closed by the peer: 1000 done")) << server_end;
  EXPECT_FALSE((*socket)->post(Message{Kind::text, "late"}).ok());
}

TEST_F(WebSocketTest, ASessionThatEndsSaysGoodbye) {
  start();
  const auto socket = open();
  const auto last = say(**socket, Kind::text, "leave");
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(last.error().message.ends_with(": closed by the peer: 1000")) << last.error().message;
}

TEST_F(WebSocketTest, AMessageTooLongClosesWith1009) {
  options.message_bytes = 1000;
  start();
  const auto socket = open();
  const auto answer = say(**socket, Kind::binary, std::string(1001, 'x'));
  ASSERT_FALSE(answer.ok());
  EXPECT_TRUE(answer.error().message.ends_with(": closed by the peer: 1009 the message is too long"))
      << answer.error().message;
}

TEST_F(WebSocketTest, ATextThatIsNotUtf8ClosesWith1007) {
  start();
  const auto socket = open();
  const auto answer = say(**socket, Kind::text, "\xff");
  ASSERT_FALSE(answer.ok());
  EXPECT_NE(answer.error().message.find("1007"), std::string::npos) << answer.error().message;
}

TEST_F(WebSocketTest, AFullQueueRefusesMore) {
  start();
  WebSocketOptions small;
  small.queue_bytes = 100;
  const auto socket = open("/socket", {}, small);
  EXPECT_TRUE((*socket)->post(Message{Kind::text, std::string(60, 'x')}).ok());
  const auto refused = (*socket)->post(Message{Kind::text, std::string(60, 'x')});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::exhausted);
}

TEST_F(WebSocketTest, TheServersRefusalIsReported) {
  start();
  const auto lost = open("/elsewhere");
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().message, fmt::format("net: websocket ws://127.0.0.1:{}/elsewhere: the server answers 404 Not "
                                              "Found",
                                              port));
  Headers headers;
  headers.set("Authorization", "none");
  EXPECT_EQ(open("/socket", headers).error().code, ErrorCode::denied);
}

TEST_F(WebSocketTest, AnOrdinaryRequestIsToldToUpgrade) {
  start();
  const auto received =
      run(exchange(loop, server->local_endpoint(), "GET /socket HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(received.starts_with("HTTP/1.1 426 Upgrade Required\r\n")) << received;
}

// The key and its answer are RFC 6455 section 1.3's; the first frame comes in the same packet.
TEST_F(WebSocketTest, AFrameRightBehindTheHandshakeIsHeard) {
  start();
  const std::string masked_leave("\x81\x85\0\0\0\0leave", 11);
  const std::string masked_goodbye("\x88\x80\0\0\0\0", 6);
  const auto received = run(exchange(
      loop, server->local_endpoint(),
      "GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
          masked_leave + masked_goodbye));
  EXPECT_TRUE(received.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << received;
  EXPECT_NE(received.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), received.npos) << received;
  EXPECT_TRUE(received.ends_with(std::string("\x88\x02\x03\xe8"))) << "a goodbye with 1000";
}

TEST_F(WebSocketTest, AProtocolIsAgreedOn) {
  options.protocol = "entente.v1";
  start();
  WebSocketOptions wanted;
  wanted.protocol = "entente.v1";
  EXPECT_EQ((*open("/socket", {}, wanted))->protocol(), "entente.v1");
  wanted.protocol = "other";
  EXPECT_EQ((*open("/socket", {}, wanted))->protocol(), "");
}

TEST_F(WebSocketTest, APeerThatAnswersPingsStays) {
  start();
  WebSocketOptions eager;
  eager.ping_interval = 3ms;
  const auto socket = open("/socket", {}, eager);
  TaskGroup group("late");
  group.spawn([](EventLoop& owner, WebSocket& peer) -> Task<void> {
    co_await sleep(owner, 40ms);
    EXPECT_TRUE(peer.post(Message{Kind::text, "still there"}).ok());
  }(loop, **socket));
  const auto answer = run((*socket)->receive());
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->bytes, "still there");
}

Task<void> accept_and_fall_silent(EventLoop& loop, TcpListener& listener) {
  auto stream = co_await listener.accept();
  const Deadline deadline = Deadline::in(loop, 5s);
  std::string request;
  while (request.find("\r\n\r\n") == request.npos) request += co_await read_all(**stream, deadline, 1);
  co_await sleep(loop, 1h);
}

TEST_F(WebSocketTest, ASilentServerIsATimeoutInTheHandshake) {
  TcpListener listener = TcpListener::open(loop, Endpoint::loopback()).value();
  TaskGroup group("server");
  group.spawn(accept_and_fall_silent(loop, listener));
  const auto url = "ws://" + listener.local_endpoint().to_string() + "/";
  const auto socket = run(connect_websocket(loop, url, {}, {}, Deadline::in(loop, 20ms)));
  ASSERT_FALSE(socket.ok());
  EXPECT_EQ(socket.error().code, ErrorCode::timeout);
}

TEST_F(WebSocketTest, APeerWithoutASignOfLifeIsGivenUp) {
  options.ping_interval = 5ms;
  start();
  const auto stream = run(connect(loop, server->local_endpoint(), soon()));
  const std::string handshake =
      "GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  ASSERT_TRUE(run((*stream)->write_all(handshake, soon())).ok());
  (void)run(read_all(**stream, soon()));  // until the server closes
  EXPECT_TRUE(server_end.ends_with(": the peer gives no sign of life")) << server_end;
}

TEST_F(WebSocketTest, StopSaysGoodbyeToSockets) {
  start();
  const auto socket = open();
  TaskGroup group("client");
  std::string end;
  group.spawn([](WebSocket& ours, std::string& into) -> Task<void> {
    const auto message = co_await ours.receive();
    into = message.ok() ? "a message" : message.error().message;
  }(**socket, end));
  run(server->stop(soon()));
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_TRUE(end.ends_with(": closed by the peer: 1001 server stops")) << end;
}

TEST_F(WebSocketTest, ATaskMayBeDestroyedWhileItReceives) {
  start();
  const auto socket = open();
  {
    TaskGroup group("client");
    group.spawn([](WebSocket& ours) -> Task<void> { (void)co_await ours.receive(); }(**socket));
  }
  EXPECT_EQ(say(**socket, Kind::text, "again").value().bytes, "again");
}

TEST_F(WebSocketTest, WorksUnderTls) {
  const auto authority = make_certificate_authority("Test home", 10).value();
  const std::vector<std::string> names{"127.0.0.1"};
  start(TlsServerContext::from_pem(issue_certificate(authority, names, 10).value()).value());
  const auto trust = TlsClientContext::trusting(authority.certificate).value();
  const auto url = fmt::format("wss://127.0.0.1:{}/socket", port);
  const auto socket = run(connect_websocket(loop, url, {}, {}, soon(), &trust));
  ASSERT_TRUE(socket.ok()) << socket.error().message;
  const std::string large(300'000, 'x');
  EXPECT_TRUE(say(**socket, Kind::text, large).value().bytes == large);
  run((*socket)->close(WebSocket::CloseCode::normal, "", soon()));
}

}  // namespace
}  // namespace entente::net
