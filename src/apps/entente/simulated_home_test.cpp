// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/simulated_home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/entente/import_file.h"
#include "base/json.h"

namespace entente::apps {
namespace {

using testing::HasSubstr;

constexpr const char* file = R"(
port = 0
[[device]]
name = "bedroom lamp"
model = "yeelink.light.color1"
room = "bedroom"
aliases = ["night light"]
state = ["light.on=true", "brightness=40"]
faults = "drop=10%"
[[device]]
model = "entente.plug.power1"
token = "0102030405060708090a0b0c0d0e0f10"
)";

std::unique_ptr<SimulatedHome> open_home(net::EventLoop& loop, std::string_view toml) {
  const std::filesystem::path specs[] = {"specs"};
  const std::filesystem::path classic[] = {"specs/classic"};
  auto home = SimulatedHome::open(loop, home::SpecLibrary::load(specs), miio::ClassicFamilies::load(classic),
                                  parse_simulated_home(toml, "home.toml").value());
  EXPECT_TRUE(home.ok()) << home.error().message;
  return std::move(*home);
}

TEST(SimulatedHome, IsWhatItsFileSays) {
  net::EventLoop loop;
  const auto home = open_home(loop, file);
  ASSERT_EQ(home->members().size(), 2U);
  const auto& lamp = home->members()[0];
  EXPECT_TRUE(lamp.classic);
  EXPECT_EQ(*lamp.device->value({2, 1}), model::Value{true});
  EXPECT_EQ(*lamp.device->value({2, 2}), model::Value{std::int64_t{40}});
  EXPECT_EQ(lamp.device->faults().to_text(), "drop=10%");
  const auto& plug = home->members()[1];
  EXPECT_FALSE(plug.classic);
  EXPECT_EQ(plug.settings.name, "entente.plug.power1");
  EXPECT_THAT(home->add_line(lamp), HasSubstr("entente device add 'bedroom lamp' --model yeelink.light.color1 --host "
                                              "127.0.0.1 --port "));
  EXPECT_THAT(home->add_line(lamp), HasSubstr("--room bedroom --alias 'night light'"));
  EXPECT_THAT(home->add_line(plug), HasSubstr("--token 0102030405060708090a0b0c0d0e0f10"));
}

TEST(SimulatedHome, ADeviceWithAnAddressOfItsOwnIsAtTheUsualPort) {
  const auto devices = parse_simulated_home(
      "port = 6000\n[[device]]\nmodel = \"x\"\n[[device]]\nmodel = \"y\"\naddress = \"127.0.0.11\"\n", "home.toml");
  ASSERT_TRUE(devices.ok()) << devices.error().message;
  EXPECT_EQ((*devices)[0].address, "127.0.0.1");
  EXPECT_EQ((*devices)[0].port, 6000);
  EXPECT_EQ((*devices)[1].address, "127.0.0.11");
  EXPECT_EQ((*devices)[1].port, 54321);
}

TEST(SimulatedHome, TokensStayTheSame) {
  net::EventLoop loop;
  EXPECT_EQ(open_home(loop, file)->members()[0].settings.token, open_home(loop, file)->members()[0].settings.token);
}

TEST(SimulatedHome, ItsImportFileIsRead) {
  net::EventLoop loop;
  const auto home = open_home(loop, file);
  const auto imported = parse_device_export(to_text(home->import_file()), "home.json");
  ASSERT_TRUE(imported.ok());
  ASSERT_EQ(imported->size(), 2U);
  EXPECT_EQ((*imported)[0].name, "bedroom lamp");
  EXPECT_EQ((*imported)[0].room, "bedroom");
  EXPECT_EQ((*imported)[0].port, home->members()[0].device->endpoint().port());
}

TEST(SimulatedHome, ObeysWhileItRuns) {
  net::EventLoop loop;
  const auto home = open_home(loop, file);
  EXPECT_EQ(home->obey("faults late=1s:10%"), "all: late=1s:10%\n");
  EXPECT_EQ(home->obey("faults Bedroom lamp: none"), "bedroom lamp: none\n");
  EXPECT_EQ(home->members()[0].device->faults().to_text(), "none");
  EXPECT_EQ(home->members()[1].device->faults().to_text(), "late=1s:10%");
  EXPECT_EQ(home->obey("set bedroom lamp: brightness=70"), "");
  EXPECT_EQ(*home->members()[0].device->value({2, 2}), model::Value{std::int64_t{70}});
  EXPECT_EQ(home->obey("reboot bedroom lamp"), "bedroom lamp: off and on\n");
  EXPECT_THAT(home->obey("list"), HasSubstr("bedroom lamp (yeelink.light.color1, classic)"));
  EXPECT_THAT(home->obey("set sofa: x=1"), HasSubstr("no device is called"));
  EXPECT_THAT(home->obey("set bedroom lamp: volume=1"), HasSubstr("is no PROPERTY=VALUE"));
  EXPECT_THAT(home->obey("faults what"), HasSubstr("is not understood"));
  EXPECT_THAT(home->obey("dance"), HasSubstr("reboot NAME"));
}

TEST(SimulatedHome, WhatIsWrongInTheFileIsNamed) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "no [[device]]"},
      {"[[device]]\nname = \"x\"", "device[0].model a device needs one"},
      {"[[device]]\nmodel = \"x\"\nfaults = \"drop=yes\"", "fault 'drop=yes'"},
      {"[[device]]\nmodel = \"x\"\nspeaks = \"klingon\"", "auto, miot and classic"},
      {"[[device]]\nmodel = \"x\"\ncolour = \"red\"", "colour"}};
  for (const auto& [toml, reason] : wrong) {
    const auto parsed = parse_simulated_home(toml, "home.toml");
    ASSERT_FALSE(parsed.ok()) << toml;
    EXPECT_THAT(parsed.error().message, HasSubstr(reason));
  }
}

}  // namespace
}  // namespace entente::apps
