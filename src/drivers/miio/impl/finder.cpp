// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/impl/finder.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace entente::miio {
namespace {

constexpr Duration first_pause = seconds(5);
constexpr Duration longest_pause = seconds(45);
constexpr Duration forgotten_after = seconds(120);  // a device that said nothing for so long left its place to others
constexpr std::size_t max_seen = 2000;              // somebody who invents devices does not fill the memory

net::Endpoint mdns_group(std::uint16_t port) { return net::Endpoint::of("224.0.0.251", port).value(); }

}  // namespace

void Finder::search(home::SightingObserver* observer) {
  observer_ = observer;
  if (observer == nullptr) {
    next_.stop();
    greeter_.reset();
    names_.reset();
    seen_.clear();
    return;
  }
  for (auto& [id, seen] : seen_) seen.told = false;
  open_sockets();
  pause_ = first_pause;
  look();
}

void Finder::open_sockets() {
  if (!greeter_) {
    auto socket = net::UdpSocket::open(loop_, net::Endpoint::any(), {.broadcast = true, .share_address = false});
    if (!socket.ok()) return log::warning("miio", "cannot look for devices: {}", socket.error().message);
    greeter_.emplace(*std::move(socket));
    greeter_->on_receive([this](const net::Endpoint& from, net::ByteSpan bytes) { hello_answered(from, bytes); });
  }
  if (!options_.mdns || names_) return;
  auto shared = net::UdpSocket::open(loop_, options_.mdns_at, {.broadcast = false, .share_address = true});
  // Without the port of mDNS nothing is heard that was not asked for; answers come all the same.
  if (!shared.ok()) shared = net::UdpSocket::open(loop_, net::Endpoint::any());
  if (!shared.ok()) return;
  names_.emplace(*std::move(shared));
  names_->on_receive([this](const net::Endpoint& from, net::ByteSpan bytes) { name_answered(from, bytes); });
}

std::optional<net::Endpoint> Finder::mdns_endpoint() const {
  return names_ ? std::optional(names_->local_endpoint()) : std::nullopt;
}

void Finder::look() {
  greet();
  ask_by_name();
  next_.start(pause_, [this] {
    pause_ = std::min(2 * pause_, longest_pause);
    look();
  });
}

// A network that is gone, or forbids it, is no news.
void Finder::greet() {
  if (!greeter_) return;
  const Bytes hello = encode_hello();
  for (const auto& endpoint : options_.look_at) (void)greeter_->send_to(endpoint, hello);
  if (!options_.broadcast) return;
  for (const auto& interface : net::interfaces()) {
    if (interface.loopback || interface.broadcast.is_unspecified()) continue;
    (void)greeter_->send_to(interface.broadcast.with_port(default_port), hello);
  }
}

void Finder::ask_by_name() {
  if (!names_) return;
  const auto group = mdns_group(5353);
  const Bytes question = encode_dns_question(miio_service, names_->local_endpoint().port() != group.port());
  for (const auto& interface : net::interfaces()) {
    if (interface.loopback || !interface.multicast) continue;
    (void)names_->join(group, interface);
    if (names_->multicast_through(interface).ok()) (void)names_->send_to(group, question);
  }
}

void Finder::hello_answered(const net::Endpoint& from, net::ByteSpan datagram) {
  const auto packet = decode(datagram);
  if (!packet.ok() || packet->kind != Packet::Kind::hello_reply) return;
  const std::string token = packet->told_token ? text::to_hex(*packet->told_token) : "";
  saw(std::to_string(packet->header.device_id), from, "", token);
}

void Finder::name_answered(const net::Endpoint& from, net::ByteSpan datagram) {
  const auto records = decode_dns_answer(datagram);
  if (!records.ok()) return;
  for (const auto& announcement : announcements_in(*records)) {
    if (announcement.goodbye) continue;  // it is off, not gone: the home's polls see to that
    const auto place = announcement.at.is_unspecified() ? from : announcement.at;
    const auto port = announcement.at.port() == 0 ? default_port : announcement.at.port();
    saw(announcement.device_id, place.with_port(port), announcement.model, "");
  }
}

// Of two that answer to one id both are told, each once: the first stays until it falls silent.
void Finder::saw(const std::string& device_id, const net::Endpoint& at, const std::string& model,
                 const std::string& token) {
  if (observer_ == nullptr) return;
  const auto now = loop_.now();
  if (seen_.size() >= max_seen && seen_.count(device_id) == 0) return;
  auto& seen = seen_[device_id];
  const bool new_place = seen.at != at;
  const bool other_lives = !seen.at.is_unspecified() && new_place && now - seen.heard < forgotten_after;
  const bool more_known = (!model.empty() && model != seen.model) || token != seen.token;
  if (!model.empty()) seen.model = model;
  if (other_lives) {
    // Moved a moment ago, or a copy: home knows which, by whether the old one still answers.
    Seen other = seen;
    other.at = at;
    tell(device_id, other);
    return;
  }
  seen.token = token;
  seen.heard = now;
  seen.at = at;
  if (new_place || more_known || !seen.told) tell(device_id, seen);
}

void Finder::tell(const std::string& device_id, Seen& seen) {
  seen.told = true;
  home::Sighting sighting;
  sighting.address.host = seen.at.address();
  sighting.address.port = seen.at.port() == default_port ? std::uint16_t{0} : seen.at.port();
  sighting.address.hardware_id = device_id;
  sighting.address.token = seen.token;
  sighting.model = seen.model;
  observer_->sighted(std::move(sighting));
}

}  // namespace entente::miio
