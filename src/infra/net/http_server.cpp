// SPDX-License-Identifier: GPL-3.0-or-later
#include <list>

#include "base/log.h"
#include "base/task_group.h"
#include "base/text.h"
#include "base/wait.h"
#include "infra/net/http.h"
#include "infra/net/impl/http_reader.h"
#include "infra/net/impl/http_text.h"
#include "infra/net/impl/websocket_session.h"
#include "infra/net/stream.h"

namespace entente::net {

namespace {

constexpr Duration linger_time = seconds(1);
constexpr Duration goodbye_time = seconds(2);
constexpr std::size_t most_refusals = 16;  // answered at once; beyond that connections are just closed

enum class Next { request, close };

}  // namespace

struct HttpServer::State {
  struct Connection;

  State(EventLoop& event_loop, TcpListener tcp_listener, Handler request_handler, Limits its_limits,
        std::optional<TlsServerContext> its_tls)
      : loop(event_loop),
        listener(std::move(tcp_listener)),
        handler(std::move(request_handler)),
        limits(its_limits),
        tls(std::move(its_tls)) {}

  Task<void> accept_all();
  Task<void> refuse(std::unique_ptr<Stream> stream);
  Task<void> serve(std::unique_ptr<Stream> plain);
  Task<bool> start(Connection& connection, std::unique_ptr<Stream> plain);
  Task<Next> serve_request(Connection& connection);
  Task<std::optional<HttpProblem>> read_head(Connection& connection, RequestReader& reader);
  Task<std::optional<HttpProblem>> read_body(Connection& connection, RequestReader& reader);
  Task<bool> receive(Connection& connection, Deadline deadline);
  Task<Response> answer(const Request& request);
  Task<Next> respond(Connection& connection, const Request& request, Response response, AfterResponse after);
  Task<void> report(Connection& connection, HttpProblem problem);
  Task<void> upgrade(Connection& connection, const Request& request, Response response);
  Task<bool> write(Connection& connection, std::string text);

  // Constant after construction.
  EventLoop& loop;
  std::optional<TcpListener> listener;  // none once stopped
  const Handler handler;
  const Limits limits;
  const std::optional<TlsServerContext> tls;

  bool stopping = false;
  std::list<Connection*> connections;
  OneShot<bool>* emptied = nullptr;  // stop() waits for the last connection

  TaskGroup refusals{"http server"};
  TaskGroup sessions{"http server"};
  TaskGroup accepting{"http server"};
};

// What one session works on; on the server's list as long as the session runs.
struct HttpServer::State::Connection {
  explicit Connection(State& owner) : server(owner), place(owner.connections.insert(owner.connections.end(), this)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    server.connections.erase(place);
    if (server.connections.empty() && server.emptied != nullptr) server.emptied->fulfil(true);
  }

  State& server;
  std::list<Connection*>::iterator place;
  std::unique_ptr<Stream> stream;
  std::string inbox;  // received and not yet used
  bool idle = false;  // between requests
  WebSocketSession* socket = nullptr;
};

// ---- Accepting

Task<void> HttpServer::State::accept_all() {
  for (;;) {
    auto stream = co_await listener->accept();
    if (!stream) {
      log::warning("http", "{}", stream.error().message);
      co_await sleep(loop, milliseconds(100));  // no descriptors left, most likely: let some connections end
    } else if (connections.size() < limits.connections) {
      sessions.spawn(serve(std::move(*stream)));
    } else if (!tls && refusals.size() < most_refusals) {
      refusals.spawn(refuse(std::move(*stream)));
    }
  }
}

Task<void> HttpServer::State::refuse(std::unique_ptr<Stream> stream) {
  const auto text = response_text(Response::text(503, "Too many connections.\n"), ResponseBody::sent,
                                  AfterResponse::close, loop.wall_time());
  const auto written = co_await stream->write_all(text, Deadline::in(loop, linger_time));
  if (written.ok()) co_await linger(loop, *stream, linger_time);
}

Task<bool> HttpServer::State::start(Connection& connection, std::unique_ptr<Stream> plain) {
  if (!tls) {
    connection.stream = std::move(plain);
    co_return true;
  }
  auto stream = co_await accept_tls(loop, std::move(plain), *tls, Deadline::in(loop, limits.header_time));
  if (!stream) {
    log::debug("http", "{}", stream.error().message);
    co_return false;
  }
  connection.stream = std::move(*stream);
  co_return true;
}

Task<void> HttpServer::State::serve(std::unique_ptr<Stream> plain) {
  Connection connection(*this);
  if (!co_await start(connection, std::move(plain))) co_return;
  while (co_await serve_request(connection) == Next::request) {
  }
}

// ---- Reading

// More bytes into the inbox; false at the end of the connection, or when the deadline has passed.
Task<bool> HttpServer::State::receive(Connection& connection, Deadline deadline) {
  std::array<std::uint8_t, 16384> bytes{};
  const auto count = co_await connection.stream->read_some(bytes, deadline);
  if (!count || *count == 0) co_return false;
  connection.inbox.append(reinterpret_cast<const char*>(bytes.data()), *count);
  co_return true;
}

namespace {

// Status 0: the connection is gone and nobody is left to be told.
HttpProblem cut_off(const Loop& loop, Deadline deadline) {
  const bool too_slow = deadline.left(loop) == Duration::zero();
  return HttpProblem{too_slow ? 408 : 0, "the request did not come in time"};
}

}  // namespace

Task<std::optional<HttpProblem>> HttpServer::State::read_head(Connection& connection, RequestReader& reader) {
  connection.idle = connection.inbox.empty();
  if (connection.idle) {
    if (stopping || !co_await receive(connection, Deadline::in(loop, limits.idle_time))) co_return HttpProblem{0, ""};
    connection.idle = false;
  }
  const Deadline deadline = Deadline::in(loop, limits.header_time);
  for (;;) {
    const auto progress = reader.feed(connection.inbox);
    connection.inbox.erase(0, progress.taken);
    if (progress.problem) co_return progress.problem;
    if (reader.head_done()) co_return std::nullopt;
    if (!co_await receive(connection, deadline)) co_return cut_off(loop, deadline);
  }
}

Task<std::optional<HttpProblem>> HttpServer::State::read_body(Connection& connection, RequestReader& reader) {
  const Deadline deadline = Deadline::in(loop, limits.body_time);
  if (reader.expects_continue() && !co_await write(connection, "HTTP/1.1 100 Continue\r\n\r\n")) {
    co_return HttpProblem{0, ""};
  }
  while (!reader.done()) {
    const auto progress = reader.feed(connection.inbox);
    connection.inbox.erase(0, progress.taken);
    if (progress.problem) co_return progress.problem;
    if (reader.done()) break;
    if (!co_await receive(connection, deadline)) co_return cut_off(loop, deadline);
  }
  co_return std::nullopt;
}

// ---- Answering

Task<Next> HttpServer::State::serve_request(Connection& connection) {
  RequestReader reader(limits.header_bytes, limits.body_bytes);
  auto problem = co_await read_head(connection, reader);
  if (!problem) problem = co_await read_body(connection, reader);
  std::optional<Request> request;
  if (!problem) {
    auto taken = reader.take();
    if (auto* good = std::get_if<Request>(&taken)) request = std::move(*good);
    if (auto* bad = std::get_if<HttpProblem>(&taken)) problem = std::move(*bad);
  }
  if (problem) {
    co_await report(connection, std::move(*problem));
    co_return Next::close;
  }
  request->peer = connection.stream->peer_endpoint();
  request->encrypted = connection.stream->encrypted();
  auto response = co_await answer(*request);
  const bool keep = reader.keep_alive() && !stopping;
  co_return co_await respond(connection, *request, std::move(response),
                             keep ? AfterResponse::keep_alive : AfterResponse::close);
}

Task<Response> HttpServer::State::answer(const Request& request) {
  std::string problem;
  try {
    Response response = co_await handler(request);
    if (are_well_formed(response.headers) && response.status >= 100 && response.status < 1000) co_return response;
    problem = fmt::format("the response ({}) has a malformed header or status", response.status);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  log::error("http", "{} {}: {}", request.method, text::shorten(request.path, 200), problem);
  co_return Response::text(500, "Internal error; the server's log says more.\n");
}

Task<Next> HttpServer::State::respond(Connection& connection, const Request& request, Response response,
                                      AfterResponse after) {
  if (response.websocket && request.wants_websocket()) {
    co_await upgrade(connection, request, std::move(response));
    co_return Next::close;
  }
  if (response.websocket || response.status == 101) {
    response = Response::text(426, "This address speaks WebSocket, version 13.\n");
    response.headers.set("Upgrade", "websocket");
    response.headers.set("Sec-WebSocket-Version", "13");
  }
  const auto body = request.method == "HEAD" ? ResponseBody::left_out : ResponseBody::sent;
  const bool written = co_await write(connection, response_text(response, body, after, loop.wall_time()));
  if (!written) co_return Next::close;
  if (after == AfterResponse::keep_alive) co_return Next::request;
  co_await linger(loop, *connection.stream, linger_time);
  co_return Next::close;
}

Task<void> HttpServer::State::report(Connection& connection, HttpProblem problem) {
  if (problem.status == 0) co_return;
  log::debug("http", "{}: {} {}", connection.stream->peer_endpoint().to_string(), problem.status, problem.reason);
  const auto response = Response::text(problem.status, problem.reason + "\n");
  const bool written =
      co_await write(connection, response_text(response, ResponseBody::sent, AfterResponse::close, loop.wall_time()));
  if (written) co_await linger(loop, *connection.stream, linger_time);
}

Task<bool> HttpServer::State::write(Connection& connection, std::string text) {
  const auto written = co_await connection.stream->write_all(text, Deadline::in(loop, limits.write_time));
  if (!written) log::debug("http", "{}", written.error().message);
  co_return written.ok();
}

Task<void> HttpServer::State::upgrade(Connection& connection, const Request& request, Response response) {
  const WebSocketOptions& options = *response.websocket_options;
  const bool offered =
      !options.protocol.empty() && request.headers.has_token("Sec-WebSocket-Protocol", options.protocol);
  const std::string protocol = offered ? options.protocol : "";
  response.headers.set("Upgrade", "websocket");
  response.headers.set("Sec-WebSocket-Accept", websocket_accept(request.headers.get("Sec-WebSocket-Key")));
  if (offered) response.headers.set("Sec-WebSocket-Protocol", protocol);
  response.status = 101;
  const auto head = response_text(response, ResponseBody::left_out, AfterResponse::close, loop.wall_time());
  if (!co_await write(connection, head)) co_return;

  WebSocketSession socket(loop, std::move(connection.stream), WebSocketSide::server, options, protocol,
                          connection.inbox);
  struct Listed {  // so that stop() can say goodbye
    Connection& connection;
    ~Listed() { connection.socket = nullptr; }
  } const listed{connection};
  connection.socket = &socket;
  auto code = WebSocket::CloseCode::normal;
  try {
    co_await response.websocket(socket);
  } catch (const std::exception& error) {
    log::error("http", "websocket {}: {}", text::shorten(request.path, 200), error.what());
    code = WebSocket::CloseCode::internal_error;
  }
  co_await socket.close(code, "", Deadline::in(loop, goodbye_time));
}

// ---- The server itself

Result<HttpServer> HttpServer::open(EventLoop& loop, const Endpoint& address, Handler handler, Limits limits,
                                    std::optional<TlsServerContext> tls) {
  ENTENTE_TRY(auto listener, TcpListener::open(loop, address));
  auto state = std::make_unique<State>(loop, std::move(listener), std::move(handler), limits, std::move(tls));
  state->accepting.spawn(state->accept_all());
  return HttpServer(std::move(state));
}
Result<HttpServer> HttpServer::open(EventLoop& loop, const Endpoint& address, Handler handler) {
  return open(loop, address, std::move(handler), Limits());
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Endpoint HttpServer::local_endpoint() const {
  return state_->listener ? state_->listener->local_endpoint() : Endpoint();
}
std::size_t HttpServer::connections() const { return state_->connections.size(); }

Task<void> HttpServer::stop(Deadline deadline) {
  State& state = *state_;
  state.stopping = true;
  state.accepting.cancel();
  state.listener.reset();
  for (auto* connection : state.connections) {
    if (connection->idle) connection->stream->close();
    if (connection->socket != nullptr) {
      connection->socket->say_goodbye(static_cast<std::uint16_t>(WebSocket::CloseCode::going_away), "server stops");
    }
  }
  if (!state.connections.empty()) {
    OneShot<bool> emptied(state.loop);
    struct Forget {
      State& state;
      ~Forget() { state.emptied = nullptr; }
    } const forget{state};
    state.emptied = &emptied;
    (void)co_await emptied.wait(deadline, "net: stop the HTTP server");
  }
  state.refusals.cancel();
  state.sessions.cancel();
}

}  // namespace entente::net
