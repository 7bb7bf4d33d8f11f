// SPDX-License-Identifier: GPL-3.0-or-later
// Stream is a connection that carries bytes in order: TCP, plain or under TLS. Owned by one part, loop thread.
// Destroying it, or close(), closes the connection at once; a task that waits on it must be destroyed before, or is
// ended by close() with ErrorCode::cancelled. One read and one write may wait at the same time, not two of a kind.
// Whoever destroys a waiting task need not fear for buffers: the operating system never holds the caller's memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/net/endpoint.h"
#include "infra/net/event_loop.h"
#include "infra/net/tls.h"

namespace entente::net {

class Stream {
 public:
  virtual ~Stream() = default;

  // At least one byte, or 0 at the orderly end. No byte is lost by a deadline or a destroyed task: the next read has
  // it.
  virtual Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Deadline deadline) = 0;

  // All of `bytes`, which are copied before the first wait. A write that fails or is given up closes the stream, for
  // nobody can know how much of it the peer has.
  virtual Task<Result<void>> write_all(std::string_view bytes, Deadline deadline) = 0;

  // Tells the peer that no more will be written (for TLS with its close message). Reading still works.
  virtual Task<Result<void>> shutdown(Deadline deadline) = 0;

  virtual void close() = 0;

  virtual const Endpoint& local_endpoint() const = 0;
  virtual const Endpoint& peer_endpoint() const = 0;
  virtual bool encrypted() const = 0;
};

// Accepts plain connections on one address. Destroying it stops listening; connections accepted before stay.
class TcpListener {
 public:
  // Port 0 takes any free one. Fails with "net: listen 127.0.0.1:8321: address already in use".
  static Result<TcpListener> open(EventLoop& loop, const Endpoint& address);

  TcpListener(TcpListener&&) noexcept;
  TcpListener& operator=(TcpListener&&) noexcept;
  ~TcpListener();

  Endpoint local_endpoint() const;

  // The next connection. An Error here (no file descriptors left) is worth a pause and another try.
  Task<Result<std::unique_ptr<Stream>>> accept();

 private:
  struct State;
  explicit TcpListener(std::shared_ptr<State> state);
  void close();

  std::shared_ptr<State> state_;
};

// Connects to a host name or address, trying its addresses in turn; under TLS when `tls` is given (which outlives the
// call), and then the certificate must be valid for `host`. Errors: "net: connect to lamp.local:443: connection
// refused", "net: connect to lamp.local:443: certificate refused: self-signed certificate in certificate chain".
Task<Result<std::unique_ptr<Stream>>> connect(EventLoop& loop, std::string host, std::uint16_t port, Deadline deadline,
                                              const TlsClientContext* tls = nullptr);
Task<Result<std::unique_ptr<Stream>>> connect(EventLoop& loop, Endpoint to, Deadline deadline);

// Puts TLS on a plain stream that accept() gave: the server's side. `context` outlives the call.
Task<Result<std::unique_ptr<Stream>>> accept_tls(EventLoop& loop, std::unique_ptr<Stream> plain,
                                                 const TlsServerContext& context, Deadline deadline);

}  // namespace entente::net
