// SPDX-License-Identifier: GPL-3.0-or-later
// What HTTP and WebSocket clients share: the connection to a URL, and reading a response from it.
#pragma once

#include "infra/net/http.h"
#include "infra/net/impl/http_reader.h"
#include "infra/net/stream.h"

namespace entente::net {

// To `address` when given, else to the URL's host; under TLS (`tls`, else the system's roots) when the scheme says so.
Task<Result<std::unique_ptr<Stream>>> connect_for(EventLoop& loop, Url url, std::optional<Endpoint> address,
                                                  std::optional<TlsClientContext> tls, Deadline deadline);

// One response; `inbox` holds what was received and is not used yet, before and after. `on_body`, where there is one,
// gets the body of a successful response.
Task<Result<Response>> read_response(Stream& stream, ResponseReader::Body body, HttpClient::Options options,
                                     std::string& inbox, Deadline deadline, HttpClient::OnBody on_body = nullptr);

}  // namespace entente::net
