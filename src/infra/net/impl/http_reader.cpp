// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/impl/http_reader.h"

#include "infra/net/impl/asio.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/text.h"

namespace entente::net {

namespace {

namespace http = boost::beast::http;

HttpProblem problem_of(const error_code& error) {
  if (error == http::error::header_limit) return {431, "the request's head is too long"};
  if (error == http::error::body_limit) return {413, "the body is too long"};
  if (error == http::error::bad_version) return {505, "not HTTP/1.0 or HTTP/1.1"};
  return {400, error.message()};
}

// Head and body are taken in two steps, so that the caller can look at the head before the body comes.
template <class Parser>
HttpProgress feed_parser(Parser& parser, std::string_view bytes) {
  HttpProgress progress;
  while (!parser.is_done() && progress.taken < bytes.size()) {
    const bool in_head = !parser.is_header_done();
    parser.eager(!in_head);
    const auto rest = bytes.substr(progress.taken);
    error_code error;
    const std::size_t taken = parser.put(asio::const_buffer(rest.data(), rest.size()), error);
    progress.taken += taken;
    if (error && error != http::error::need_more) {
      progress.problem = problem_of(error);
      return progress;
    }
    if (error == http::error::need_more && taken == 0) return progress;
    if (in_head) return progress;
  }
  return progress;
}

template <class Parser>
void set_limits(Parser& parser, std::size_t header_bytes, std::size_t body_bytes) {
  parser.header_limit(static_cast<std::uint32_t>(header_bytes));
  parser.body_limit(body_bytes);
}

Headers headers_of(const http::fields& fields) {
  Headers headers;
  for (const auto& field : fields) headers.add(std::string(field.name_string()), std::string(field.value()));
  return headers;
}

// "http://host/path" is the proxy's way of writing "/path".
std::string_view origin_form(std::string_view target) {
  const auto colon = target.find("://");
  if (target.starts_with('/') || colon == target.npos) return target;
  const auto slash = target.find('/', colon + 3);
  return slash == target.npos ? std::string_view("/") : target.substr(slash);
}

}  // namespace

struct RequestReader::State {
  http::request_parser<http::string_body> parser;
};

RequestReader::RequestReader(std::size_t header_bytes, std::size_t body_bytes) : state_(std::make_unique<State>()) {
  set_limits(state_->parser, header_bytes, body_bytes);
}
RequestReader::~RequestReader() = default;

HttpProgress RequestReader::feed(std::string_view bytes) { return feed_parser(state_->parser, bytes); }
bool RequestReader::head_done() const { return state_->parser.is_header_done(); }
bool RequestReader::done() const { return state_->parser.is_done(); }
bool RequestReader::keep_alive() const { return state_->parser.keep_alive(); }

bool RequestReader::expects_continue() const {
  return !done() && boost::beast::iequals(state_->parser.get()[http::field::expect], "100-continue");
}

std::variant<Request, HttpProblem> RequestReader::take() {
  auto message = state_->parser.release();
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.headers = headers_of(message);
  request.body = std::move(message.body());
  if (message.version() >= 11 && request.headers.get("Host").empty()) return HttpProblem{400, "no Host"};
  if (request.target == "*" && request.method == "OPTIONS") {
    request.path = "*";
    return request;
  }
  auto target = parse_target(origin_form(request.target));
  if (!target) return HttpProblem{400, "malformed target"};
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  return request;
}

struct ResponseReader::State {
  explicit State(const ResponseReader::Body wanted) { parser.skip(wanted == ResponseReader::Body::none); }
  http::response_parser<http::string_body> parser;
};

ResponseReader::ResponseReader(Body body, std::size_t header_bytes, std::size_t body_bytes)
    : state_(std::make_unique<State>(body)) {
  set_limits(state_->parser, header_bytes, body_bytes);
}
ResponseReader::~ResponseReader() = default;

HttpProgress ResponseReader::feed(std::string_view bytes) { return feed_parser(state_->parser, bytes); }
bool ResponseReader::done() const { return state_->parser.is_done(); }

std::optional<HttpProblem> ResponseReader::end() {
  error_code error;
  if (state_->parser.got_some()) state_->parser.put_eof(error);
  if (error || !state_->parser.got_some()) return HttpProblem{502, "the connection ended before the response"};
  return std::nullopt;
}

int ResponseReader::status() const {
  return state_->parser.is_header_done() ? static_cast<int>(state_->parser.get().result_int()) : 0;
}

std::string ResponseReader::take_body() { return std::exchange(state_->parser.get().body(), {}); }

Response ResponseReader::take() {
  auto message = state_->parser.release();
  Response response;
  response.status = static_cast<int>(message.result_int());
  response.headers = headers_of(message);
  response.body = std::move(message.body());
  return response;
}

}  // namespace entente::net
