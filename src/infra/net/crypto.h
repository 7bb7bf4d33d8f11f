// SPDX-License-Identifier: GPL-3.0-or-later
// The few cryptographic operations that protocols of ours need, over OpenSSL. Pure functions, any thread. MD5 and SHA-1
// are here because miIO and WebSocket are made of them; nothing new may rely on either.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente::net {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

// The bytes of a text, as the functions here take them.
inline ByteSpan bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::array<std::uint8_t, 16> md5(ByteSpan bytes);
std::array<std::uint8_t, 16> md5(ByteSpan first, ByteSpan second);  // of both, one after the other
std::array<std::uint8_t, 20> sha1(ByteSpan bytes);
std::array<std::uint8_t, 32> sha256(ByteSpan bytes);
std::array<std::uint8_t, 32> hmac_sha256(ByteSpan key, ByteSpan bytes);

// AES-128 in CBC mode with PKCS#7 padding. Decryption fails with ErrorCode::corrupt when `bytes` is not a whole number
// of blocks or the padding is wrong, which is also what a wrong key nearly always looks like.
using AesBlock = std::array<std::uint8_t, 16>;
Bytes aes_128_cbc_encrypt(const AesBlock& key, const AesBlock& iv, ByteSpan bytes);
Result<Bytes> aes_128_cbc_decrypt(const AesBlock& key, const AesBlock& iv, ByteSpan bytes);

// From the system's generator, fit for keys.
Bytes random_bytes(std::size_t count);

// Takes the same time wherever the first difference is; lengths are not secret.
bool constant_time_equal(ByteSpan left, ByteSpan right);

// RFC 4648 section 4, with padding. Decoding refuses anything else: other characters, white space, missing padding.
std::string base64_encode(ByteSpan bytes);
Result<Bytes> base64_decode(std::string_view text);

}  // namespace entente::net
