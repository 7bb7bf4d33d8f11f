// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped families against the shipped specs: what the table says to a device, and what a device of the table
// understands, are one.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/miio/classic/classic_device.h"
#include "services/home/spec_library.h"
#include "services/home/traits.h"

namespace entente::miio {
namespace {

using model::Value;

const ClassicFamilies& shipped_families() {
  static const ClassicFamilies families = [] {
    const std::filesystem::path folders[] = {"specs/classic"};
    return ClassicFamilies::load(folders);
  }();
  return families;
}

const home::SpecLibrary& shipped_specs() {
  static const home::SpecLibrary specs = [] {
    const std::filesystem::path folders[] = {"specs"};
    return home::SpecLibrary::load(folders);
  }();
  return specs;
}

std::vector<std::string> classic_models() {
  std::vector<std::string> models;
  for (const auto& model : shipped_specs().models()) {
    if (shipped_families().find(model) != nullptr) models.push_back(model);
  }
  return models;
}

// A simulated device of a model, and its table.
class Device {
 public:
  explicit Device(std::string_view model)
      : spec(shipped_specs().find(model).value()),
        family(*shipped_families().find(model)),
        dialect(family, *spec),
        state(spec, {42, "00"}),
        wire(state, family) {}

  Json ask(std::string_view method, const Json& params) {
    const auto answer = wire.handle(method, params, now);
    return answer.error_code == 0 ? answer.result : Json(answer.error_code);
  }
  // What the device says of a property, as our side reads it.
  Result<Value> read(model::PropertyId id) {
    const auto& entry = *dialect.property(id);
    const bool by_name = entry.get->method == "get_prop";
    const Json answer = ask(entry.get->method, by_name ? Json::array({entry.get->name}) : Json::array());
    const Json* said = by_name ? &answer.at(0) : said_of(answer, entry.get->name);
    if (said == nullptr) return Error{ErrorCode::not_found, "not said"};
    return from_classic(entry, *spec->property(id), *said);
  }
  Json write(model::PropertyId id, const Value& value) {
    auto call = setting(*dialect.property(id), *spec->property(id), value);
    if (!call.ok()) return call.error().message;
    for (const auto& name : names_needed(*call)) fill_in(*call, name, ask("get_prop", Json::array({name})).at(0));
    return ask(call->method, call->params);
  }

  std::shared_ptr<const model::DeviceSpec> spec;
  const ClassicFamily& family;
  ClassicDialect dialect;
  VirtualDevice state;
  ClassicDevice wire;
  TimePoint now{};
};

// Some values that the property takes.
std::vector<Value> some_values(const model::Property& property) {
  std::vector<Value> values;
  if (property.format == model::Format::boolean) values = {Value{true}, Value{false}};
  for (const auto& listed : property.list) values.push_back(Value{listed.value});
  if (property.list.empty() && property.range) {
    for (const double number : {property.range->high, property.range->low}) {
      values.push_back(Value{static_cast<std::int64_t>(number)});
    }
  }
  return values;
}

TEST(Classic, EveryShippedFamilyHasAModelAndEveryModelASwitchOrASensor) {
  EXPECT_GE(classic_models().size(), 25U);
  for (const auto& model : classic_models()) {
    const Device device(model);
    EXPECT_FALSE(device.dialect.properties().empty()) << model;
    const auto on = home::find_property(*device.spec, home::Trait::on);
    EXPECT_TRUE(!on || device.dialect.property(*on) != nullptr) << model;
    const auto dock = home::find_action(*device.spec, home::Trait::dock);
    EXPECT_TRUE(!dock || device.dialect.action(*dock) != nullptr) << model;
  }
}

TEST(Classic, EveryPropertyOfAShippedModelIsSaidAndUnderstood) {
  for (const auto& model : classic_models()) {
    Device device(model);
    for (const auto& service : device.spec->services) {
      for (const auto& property : service.properties) {
        const model::PropertyId id = {service.id, property.id};
        if (!property.readable || property.type.name == "manufacturer") continue;
        ASSERT_NE(device.dialect.property(id), nullptr) << model << ' ' << property.type.name;
        const auto value = device.read(id);
        EXPECT_TRUE(value.ok()) << model << ' ' << property.type.name << ": " << value.error().message;
      }
    }
  }
}

TEST(Classic, WhatIsSetIsWhatTheDeviceHasAndSaysThen) {
  for (const auto& model : classic_models()) {
    Device device(model);
    for (const auto& [id, entry] : device.dialect.properties()) {
      const auto& property = *device.spec->property(id);
      if (!property.writable) continue;
      for (const auto& value : some_values(property)) {
        const auto where = fmt::format("{} {} = {}", model, property.type.name, model::to_text(value));
        const auto call = setting(*entry, property, value);
        if (!call.ok()) continue;  // a word that can be said and not ordered: a lamp that runs no scene
        EXPECT_EQ(device.write(id, value), Json::array({"ok"})) << where;
        EXPECT_EQ(*device.state.value(id), value) << where;
        const auto read = device.read(id);
        ASSERT_TRUE(read.ok()) << where;
        EXPECT_EQ(*read, value) << where;
      }
    }
  }
}

TEST(Classic, EveryActionOfAShippedModelIsDone) {
  for (const auto& model : classic_models()) {
    Device device(model);
    for (const auto& service : device.spec->services) {
      for (const auto& action : service.actions) {
        const auto* entry = device.dialect.action({service.id, action.id});
        ASSERT_NE(entry, nullptr) << model << ' ' << action.type.name;
        std::vector<model::ActionArgument> arguments;
        for (const auto in : action.in) arguments.push_back({in, Value{"16,17"}});
        for (const auto& call : entry->calls) {
          const auto filled = with_arguments(call, arguments);
          EXPECT_EQ(device.ask(filled.method, filled.params), Json::array({"ok"})) << model << ' ' << action.type.name;
        }
      }
    }
  }
}

TEST(Classic, ALampSpeaksAsYeelightsDo) {
  Device lamp("yeelink.light.color1");
  const Json names = Json::array({"power", "bright", "ct", "nothing"});
  EXPECT_EQ(lamp.ask("get_prop", names), Json::array({"off", "60", "4000", ""}));
  EXPECT_EQ(lamp.ask("set_power", Json::array({"on", "smooth", 500})), Json::array({"ok"}));
  EXPECT_EQ(lamp.ask("set_ct_abx", Json::array({2700, "sudden", 0})), Json::array({"ok"}));
  EXPECT_EQ(lamp.ask("get_prop", names), Json::array({"on", "60", "2700", ""}));
  EXPECT_EQ(lamp.ask("toggle", Json::array()), Json::array({"ok"}));
  EXPECT_EQ(lamp.ask("get_prop", Json::array({"power"})), Json::array({"off"}));
  EXPECT_EQ(lamp.ask("set_bright", Json::array({200})), -5001);
  EXPECT_EQ(lamp.ask("get_properties", Json::array()), -32601);
}

TEST(Classic, AVacuumCleanerTellsItsStateInNumbersAndSweepsRooms) {
  Device vacuum("roborock.vacuum.s5");
  EXPECT_EQ(vacuum.ask("get_status", Json::array())[0]["state"], 3);
  EXPECT_EQ(vacuum.ask("app_segment_clean", Json::array({16, 17})), Json::array({"ok"}));
  EXPECT_EQ(vacuum.ask("app_start", Json::array()), Json::array({"ok"}));
  EXPECT_EQ(vacuum.ask("get_status", Json::array())[0]["state"], 5);
  EXPECT_EQ(vacuum.ask("app_charge", Json::array()), Json::array({"ok"}));
  EXPECT_EQ(vacuum.ask("get_status", Json::array())[0]["state"], 6);
  const auto* dock = vacuum.dialect.action(*home::find_action(*vacuum.spec, home::Trait::dock));
  ASSERT_EQ(dock->calls.size(), 2U);
  EXPECT_EQ(dock->calls[0].method, "app_pause");
}

TEST(Classic, ARoomListBecomesNumbers) {
  const ClassicCall call = {"app_segment_clean", Json::array({"$1..."})};
  EXPECT_EQ(with_arguments(call, {{3, Value{"16, 17,18"}}}).params, Json::array({16, 17, 18}));
}

TEST(Classic, ADeviceThatTakesOneNameAtATimeRefusesTwo) {
  Device humidifier("zhimi.humidifier.ca1");
  EXPECT_EQ(humidifier.ask("get_prop", Json::array({"power", "mode"})), -9999);
  EXPECT_EQ(humidifier.ask("get_prop", Json::array({"power"})), Json::array({"off"}));
}

TEST(Classic, AFansWindIsSetWithTheSpeedThatItHas) {
  Device fan("zhimi.fan.sa1");
  const auto call = setting(*fan.dialect.property({2, 6}), *fan.spec->property({2, 6}), Value{std::int64_t{1}});
  ASSERT_TRUE(call.ok());
  EXPECT_EQ(call->method, "set_natural_level");
  EXPECT_THAT(names_needed(*call), testing::ElementsAre("speed_level"));
}

}  // namespace
}  // namespace entente::miio
