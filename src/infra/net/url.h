// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of URLs and request targets. Pure functions on bytes from outside, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace entente::net {

// "https://user-less.host:8443/path?query": http, https, ws or wss; no user name; a fragment is dropped.
struct Url {
  std::string scheme;
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 0;
  std::string target;  // path and query as sent, at least "/"

  bool encrypted() const { return scheme == "https" || scheme == "wss"; }
  std::string host_header() const;  // "host", or "host:port" where the port is not the scheme's own
};
Result<Url> parse_url(std::string_view text);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// "/a%20b?x=1&y" into the decoded path "/a b" and the decoded parameters, in order; '+' in a parameter is a space.
// Nothing when an escape is broken, the result is not UTF-8, or the path holds a NUL or a ".." segment.
struct Target {
  std::string path;
  QueryParameters query;
};
std::optional<Target> parse_target(std::string_view target);

std::optional<std::string> percent_decode(std::string_view text);
// Everything but unreserved characters becomes %XX: fit for one path segment or parameter.
std::string percent_encode(std::string_view text);

}  // namespace entente::net
