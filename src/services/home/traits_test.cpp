// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/traits.h"

#include <gtest/gtest.h>

namespace entente::home {
namespace {

using model::Format;
using model::Property;
using model::PropertyId;
using model::Service;

model::Urn urn(std::string_view type, std::string_view name, std::string_view space = "miot-spec-v2") {
  return {std::string(space), std::string(type), std::string(name), "", "", ""};
}
Property property(std::int32_t id, std::string_view name, Format format) {
  Property made;
  made.id = id;
  made.type = urn("property", name);
  made.format = format;
  made.readable = made.writable = true;
  return made;
}
Property ranged(std::int32_t id, std::string_view name, double low, double high) {
  Property made = property(id, name, Format::uint8);
  made.range = model::ValueRange{low, high, 1};
  return made;
}
Property listed(std::int32_t id, std::string_view name, std::vector<model::ListedValue> list) {
  Property made = property(id, name, Format::uint8);
  made.list = std::move(list);
  return made;
}
Service service(std::int32_t id, std::string_view name, std::vector<Property> properties) {
  Service made;
  made.id = id;
  made.type = urn("service", name);
  made.properties = std::move(properties);
  return made;
}
model::DeviceSpec device(std::string_view type, std::vector<Service> services) {
  model::DeviceSpec made;
  made.type = urn("device", type);
  made.services = std::move(services);
  return made;
}

TEST(Traits, TheSwitchOfAPlugIsNotItsIndicatorLight) {
  const auto spec = device("outlet", {service(2, "indicator-light", {property(1, "on", Format::boolean)}),
                                      service(3, "switch", {property(1, "on", Format::boolean)})});
  EXPECT_EQ(find_property(spec, Trait::on), (PropertyId{3, 1}));
}

TEST(Traits, AVendorsPropertyWithAStandardNameDoesNotCount) {
  auto own = property(1, "on", Format::boolean);
  own.type.space = "cuco-spec";
  const auto spec = device("outlet", {service(2, "switch", {own, property(7, "on", Format::boolean)})});
  EXPECT_EQ(find_property(spec, Trait::on), (PropertyId{2, 7}));
}

TEST(Traits, ASwitchThatHoldsTextIsNoSwitch) {
  const auto spec = device("vacuum", {service(2, "vacuum", {property(9, "on", Format::text)})});
  EXPECT_EQ(find_property(spec, Trait::on), std::nullopt);
}

TEST(Traits, ADisplaysBrightnessIsNotALamps) {
  const auto spec =
      device("fan", {service(2, "fan", {property(1, "on", Format::boolean), ranged(7, "brightness", 0, 100)}),
                     service(3, "screen", {ranged(1, "brightness", 0, 100)})});
  EXPECT_EQ(find_property(spec, Trait::brightness), std::nullopt);
}

TEST(Traits, TheLampOfACeilingFanHasBrightness) {
  const auto spec = device("fan", {service(2, "fan", {property(1, "on", Format::boolean)}),
                                   service(4, "light", {ranged(2, "brightness", 1, 100)})});
  EXPECT_EQ(find_property(spec, Trait::brightness), (PropertyId{4, 2}));
}

TEST(Traits, AFansPercentageGoesBeforeItsLevels) {
  const auto levels = listed(2, "fan-level", {{1, "Level1"}, {2, "Level2"}});
  EXPECT_EQ(
      find_property(device("fan", {service(2, "fan", {levels, ranged(6, "fan-level", 1, 100)})}), Trait::fan_speed),
      (PropertyId{2, 6}));
  EXPECT_EQ(
      find_property(device("fan", {service(2, "fan", {levels, ranged(9, "speed-level", 1, 100)})}), Trait::fan_speed),
      (PropertyId{2, 9}));
  EXPECT_EQ(find_property(device("fan", {service(2, "fan", {levels})}), Trait::fan_speed), (PropertyId{2, 2}));
}

TEST(Traits, LevelsThatAreAllModesAreNoSpeed) {
  const auto modes = listed(2, "fan-level", {{0, "Auto"}, {1, "Sleep"}, {2, "Favorite"}});
  EXPECT_EQ(find_property(device("air-purifier", {service(2, "air-purifier", {modes})}), Trait::fan_speed),
            std::nullopt);
}

TEST(Traits, AnAirConditionersSpeedStandsInItsFanControl) {
  const auto spec = device(
      "air-conditioner", {service(2, "air-conditioner", {property(1, "on", Format::boolean)}),
                          service(3, "fan-control", {listed(1, "fan-level", {{0, "Auto"}, {1, "Low"}, {2, "High"}})})});
  EXPECT_EQ(find_property(spec, Trait::fan_speed), (PropertyId{3, 1}));
  EXPECT_EQ(find_property(spec, Trait::on), (PropertyId{2, 1}));
}

TEST(Traits, APlugsOwnWarmthIsNotTheRooms) {
  const auto plug = device("outlet", {service(2, "switch", {ranged(2, "temperature", 0, 100)})});
  EXPECT_EQ(find_property(plug, Trait::temperature), std::nullopt);
  const auto kettle = device("kettle", {service(2, "kettle", {ranged(1, "temperature", 0, 100)})});
  EXPECT_EQ(find_property(kettle, Trait::temperature), (PropertyId{2, 1}));
}

TEST(Traits, DockingStandsInTheBatteryOrInTheVacuumItself) {
  model::Action charge;
  charge.id = 1;
  charge.type = urn("action", "start-charge");
  for (const auto* holder : {"battery", "vacuum"}) {
    auto spec = device("vacuum", {service(3, holder, {})});
    spec.services[0].actions = {charge};
    EXPECT_EQ(find_action(spec, Trait::dock), (model::ActionId{3, 1})) << holder;
  }
}

TEST(Traits, AnActionThatNeedsArgumentsIsNoStart) {
  model::Action rooms;
  rooms.id = 1;
  rooms.type = urn("action", "start-sweep");
  rooms.in = {4};
  auto spec = device("vacuum", {service(2, "vacuum", {})});
  spec.services[0].actions = {rooms};
  EXPECT_EQ(find_action(spec, Trait::start_cleaning), std::nullopt);
}

TEST(Traits, ACurtainGoesWhereItIsTold) {
  const auto told = ranged(2, "target-position", 0, 100), seen = ranged(3, "current-position", 0, 100);
  EXPECT_EQ(find_property(device("curtain", {service(2, "curtain", {seen, told})}), Trait::position),
            (PropertyId{2, 2}));
  EXPECT_EQ(find_property(device("garage-door", {service(2, "curtain", {told})}), Trait::position), (PropertyId{2, 2}));
  EXPECT_EQ(domain_of(device("garage-door", {})), "cover");
}

TEST(Traits, ASpeakersVolumeIsNotItsAlarms) {
  const auto spec = device("speaker", {service(2, "alarm", {ranged(1, "volume", 0, 100)}),
                                       service(3, "speaker", {ranged(1, "volume", 0, 100)})});
  EXPECT_EQ(find_property(spec, Trait::volume), (PropertyId{3, 1}));
}

TEST(Traits, AnAirConditionersSwingStandsInItsFanControl) {
  const auto spec =
      device("air-conditioner", {service(2, "air-conditioner", {property(1, "on", Format::boolean)}),
                                 service(3, "fan-control", {property(2, "vertical-swing", Format::boolean)})});
  EXPECT_EQ(find_property(spec, Trait::swing), (PropertyId{3, 2}));
}

TEST(Traits, AnUnknownDeviceIsSwitchedByItsFirstRealService) {
  const auto spec = device("foot-bath", {service(2, "alarm", {property(1, "on", Format::boolean)}),
                                         service(3, "foot-bath-tub", {property(1, "on", Format::boolean)})});
  EXPECT_EQ(find_property(spec, Trait::on), (PropertyId{3, 1}));
  EXPECT_EQ(domain_of(spec), "other");
}

TEST(Traits, AFanLevelWhoseWordsAreNoLevelsIsAMode) {
  const auto modes = listed(2, "fan-level", {{0, "Auto"}, {1, "Sleep"}, {2, "Favorite"}});
  const auto spec = device("air-purifier", {service(2, "air-purifier", {modes})});
  EXPECT_EQ(find_property(spec, Trait::mode), (PropertyId{2, 2}));
  EXPECT_EQ(find_property(spec, Trait::fan_speed), std::nullopt);
}

TEST(Traits, AnApplianceIsStartedAndStoppedByItsActions) {
  auto fryer = service(2, "air-fryer", {});
  for (const auto* name : {"start-cook", "cancel-cooking"}) {
    model::Action action;
    action.id = static_cast<std::int32_t>(fryer.actions.size()) + 1;
    action.type = urn("action", name);
    fryer.actions.push_back(action);
  }
  const auto spec = device("air-fryer", {fryer});
  EXPECT_EQ(find_action(spec, Trait::start), (model::ActionId{2, 1}));
  EXPECT_EQ(find_action(spec, Trait::stop), (model::ActionId{2, 2}));
}

}  // namespace
}  // namespace entente::home
