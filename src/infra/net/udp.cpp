// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/udp.h"

#include "infra/net/impl/event_loop_core.h"
#include "infra/net/impl/socket_address.h"

namespace entente::net {

using Udp = asio::ip::udp;

namespace {

ip_mreqn multicast_request(const Interface& interface) {
  ip_mreqn request{};
  request.imr_ifindex = static_cast<int>(interface.index);
  return request;
}

}  // namespace

// Lives until its owner has closed it and Asio has let go of the last wait.
struct UdpSocket::State : std::enable_shared_from_this<State> {
  explicit State(EventLoop::Core& owner) : core(owner), socket(owner.io) {}

  void wait();
  void receive_waiting();
  bool receive_one();

  EventLoop::Core& core;
  Udp::socket socket;
  std::shared_ptr<const Receive> callback;  // shared, so that it survives being replaced while it runs
  bool waiting = false;
};

void UdpSocket::State::wait() {
  waiting = true;
  socket.async_wait(Udp::socket::wait_read, [state = shared_from_this()](const error_code& error) {
    state->waiting = false;
    if (error || !state->callback) return;
    state->receive_waiting();
    if (state->socket.is_open() && state->callback && !state->waiting) state->wait();
  });
}

// A flood on one socket must not starve the others: after a few datagrams they get their turn.
void UdpSocket::State::receive_waiting() {
  for (int turn = 0; turn < 32; ++turn) {
    if (!receive_one()) return;
  }
}

// False when there is nothing more to receive.
bool UdpSocket::State::receive_one() {
  if (!socket.is_open() || !callback) return false;
  SocketAddress from;
  auto& buffer = core.datagram;
  const ssize_t count = ::recvfrom(socket.native_handle(), buffer.data(), buffer.size(), 0, from.get(), &from.size);
  if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK;  // an earlier send's ICMP error, say; not the end
  const auto current = callback;
  (*current)(from_socket_address(from.get()), {buffer.data(), static_cast<std::size_t>(count)});
  return true;
}

Result<UdpSocket> UdpSocket::open(EventLoop& loop, const Endpoint& address, Options options) {
  auto state = std::make_shared<State>(loop.core());
  const auto asio_address = to_asio<Udp::endpoint>(address);
  auto& socket = state->socket;
  error_code error;
  socket.open(asio_address.protocol(), error);
  if (!error && address.family() == Endpoint::Family::v6) socket.set_option(asio::ip::v6_only(true), error);
  if (!error) socket.set_option(asio::socket_base::broadcast(options.broadcast), error);
  if (!error) socket.set_option(asio::socket_base::reuse_address(options.share_address), error);
  if (!error) socket.non_blocking(true, error);
  if (!error) socket.bind(asio_address, error);
  if (error) return error_of(fmt::format("net: bind udp {}", address.to_string()), error);
  return UdpSocket(std::move(state));
}

UdpSocket::UdpSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}
UdpSocket::~UdpSocket() { close(); }

void UdpSocket::close() {
  if (!state_) return;
  error_code ignored;
  state_->socket.close(ignored);
  state_->callback = nullptr;
  state_ = nullptr;
}

Endpoint UdpSocket::local_endpoint() const {
  error_code ignored;
  return from_asio(state_->socket.local_endpoint(ignored));
}

Result<void> UdpSocket::join(const Endpoint& group, const Interface& interface) {
  ip_mreqn request = multicast_request(interface);
  const SocketAddress address = to_socket_address(group);
  request.imr_multiaddr = reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr;
  const int outcome =
      ::setsockopt(state_->socket.native_handle(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
  if (outcome == 0 || errno == EADDRINUSE) return {};  // a member already
  return error_of(fmt::format("net: join {} on {}", group.address(), interface.name), last_error());
}

Result<void> UdpSocket::multicast_through(const Interface& interface) {
  const ip_mreqn request = multicast_request(interface);
  const int outcome =
      ::setsockopt(state_->socket.native_handle(), IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request);
  if (outcome == 0) return {};
  return error_of(fmt::format("net: multicast through {}", interface.name), last_error());
}

Result<void> UdpSocket::send_to(const Endpoint& to, std::span<const std::uint8_t> bytes) {
  const SocketAddress address = to_socket_address(to);
  const ssize_t sent =
      ::sendto(state_->socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL, address.get(), address.size);
  if (sent >= 0) return {};
  return error_of(fmt::format("net: send to {}", to.to_string()), last_error());
}

void UdpSocket::on_receive(Receive callback) {
  state_->callback = callback ? std::make_shared<const Receive>(std::move(callback)) : nullptr;
  if (state_->callback && !state_->waiting) state_->wait();
}

}  // namespace entente::net
