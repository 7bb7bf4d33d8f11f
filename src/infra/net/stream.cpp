// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/stream.h"

#include "infra/net/impl/event_loop_core.h"
#include "infra/net/impl/socket_address.h"
#include "infra/net/impl/socket_stream.h"
#include "infra/net/resolve.h"

namespace entente::net {

using Tcp = asio::ip::tcp;

bool is_end(const error_code& error) { return error == asio::error::eof; }

Task<Result<void>> PlainStream::shutdown(Deadline) {
  error_code error;
  state_->socket.shutdown(Tcp::socket::shutdown_send, error);
  if (error) co_return problem("shut down", error);
  co_return Result<void>();
}

std::unique_ptr<PlainStream> make_plain_stream(EventLoop& loop, Tcp::socket socket) {
  error_code ignored;  // each of these can only fail on a connection that is gone, which the first read tells
  socket.set_option(Tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  const Endpoint local = from_asio(socket.local_endpoint(ignored));
  const Endpoint peer = from_asio(socket.remote_endpoint(ignored));
  auto state = std::make_shared<PlainStream::State>(std::move(socket));
  return std::make_unique<PlainStream>(loop, std::move(state), local, peer);
}

struct TcpListener::State {
  explicit State(EventLoop& owner) : loop(owner), acceptor(owner.core().io), next(owner.core().io) {}

  EventLoop& loop;
  Tcp::acceptor acceptor;
  Tcp::socket next;  // the connection that accept() waits for
  std::optional<Operation<Completion>> accepting;
};

Result<TcpListener> TcpListener::open(EventLoop& loop, const Endpoint& address) {
  auto state = std::make_shared<State>(loop);
  const auto asio_address = to_asio<Tcp::endpoint>(address);
  auto& acceptor = state->acceptor;
  error_code error;
  acceptor.open(asio_address.protocol(), error);
  if (!error)
    acceptor.set_option(asio::socket_base::reuse_address(true), error);  // past TIME_WAIT, not past a listener
  if (!error) acceptor.bind(asio_address, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return error_of(fmt::format("net: listen {}", address.to_string()), error);
  return TcpListener(std::move(state));
}

TcpListener::TcpListener(std::shared_ptr<State> state) : state_(std::move(state)) {}
TcpListener::TcpListener(TcpListener&&) noexcept = default;
TcpListener& TcpListener::operator=(TcpListener&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}
TcpListener::~TcpListener() { close(); }

void TcpListener::close() {
  if (!state_) return;
  error_code ignored;
  state_->acceptor.close(ignored);
  state_ = nullptr;
}

Endpoint TcpListener::local_endpoint() const {
  error_code ignored;
  return from_asio(state_->acceptor.local_endpoint(ignored));
}

Task<Result<std::unique_ptr<Stream>>> TcpListener::accept() {
  const auto state = state_;  // the listener may be closed while this waits
  if (!state->accepting) {
    state->accepting.emplace(state->loop);
    state->acceptor.async_accept(state->next, state->accepting->handler(state));
  }
  const auto done = co_await state->accepting->wait(never);
  state->accepting.reset();
  if (done->error) co_return error_of("net: accept", done->error);
  std::unique_ptr<Stream> stream = make_plain_stream(state->loop, std::move(state->next));
  state->next = Tcp::socket(state->loop.core().io);
  co_return stream;
}

namespace {

Task<Result<std::unique_ptr<PlainStream>>> connect_to(EventLoop& loop, Endpoint to, std::string place,
                                                      Deadline deadline) {
  auto state = std::make_shared<PlainStream::State>(loop.core().io);
  Operation<Completion> connecting(loop);
  state->socket.async_connect(to_asio<Tcp::endpoint>(to), connecting.handler(state));
  struct CloseAtEnd {  // a connection that comes too late is dropped
    PlainStream::State* state;
    ~CloseAtEnd() {
      error_code ignored;
      state->socket.close(ignored);
    }
  } const close_at_end{state.get()};
  const auto done = co_await connecting.wait(deadline);
  const std::string what = "net: connect to " + place;
  if (!done) co_return Error{ErrorCode::timeout, what + ": no answer in time"};
  if (done->error) co_return error_of(what, done->error);
  co_return make_plain_stream(loop, std::move(state->socket));
}

// Each address gets its share of the time that is left, so that one that swallows packets does not use it all up.
Task<Result<std::unique_ptr<PlainStream>>> connect_to_any(EventLoop& loop, std::vector<Endpoint> endpoints,
                                                          std::string place, Deadline deadline) {
  Result<std::unique_ptr<PlainStream>> stream =
      Error{ErrorCode::not_found, "net: connect to " + place + ": no address"};
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto share = deadline.left(loop) / static_cast<Duration::rep>(endpoints.size() - i);
    const Deadline mine = i + 1 == endpoints.size() ? deadline : Deadline::in(loop, share);
    stream = co_await connect_to(loop, endpoints[i], place, mine);
    if (stream.ok()) break;
  }
  co_return stream;
}

}  // namespace

Task<Result<std::unique_ptr<Stream>>> connect(EventLoop& loop, std::string host, std::uint16_t port, Deadline deadline,
                                              const TlsClientContext* tls) {
  const bool bare_v6 = host.find(':') != host.npos;
  const std::string place = bare_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
  auto endpoints = co_await resolve(loop, host, port, deadline);
  if (!endpoints) co_return endpoints.error();
  auto plain = co_await connect_to_any(loop, std::move(*endpoints), place, deadline);
  if (!plain) co_return plain.error();
  if (tls == nullptr) co_return std::unique_ptr<Stream>(std::move(*plain));
  co_return co_await connect_tls(loop, std::move(*plain), *tls, host, place, deadline);
}

Task<Result<std::unique_ptr<Stream>>> connect(EventLoop& loop, Endpoint to, Deadline deadline) {
  auto plain = co_await connect_to(loop, to, to.to_string(), deadline);
  if (!plain) co_return plain.error();
  co_return std::unique_ptr<Stream>(std::move(*plain));
}

}  // namespace entente::net
