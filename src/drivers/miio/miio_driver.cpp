// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/miio_driver.h"

#include <fmt/format.h>

#include "drivers/miio/impl/finder.h"
#include "drivers/miio/impl/hub.h"
#include "drivers/miio/impl/link.h"

namespace entente::miio {

Result<std::unique_ptr<MiioDriver>> MiioDriver::open(net::EventLoop& loop, Options options) {
  ENTENTE_TRY(net::UdpSocket socket, net::UdpSocket::open(loop, net::Endpoint::any()));
  return std::unique_ptr<MiioDriver>(
      new MiioDriver(std::make_unique<Hub>(loop, std::move(socket)), std::move(options)));
}

MiioDriver::MiioDriver(std::unique_ptr<Hub> hub, Options options) : options_(std::move(options)), hub_(std::move(hub)) {
  Finder::Options wanted;
  wanted.broadcast = wanted.mdns = options_.look_around;
  wanted.look_at = options_.look_at;
  finder_ = std::make_unique<Finder>(hub_->loop, std::move(wanted));
}

MiioDriver::~MiioDriver() = default;

void MiioDriver::search(home::SightingObserver* observer) { finder_->search(observer); }

Result<std::unique_ptr<home::Link>> MiioDriver::connect(const home::Address& address, const model::DeviceSpec& spec) {
  if (address.host.empty()) return Error{ErrorCode::invalid, "miio: the device's host is missing"};
  const auto token = parse_token(address.token);
  if (!token.ok()) return token.error().within(fmt::format("miio: {}", address.host));
  const auto port = address.port == 0 ? default_port : address.port;
  const auto endpoint = net::Endpoint::of(address.host, port);
  const auto known = endpoint.ok() ? std::optional(*endpoint) : std::nullopt;
  const auto* family = options_.classic.find(spec.model);
  auto& speaks = hub_->speaks(spec.model);
  if (family != nullptr && speaks == Hub::Speaks::unknown && ClassicFamilies::known_classic(*family, spec.model)) {
    speaks = Hub::Speaks::classic;
  }
  return std::unique_ptr<home::Link>(
      std::make_unique<MiioLink>(*hub_, address, known, derive_keys(*token), spec, family));
}

}  // namespace entente::miio
