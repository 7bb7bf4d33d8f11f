// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/device_session.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace entente::miio {
namespace {

using namespace std::chrono_literals;

const Token token = *parse_token("00112233445566778899aabbccddeeff");
const Keys keys = derive_keys(token);

class Device : public testing::Test {
 protected:
  bool obeys(std::int64_t id, std::uint32_t stamp = 1000, std::uint64_t did = 42, const Keys& with = keys) {
    const auto payload = fmt::format(R"({{"id":{},"method":"miIO.info","params":[]}})", id);
    return device.receive(encode_message({did, stamp}, payload, with), now).command.has_value();
  }

  TimePoint now = TimePoint{} + 1h;
  DeviceSession device{token, 42, 1000, now};
};

TEST_F(Device, AnswersAHelloWithItsIdAndClock) {
  now += 5s;
  const auto heard = device.receive(encode_hello(), now);
  ASSERT_TRUE(heard.hello_reply.has_value());
  const auto packet = decode(*heard.hello_reply);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->header.device_id, 42U);
  EXPECT_EQ(packet->header.stamp, 1005U);
}

TEST_F(Device, HandsOutACommand) {
  const auto heard = device.receive(encode_message({42, 1000}, R"({"id":9,"method":"a","params":[1]})", keys), now);
  ASSERT_TRUE(heard.command.has_value());
  EXPECT_EQ(heard.command->id, 9);
  EXPECT_EQ(heard.command->method, "a");
  EXPECT_EQ(heard.command->params, Json::array({1}));
}

TEST_F(Device, IgnoresAnIdThatItHasSeen) {
  EXPECT_TRUE(obeys(9));
  EXPECT_FALSE(obeys(9));
  EXPECT_TRUE(obeys(10));
  EXPECT_FALSE(obeys(9));
}

TEST_F(Device, IsSilentTowardsAnotherTokenAnotherDeviceAndIdZero) {
  const Keys others = derive_keys(*parse_token("ffeeddccbbaa99887766554433221100"));
  EXPECT_FALSE(obeys(1, 1000, 42, others));
  EXPECT_FALSE(obeys(2, 1000, 43));
  EXPECT_FALSE(obeys(0));
  EXPECT_TRUE(obeys(3));
}

TEST_F(Device, IsSilentTowardsAStaleStampAfterItWasSwitchedOff) {
  EXPECT_TRUE(obeys(1, 1000));
  device.reboot(now);
  EXPECT_FALSE(obeys(2, 1000));
  EXPECT_TRUE(obeys(3, 0));
}

TEST_F(Device, SurvivesWhatIsNoRequest) {
  for (const auto* payload :
       {"", "[]", "nonsense", "{\"id\":1}", "{\"method\":\"a\"}", "{\"id\":\"1\",\"method\":1}"}) {
    EXPECT_FALSE(device.receive(encode_message({42, 1000}, payload, keys), now).command.has_value()) << payload;
  }
}

TEST_F(Device, SpeaksUnderItsToken) { EXPECT_EQ(decrypt(device.say("{}", now), keys).value_or("nothing"), "{}"); }

}  // namespace
}  // namespace entente::miio
