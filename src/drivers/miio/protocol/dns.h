// SPDX-License-Identifier: GPL-3.0-or-later
// As much of DNS as finding miIO devices by mDNS takes: a question for a service, and what answers say of it. Whole
// foreign messages come in here: nothing read beyond the end, no name followed in circles. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "infra/net/crypto.h"
#include "infra/net/endpoint.h"

namespace entente::miio {

constexpr std::string_view miio_service = "_miio._udp.local";

// A question for the service's instances; `unicast`: the answer comes to the one who asks.
net::Bytes encode_dns_question(std::string_view service, bool unicast);

struct DnsRecord {
  enum class Kind : std::uint8_t { address, pointer, server };
  Kind kind = Kind::address;
  std::string name;
  std::uint32_t time_to_live = 0;
  std::string target;      // of a pointer and a server
  std::uint16_t port = 0;  // of a server
  net::Endpoint address;   // of an address, port 0
};

// The records of an answer that are of one of the three kinds; others are passed over. ErrorCode::corrupt for what is
// no DNS answer.
Result<std::vector<DnsRecord>> decode_dns_answer(net::ByteSpan datagram);

// What a miIO device says of itself by mDNS.
struct Announcement {
  std::string model;
  std::string device_id;  // decimal
  net::Endpoint at;       // address unspecified where it does not say; port 0 likewise
  bool goodbye = false;   // it takes the announcement back
};
std::vector<Announcement> announcements_in(const std::vector<DnsRecord>& records);

// "yeelink-light-color1_miio12345678._miio._udp.local" is the yeelink.light.color1 with the id 12345678.
std::optional<Announcement> parse_instance(std::string_view name);

}  // namespace entente::miio
