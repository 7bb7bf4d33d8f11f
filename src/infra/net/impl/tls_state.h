// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL's side of the TLS contexts.
#pragma once

#include "infra/net/impl/asio.h"

#include <boost/asio/ssl/context.hpp>

#include "infra/net/tls.h"

namespace entente::net {

struct TlsServerContext::State {
  asio::ssl::context context{asio::ssl::context::tls_server};
};

struct TlsClientContext::State {
  asio::ssl::context context{asio::ssl::context::tls_client};
};

// What OpenSSL's error queue says, and empties it: "wrong version number".
std::string tls_reason();

}  // namespace entente::net
