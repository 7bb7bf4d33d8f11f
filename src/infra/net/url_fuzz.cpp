// SPDX-License-Identifier: GPL-3.0-or-later
// Endpoints, URLs and request targets from foreign bytes; what is accepted must survive a round trip.
#include "base/text.h"
#include "infra/net/endpoint.h"
#include "infra/net/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente::net;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto endpoint = Endpoint::parse(text); endpoint.ok()) {
    const auto again = Endpoint::parse(endpoint->to_string());
    if (!again.ok() || *again != *endpoint) __builtin_trap();
  }
  if (const auto url = parse_url(text); url.ok()) {
    const auto again = parse_url(url->scheme + "://" + url->host_header() + url->target);
    if (!again.ok() || again->host != url->host || again->port != url->port) __builtin_trap();
  }
  if (const auto target = parse_target(text)) {
    if (!entente::text::is_valid_utf8(target->path) || target->path.find("/../") != std::string::npos) __builtin_trap();
  }
  if (const auto decoded = percent_decode(text)) {
    if (percent_decode(percent_encode(*decoded)) != *decoded) __builtin_trap();
  }
  return 0;
}
