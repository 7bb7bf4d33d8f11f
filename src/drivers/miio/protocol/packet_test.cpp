// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace entente::miio {
namespace {

using namespace std::string_literals;

Bytes from_hex(std::string_view hex) { return text::from_hex(hex).value(); }

const Keys keys = derive_keys(*parse_token("00112233445566778899aabbccddeeff"));
constexpr Header header = {0x0419f3aa, 0x00012346};

struct Vector {
  std::string plain;
  std::string_view packet;
};
// Made with an independent implementation.
const Vector vectors[] = {
    {"{\"id\": 1, \"method\": \"miIO.info\", \"params\": []}\0"s,
     "21310050000000000419f3aa000123466dc10cd2a46dab6ac0d842a563526cb62a36b2b7afa85bd6a9f1ed82b485a3d6c2c13a12855c97fc9"
     "a0b"
     "d7be55469c61b5393611ac2c922588d969ad8c226bde"},
    {"{\"id\": 2, \"method\": \"get_properties\", \"params\": [{\"did\": \"68812714\", \"siid\": 2, \"piid\": 1}]}\0"s,
     "21310080000000000419f3aa000123461f424bb652341974a97eba559a43255ca7300bf8e27061fe6b2929f5be15d012872176b0ec6148083"
     "66c"
     "6119679000930e912b3b3b10d66c183ddd8056caa93e63eb891adbf539e14580bb95e5f8817ca43a169ad1a2ef074176864c81bc510d1dd4a"
     "f31"
     "c9cbe0e0e2c982d40da57650"},
    {"{\"id\": 2, \"result\": [{\"did\": \"68812714\", \"siid\": 2, \"piid\": 1, \"code\": 0, \"value\": true}], "
     "\"exe_time\": 40}\0"s,
     "21310090000000000419f3aa00012346da84c495c0492f3e12206de2a08b24c8a30a9c1fb8f06e6cc6ce1b5340536f06f81846050d8367aa5"
     "32b"
     "7af1bf9b8b3409afb74dc0c6d38c531fade51dc87ea4efc490038d7633fdfb325a2ade251f3673cae7b0837cc9af392c6a0d492e066e5fa17"
     "19c"
     "d0f886dc4ca1eec74652600a726ac10a884de084e85aacf810ada64c"}};

TEST(Packet, KeysComeFromTheToken) {
  EXPECT_EQ(text::to_hex(keys.key), "6e8311168ee16d6aa1aa48c64145003c");
  EXPECT_EQ(text::to_hex(keys.iv), "6f434fa9acd75da73e5fb999f641cda2");
}

TEST(Packet, EncodesTheKnownPackets) {
  for (const auto& vector : vectors) EXPECT_EQ(text::to_hex(encode_message(header, vector.plain, keys)), vector.packet);
}

TEST(Packet, DecodesTheKnownPackets) {
  for (const auto& vector : vectors) {
    const auto bytes = from_hex(vector.packet);
    const auto packet = decode(bytes);
    ASSERT_TRUE(packet.ok()) << packet.error().message;
    EXPECT_EQ(packet->kind, Packet::Kind::message);
    EXPECT_EQ(packet->header.device_id, header.device_id);
    EXPECT_EQ(packet->header.stamp, header.stamp);
    EXPECT_EQ(decrypt(bytes, keys).value_or("nothing"), vector.plain);
  }
}

TEST(Packet, TheHelloIsAllOnesAfterItsLength) {
  EXPECT_EQ(text::to_hex(encode_hello()), "21310020ffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
  EXPECT_EQ(decode(encode_hello())->kind, Packet::Kind::hello);
}

TEST(Packet, AHelloReplyBringsIdAndStamp) {
  const auto packet = decode(from_hex("2131002000000000123d37c7000007c5ffffffffffffffffffffffffffffffff"));
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->kind, Packet::Kind::hello_reply);
  EXPECT_EQ(packet->header.device_id, 0x123d37c7U);
  EXPECT_EQ(packet->header.stamp, 0x7c5U);
}

TEST(Packet, AnUnprovisionedDevicesHelloReplyIsOneToo) {
  const auto packet = decode(from_hex("213100200000000003db7a660000bd12544c666f7900112233445566778899aa"));
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->kind, Packet::Kind::hello_reply);
}

TEST(Packet, WideDeviceIdsSurvive) {
  const auto packet = decode(encode_hello_reply({0x1234567890abcdefU, 7}));
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->header.device_id, 0x1234567890abcdefU);
}

TEST(Packet, MalformedDatagramsAreRefusedWithTheReason) {
  const std::pair<std::string, std::string_view> refusals[] = {
      {"", "0 bytes, fewer than 32"},
      {"2131001f", "4 bytes, fewer than 32"},
      {"21320020" + std::string(56, 'f'), "does not begin with 2131"},
      {"21310030" + std::string(56, 'f'), "says 48 bytes, has 32"},
      {"21310021" + std::string(58, 'f'), "33 bytes are no whole blocks"}};
  for (const auto& [hex, reason] : refusals) {
    const auto packet = decode(from_hex(hex));
    ASSERT_FALSE(packet.ok()) << hex;
    EXPECT_EQ(packet.error().code, ErrorCode::corrupt);
    EXPECT_THAT(packet.error().message, testing::HasSubstr(std::string(reason)));
  }
}

TEST(Packet, AnyChangedBitIsNoticed) {
  const auto good = encode_message(header, "{}", keys);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ 1U << bit % 8);
    EXPECT_FALSE(decrypt(bad, keys).ok()) << "bit " << bit;
  }
}

TEST(Packet, AnotherTokenDoesNotOpenIt) {
  const auto other = derive_keys(*parse_token("ffeeddccbbaa99887766554433221100"));
  EXPECT_EQ(decrypt(encode_message(header, "{}", keys), other).error().message, "miio packet: wrong checksum");
}

TEST(Token, IsThirtyTwoDigitsAndNotWhatDevicesSayInsteadOfOne) {
  EXPECT_TRUE(parse_token("00112233445566778899AABBccddeeff").ok());
  for (const auto& bad :
       {""s, "00112233"s, std::string(32, 'g'), std::string(34, 'a'), std::string(32, '0'), std::string(32, 'F')}) {
    EXPECT_FALSE(parse_token(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace entente::miio
