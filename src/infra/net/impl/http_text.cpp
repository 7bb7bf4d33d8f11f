// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/impl/http_text.h"

#include <ctime>

#include "base/text.h"
#include "infra/net/crypto.h"

namespace entente::net {

namespace {

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
}

bool is_field_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f'; });
}

bool is_ours(std::string_view name) {
  const std::string lower = text::to_lower_ascii(name);
  return lower == "content-length" || lower == "connection" || lower == "transfer-encoding" || lower == "date";
}

void append_fields(std::string& text, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_ours(name)) text.append(name).append(": ").append(value).append("\r\n");
  }
}

// RFC 9110 section 5.6.7, which knows no locale.
std::string http_date(WallTime now) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds_now = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds_now, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(parts.tm_wday)],
                     parts.tm_mday, months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                     parts.tm_min, parts.tm_sec);
}

}  // namespace

bool are_well_formed(const Headers& headers) {
  return std::all_of(headers.begin(), headers.end(),
                     [](const Headers::Field& field) { return is_token(field.first) && is_field_value(field.second); });
}

std::string response_text(const Response& response, ResponseBody body, AfterResponse after, WallTime now) {
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, status_text(response.status), http_date(now));
  append_fields(text, response.headers);
  if (response.status == 101) return text + "Connection: Upgrade\r\n\r\n";
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body) text += fmt::format("Content-Length: {}\r\n", response.body.size());
  text += after == AfterResponse::close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  if (has_body && body == ResponseBody::sent) text += response.body;
  return text;
}

std::string request_text(const ClientRequest& request, const Url& url) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, url.target, url.host_header());
  append_fields(text, request.headers);
  const bool upgrades = request.headers.has("Upgrade");
  const bool has_body = !request.body.empty() || (request.method != "GET" && request.method != "HEAD");
  if (has_body) text += fmt::format("Content-Length: {}\r\n", request.body.size());
  text += upgrades ? "Connection: Upgrade\r\n\r\n" : "Connection: close\r\n\r\n";
  return text + request.body;
}

std::string websocket_accept(std::string_view key) {
  std::string text(text::trim(key));
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return base64_encode(sha1(bytes_of(text)));
}

Task<void> linger(Loop& loop, Stream& stream, Duration time) {
  const Deadline deadline = Deadline::in(loop, time);
  std::array<std::uint8_t, 4096> rest{};
  if (!(co_await stream.shutdown(deadline)).ok() || stream.encrypted()) co_return;
  for (;;) {
    const auto count = co_await stream.read_some(rest, deadline);
    if (!count || *count == 0 || deadline.left(loop) == Duration::zero()) co_return;
  }
}

std::string place_of(std::string_view doing, const Url& url) {
  return fmt::format("net: {} {}://{}{}", doing, url.scheme, url.host_header(),
                     url.target.substr(0, url.target.find('?')));
}

Error error_at(std::string_view place, const Error& inner) {
  std::string_view message = inner.message;
  if (message.starts_with("net: ")) message.remove_prefix(5);
  return Error{inner.code, fmt::format("{}: {}", place, message)};
}

}  // namespace entente::net
