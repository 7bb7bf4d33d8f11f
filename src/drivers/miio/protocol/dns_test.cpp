// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/dns.h"

#include <gtest/gtest.h>

namespace entente::miio {
namespace {

using net::Bytes;

// A message as a device on the network sends it, put together piece by piece.
class Message {
 public:
  explicit Message(std::uint16_t answers, std::uint16_t flags = 0x8400) {
    for (const std::uint16_t number :
         {std::uint16_t{0}, flags, std::uint16_t{0}, answers, std::uint16_t{0}, std::uint16_t{0}}) {
      put(number);
    }
  }
  Message& put(std::uint16_t number) {
    bytes.push_back(static_cast<std::uint8_t>(number >> 8U));
    bytes.push_back(static_cast<std::uint8_t>(number));
    return *this;
  }
  Message& label(std::string_view text) {
    bytes.push_back(static_cast<std::uint8_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
    return *this;
  }
  Message& service() { return label("_miio").label("_udp").label("local").end(); }
  Message& end() {
    bytes.push_back(0);
    return *this;
  }
  Message& record(std::uint16_t type, std::uint16_t length, std::uint16_t life = 120) {
    return put(type).put(0x8001).put(0).put(life).put(length);
  }
  Bytes bytes;
};

constexpr std::uint16_t service_at = 0xc00c;  // where the first record's name stands
constexpr std::uint16_t local_at = 23;        // and its last label

Bytes full_announcement(std::uint16_t life = 120) {
  Message message(3);
  message.service().record(12, 36, life);
  const auto instance = static_cast<std::uint16_t>(0xc000U | message.bytes.size());
  message.label("yeelink-light-color1_miio12345678").put(service_at);
  message.put(instance)
      .record(33, 13, life)
      .put(0)
      .put(0)
      .put(54321)
      .label("lamp")
      .put(static_cast<std::uint16_t>(0xc000U | local_at));
  message.label("lamp").put(static_cast<std::uint16_t>(0xc000U | local_at)).record(1, 4, life);
  message.bytes.insert(message.bytes.end(), {192, 168, 1, 20});
  return message.bytes;
}

TEST(Dns, AsksForTheService) {
  const Bytes question = encode_dns_question(miio_service, true);
  const Bytes expected = {0,   0, 0,   0,   0,   1,   0, 0,   0,   0,   0,   0,   5, '_', 'm', 'i',  'i',
                          'o', 4, '_', 'u', 'd', 'p', 5, 'l', 'o', 'c', 'a', 'l', 0, 0,   12,  0x80, 1};
  EXPECT_EQ(question, expected);
  EXPECT_FALSE(decode_dns_answer(question).ok());
}

TEST(Dns, AnAnnouncementTellsModelIdAndAddress) {
  const auto records = decode_dns_answer(full_announcement());
  ASSERT_TRUE(records.ok()) << records.error().message;
  const auto found = announcements_in(*records);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].model, "yeelink.light.color1");
  EXPECT_EQ(found[0].device_id, "12345678");
  EXPECT_EQ(found[0].at.to_string(), "192.168.1.20:54321");
  EXPECT_FALSE(found[0].goodbye);
}

TEST(Dns, ALifeOfZeroIsAGoodbye) {
  const auto found = announcements_in(*decode_dns_answer(full_announcement(0)));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].goodbye);
}

TEST(Dns, WhatIsCutAnywhereIsNoAnswer) {
  const Bytes whole = full_announcement();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_dns_answer(net::ByteSpan(whole).first(size)).ok()) << size;
  }
}

TEST(Dns, NamesThatGoInCirclesAreRefused) {
  Message to_itself(1);
  to_itself.put(0xc00c).record(1, 4).put(0).put(0);
  EXPECT_FALSE(decode_dns_answer(to_itself.bytes).ok());
  Message forwards(1);
  forwards.put(0xc010).record(1, 4).put(0).put(0);
  EXPECT_FALSE(decode_dns_answer(forwards.bytes).ok());
}

TEST(Dns, InstancesAreModelAndId) {
  const auto vacuum = parse_instance("roborock-vacuum-s5_miio260426251._miio._udp.local");
  ASSERT_TRUE(vacuum.has_value());
  EXPECT_EQ(vacuum->model, "roborock.vacuum.s5");
  EXPECT_EQ(vacuum->device_id, "260426251");
  for (const char* other : {"printer._ipp._tcp.local", "x_miio._miio._udp.local", "_miio1._miio._udp.local",
                            "x_miio12a._miio._udp.local", "_miio._udp.local", ""}) {
    EXPECT_FALSE(parse_instance(other).has_value()) << other;
  }
}

}  // namespace
}  // namespace entente::miio
