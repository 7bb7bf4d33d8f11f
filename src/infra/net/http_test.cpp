// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/http.h"

#include "base/log.h"
#include "infra/net/loopback_test.h"

namespace entente::net {
namespace {

using namespace std::chrono_literals;
using testing::Test;

// Answers with what it understood; some paths do something else.
Task<Response> answer(EventLoop& loop, const Request& request) {
  if (request.path == "/throws") throw std::runtime_error("broken handler");
  if (request.path == "/slow") co_await sleep(loop, 30ms);
  if (request.path == "/never") co_await sleep(loop, 1h);
  if (request.path == "/splits") {
    Response response = Response::text(200, "");
    response.headers.set("X-Name", "value\r\nX-Other: injected");
    co_return response;
  }
  if (request.path == "/nothing") {
    Response response;
    response.status = 204;
    co_return response;
  }
  const std::string* name = request.query_value("name");
  co_return Response::text(
      200, fmt::format("{} {} {} [{}]", request.method, request.path, name ? *name : "-", request.body));
}

class HttpTest : public LoopbackTest {
 protected:
  void start(HttpServer::Limits limits = {}, std::optional<TlsServerContext> tls = std::nullopt) {
    auto opened = HttpServer::open(
        loop, Endpoint::loopback(), [this](const Request& request) { return answer(loop, request); }, limits,
        std::move(tls));
    server.emplace(std::move(opened).value());
  }
  std::string raw(std::string bytes) { return run(exchange(loop, server->local_endpoint(), std::move(bytes))); }
  std::string url(std::string_view path) {
    return fmt::format("http://{}{}", server->local_endpoint().to_string(), path);
  }
  Result<Response> fetch(ClientRequest request) {
    HttpClient client(loop);
    return run(client.fetch(std::move(request), soon()));
  }
  ClientRequest get(std::string_view path) {
    ClientRequest request;
    request.url = url(path);
    return request;
  }

  std::optional<HttpServer> server;
};

// Runs with the log off, where a test makes the server complain on purpose.
struct Quiet {
  Quiet() { log::set_level(log::Level::off); }
  ~Quiet() { log::set_level(log::Level::info); }
};

TEST_F(HttpTest, ARequestReachesTheHandlerDecoded) {
  start();
  ClientRequest request = get("/a%20b?name=x+y");
  request.method = "POST";
  request.body = "payload";
  const auto response = fetch(request);
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "POST /a b x y [payload]");
  EXPECT_EQ(response->headers.get("content-type"), "text/plain; charset=utf-8");
}

TEST_F(HttpTest, AConnectionServesRequestAfterRequest) {
  start();
  const auto received =
      raw("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(received.find("GET /1 - []"), received.npos);
  EXPECT_NE(received.find("GET /2 - []"), received.npos);
  EXPECT_LT(received.find("Connection: keep-alive"), received.find("Connection: close"));
}

TEST_F(HttpTest, AChunkedBodyArrivesWhole) {
  start();
  const auto received =
      raw("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
          "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
  EXPECT_NE(received.find("POST / - [hello world]"), received.npos) << received;
}

TEST_F(HttpTest, HeadHasTheLengthButNoBody) {
  start();
  const auto received = raw("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(received.find("Content-Length: 12\r\n"), received.npos) << received;
  EXPECT_TRUE(received.ends_with("\r\n\r\n")) << received;
  ClientRequest request = get("/x");
  request.method = "HEAD";
  EXPECT_EQ(fetch(request)->body, "");
}

TEST_F(HttpTest, NoContentHasNoLength) {
  start();
  const auto received = raw("GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(received.starts_with("HTTP/1.1 204 No Content\r\n")) << received;
  EXPECT_EQ(received.find("Content-Length"), received.npos) << received;
}

TEST_F(HttpTest, AnOldClientIsServedAndClosed) {
  start();
  EXPECT_TRUE(raw("GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpTest, AClientThatAsksFirstIsToldToContinue) {
  start();
  const auto received =
      raw("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_TRUE(received.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")) << received;
}

TEST_F(HttpTest, MalformedRequestsGet400) {
  start();
  for (const char* bytes :
       {"nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /../etc HTTP/1.1\r\nHost: h\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nBad Name: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "\x16\x03\x01\x02\x00\x01"}) {
    const auto received = raw(std::string(bytes) + "\r\n\r\n");
    EXPECT_TRUE(received.starts_with("HTTP/1.1 400 Bad Request\r\n")) << bytes << "\n" << received;
    EXPECT_NE(received.find("Connection: close"), received.npos);
  }
}

TEST_F(HttpTest, AnotherVersionGets505) {
  start();
  EXPECT_TRUE(raw("GET / HTTP/3.0\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 505 "));
}

TEST_F(HttpTest, AHeadTooLongGets431) {
  HttpServer::Limits limits;
  limits.header_bytes = 1000;
  start(limits);
  const auto received = raw("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(received.starts_with("HTTP/1.1 431 ")) << received;
}

TEST_F(HttpTest, ABodyTooLongGets413WithoutBeingRead) {
  HttpServer::Limits limits;
  limits.body_bytes = 1000;
  start(limits);
  EXPECT_TRUE(raw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(raw("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x'))
                  .starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpTest, HalfARequestGets408) {
  HttpServer::Limits limits;
  limits.header_time = 20ms;
  limits.body_time = 20ms;
  start(limits);
  EXPECT_TRUE(raw("GET / HTTP/1.1\r\nHo").starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(raw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf").starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpTest, ASilentConnectionIsClosedWithoutAWord) {
  HttpServer::Limits limits;
  limits.idle_time = 20ms;
  start(limits);
  EXPECT_EQ(raw(""), "");
}

TEST_F(HttpTest, AHandlersExceptionIs500AndStaysInTheLog) {
  const Quiet quiet;
  start();
  const auto response = fetch(get("/throws"));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 500);
  EXPECT_EQ(response->body.find("broken"), std::string::npos);
}

TEST_F(HttpTest, AResponseCannotSmuggleAHeader) {
  const Quiet quiet;
  start();
  const auto response = fetch(get("/splits"));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 500);
  EXPECT_FALSE(response->headers.has("X-Other"));
}

TEST_F(HttpTest, OneConnectionTooManyGets503) {
  HttpServer::Limits limits;
  limits.connections = 1;
  start(limits);
  const auto first = run(connect(loop, server->local_endpoint(), soon()));
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(raw("GET / HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 503 "));
}

TEST_F(HttpTest, AnUpgradeThatNobodyOffersIsAnOrdinaryRequest) {
  start();
  const auto received =
      raw("GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
          "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_TRUE(received.starts_with("HTTP/1.1 200 OK\r\n")) << received;
}

TEST_F(HttpTest, StopAnswersWhatIsUnderWayAndClosesTheRest) {
  start();
  const auto idle = run(connect(loop, server->local_endpoint(), soon()));
  ASSERT_TRUE(idle.ok());
  std::string received;
  TaskGroup group("client");
  group.spawn([](EventLoop& owner, Endpoint to, std::string& into) -> Task<void> {
    into = co_await exchange(owner, to, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  }(loop, server->local_endpoint(), received));
  run([](EventLoop& owner) -> Task<void> { co_await sleep(owner, 10ms); }(loop));
  run(server->stop(soon()));
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_EQ(run(read_all(**idle, soon())), "");
  run([](EventLoop& owner, TaskGroup& client) -> Task<void> {
    while (!client.empty()) co_await sleep(owner, 1ms);
  }(loop, group));
  EXPECT_NE(received.find("GET /slow"), received.npos) << received;
  EXPECT_NE(received.find("Connection: close"), received.npos) << received;
}

TEST_F(HttpTest, StopEndsAtItsDeadlineWhateverTheHandlerDoes) {
  start();
  const auto client = run(connect(loop, server->local_endpoint(), soon()));
  ASSERT_TRUE(client.ok());
  ASSERT_TRUE(run((*client)->write_all("GET /never HTTP/1.1\r\nHost: h\r\n\r\n", soon())).ok());
  run([](EventLoop& owner) -> Task<void> { co_await sleep(owner, 10ms); }(loop));
  run(server->stop(Deadline::in(loop, 20ms)));
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(HttpTest, TheServerMayBeDestroyedWithClientsConnected) {
  start();
  const auto client = run(connect(loop, server->local_endpoint(), soon()));
  ASSERT_TRUE(client.ok());
  ASSERT_TRUE(run((*client)->write_all("GET /never HTTP/1.1\r\nHost: h\r\n\r\n", soon())).ok());
  run([](EventLoop& owner) -> Task<void> { co_await sleep(owner, 10ms); }(loop));
  server.reset();
  EXPECT_EQ(run(read_all(**client, soon())), "");
}

TEST_F(HttpTest, TheClientSpeaksTlsAndMayConnectElsewhereThanTheUrlSays) {
  const auto authority = make_certificate_authority("Test home", 10).value();
  const std::vector<std::string> names{"hub.example"};
  start({}, TlsServerContext::from_pem(issue_certificate(authority, names, 10).value()).value());
  HttpClient::Options options;
  options.tls = TlsClientContext::trusting(authority.certificate).value();
  options.address = server->local_endpoint();
  HttpClient client(loop, options);
  ClientRequest request;
  request.url = "https://hub.example/secure";
  const auto response = run(client.fetch(request, soon()));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->body, "GET /secure - []");

  request.url = "https://other.example/secure?token=secret";
  const auto refused = run(client.fetch(request, soon()));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "net: GET https://other.example/secure: connect to other.example: certificate refused: hostname mismatch");
}

TEST_F(HttpTest, TheClientNamesWhatItCouldNotReach) {
  start();
  const auto request = get("/x?token=secret");
  const auto place = server->local_endpoint().to_string();
  server.reset();
  const auto response = fetch(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().message,
            fmt::format("net: GET http://{}/x: connect to {}: connection refused", place, place));
}

// A server that says `answer` to whatever comes, and closes.
Task<void> say_and_close(EventLoop& loop, TcpListener& listener, std::string answer_text) {
  auto stream = co_await listener.accept();
  const Deadline deadline = Deadline::in(loop, 5s);
  std::array<std::uint8_t, 1000> bytes{};
  (void)co_await (*stream)->read_some(bytes, deadline);
  (void)co_await (*stream)->write_all(answer_text, deadline);
}

class HttpClientTest : public LoopbackTest {
 protected:
  Result<Response> hear(std::string answer_text, HttpClient::Options options = {}) {
    TaskGroup group("server");
    group.spawn(say_and_close(loop, listener, std::move(answer_text)));
    HttpClient client(loop, options);
    ClientRequest request;
    request.url = "http://" + listener.local_endpoint().to_string() + "/";
    return run(client.fetch(request, soon()));
  }
  TcpListener listener = TcpListener::open(loop, Endpoint::loopback()).value();
};

TEST_F(HttpClientTest, AResponseMayEndWithTheConnection) {
  EXPECT_EQ(hear("HTTP/1.0 200 OK\r\n\r\nuntil the end")->body, "until the end");
}
TEST_F(HttpClientTest, AnInterimResponseIsSkipped) {
  EXPECT_EQ(hear("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")->body, "no");
}
TEST_F(HttpClientTest, HalfAResponseIsAnError) {
  const auto response = hear("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  ASSERT_FALSE(response.ok());
  EXPECT_TRUE(response.error().message.ends_with(": the connection ended before the response"))
      << response.error().message;
}
TEST_F(HttpClientTest, NonsenseIsAnError) {
  EXPECT_EQ(hear("220 smtp.example ready\r\n\r\n").error().code, ErrorCode::corrupt);
  EXPECT_EQ(hear("").error().code, ErrorCode::unavailable);
}
TEST_F(HttpClientTest, ABodyPastTheLimitIsAnError) {
  HttpClient::Options options;
  options.body_bytes = 10;
  EXPECT_EQ(hear("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901", options).error().code,
            ErrorCode::exhausted);
  EXPECT_EQ(hear("HTTP/1.0 200 OK\r\n\r\n12345678901", options).error().code, ErrorCode::exhausted);
}
class HttpClientPiecesTest : public HttpClientTest {
 protected:
  Result<Response> hear_pieces(std::string answer_text, bool wanted = true) {
    TaskGroup group("server");
    group.spawn(say_and_close(loop, listener, std::move(answer_text)));
    HttpClient client(loop);
    ClientRequest request;
    request.url = "http://" + listener.local_endpoint().to_string() + "/";
    const auto on_body = [this, wanted](std::string_view piece) {
      pieces += piece;
      return wanted;
    };
    return run(client.fetch(request, soon(), on_body));
  }
  std::string pieces;
};

TEST_F(HttpClientPiecesTest, ABodyCanBeTakenAsItComes) {
  const auto response =
      hear_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(pieces, "onetwo");
  EXPECT_EQ(response->body, "");
}
TEST_F(HttpClientPiecesTest, ABodyThatEndsWithTheConnectionCanBeTakenAsItComes) {
  ASSERT_TRUE(hear_pieces("HTTP/1.0 200 OK\r\n\r\nuntil the end").ok());
  EXPECT_EQ(pieces, "until the end");
}
TEST_F(HttpClientPiecesTest, TheBodyOfARefusalStaysWhole) {
  EXPECT_EQ(hear_pieces("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")->body, "no");
  EXPECT_EQ(pieces, "");
}
TEST_F(HttpClientPiecesTest, WhoWantsNoMoreIsNotGivenTheRest) {
  EXPECT_EQ(hear_pieces("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nbegin", false).error().code,
            ErrorCode::cancelled);
}
TEST_F(HttpClientTest, ASilentServerIsATimeout) {
  HttpClient client(loop);
  ClientRequest request;
  request.url = "http://" + listener.local_endpoint().to_string() + "/";
  EXPECT_EQ(run(client.fetch(request, Deadline::in(loop, 20ms))).error().code, ErrorCode::timeout);
}

TEST(Headers, CompareNamesWithoutCaseAndFindTokens) {
  Headers headers;
  headers.add("Connection", "keep-alive, Upgrade");
  headers.add("connection", "x");
  EXPECT_EQ(headers.get("CONNECTION"), "keep-alive, Upgrade");
  EXPECT_TRUE(headers.has_token("Connection", "upgrade"));
  EXPECT_TRUE(headers.has_token("Connection", "X"));
  EXPECT_FALSE(headers.has_token("Connection", "up"));
  headers.set("connection", "close");
  EXPECT_EQ(headers.size(), 1U);
}

}  // namespace
}  // namespace entente::net
