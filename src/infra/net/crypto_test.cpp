// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/crypto.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace entente::net {
namespace {

Bytes unhex(std::string_view hex) { return text::from_hex(hex).value(); }
AesBlock block(std::string_view hex) {
  const auto bytes = unhex(hex);
  AesBlock result{};
  std::copy(bytes.begin(), bytes.end(), result.begin());
  return result;
}

TEST(Crypto, Md5OfRfc1321) {
  EXPECT_EQ(text::to_hex(md5(bytes_of(""))), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(text::to_hex(md5(bytes_of("message digest"))), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(text::to_hex(md5(bytes_of("message "), bytes_of("digest"))), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Crypto, ShaOfFips180) {
  EXPECT_EQ(text::to_hex(sha1(bytes_of("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(text::to_hex(sha256(bytes_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Crypto, HmacOfRfc4231) {
  EXPECT_EQ(text::to_hex(hmac_sha256(bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, HmacTakesAnEmptyKey) {
  EXPECT_EQ(text::to_hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// NIST SP 800-38A, F.2.1, first block.
TEST(Crypto, AesCbcOfSp80038a) {
  const auto key = block("2b7e151628aed2a6abf7158809cf4f3c");
  const auto iv = block("000102030405060708090a0b0c0d0e0f");
  const auto encrypted = aes_128_cbc_encrypt(key, iv, unhex("6bc1bee22e409f96e93d7e117393172a"));
  ASSERT_EQ(encrypted.size(), 32U);
  EXPECT_EQ(text::to_hex(ByteSpan(encrypted).first(16)), "7649abac8119b246cee98e9b12e9197d");
}

TEST(Crypto, AesDecryptsWhatItEncrypted) {
  const auto key = block("2b7e151628aed2a6abf7158809cf4f3c");
  const auto iv = block("000102030405060708090a0b0c0d0e0f");
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1000U}) {
    const Bytes plain = random_bytes(size);
    const auto back = aes_128_cbc_decrypt(key, iv, aes_128_cbc_encrypt(key, iv, plain));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, plain);
  }
}

TEST(Crypto, AesRefusesPartsOfBlocksAndWrongPadding) {
  const AesBlock key{};
  const AesBlock iv{};
  for (const std::size_t size : {0U, 1U, 15U, 17U}) {
    EXPECT_EQ(aes_128_cbc_decrypt(key, iv, Bytes(size)).error().code, ErrorCode::corrupt) << size;
  }
  EXPECT_EQ(aes_128_cbc_decrypt(key, iv, Bytes(16)).error().code, ErrorCode::corrupt);
}

TEST(Crypto, Base64OfRfc4648) {
  const std::pair<const char*, const char*> table[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : table) {
    EXPECT_EQ(base64_encode(bytes_of(plain)), encoded);
    const auto decoded = base64_decode(encoded);
    ASSERT_TRUE(decoded.ok()) << encoded;
    EXPECT_EQ(std::string(decoded->begin(), decoded->end()), plain);
  }
}

TEST(Crypto, Base64RefusesEverythingElse) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg= =", "=Zg=", "====", "Z===", "Zm9v\n", "Zm-v", "Zh==", "Zm9=", "Zg==Zg=="}) {
    EXPECT_FALSE(base64_decode(text).ok()) << text;
  }
}

TEST(Crypto, ConstantTimeEqualCompares) {
  EXPECT_TRUE(constant_time_equal(bytes_of("same"), bytes_of("same")));
  EXPECT_FALSE(constant_time_equal(bytes_of("same"), bytes_of("some")));
  EXPECT_FALSE(constant_time_equal(bytes_of("same"), bytes_of("sam")));
  EXPECT_TRUE(constant_time_equal({}, {}));
}

TEST(Crypto, RandomBytesDiffer) { EXPECT_NE(random_bytes(16), random_bytes(16)); }

}  // namespace
}  // namespace entente::net
