// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/import_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace entente::apps {
namespace {

using testing::HasSubstr;

constexpr const char* token = "00112233445566778899aabbccddeeff";

std::vector<ImportedDevice> read(std::string_view text) {
  const auto devices = parse_device_export(text, "file");
  EXPECT_TRUE(devices.ok()) << devices.error().message;
  return devices.ok() ? *devices : std::vector<ImportedDevice>();
}

void expect_lamp(const ImportedDevice& lamp) {
  EXPECT_EQ(lamp.name, "Bedroom Lamp");
  EXPECT_EQ(lamp.model, "yeelink.light.color1");
  EXPECT_EQ(lamp.host, "192.168.1.20");
  EXPECT_EQ(lamp.token, token);
  EXPECT_EQ(lamp.device_id, "12345678");
  EXPECT_EQ(what_is_missing(lamp), "");
}

TEST(ImportFile, JsonOfTheTokenExtractor) {
  const auto devices = read(R"([{"server": "de", "homes": [{"home_id": 1, "devices": [
    {"name": "Bedroom Lamp", "id": "12345678", "mac": "AA:BB", "ip": "192.168.1.20",
     "token": "00112233445566778899AABBCCDDEEFF", "model": "yeelink.light.color1"},
    {"name": "Thermometer", "id": "blt.3.x", "mac": "CC", "ip": null, "token": "0102030405060708090a0b0c", "model": "m"},
    {"name": "Sensor", "id": "lumi.1", "token": "0102030405060708090a0b0c0d0e0f10", "model": "lumi.sensor.x"}
  ]}]}])");
  ASSERT_EQ(devices.size(), 2U);
  expect_lamp(devices[0]);
  EXPECT_THAT(what_is_missing(devices[1]), HasSubstr("through a gateway"));
}

TEST(ImportFile, ThePrintedListOfTheTokenExtractor) {
  const auto devices = read(R"(Devices found for server "de" @ home "1":
   ---------
   NAME:     Bedroom Lamp
   ID:       12345678
   MAC:      AA:BB:CC:DD:EE:FF
   IP:       192.168.1.20
   TOKEN:    00112233445566778899aabbccddeeff
   MODEL:    yeelink.light.color1
   ---------
   NAME:     Plug
   ID:       2
   IP:       192.168.1.21
   TOKEN:    0102030405060708090a0b0c0d0e0f10
   MODEL:    chuangmi.plug.m1
   ---------
)");
  ASSERT_EQ(devices.size(), 2U);
  expect_lamp(devices[0]);
  EXPECT_EQ(devices[1].model, "chuangmi.plug.m1");
}

TEST(ImportFile, ThePrintedListOfPythonMiio) {
  const auto devices = read(R"(== Bedroom Lamp (Device online ) ==
    Model: yeelink.light.color1
    Token: 00112233445566778899aabbccddeeff
    IP: 192.168.1.20 (mac: AA:BB:CC:DD:EE:FF)
    DID: 12345678
    Locale: de
)");
  ASSERT_EQ(devices.size(), 1U);
  expect_lamp(devices[0]);
}

TEST(ImportFile, CsvInAnyOrderAndWithAnySeparator) {
  for (const char* text :
       {"name,id,mac,ip,token,model\nBedroom Lamp,12345678,AA,192.168.1.20,00112233445566778899aabbccddeeff,"
        "yeelink.light.color1\n",
        "Model;Token;Name;LocalIP;DID\r\nyeelink.light.color1;00112233445566778899aabbccddeeff;\"Bedroom Lamp\";"
        "192.168.1.20;12345678\r\n\r\n"}) {
    const auto devices = read(text);
    ASSERT_EQ(devices.size(), 1U) << text;
    expect_lamp(devices[0]);
  }
}

TEST(ImportFile, QuotesHoldSeparators) {
  const auto devices = read("name,ip,token,model\n\"Lamp, \"\"big\"\"\",10.0.0.1,00112233445566778899aabbccddeeff,m\n");
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].name, "Lamp, \"big\"");
}

TEST(ImportFile, AHomebridgeConfiguration) {
  const auto devices = read(R"({"bridge": {"name": "x"}, "platforms": [{"platform": "miot", "devices": [
    {"name": "Bedroom Lamp", "ip": "192.168.1.20", "token": "00112233445566778899aabbccddeeff",
     "deviceId": "12345678", "model": "yeelink.light.color1"}]}]})");
  ASSERT_EQ(devices.size(), 1U);
  expect_lamp(devices[0]);
}

TEST(ImportFile, ADeviceListedTwiceIsOne) {
  const auto devices =
      read("name,ip,token\nA,1.1.1.1,00112233445566778899aabbccddeeff\nA,1.1.1.1,00112233445566778899aabbccddeeff\n");
  EXPECT_EQ(devices.size(), 1U);
  EXPECT_THAT(what_is_missing(devices[0]), HasSubstr("model"));
}

TEST(ImportFile, WithoutATokenThereIsNothingToRead) {
  for (const char* text : {"", "hello", "{}", "[1, 2]", "name,ip,token\n", "{\"token\": \"xyz\"}"}) {
    EXPECT_FALSE(parse_device_export(text, "file").ok()) << text;
  }
  EXPECT_THAT(parse_device_export("{", "file").error().message, HasSubstr("file: not JSON"));
}

}  // namespace
}  // namespace entente::apps
