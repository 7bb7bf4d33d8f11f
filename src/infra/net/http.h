// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP/1.1: the values (Headers, Request, Response), a server and a client. Bodies are whole strings, not streams.
// The server is owned by one door, on the loop thread; it ends by stop() (gently) or by its destructor (at once), after
// which no handler of it runs. Everything that comes in is limited in size, count and time: see HttpServer::Limits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/net/endpoint.h"
#include "infra/net/event_loop.h"
#include "infra/net/tls.h"
#include "infra/net/url.h"

namespace entente::net {

class WebSocket;
struct WebSocketOptions;

// Header fields in order; names compare without case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  // The first field of that name; empty when there is none.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // True if a comma-separated field holds `token`, without case: has_token("Connection", "upgrade").
  bool has_token(std::string_view name, std::string_view token) const;

  void set(std::string name, std::string value);  // replaces all fields of that name
  void add(std::string name, std::string value);
  void remove(std::string_view name);

  std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
  std::vector<Field>::const_iterator end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

// What a server received.
struct Request {
  std::string method;  // "GET"
  std::string target;  // as sent: "/devices/bed%20lamp?full=1"
  std::string path;    // decoded: "/devices/bed lamp"; starts with '/', holds no ".." segment
  QueryParameters query;
  Headers headers;
  std::string body;
  Endpoint peer;
  bool encrypted = false;  // came over TLS

  // The first parameter of that name, or null.
  const std::string* query_value(std::string_view name) const;
  // True for a well-formed WebSocket upgrade request.
  bool wants_websocket() const;
};

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Date and Connection are the server's own business
  std::string body;

  // Set by Response::upgrade: serves the WebSocket until the task ends, then the connection closes.
  std::function<Task<void>(WebSocket&)> websocket;
  std::shared_ptr<const WebSocketOptions> websocket_options;

  static Response text(int status, std::string body);  // text/plain; charset=utf-8
  static Response html(int status, std::string body);
  static Response json(int status, std::string body);  // `body` is JSON already
  // The answer to a request that wants_websocket(); for any other request it becomes 426 Upgrade Required.
  //   return Response::upgrade([this](WebSocket& socket) { return talk(socket); });
  static Response upgrade(std::function<Task<void>(WebSocket&)> session);
  static Response upgrade(std::function<Task<void>(WebSocket&)> session, const WebSocketOptions& options);
};

// "Not Found"; empty for a number that HTTP does not name.
std::string_view status_text(int status);

class HttpServer {
 public:
  // Answers one request; `request` stays valid until the task ends. The function outlives each task it returns, so a
  // lambda may capture what outlives the server and call a member coroutine; it must not itself be a coroutine.
  // An exception becomes 500, with the reason in the log only. The task is destroyed when the server is.
  using Handler = std::function<Task<Response>(const Request& request)>;

  struct Limits {
    std::size_t header_bytes = 16U << 10U;  // past it 431
    std::size_t body_bytes = 8U << 20U;     // past it 413
    std::size_t connections = 256;          // past it 503 and close
    Duration header_time = seconds(10);     // from a request's first byte to its last header; past it 408
    Duration body_time = seconds(60);       // for the whole body; past it 408
    Duration idle_time = seconds(75);       // between requests; past it the connection closes
    Duration write_time = seconds(60);      // for a whole response; past it the connection closes
  };

  // Listens and serves from now on. With `tls` every connection is encrypted.
  static Result<HttpServer> open(EventLoop& loop, const Endpoint& address, Handler handler, Limits limits,
                                 std::optional<TlsServerContext> tls = std::nullopt);
  static Result<HttpServer> open(EventLoop& loop, const Endpoint& address, Handler handler);

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  ~HttpServer();  // not from inside a handler

  Endpoint local_endpoint() const;
  std::size_t connections() const;

  // Stops listening, closes idle connections, lets requests under way be answered and WebSockets say goodbye until
  // `deadline`, then ends the rest. When it returns nothing of the server runs.
  Task<void> stop(Deadline deadline);

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

// What a client sends.
struct ClientRequest {
  std::string method = "GET";
  std::string url;  // "https://192.168.1.2:8443/path"
  Headers headers;  // Host, Content-Length and Connection are the client's own business
  std::string body;
};

// One connection for each request; follows no redirects. Loop thread; destroying a waiting task gives the request up.
class HttpClient {
 public:
  struct Options {
    std::size_t header_bytes = 64U << 10U;
    std::size_t body_bytes = 8U << 20U;
    std::optional<TlsClientContext> tls;  // none: the system's roots, loaded at the first https request
    std::optional<Endpoint> address;      // connect here, whatever the URL's host says (which is still checked)
  };

  explicit HttpClient(EventLoop& loop) : loop_(loop) {}
  HttpClient(EventLoop& loop, Options options) : loop_(loop), options_(std::move(options)) {}

  // Any complete response is a value, whatever its status. Errors: "net: GET https://host/path: connection refused".
  // The client outlives the task.
  Task<Result<Response>> fetch(ClientRequest request, Deadline deadline);

  // The same, but the body of a response with status 2xx goes to `on_body` piece by piece as it comes, and none of it
  // into the response. Where `on_body` gives false the rest is not wanted: ErrorCode::cancelled.
  using OnBody = std::function<bool(std::string_view piece)>;
  Task<Result<Response>> fetch(ClientRequest request, Deadline deadline, OnBody on_body);

 private:
  EventLoop& loop_;
  Options options_;
};

}  // namespace entente::net
