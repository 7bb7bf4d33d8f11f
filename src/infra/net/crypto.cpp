// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/assert.h"

namespace entente::net {

namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> digest(const EVP_MD* algorithm, std::initializer_list<ByteSpan> parts) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::array<std::uint8_t, Size> result{};
  ENTENTE_ASSERT(context && EVP_MD_get_size(algorithm) == static_cast<int>(Size));
  ENTENTE_ASSERT(EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1);
  for (const auto part : parts) ENTENTE_ASSERT(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  ENTENTE_ASSERT(EVP_DigestFinal_ex(context.get(), result.data(), nullptr) == 1);
  return result;
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

CipherContext new_cipher_context() {
  CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  ENTENTE_ASSERT(context != nullptr);
  return context;
}

constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> base64_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(base64_alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

}  // namespace

std::array<std::uint8_t, 16> md5(ByteSpan bytes) { return digest<16>(EVP_md5(), {bytes}); }
std::array<std::uint8_t, 16> md5(ByteSpan first, ByteSpan second) { return digest<16>(EVP_md5(), {first, second}); }
std::array<std::uint8_t, 20> sha1(ByteSpan bytes) { return digest<20>(EVP_sha1(), {bytes}); }
std::array<std::uint8_t, 32> sha256(ByteSpan bytes) { return digest<32>(EVP_sha256(), {bytes}); }

std::array<std::uint8_t, 32> hmac_sha256(ByteSpan key, ByteSpan bytes) {
  std::array<std::uint8_t, 32> result{};
  const std::uint8_t none = 0;  // OpenSSL takes a null key for "the key as before"
  unsigned size = 0;
  ENTENTE_ASSERT(HMAC(EVP_sha256(), key.empty() ? &none : key.data(), static_cast<int>(key.size()), bytes.data(),
                      bytes.size(), result.data(), &size) != nullptr);
  return result;
}

Bytes aes_128_cbc_encrypt(const AesBlock& key, const AesBlock& iv, ByteSpan bytes) {
  const auto context = new_cipher_context();
  Bytes result(bytes.size() + 16);
  int body = 0;
  int tail = 0;
  ENTENTE_ASSERT(EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.data(), iv.data()) == 1);
  ENTENTE_ASSERT(EVP_EncryptUpdate(context.get(), result.data(), &body, bytes.data(), static_cast<int>(bytes.size())) ==
                 1);
  ENTENTE_ASSERT(EVP_EncryptFinal_ex(context.get(), result.data() + body, &tail) == 1);
  result.resize(static_cast<std::size_t>(body + tail));
  return result;
}

Result<Bytes> aes_128_cbc_decrypt(const AesBlock& key, const AesBlock& iv, ByteSpan bytes) {
  if (bytes.empty() || bytes.size() % 16 != 0) {
    return Error{ErrorCode::corrupt, fmt::format("crypto: {} bytes are not whole AES blocks", bytes.size())};
  }
  const auto context = new_cipher_context();
  Bytes result(bytes.size() + 16);
  int body = 0;
  int tail = 0;
  ENTENTE_ASSERT(EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.data(), iv.data()) == 1);
  ENTENTE_ASSERT(EVP_DecryptUpdate(context.get(), result.data(), &body, bytes.data(), static_cast<int>(bytes.size())) ==
                 1);
  if (EVP_DecryptFinal_ex(context.get(), result.data() + body, &tail) != 1) {
    return Error{ErrorCode::corrupt, "crypto: wrong padding (damaged bytes, or another key)"};
  }
  result.resize(static_cast<std::size_t>(body + tail));
  return result;
}

Bytes random_bytes(std::size_t count) {
  Bytes result(count);
  ENTENTE_ASSERT(RAND_bytes(result.data(), static_cast<int>(count)) == 1);
  return result;
}

bool constant_time_equal(ByteSpan left, ByteSpan right) {
  return left.size() == right.size() && (left.empty() || CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0);
}

std::string base64_encode(ByteSpan bytes) {
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = group << 8U | (j < count ? bytes[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      result += j <= count ? base64_alphabet[group >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return result;
}

Result<Bytes> base64_decode(std::string_view text) {
  const Error malformed{ErrorCode::invalid, "crypto: not base64 text"};
  if (text.size() % 4 != 0) return malformed;
  std::size_t padding = 0;
  while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
  Bytes result;
  result.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size() - padding; ++i) {
    const auto value = base64_values[static_cast<std::uint8_t>(text[i])];
    if (value < 0) return malformed;
    group = group << 6U | static_cast<std::uint32_t>(value);
    if (i % 4 == 3) {
      for (const unsigned shift : {16U, 8U, 0U}) result.push_back(static_cast<std::uint8_t>(group >> shift & 255U));
      group = 0;
    }
  }
  if (padding == 1) {  // 18 bits are there, 16 count
    if ((group & 3U) != 0) return malformed;
    result.push_back(static_cast<std::uint8_t>(group >> 10U & 255U));
    result.push_back(static_cast<std::uint8_t>(group >> 2U & 255U));
  } else if (padding == 2) {  // 12 bits, 8 count
    if ((group & 15U) != 0) return malformed;
    result.push_back(static_cast<std::uint8_t>(group >> 4U & 255U));
  }
  return result;
}

}  // namespace entente::net
