// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/virtual_device.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "services/home/spec_library.h"

namespace entente::miio {
namespace {

using namespace std::chrono_literals;
using model::PropertyId;
using model::Value;

std::shared_ptr<const model::DeviceSpec> shipped(std::string_view model) {
  const std::filesystem::path folder[] = {"specs"};
  return home::SpecLibrary::load(folder).find(model).value();
}

class Simulated {
 public:
  explicit Simulated(std::string_view model) : device(shipped(model), {42, "00"}) {}

  Json get(std::string_view params) { return device.handle("get_properties", Json::parse(params), now).result; }
  Json set(std::string_view params) { return device.handle("set_properties", Json::parse(params), now).result; }
  std::int64_t set_code(std::string_view params) { return set(params)[0]["code"].get<std::int64_t>(); }
  std::int64_t act_code(std::string_view params) {
    return device.handle("action", Json::parse(params), now).result["code"].get<std::int64_t>();
  }
  Value value(std::int32_t service, std::int32_t property) { return *device.value({service, property}); }

  VirtualDevice device;
  TimePoint now = TimePoint{} + 1h;
};

TEST(VirtualDevice, EchoesWhatWasAskedWithCodeAndValue) {
  Simulated lamp("entente.light.color1");
  EXPECT_EQ(lamp.get(R"([{"did":"x","siid":2,"piid":2}])"),
            Json::parse(R"([{"did":"x","siid":2,"piid":2,"code":0,"value":60}])"));
}

TEST(VirtualDevice, SaysWhatCannotBeRead) {
  Simulated lamp("entente.light.color1");
  EXPECT_EQ(lamp.get(R"([{"siid":9,"piid":1}])")[0]["code"], -4003);
  EXPECT_EQ(lamp.get(R"([7, null, {}])")[0]["code"], -4003);
}

TEST(VirtualDevice, SetsWhatFitsAndRefusesTheRest) {
  Simulated lamp("entente.light.color1");
  EXPECT_EQ(lamp.set_code(R"([{"siid":2,"piid":2,"value":35}])"), 0);
  EXPECT_EQ(lamp.value(2, 2), Value{std::int64_t{35}});
  const std::pair<std::string_view, int> refusals[] = {{R"([{"siid":2,"piid":2,"value":0}])", -4005},
                                                       {R"([{"siid":2,"piid":2,"value":101}])", -4005},
                                                       {R"([{"siid":2,"piid":2,"value":"35"}])", -4005},
                                                       {R"([{"siid":2,"piid":2,"value":35.5}])", -4005},
                                                       {R"([{"siid":2,"piid":2}])", -4005},
                                                       {R"([{"siid":2,"piid":1,"value":1}])", -4005},
                                                       {R"([{"siid":2,"piid":5,"value":9}])", -4005},
                                                       {R"([{"siid":1,"piid":2,"value":"x"}])", -4002},
                                                       {R"([{"siid":2,"piid":77,"value":1}])", -4003}};
  for (const auto& [params, code] : refusals) EXPECT_EQ(lamp.set_code(params), code) << params;
  EXPECT_EQ(lamp.value(2, 2), Value{std::int64_t{35}});
}

TEST(VirtualDevice, ToggleTurnsTheSwitchOfItsService) {
  Simulated plug("entente.plug.power1");
  EXPECT_EQ(plug.act_code(R"({"siid":2,"aiid":1,"in":[]})"), 0);
  EXPECT_EQ(plug.value(2, 1), Value{true});
  EXPECT_EQ(plug.act_code(R"({"siid":2,"aiid":1})"), 0);
  EXPECT_EQ(plug.value(2, 1), Value{false});
}

TEST(VirtualDevice, AnActionTakesItsArgumentsAndNoOthers) {
  Simulated lamp("entente.light.color1");
  EXPECT_EQ(lamp.act_code(R"({"siid":2,"aiid":1,"in":[1]})"), -4006);
  EXPECT_EQ(lamp.act_code(R"({"siid":2,"aiid":1,"in":{}})"), -4006);
  EXPECT_EQ(lamp.act_code(R"({"siid":2,"aiid":99,"in":[]})"), -4003);
}

TEST(VirtualDevice, ArgumentsMayBeBareOrWithTheirNumber) {
  auto spec = std::make_shared<model::DeviceSpec>(*shipped("entente.vacuum.sweeper1"));
  auto& service = spec->services[1];
  model::Property rooms;
  rooms.id = 4;
  service.properties.push_back(rooms);
  service.actions[0].in = {4};
  VirtualDevice device(spec, {42, "00"});
  const auto code = [&](std::string_view in) {
    const auto params = Json::parse(fmt::format(R"({{"siid":2,"aiid":1,"in":{}}})", in));
    return device.handle("action", params, TimePoint{}).result["code"].get<std::int64_t>();
  };
  EXPECT_EQ(code(R"(["1,2"])"), 0);
  EXPECT_EQ(code(R"([{"piid":4,"value":"1,2"}])"), 0);
  EXPECT_EQ(code(R"([{"piid":5,"value":"1,2"}])"), -4006);
  EXPECT_EQ(code(R"([{"piid":4}])"), -4006);
  EXPECT_EQ(code(R"([3])"), -4006);
}

TEST(VirtualDevice, AVacuumCleanerSweepsStopsAndGoesHome) {
  Simulated vacuum("entente.vacuum.sweeper1");
  const auto status = [&] {
    (void)vacuum.get("[]");
    return model::to_number(vacuum.value(2, 1)).value_or(-1);
  };
  EXPECT_EQ(status(), 2);
  EXPECT_EQ(vacuum.act_code(R"({"siid":2,"aiid":1,"in":[]})"), 0);
  EXPECT_EQ(status(), 1);
  EXPECT_EQ(vacuum.act_code(R"({"siid":3,"aiid":1,"in":[]})"), 0);
  EXPECT_EQ(status(), 5);
  vacuum.now += 6s;
  EXPECT_EQ(status(), 6);
  EXPECT_EQ(vacuum.value(3, 2), Value{std::int64_t{1}});
  EXPECT_EQ(vacuum.act_code(R"({"siid":2,"aiid":2,"in":[]})"), 0);
  EXPECT_EQ(status(), 2);
}

TEST(VirtualDevice, TellsOfEachChangeOnce) {
  Simulated lamp("entente.light.color1");
  int changes = 0;
  lamp.device.on_changed([&](PropertyId, const Value&) { ++changes; });
  lamp.set(R"([{"siid":2,"piid":1,"value":true}])");
  lamp.set(R"([{"siid":2,"piid":1,"value":true}])");
  lamp.device.set({2, 2}, Value{std::int64_t{7}});
  lamp.device.set({9, 9}, Value{true});
  EXPECT_EQ(changes, 2);
}

TEST(VirtualDevice, SaysWhoItIs) {
  Simulated lamp("entente.light.color1");
  const auto info = lamp.device.handle("miIO.info", Json::array(), lamp.now).result;
  EXPECT_EQ(info["model"], "entente.light.color1");
  EXPECT_EQ(info["mac"], "02:00:00:00:00:2A");
}

TEST(VirtualDevice, RefusesMethodsAndParametersThatItDoesNotKnow) {
  Simulated lamp("entente.light.color1");
  const std::tuple<const char*, Json, int> refusals[] = {{"set_power", Json::array({"on"}), -32601},
                                                         {"get_properties", Json::object(), -32602},
                                                         {"set_properties", Json("x"), -32602},
                                                         {"action", Json::array(), -32602}};
  for (const auto& [method, params, code] : refusals) {
    EXPECT_EQ(lamp.device.handle(method, params, lamp.now).error_code, code) << method;
  }
}

}  // namespace
}  // namespace entente::miio
