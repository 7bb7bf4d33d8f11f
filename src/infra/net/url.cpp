// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/url.h"

#include <charconv>

#include "base/text.h"
#include "infra/net/endpoint.h"

namespace entente::net {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::optional<std::string> decode_parameter(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

bool climbs(std::string_view path) {
  const auto segments = text::split(path, '/');
  return std::any_of(segments.begin(), segments.end(), [](auto segment) { return segment == ".."; });
}

// Fills host and port from "host", "host:8080", "[::1]" or "[::1]:8080".
bool parse_authority(std::string_view authority, Url& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos) return false;
    url.host = authority.substr(1, end - 1);
    if (url.host.find(':') == url.host.npos || !Endpoint::of(url.host, 0).ok()) return false;
    port = authority.substr(end + 1);
  } else {
    const auto colon = authority.find(':');
    url.host = text::to_lower_ascii(authority.substr(0, colon));
    const bool plain = std::all_of(url.host.begin(), url.host.end(), is_unreserved);
    if (url.host.empty() || !plain) return false;
    if (colon != authority.npos) port = authority.substr(colon);
  }
  if (port.empty()) return true;
  if (port.front() != ':') return false;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  return error == std::errc() && end == port.data() + port.size() && url.port != 0;
}

std::uint16_t usual_port(std::string_view scheme) { return scheme == "https" || scheme == "wss" ? 443 : 80; }

}  // namespace

std::string Url::host_header() const {
  const bool v6 = host.find(':') != host.npos;
  const std::string name = v6 ? "[" + host + "]" : host;
  return port == usual_port(scheme) ? name : fmt::format("{}:{}", name, port);
}

Result<Url> parse_url(std::string_view text) {
  const Error malformed{ErrorCode::invalid,
                        fmt::format("net: '{}' is not a URL that starts with http, https, ws or wss",
                                    text::to_valid_utf8(text::shorten(text, 80)))};
  const auto colon = text.find("://");
  if (colon == text.npos) return malformed;
  Url url;
  url.scheme = text::to_lower_ascii(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https" && url.scheme != "ws" && url.scheme != "wss") return malformed;
  url.port = usual_port(url.scheme);
  auto rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  if (!parse_authority(rest.substr(0, end), url)) return malformed;
  const auto target = rest.substr(end);
  const bool printable = std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c != '\x7f'; });
  if (!printable) return malformed;
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

std::optional<Target> parse_target(std::string_view target) {
  const auto question = target.find('?');
  const auto path = percent_decode(target.substr(0, question));
  if (!path || !path->starts_with('/') || path->find('\0') != path->npos || climbs(*path)) return std::nullopt;
  Target result{*path, {}};
  if (question == target.npos) return result;
  for (const auto part : text::split(target.substr(question + 1), '&')) {
    if (part.empty()) continue;
    const auto equals = std::min(part.find('='), part.size());
    auto name = decode_parameter(part.substr(0, equals));
    auto value = decode_parameter(part.substr(std::min(equals + 1, part.size())));
    if (!name || !value) return std::nullopt;
    result.query.emplace_back(std::move(*name), std::move(*value));
  }
  return result;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!text::is_valid_utf8(result)) return std::nullopt;
  return result;
}

std::string percent_encode(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_unreserved(c)) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

}  // namespace entente::net
