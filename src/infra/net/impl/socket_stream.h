// SPDX-License-Identifier: GPL-3.0-or-later
// SocketStream is Stream over one of Asio's sockets: plain TCP (stream.cpp) or TLS on top (tls_stream.cpp). The socket
// and its buffers live in a state that pending operations share, so that the Stream may go while they still run.
// A read that nobody waits for any more stays under way, and the next read_some has what it brings.
#pragma once

#include "infra/net/impl/asio.h"

#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include "infra/net/impl/operation.h"
#include "infra/net/stream.h"

namespace entente::net {

struct Transfer {
  error_code error;
  std::size_t count = 0;
};
struct Completion {
  error_code error;
};

// The end of a stream that is not an error.
bool is_end(const error_code& error);

template <class Socket>
struct SocketState {
  template <class... Arguments>
  explicit SocketState(Arguments&&... arguments) : socket(std::forward<Arguments>(arguments)...) {}

  Socket socket;
  std::array<std::uint8_t, 16384> incoming{};
  std::string outgoing;
};

template <class Socket>
class SocketStream : public Stream {
 public:
  using State = SocketState<Socket>;

  SocketStream(EventLoop& loop, std::shared_ptr<State> state, const Endpoint& local, const Endpoint& peer)
      : loop_(loop), state_(std::move(state)), local_(local), peer_(peer) {}
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;
  ~SocketStream() override { SocketStream::close(); }

  Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Deadline deadline) override;
  Task<Result<void>> write_all(std::string_view bytes, Deadline deadline) override;

  void close() override {
    error_code ignored;
    state_->socket.lowest_layer().close(ignored);
  }
  const Endpoint& local_endpoint() const override { return local_; }
  const Endpoint& peer_endpoint() const override { return peer_; }

 protected:
  struct CloseUnlessDone {  // also when the task is destroyed while it waits
    Stream* stream;
    ~CloseUnlessDone() {
      if (stream != nullptr) stream->close();
    }
  };

  Error problem(std::string_view doing, const error_code& error) const {
    return error_of(fmt::format("net: {} {}", doing, peer_.to_string()), error);
  }
  Error too_late(std::string_view doing) const {
    return Error{ErrorCode::timeout, fmt::format("net: {} {}: no answer in time", doing, peer_.to_string())};
  }

  EventLoop& loop_;
  std::shared_ptr<State> state_;
  Endpoint local_;
  Endpoint peer_;
  std::optional<Operation<Transfer>> reading_;
  std::size_t unread_begin_ = 0;  // of state_->incoming
  std::size_t unread_end_ = 0;
};

template <class Socket>
Task<Result<std::size_t>> SocketStream<Socket>::read_some(std::span<std::uint8_t> into, Deadline deadline) {
  if (unread_begin_ == unread_end_) {
    if (!state_->socket.lowest_layer().is_open()) co_return problem("read from", asio::error::operation_aborted);
    if (!reading_) {
      reading_.emplace(loop_);
      state_->socket.async_read_some(asio::buffer(state_->incoming), reading_->handler(state_));
    }
    const auto done = co_await reading_->wait(deadline);
    if (!done) co_return too_late("read from");
    reading_.reset();
    if (done->count == 0 && is_end(done->error)) co_return std::size_t{0};
    if (done->count == 0) co_return problem("read from", done->error);
    unread_begin_ = 0;
    unread_end_ = done->count;
  }
  const std::size_t count = std::min(into.size(), unread_end_ - unread_begin_);
  std::copy_n(state_->incoming.begin() + static_cast<std::ptrdiff_t>(unread_begin_), count, into.begin());
  unread_begin_ += count;
  co_return count;
}

template <class Socket>
Task<Result<void>> SocketStream<Socket>::write_all(std::string_view bytes, Deadline deadline) {
  if (!state_->socket.lowest_layer().is_open()) co_return problem("write to", asio::error::operation_aborted);
  CloseUnlessDone guard{this};
  state_->outgoing.assign(bytes);
  Operation<Transfer> writing(loop_);
  asio::async_write(state_->socket, asio::buffer(state_->outgoing), writing.handler(state_));
  const auto done = co_await writing.wait(deadline);
  if (!done) co_return too_late("write to");
  if (done->error) co_return problem("write to", done->error);
  guard.stream = nullptr;
  constexpr std::size_t worth_keeping = 64U << 10U;
  if (state_->outgoing.capacity() > worth_keeping) state_->outgoing = std::string();
  co_return Result<void>();
}

class PlainStream final : public SocketStream<asio::ip::tcp::socket> {
 public:
  using SocketStream::SocketStream;

  Task<Result<void>> shutdown(Deadline deadline) override;
  bool encrypted() const override { return false; }

  // Gives the socket away; nothing may wait on the stream or be unread in it.
  asio::ip::tcp::socket release() { return std::move(state_->socket); }
};

// Takes over `socket`, which is connected.
std::unique_ptr<PlainStream> make_plain_stream(EventLoop& loop, asio::ip::tcp::socket socket);

// The client's side of TLS: the peer must prove that it is `host`. `place` names it in errors.
Task<Result<std::unique_ptr<Stream>>> connect_tls(EventLoop& loop, std::unique_ptr<PlainStream> plain,
                                                  const TlsClientContext& context, std::string host, std::string place,
                                                  Deadline deadline);

}  // namespace entente::net
