// SPDX-License-Identifier: GPL-3.0-or-later
//   url       = ("mqtt" / "mqtts") "://" [user [":" password] "@"] host [":" port] ["/"]
//   host      = name / IPv4 / "[" IPv6 "]"
#include "infra/mqtt/broker.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/text.h"

namespace entente::mqtt {
namespace {

Error wrong(std::string_view reason) {
  return Error{ErrorCode::invalid, fmt::format("mqtt broker: {}; write mqtt://user:password@host:1883", reason)};
}

std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    const auto byte = i + 2 < text.size() ? text::from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (!byte || byte->front() == 0) return std::nullopt;
    plain += static_cast<char>(byte->front());
    i += 2;
  }
  if (!text::is_valid_utf8(plain)) return std::nullopt;
  return plain;
}

Result<void> read_credentials(std::string_view text, Broker& broker) {
  const auto colon = text.find(':');
  auto user = decoded(text.substr(0, colon));
  auto password = decoded(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!user || !password) return wrong("user or password hold a % that is no %XX");
  if (user->empty() && !password->empty()) return wrong("a password without a user");
  broker.user = *std::move(user);
  broker.password = *std::move(password);
  return {};
}

Result<void> read_host(std::string_view text, Broker& broker) {
  std::string_view host = text;
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return wrong("a '[' without its ']'");
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') return wrong("something stands behind the ']'");
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (host.empty()) return wrong("no host");
  if (host.size() > 255 || host.find_first_of(" \t\r\n/@?#") != std::string_view::npos) return wrong("no such host");
  broker.host = host;
  if (port.empty()) return {};
  const auto* end = port.data() + port.size();
  const auto [rest, problem] = std::from_chars(port.data() + 1, end, broker.port);
  if (problem != std::errc() || rest != end || broker.port == 0) return wrong("the port is a number up to 65535");
  return {};
}

}  // namespace

std::string Broker::name() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Broker> parse_broker(std::string_view url) {
  Broker broker;
  const auto separator = url.find("://");
  if (separator == std::string_view::npos) return wrong("it has no scheme");
  const auto scheme = text::to_lower_ascii(url.substr(0, separator));
  if (scheme != "mqtt" && scheme != "mqtts") return wrong("its scheme is neither mqtt nor mqtts");
  broker.encrypted = scheme == "mqtts";
  broker.port = broker.encrypted ? 8883 : 1883;
  auto rest = url.substr(separator + 3);
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    ENTENTE_TRY_VOID(read_credentials(rest.substr(0, at), broker));
    rest.remove_prefix(at + 1);
  }
  ENTENTE_TRY_VOID(read_host(rest, broker));
  return broker;
}

}  // namespace entente::mqtt
