// SPDX-License-Identifier: GPL-3.0-or-later
// Each kind of device in specs/, as it is announced, told and ordered.
#include "doors/mqtt_announce/protocol/entities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/home/spec_library.h"

namespace entente::mqtt_announce {
namespace {

using home::Trait;
using model::Value;
using testing::ElementsAre;
using testing::IsEmpty;

const Naming naming{"homeassistant", "entente_1"};

home::DeviceView device_of(const std::string& model) {
  const std::filesystem::path folders[] = {"specs"};
  static const auto library = home::SpecLibrary::load(folders);
  const auto spec = library.find(model);
  EXPECT_TRUE(spec.ok()) << model;
  home::DeviceView device;
  device.id.text = "thing-1";
  device.name = "The thing";
  device.room = "kitchen";
  device.model = model;
  device.spec = *spec;
  device.domain = home::domain_of(*device.spec);
  device.address.driver = "miio";
  device.reach = home::Reach::reachable;
  return device;
}

void know(home::DeviceView& device, Trait trait, Value value) {
  device.state.push_back({*home::find_property(*device.spec, trait), std::move(value), {}});
}

Json announced(const home::DeviceView& device, const std::string& component, const std::string& object = "thing-1") {
  const auto all = announcements_of(device, naming);
  const auto found = all.find("homeassistant/" + component + "/entente_1/" + object + "/config");
  if (found == all.end()) return Json();
  return *parse_json(found->second, "test");
}

std::string told(const home::DeviceView& device, const std::string& leaf) {
  const auto all = states_of(device, naming);
  const auto found = all.find("entente/entente_1/device/thing-1/" + leaf);
  return found == all.end() ? "nothing" : found->second;
}

// "property value", or the error.
std::string ordered(const home::DeviceView& device, std::string_view trait, std::string_view payload) {
  const auto order = order_for(device, trait, payload);
  if (!order.ok()) return order.error().message;
  if (const auto* call = std::get_if<model::ActionCall>(&*order)) {
    return device.spec->action(call->id)->type.name;
  }
  const auto& write = std::get<model::PropertyWrite>(*order);
  return device.spec->property(write.id)->type.name + " " + model::to_text(write.value);
}

TEST(Entities, ALampIsALightWithWhatItCan) {
  const auto config = announced(device_of("entente.light.color1"), "light");
  EXPECT_EQ(config["unique_id"], "entente_1_thing-1");
  EXPECT_EQ(config["command_topic"], "entente/entente_1/device/thing-1/on/set");
  EXPECT_EQ(config["brightness_state_topic"], "entente/entente_1/device/thing-1/brightness");
  EXPECT_EQ(config["brightness_scale"], 100);
  EXPECT_EQ(config["min_mireds"], 154);
  EXPECT_EQ(config["max_mireds"], 370);
  EXPECT_EQ(config["device"]["name"], "The thing");
  EXPECT_EQ(config["device"]["suggested_area"], "kitchen");
  EXPECT_EQ(config["availability_mode"], "all");
  EXPECT_TRUE(announced(device_of("entente.light.white1"), "light").count("rgb_command_topic") == 0);
}

TEST(Entities, ALampSaysItsStateAndTakesOrders) {
  auto lamp = device_of("entente.light.color1");
  EXPECT_EQ(told(lamp, "on"), "nothing");
  know(lamp, Trait::on, true);
  know(lamp, Trait::brightness, std::int64_t{40});
  know(lamp, Trait::color_temperature, std::int64_t{4000});
  know(lamp, Trait::color, std::int64_t{0x0a141e});
  EXPECT_EQ(told(lamp, "on"), "ON");
  EXPECT_EQ(told(lamp, "brightness"), "40");
  EXPECT_EQ(told(lamp, "color_temperature"), "250");
  EXPECT_EQ(told(lamp, "color"), "10,20,30");
  EXPECT_EQ(told(lamp, "reach"), "online");
  EXPECT_EQ(ordered(lamp, "on", "OFF"), "on false");
  EXPECT_EQ(ordered(lamp, "brightness", "55"), "brightness 55");
  EXPECT_EQ(ordered(lamp, "color_temperature", "200"), "color-temperature 5000");
  EXPECT_EQ(ordered(lamp, "color", "255,0,1"), "color 16711681");
}

TEST(Entities, WhatIsNoOrderIsRefusedWithTheReason) {
  const auto lamp = device_of("entente.light.color1");
  EXPECT_EQ(ordered(lamp, "on", "maybe"), "The thing: on: 'maybe' is no ON or OFF");
  EXPECT_EQ(ordered(lamp, "color", "255,0"), "The thing: color: '255,0' is no colour");
  EXPECT_EQ(ordered(lamp, "brightness", "\xff"), "The thing: brightness: '\xEF\xBF\xBD' is no number");
  EXPECT_EQ(ordered(lamp, "warp", "9"), "The thing has no 'warp'");
  EXPECT_EQ(ordered(lamp, "locked", "LOCK"), "The thing has no locked to set");
  EXPECT_EQ(ordered(lamp, "vacuum", "start"), "The thing cannot do that");
}

TEST(Entities, AFanHasSpeedsModesAndSwings) {
  auto fan = device_of("entente.fan.tower1");
  const auto config = announced(fan, "fan");
  EXPECT_THAT(config["preset_modes"], ElementsAre("straight_wind", "natural_wind", "sleep"));
  EXPECT_TRUE(config.contains("percentage_command_topic") && config.contains("oscillation_command_topic"));
  EXPECT_EQ(ordered(fan, "mode", "natural_wind"), "mode 1");
}

TEST(Entities, LevelsAreToldInPercent) {
  auto purifier = device_of("entente.airpurifier.home1");
  const auto level = *home::find_property(*purifier.spec, Trait::fan_speed);
  purifier.state.push_back({level, std::int64_t{3}, {}});
  EXPECT_EQ(told(purifier, "fan_speed"), "100");
  purifier.state.back().value = std::int64_t{1};
  EXPECT_EQ(told(purifier, "fan_speed"), "33");
  EXPECT_EQ(announced(purifier, "sensor", "thing-1_pm2_5")["device_class"], "pm25");
  EXPECT_EQ(announced(purifier, "sensor", "thing-1_humidity")["unit_of_measurement"], "%");
}

TEST(Entities, AnAirConditionerThatIsOffIsInTheModeOff) {
  auto cooler = device_of("entente.aircondition.split1");
  const auto config = announced(cooler, "climate");
  EXPECT_THAT(config["modes"], ElementsAre("off", "auto", "cool", "dry", "heat", "fan_only"));
  EXPECT_EQ(config["min_temp"], 16);
  EXPECT_EQ(config["temp_step"], 0.5);
  know(cooler, Trait::on, false);
  know(cooler, Trait::mode, std::int64_t{4});
  EXPECT_EQ(told(cooler, "climate"), "off");
  cooler.state[0].value = true;
  EXPECT_EQ(told(cooler, "climate"), "fan_only");
  EXPECT_EQ(ordered(cooler, "climate", "cool"), "mode 1");
  EXPECT_EQ(ordered(cooler, "climate", "off"), "on false");
  EXPECT_EQ(ordered(cooler, "target_temperature", "21.5"), "target-temperature 21.5");
}

TEST(Entities, ACurtainHasAPositionAndAMotor) {
  const auto curtain = device_of("entente.curtain.motor1");
  EXPECT_EQ(announced(curtain, "cover")["set_position_topic"], "entente/entente_1/device/thing-1/position/set");
  EXPECT_EQ(ordered(curtain, "position", "30"), "target-position 30");
  EXPECT_EQ(ordered(curtain, "motor", "STOP"), "motor-control pause");
  EXPECT_EQ(announced(device_of("entente.garage.door1"), "cover")["device_class"], "garage");
}

TEST(Entities, ALockAVacuumCleanerAndAHumidifierSpeakHomeAssistantsWords) {
  auto lock = device_of("entente.lock.door1");
  know(lock, Trait::locked, true);
  EXPECT_EQ(told(lock, "locked"), "LOCKED");
  EXPECT_EQ(ordered(lock, "locked", "UNLOCK"), "locked false");
  EXPECT_FALSE(announced(lock, "lock").is_null());
  auto vacuum = device_of("entente.vacuum.sweeper1");
  know(vacuum, Trait::status, std::int64_t{6});
  know(vacuum, Trait::mode, std::int64_t{3});
  EXPECT_EQ(told(vacuum, "vacuum"), R"({"fan_speed":"full_speed","state":"docked"})");
  EXPECT_EQ(ordered(vacuum, "vacuum", "start"), "start-sweep");
  EXPECT_EQ(ordered(vacuum, "vacuum", "return_to_base"), "start-charge");
  EXPECT_FALSE(announced(vacuum, "vacuum").is_null());
  const auto humidifier = announced(device_of("entente.humidifier.mist1"), "humidifier");
  EXPECT_EQ(humidifier["min_humidity"], 40);
  EXPECT_THAT(humidifier["modes"], ElementsAre("auto", "sleep", "strong"));
}

TEST(Entities, APlugIsASwitchWithItsPowerBesides) {
  const auto plug = device_of("entente.plug.power1");
  EXPECT_EQ(announced(plug, "switch")["device_class"], "outlet");
  EXPECT_EQ(announced(plug, "sensor", "thing-1_power")["unit_of_measurement"], "W");
}

TEST(Entities, WhatHasNoSpecIsNotAnnounced) {
  home::DeviceView device;
  device.id.text = "x";
  EXPECT_THAT(announcements_of(device, naming), IsEmpty());
}

TEST(Naming, KnowsItsOwnCommands) {
  EXPECT_EQ(naming.command("entente/entente_1/device/lamp-1/on/set"),
            (std::pair<std::string, std::string>("lamp-1", "on")));
  EXPECT_EQ(naming.command("entente/other/device/lamp-1/on/set").first, "");
  EXPECT_EQ(naming.command("entente/entente_1/device/lamp-1/on").first, "");
}

}  // namespace
}  // namespace entente::mqtt_announce
