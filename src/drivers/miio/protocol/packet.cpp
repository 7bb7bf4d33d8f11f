// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/packet.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace entente::miio {
namespace {

constexpr std::uint16_t magic = 0x2131;
constexpr std::size_t checksum_at = 16;
constexpr std::uint64_t nobody = ~std::uint64_t{0};  // the device id in a hello

template <class T>
void put(Bytes& bytes, T number) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
  }
}

template <class T>
T get(ByteSpan bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) number = number << 8U | bytes[at + i];
  return static_cast<T>(number);
}

// The sixteen bytes before the checksum.
Bytes start_packet(std::size_t length, const Header& header) {
  Bytes packet;
  packet.reserve(length);
  put(packet, magic);
  put(packet, static_cast<std::uint16_t>(length));
  put(packet, header.device_id);
  put(packet, header.stamp);
  return packet;
}

std::array<std::uint8_t, 16> checksum(ByteSpan start, ByteSpan ciphertext, const Token& token) {
  Bytes begin(start.begin(), start.end());
  begin.insert(begin.end(), token.begin(), token.end());
  return net::md5(begin, ciphertext);
}

bool says_nothing(ByteSpan bytes) {
  const auto all = [bytes](std::uint8_t value) { return std::count(bytes.begin(), bytes.end(), value) == 16; };
  return all(0x00) || all(0xff);
}

std::optional<Token> token_in(ByteSpan bytes) {
  if (says_nothing(bytes)) return std::nullopt;
  Token token{};
  std::copy(bytes.begin(), bytes.end(), token.begin());
  return token;
}

Error corrupt(std::string reason) { return Error{ErrorCode::corrupt, "miio packet: " + std::move(reason)}; }

}  // namespace

Result<Token> parse_token(std::string_view hex) {
  const auto bytes = text::from_hex(hex);
  if (!bytes || bytes->size() != 16) {
    return Error{ErrorCode::invalid,
                 fmt::format("the token must be 32 hexadecimal digits, it has {} characters", hex.size())};
  }
  Token token{};
  std::copy(bytes->begin(), bytes->end(), token.begin());
  if (says_nothing(token)) {
    return Error{ErrorCode::invalid,
                 "the token is all zeros or all f: that is what a device says instead of its token"};
  }
  return token;
}

Keys derive_keys(const Token& token) {
  Keys keys{token, net::md5(token), {}};
  keys.iv = net::md5(keys.key, token);
  return keys;
}

Bytes encode_hello() {
  Bytes packet = start_packet(header_size, {nobody, 0xffffffffU});
  packet.resize(header_size, 0xff);
  return packet;
}

Bytes encode_hello_reply(const Header& header) {
  Bytes packet = start_packet(header_size, header);
  packet.resize(header_size, 0xff);
  return packet;
}

Bytes encode_hello_reply(const Header& header, const Token& told) {
  Bytes packet = start_packet(header_size, header);
  packet.insert(packet.end(), told.begin(), told.end());
  return packet;
}

Bytes encode_message(const Header& header, std::string_view payload, const Keys& keys) {
  const Bytes ciphertext = net::aes_128_cbc_encrypt(keys.key, keys.iv, net::bytes_of(payload));
  Bytes packet = start_packet(header_size + ciphertext.size(), header);
  const auto sum = checksum(packet, ciphertext, keys.token);
  packet.insert(packet.end(), sum.begin(), sum.end());
  packet.insert(packet.end(), ciphertext.begin(), ciphertext.end());
  return packet;
}

Result<Packet> decode(ByteSpan datagram) {
  if (datagram.size() < header_size) return corrupt(fmt::format("{} bytes, fewer than 32", datagram.size()));
  if (get<std::uint16_t>(datagram, 0) != magic) return corrupt("does not begin with 2131");
  const auto length = get<std::uint16_t>(datagram, 2);
  if (length != datagram.size()) {
    return corrupt(fmt::format("says {} bytes, has {}", length, datagram.size()));
  }
  if ((length - header_size) % 16 != 0) return corrupt(fmt::format("{} bytes are no whole blocks", length));
  Packet packet;
  packet.header = {get<std::uint64_t>(datagram, 4), get<std::uint32_t>(datagram, 12)};
  if (length == header_size) {
    const bool asks = packet.header.device_id == nobody && packet.header.stamp == 0xffffffffU;
    packet.kind = asks ? Packet::Kind::hello : Packet::Kind::hello_reply;
    if (!asks) packet.told_token = token_in(datagram.subspan(checksum_at, 16));
  }
  return packet;
}

Result<std::string> decrypt(ByteSpan datagram, const Keys& keys) {
  ENTENTE_TRY(const Packet packet, decode(datagram));
  if (packet.kind != Packet::Kind::message) return corrupt("a hello has no payload");
  const ByteSpan ciphertext = datagram.subspan(header_size);
  const auto expected = checksum(datagram.first(checksum_at), ciphertext, keys.token);
  if (!net::constant_time_equal(expected, datagram.subspan(checksum_at, 16))) return corrupt("wrong checksum");
  ENTENTE_TRY(const Bytes payload, net::aes_128_cbc_decrypt(keys.key, keys.iv, ciphertext));
  return std::string(payload.begin(), payload.end());
}

}  // namespace entente::miio
