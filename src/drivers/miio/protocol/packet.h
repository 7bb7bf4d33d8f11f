// SPDX-License-Identifier: GPL-3.0-or-later
// The miIO packet: bytes to header and payload, and back. Pure functions, any thread.
//
//   packet  = magic 0x2131, length (2), device id (8), stamp (4), checksum (16), ciphertext (16·n)   big-endian
//   hello   = magic, 0x0020, 28 times 0xff; its reply has device id and stamp, and no ciphertext; in place of the
//             checksum the token of a device fresh from the factory, or ff or 00
//   key = MD5(token), iv = MD5(key, token), AES-128-CBC with PKCS#7
//   checksum = MD5(first 16 bytes, token, ciphertext)
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "infra/net/crypto.h"

namespace entente::miio {

using net::Bytes;
using net::ByteSpan;

constexpr std::uint16_t default_port = 54321;
constexpr std::size_t header_size = 32;

using Token = std::array<std::uint8_t, 16>;
// From 32 hexadecimal digits. All zeros and all ones are what devices say instead of a token: refused.
Result<Token> parse_token(std::string_view hex);

// What a token is good for. Made once per device: secret, never logged.
struct Keys {
  Token token;
  net::AesBlock key;
  net::AesBlock iv;
};
Keys derive_keys(const Token& token);

struct Header {
  std::uint64_t device_id = 0;
  std::uint32_t stamp = 0;  // seconds of the device's own clock, which starts anew with its power
};

Bytes encode_hello();
Bytes encode_hello_reply(const Header& header);
Bytes encode_hello_reply(const Header& header, const Token& told);  // of a device fresh from the factory
Bytes encode_message(const Header& header, std::string_view payload, const Keys& keys);

struct Packet {
  enum class Kind : std::uint8_t { hello, hello_reply, message };
  Kind kind = Kind::message;
  Header header;
  std::optional<Token> told_token;  // in a hello's reply from a device that has not joined a network yet
};

// Everything about a datagram that can be checked without the token. ErrorCode::corrupt says what is wrong.
Result<Packet> decode(ByteSpan datagram);
// The payload of a datagram that decode() calls a message. ErrorCode::corrupt when the checksum or the padding is
// wrong, which is what another token looks like.
Result<std::string> decrypt(ByteSpan datagram, const Keys& keys);

}  // namespace entente::miio
