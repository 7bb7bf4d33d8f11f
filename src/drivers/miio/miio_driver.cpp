// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/miio_driver.h"

#include <fmt/format.h>

#include "drivers/miio/impl/hub.h"
#include "drivers/miio/impl/link.h"

namespace entente::miio {

Result<std::unique_ptr<MiioDriver>> MiioDriver::open(net::EventLoop& loop) {
  ENTENTE_TRY(net::UdpSocket socket, net::UdpSocket::open(loop, net::Endpoint::any()));
  return std::unique_ptr<MiioDriver>(new MiioDriver(std::make_unique<Hub>(loop, std::move(socket))));
}

MiioDriver::MiioDriver(std::unique_ptr<Hub> hub) : hub_(std::move(hub)) {}
MiioDriver::~MiioDriver() = default;

Result<std::unique_ptr<home::Link>> MiioDriver::connect(const home::Address& address, const model::DeviceSpec& spec) {
  if (address.host.empty()) return Error{ErrorCode::invalid, "miio: the device's host is missing"};
  const auto token = parse_token(address.token);
  if (!token.ok()) return token.error().within(fmt::format("miio: {}", address.host));
  const auto port = address.port == 0 ? default_port : address.port;
  const auto endpoint = net::Endpoint::of(address.host, port);
  const auto known = endpoint.ok() ? std::optional(*endpoint) : std::nullopt;
  return std::unique_ptr<home::Link>(std::make_unique<MiioLink>(*hub_, address, known, derive_keys(*token), spec));
}

}  // namespace entente::miio
