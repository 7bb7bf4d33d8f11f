// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP messages as the text that goes over the wire, and what server and client share in moving it.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "infra/net/http.h"
#include "infra/net/stream.h"

namespace entente::net {

// True when every name is a token and no value holds a control character, so that no field can add another.
bool are_well_formed(const Headers& headers);

enum class AfterResponse { keep_alive, close };
enum class ResponseBody { sent, left_out };  // left_out: the answer to HEAD

// `response.headers` are well-formed; Content-Length, Date and Connection are replaced by ours.
std::string response_text(const Response& response, ResponseBody body, AfterResponse after, WallTime now);
std::string request_text(const ClientRequest& request, const Url& url);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string websocket_accept(std::string_view key);

// Says that nothing more will be written and reads away what the peer still sends, for at most `time`: closing at once
// would make the system throw away what the peer has not read yet.
Task<void> linger(Loop& loop, Stream& stream, Duration time);

// "net: GET http://host/path", without the query, which may hold secrets.
std::string place_of(std::string_view doing, const Url& url);
// `inner` seen from there: its own "net: " goes.
Error error_at(std::string_view place, const Error& inner);

}  // namespace entente::net
