// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/impl/socket_stream.h"

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "base/text.h"
#include "infra/net/impl/tls_state.h"

namespace entente::net {

namespace {

using Tcp = asio::ip::tcp;
using TlsSocket = asio::ssl::stream<Tcp::socket>;

class TlsStream final : public SocketStream<TlsSocket> {
 public:
  using SocketStream::SocketStream;

  Task<Result<void>> shutdown(Deadline deadline) override;
  bool encrypted() const override { return true; }
};

// Sends the close message and waits for the peer's; that the peer just closes instead is common and harmless here.
Task<Result<void>> TlsStream::shutdown(Deadline deadline) {
  Operation<Completion> closing(loop_);
  state_->socket.async_shutdown(closing.handler(state_));
  const auto done = co_await closing.wait(deadline);
  if (!done) co_return too_late("shut down");
  error_code error;
  state_->socket.next_layer().shutdown(Tcp::socket::shutdown_send, error);
  co_return Result<void>();
}

std::shared_ptr<TlsStream::State> take_over(std::unique_ptr<PlainStream> plain, asio::ssl::context& context) {
  return std::make_shared<TlsStream::State>(plain->release(), context);
}

// OpenSSL compares the certificate's names with what is set here.
bool expect_host(SSL* tls, const std::string& host) {
  if (Endpoint::of(host, 0).ok()) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
  SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set_tlsext_host_name(tls, host.c_str()) == 1 && SSL_set1_host(tls, host.c_str()) == 1;
}

Error handshake_error(SSL* tls, const std::string& what, const error_code& error) {
  const long verdict = SSL_get_verify_result(tls);
  if (verdict != X509_V_OK) {
    return Error{ErrorCode::denied,
                 fmt::format("{}: certificate refused: {}", what, X509_verify_cert_error_string(verdict))};
  }
  const bool plain_end = is_end(error) || error == asio::ssl::error::stream_truncated;
  if (plain_end) return Error{ErrorCode::unavailable, what + ": closed by the peer during the TLS handshake"};
  if (error.category() != asio::error::get_ssl_category()) return error_of(what, error);
  const char* reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));
  return Error{ErrorCode::unavailable,
               fmt::format("{}: TLS handshake: {}", what, reason == nullptr ? error.message() : reason)};
}

struct CloseUnlessDone {
  TlsSocket* socket;
  ~CloseUnlessDone() {
    error_code ignored;
    if (socket != nullptr) socket->next_layer().close(ignored);
  }
};

Task<Result<std::unique_ptr<Stream>>> shake_hands(EventLoop& loop, std::shared_ptr<TlsStream::State> state,
                                                  TlsSocket::handshake_type side, Endpoint local, Endpoint peer,
                                                  std::string what, Deadline deadline) {
  CloseUnlessDone guard{&state->socket};
  Operation<Completion> handshake(loop);
  state->socket.async_handshake(side, handshake.handler(state));
  const auto done = co_await handshake.wait(deadline);
  if (!done) co_return Error{ErrorCode::timeout, what + ": TLS handshake: no answer in time"};
  if (done->error) co_return handshake_error(state->socket.native_handle(), what, done->error);
  guard.socket = nullptr;
  co_return std::unique_ptr<Stream>(std::make_unique<TlsStream>(loop, state, local, peer));
}

}  // namespace

Task<Result<std::unique_ptr<Stream>>> connect_tls(EventLoop& loop, std::unique_ptr<PlainStream> plain,
                                                  const TlsClientContext& context, std::string host, std::string place,
                                                  Deadline deadline) {
  const Endpoint local = plain->local_endpoint();
  const Endpoint peer = plain->peer_endpoint();
  const std::string what = "net: connect to " + place;
  auto state = take_over(std::move(plain), context.state()->context);
  if (!expect_host(state->socket.native_handle(), host))
    co_return Error{ErrorCode::invalid, what + ": not a host name"};
  co_return co_await shake_hands(loop, std::move(state), TlsSocket::client, local, peer, what, deadline);
}

Task<Result<std::unique_ptr<Stream>>> accept_tls(EventLoop& loop, std::unique_ptr<Stream> plain,
                                                 const TlsServerContext& context, Deadline deadline) {
  ENTENTE_ASSERT(dynamic_cast<PlainStream*>(plain.get()) != nullptr);
  const Endpoint peer = plain->peer_endpoint();
  const std::string what = "net: accept from " + peer.to_string();
  std::unique_ptr<PlainStream> socket_stream(static_cast<PlainStream*>(plain.release()));
  const Endpoint local = socket_stream->local_endpoint();
  auto state = take_over(std::move(socket_stream), context.state()->context);
  co_return co_await shake_hands(loop, std::move(state), TlsSocket::server, local, peer, what, deadline);
}

}  // namespace entente::net
