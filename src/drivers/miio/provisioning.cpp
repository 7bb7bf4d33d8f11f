// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/provisioning.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/wait.h"
#include "drivers/miio/protocol/client_session.h"
#include "infra/net/interfaces.h"
#include "infra/net/udp.h"

namespace entente::miio {
namespace {

constexpr int hellos = 5;
constexpr Duration between_hellos = seconds(1);
constexpr Duration patience = seconds(20);

// Who answered a hello.
struct Answer {
  net::Endpoint from;
  Header header;
  std::optional<Token> token;
};

// One talk over a socket of its own.
class Conversation {
 public:
  using Finished = ClientSession::Finished;

  Conversation(net::EventLoop& loop, net::UdpSocket& socket, net::Endpoint peer, const Token& token)
      : loop_(loop), socket_(socket), peer_(peer), session_(derive_keys(token), first_id()), timer_(loop), done_(loop) {
    socket_.on_receive([this](const net::Endpoint& from, net::ByteSpan bytes) {
      if (from != peer_) return;
      session_.receive(bytes, loop_.now());
      serve();
    });
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation() { socket_.on_receive(nullptr); }

  Task<Finished> ask(std::string method, Json params) {
    ClientSession::Request request;
    request.method = std::move(method);
    request.params = std::move(params);
    request.urgency = ClientSession::Urgency::command;
    (void)session_.submit(std::move(request), loop_.now());
    serve();
    auto finished = co_await done_.wait(Deadline::in(loop_, patience), "miio");
    co_return finished.ok() ? std::move(*finished) : Finished();
  }

 private:
  static std::uint32_t first_id() {
    const auto bytes = net::random_bytes(2);
    return static_cast<std::uint32_t>(bytes[0] << 8U | bytes[1]);
  }
  void serve() {
    for (const auto& datagram : session_.take_datagrams()) (void)socket_.send_to(peer_, datagram.bytes);
    for (auto& finished : session_.take_finished()) done_.fulfil(std::move(finished));
    const auto wake = session_.wake();
    if (!wake) return timer_.stop();
    timer_.start(Deadline{*wake}.left(loop_), [this] {
      session_.tick(loop_.now());
      serve();
    });
  }

  net::EventLoop& loop_;
  net::UdpSocket& socket_;
  const net::Endpoint peer_;
  ClientSession session_;
  Timer timer_;
  OneShot<Finished> done_;
};

// The first device that tells its token, or else whoever answered.
Task<std::optional<Answer>> find_fresh(net::EventLoop& loop, net::UdpSocket& socket,
                                       std::vector<net::Endpoint> places) {
  std::optional<Answer> silent;
  for (int i = 0; i < hellos && (!silent || i < 2); ++i) {
    OneShot<Answer> fresh(loop);
    socket.on_receive([&fresh, &silent](const net::Endpoint& from, net::ByteSpan bytes) {
      const auto packet = decode(bytes);
      if (!packet.ok() || packet->kind != Packet::Kind::hello_reply) return;
      Answer answer{from, packet->header, packet->told_token};
      if (answer.token) return fresh.fulfil(std::move(answer));
      silent = std::move(answer);
    });
    for (const auto& place : places) (void)socket.send_to(place, encode_hello());
    auto found = co_await fresh.wait(Deadline::in(loop, between_hellos), "miio");
    socket.on_receive(nullptr);
    if (found.ok()) co_return std::move(*found);
  }
  co_return silent;
}

Error nobody() {
  return Error{ErrorCode::unavailable,
               "no device answers: join this machine to the device's own network first (its name holds the model), or "
               "name its address"};
}

Error joined_already(const Answer& answer) {
  return Error{
      ErrorCode::exists,
      fmt::format("{} has joined a network already and does not tell its token: reset it to how it came from the "
                  "factory first",
                  answer.from.address())};
}

}  // namespace

Task<Result<ProvisionedDevice>> provision(net::EventLoop& loop, std::vector<net::Endpoint> places, Network network) {
  ENTENTE_CO_TRY(net::UdpSocket socket,
                 net::UdpSocket::open(loop, net::Endpoint::any(), {.broadcast = true, .share_address = false}));
  const auto found = co_await find_fresh(loop, socket, std::move(places));
  if (!found) co_return nobody();
  if (!found->token) co_return joined_already(*found);

  ProvisionedDevice device;
  device.device_id = found->header.device_id;
  device.token = text::to_hex(*found->token);
  {
    Conversation asking(loop, socket, found->from, *found->token);
    const auto info = co_await asking.ask("miIO.info", Json::array());
    device.model = string_or(info.result, "model", "");
    device.mac = string_or(info.result, "mac", "");
  }
  Conversation telling(loop, socket, found->from, *found->token);
  Json params = {{"ssid", network.ssid}, {"passwd", network.password}, {"uid", network.user_id}};
  const auto told = co_await telling.ask("miIO.config_router", std::move(params));
  if (told.outcome == ClientSession::Outcome::refused) {
    co_return Error{ErrorCode::failed, fmt::format("{} does not take the network: {} (code {})", found->from.address(),
                                                   told.error_message, told.error_code)};
  }
  device.confirmed = told.outcome == ClientSession::Outcome::answered;
  co_return device;
}

std::vector<net::Endpoint> places_of_fresh_devices() {
  std::vector<net::Endpoint> places;
  for (const auto& interface : net::interfaces()) {
    if (interface.loopback || interface.broadcast.is_unspecified()) continue;
    places.push_back(interface.broadcast.with_port(default_port));
  }
  return places;
}

}  // namespace entente::miio
