// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/http.h"

#include "base/text.h"
#include "infra/net/crypto.h"
#include "infra/net/websocket.h"

namespace entente::net {

namespace {

bool same_name(std::string_view left, std::string_view right) {
  return left.size() == right.size() && text::to_lower_ascii(left) == text::to_lower_ascii(right);
}

Response with_type(int status, std::string body, std::string type) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers.set("Content-Type", std::move(type));
  return response;
}

}  // namespace

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (same_name(field, name)) return value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) { return same_name(field.first, name); });
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const auto& [field, value] : fields_) {
    if (!same_name(field, name)) continue;
    for (const auto part : text::split(value, ',')) {
      if (same_name(text::trim(part), token)) return true;
    }
  }
  return false;
}

void Headers::set(std::string name, std::string value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Headers::add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const Field& field) { return same_name(field.first, name); });
}

const std::string* Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool Request::wants_websocket() const {
  const auto key = base64_decode(text::trim(headers.get("Sec-WebSocket-Key")));
  return method == "GET" && headers.has_token("Upgrade", "websocket") && headers.has_token("Connection", "upgrade") &&
         headers.get("Sec-WebSocket-Version") == "13" && key.ok() && key->size() == 16;
}

Response Response::text(int status, std::string body) {
  return with_type(status, std::move(body), "text/plain; charset=utf-8");
}
Response Response::html(int status, std::string body) {
  return with_type(status, std::move(body), "text/html; charset=utf-8");
}
Response Response::json(int status, std::string body) { return with_type(status, std::move(body), "application/json"); }

Response Response::upgrade(std::function<Task<void>(WebSocket&)> session) {
  return upgrade(std::move(session), WebSocketOptions());
}
Response Response::upgrade(std::function<Task<void>(WebSocket&)> session, const WebSocketOptions& options) {
  Response response;
  response.status = 101;
  response.websocket = std::move(session);
  response.websocket_options = std::make_shared<const WebSocketOptions>(options);
  return response;
}

std::string_view status_text(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return {};
  }
}

}  // namespace entente::net
