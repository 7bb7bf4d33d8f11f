// SPDX-License-Identifier: GPL-3.0-or-later
// The driver and simulated devices, with real datagrams over loopback.
#include "drivers/miio/miio_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/miio/result_code.h"
#include "drivers/miio/simulated_device.h"
#include "services/home/spec_library.h"

namespace entente::miio {
namespace {

using model::PropertyId;
using model::Value;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr PropertyId on = {2, 1};
constexpr PropertyId brightness = {2, 2};

std::shared_ptr<const model::DeviceSpec> shipped(std::string_view model) {
  const std::filesystem::path folder[] = {"specs"};
  return home::SpecLibrary::load(folder).find(model).value();
}

class DriverTest : public testing::Test {
 protected:
  DriverTest() { start("entente.light.color1"); }

  void start(std::string_view model) {
    spec = shipped(model);
    device = SimulatedDevice::open(loop, spec, {}).value();
    link = connect("00112233445566778899aabbccddeeff");
  }
  std::unique_ptr<home::Link> connect(std::string token) {
    home::Address address;
    address.host = "127.0.0.1";
    address.port = device->endpoint().port();
    address.token = std::move(token);
    return driver->connect(address, *spec).value();
  }
  template <class T>
  T run(Task<T> task) {
    return std::move(*loop.run_until_complete(std::move(task)));
  }
  Result<std::vector<home::Reading>> read(std::vector<PropertyId> properties) {
    return run(link->read(std::move(properties)));
  }
  Result<void> write(PropertyId id, Value value) {
    std::vector<model::PropertyWrite> writes = {{id, std::move(value)}};
    const auto written = run(link->write(std::move(writes)));
    if (!written.ok()) return written.error();
    return written->front().outcome;
  }

  net::EventLoop loop;
  std::unique_ptr<MiioDriver> driver = MiioDriver::open(loop).value();
  std::shared_ptr<const model::DeviceSpec> spec;
  std::unique_ptr<SimulatedDevice> device;
  std::unique_ptr<home::Link> link;
};

TEST_F(DriverTest, ReadsInTheOrderAsked) {
  const auto readings = read({brightness, on});
  ASSERT_TRUE(readings.ok()) << readings.error().message;
  ASSERT_EQ(readings->size(), 2U);
  EXPECT_EQ((*readings)[0].id, brightness);
  EXPECT_EQ(*(*readings)[0].value, Value{std::int64_t{60}});
  EXPECT_EQ(*(*readings)[1].value, Value{false});
  EXPECT_EQ(link->reach(), home::Reach::reachable);
}

TEST_F(DriverTest, ReadsMoreThanOneRequestHolds) {
  std::vector<PropertyId> many(40, brightness);
  const auto readings = read(many);
  ASSERT_TRUE(readings.ok());
  EXPECT_EQ(readings->size(), 40U);
}

TEST_F(DriverTest, AHostMayBeAName) {
  home::Address address;
  address.host = "localhost";
  address.port = device->endpoint().port();
  address.token = "00112233445566778899aabbccddeeff";
  link = driver->connect(address, *spec).value();
  EXPECT_TRUE(read({on}).ok());
}

TEST_F(DriverTest, ANameThatLeadsNowhereIsOfflineAndSaysSo) {
  home::Address address;
  address.host = std::string(300, 'x');  // longer than any name, so that no name server is asked
  address.token = "00112233445566778899aabbccddeeff";
  link = driver->connect(address, *spec).value();
  const auto readings = read({on});
  ASSERT_FALSE(readings.ok());
  EXPECT_EQ(readings.error().code, ErrorCode::unavailable);
  EXPECT_THAT(readings.error().message, HasSubstr("not a host name"));
  EXPECT_EQ(link->reach(), home::Reach::offline);
}

TEST_F(DriverTest, WritesAndTheDeviceChanges) {
  ASSERT_TRUE(write(on, Value{true}).ok());
  EXPECT_EQ(*device->value(on), Value{true});
  EXPECT_NE(link->last_sent(), TimePoint{});
}

TEST_F(DriverTest, WhatTheDeviceRefusesIsSaidInWords) {
  EXPECT_EQ(write(brightness, Value{std::int64_t{200}}).error().message,
            "brightness (2.2): the device does not take this value (code -4005)");
  const auto readings = read({{9, 9}, on});
  ASSERT_TRUE(readings.ok());
  EXPECT_EQ((*readings)[0].value.error().code, ErrorCode::not_found);
  EXPECT_TRUE((*readings)[1].value.ok());
}

TEST_F(DriverTest, ActionsAreDone) {
  const auto done = run(link->act({{2, 1}, {}}));
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(*device->value(on), Value{true});
}

TEST_F(DriverTest, AnActionsArgumentsArriveWithTheirNumbers) {
  auto changed = std::make_shared<model::DeviceSpec>(*spec);
  changed->services[1].actions[0].in = {2, 4};
  spec = changed;
  device = SimulatedDevice::open(loop, spec, {}).value();
  link = connect("00112233445566778899aabbccddeeff");
  const Value half = std::int64_t{50};
  EXPECT_TRUE(run(link->act({{2, 1}, {{2, half}, {4, half}}})).ok());
  EXPECT_EQ(run(link->act({{2, 1}, {{4, half}, {2, half}}})).error().message,
            "toggle (2.1): the device does not take these arguments (code -4006)");
}

TEST_F(DriverTest, TheObserverSeesCommandAndChangeAtTheTimeOfArrival) {
  std::vector<std::string> seen;
  TimePoint arrived{};
  device->observe([&](const SimulatedDevice::Happening& happening) {
    const bool command = happening.kind == SimulatedDevice::Happening::Kind::command;
    seen.push_back(command ? happening.method : model::to_text(happening.value));
    arrived = happening.at;
  });
  ASSERT_TRUE(write(on, Value{true}).ok());
  EXPECT_THAT(seen, ElementsAre("set_properties", "true"));
  EXPECT_GE(arrived, link->last_sent());
  EXPECT_LE(arrived, loop.now());
}

TEST_F(DriverTest, AnswersThatComeTwiceHurtNobody) {
  device->set_faults(*Faults::parse("duplicate"));
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(write(brightness, Value{std::int64_t{i}}).ok());
  EXPECT_EQ(*device->value(brightness), Value{std::int64_t{3}});
}

TEST_F(DriverTest, ABusyDeviceIsAskedAgain) {
  device->set_faults(*Faults::parse("error=-9999:1x"));
  EXPECT_TRUE(write(on, Value{true}).ok());
}

TEST_F(DriverTest, ADeviceThatAnswersOnlyAFewPropertiesAtOnceIsAskedForFewer) {
  ASSERT_TRUE(read({on}).ok());
  device->set_faults(*Faults::parse("error=-9999:3x"));
  const auto readings = read({on, brightness, {2, 3}, {2, 4}});
  ASSERT_TRUE(readings.ok());
  EXPECT_EQ(readings->size(), 4U);
}

TEST_F(DriverTest, AnAnswerCutInTheMiddleIsAskedForAgain) {
  ASSERT_TRUE(read({on}).ok());
  device->set_faults(*Faults::parse("broken-json=1x"));
  EXPECT_TRUE(read({on, brightness}).ok());
}

TEST_F(DriverTest, ManyDevicesShareTheSocket) {
  std::vector<std::unique_ptr<SimulatedDevice>> devices;
  std::vector<std::unique_ptr<home::Link>> links;
  for (int i = 0; i < 50; ++i) {
    devices.push_back(SimulatedDevice::open(loop, spec, {}).value());
    home::Address address;
    address.host = "127.0.0.1";
    address.port = devices.back()->endpoint().port();
    address.token = "00112233445566778899aabbccddeeff";
    links.push_back(driver->connect(address, *spec).value());
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    std::vector<model::PropertyWrite> writes = {{brightness, Value{static_cast<std::int64_t>(i + 1)}}};
    ASSERT_TRUE(run(links[i]->write(writes)).ok());
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    EXPECT_EQ(*devices[i]->value(brightness), Value{static_cast<std::int64_t>(i + 1)});
  }
}

TEST_F(DriverTest, ARequestThatIsGivenUpLeavesTheLinkUsable) {
  const auto give_up = [](home::Link& asked) -> Task<void> {
    std::vector<PropertyId> wanted = {on};
    (void)co_await asked.read(wanted);
  };
  {
    TaskGroup group("test");
    group.spawn(give_up(*link));
  }
  EXPECT_TRUE(read({on}).ok());
}

TEST_F(DriverTest, ConnectingChecksTheAddressAndNeverNamesTheToken) {
  home::Address address;
  address.host = "192.168.1.9";
  address.token = "c0ffee";
  const auto refused = driver->connect(address, *spec);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "miio: 192.168.1.9: the token must be 32 hexadecimal digits, it has 6 characters");
  address.host = "";
  EXPECT_THAT(driver->connect(address, *spec).error().message, HasSubstr("host is missing"));
}

TEST_F(DriverTest, ADeviceBehindAGatewayIsReachedThroughIt) {
  device->add_sub_device("blt.3.1abc", shipped("entente.plug.power1"));
  device->add_sub_device("lumi.158d", shipped("entente.light.white1"));
  spec = shipped("entente.plug.power1");
  home::Address address;
  address.host = "127.0.0.1";
  address.port = device->endpoint().port();
  address.token = "00112233445566778899aabbccddeeff";
  address.device_id = "blt.3.1abc";
  link = driver->connect(address, *spec).value();
  ASSERT_TRUE(write(on, Value{true}).ok());
  EXPECT_EQ(*device->sub_device("blt.3.1abc")->value(on), Value{true});
  EXPECT_EQ(*device->sub_device("lumi.158d")->value(on), Value{false});
  EXPECT_EQ(*device->value(on), Value{false});
  EXPECT_EQ(link->hardware_id(), std::to_string(0x0419f3aa));
  address.device_id = "nobody";
  link = driver->connect(address, *spec).value();
  EXPECT_THAT(write(on, Value{true}).error().message, HasSubstr("the gateway knows no such device"));
}

class Listening : public home::LinkObserver {
 public:
  explicit Listening(net::EventLoop& event_loop) : loop(event_loop) {}
  void told(std::vector<home::Reading> state) override {
    for (auto& reading : state) readings.push_back(std::move(reading));
    loop.stop();
  }
  void happened(model::EventId event, std::vector<model::ActionArgument>) override {
    events.push_back(event);
    loop.stop();
  }
  void reach_changed() override { ++reach_changes; }

  net::EventLoop& loop;
  std::vector<home::Reading> readings;
  std::vector<model::EventId> events;
  int reach_changes = 0;
};

TEST_F(DriverTest, WhatADeviceReportsReachesTheObserver) {
  start("entente.vacuum.sweeper1");
  Listening listening(loop);
  link->observe(&listening);
  ASSERT_TRUE(read({{2, 1}}).ok());
  device->report("properties_changed", Json::parse(R"([{"did":"68809642","siid":2,"piid":1,"value":4},
    {"did":"68809642","siid":99,"piid":1,"value":4}, {"did":"other","siid":2,"piid":1,"value":5}])"));
  loop.run();
  ASSERT_EQ(listening.readings.size(), 1U);
  EXPECT_EQ(*listening.readings[0].value, Value{std::int64_t{4}});
  device->report("event_occured",
                 Json::parse(R"({"did":"68809642","siid":3,"eiid":1,"arguments":[{"piid":1,"value":9}]})"));
  loop.run();
  EXPECT_THAT(listening.events, ElementsAre(model::EventId{3, 1}));
  EXPECT_EQ(listening.reach_changes, 1);
  link->observe(nullptr);
}

TEST_F(DriverTest, ADatagramFromAnotherPlaceIsNotTheDevices) {
  Listening listening(loop);
  link->observe(&listening);
  ASSERT_TRUE(read({on}).ok());
  auto stranger = SimulatedDevice::open(loop, spec, {}).value();
  // The stranger has token and id of the device, and speaks to the driver's socket from its own port.
  auto second = connect("00112233445566778899aabbccddeeff");
  std::swap(device, stranger);
  auto to_stranger = connect("00112233445566778899aabbccddeeff");
  std::swap(device, stranger);
  ASSERT_TRUE(run(to_stranger->read({on})).ok());
  stranger->report("properties_changed", Json::parse(R"([{"siid":2,"piid":1,"value":true}])"));
  loop.after(std::chrono::milliseconds(50), [this] { loop.stop(); });
  loop.run();
  EXPECT_TRUE(listening.readings.empty());
  link->observe(nullptr);
}

TEST_F(DriverTest, ADeviceThatFloodsDoesNotHoldUpAnother) {
  auto loud = std::move(device);
  auto loud_link = std::move(link);
  start("entente.light.color1");
  ASSERT_TRUE(run(loud_link->read({on})).ok());
  loud->set_faults(*Faults::parse("flood=20000"));
  for (int i = 1; i <= 20; ++i) EXPECT_TRUE(write(brightness, Value{std::int64_t{i}}).ok());
  EXPECT_EQ(*device->value(brightness), Value{std::int64_t{20}});
}

TEST_F(DriverTest, SearchingTellsHomeWhatIsThere) {
  class Seeing : public home::SightingObserver {
   public:
    explicit Seeing(net::EventLoop& event_loop) : loop(event_loop) {}
    void sighted(home::Sighting sighting) override {
      ids.push_back(sighting.address.hardware_id);
      loop.stop();
    }
    void withdrawn(const home::Address&) override {}
    net::EventLoop& loop;
    std::vector<std::string> ids;
  };
  Seeing seeing(loop);
  MiioDriver::Options options;
  options.look_around = false;
  options.look_at = {device->endpoint()};
  link.reset();
  driver = MiioDriver::open(loop, options).value();
  driver->search(&seeing);
  loop.run();
  EXPECT_THAT(seeing.ids, ElementsAre("68809642"));
  driver->search(nullptr);
}

// A device that knows no MIoT, and a driver with the shipped tables.
class ClassicDriverTest : public DriverTest {
 protected:
  void start_classic(std::string_view model, const ClassicFamily* speaks) {
    spec = shipped(model);
    SimulatedDevice::Options options;
    options.classic = speaks;
    device = SimulatedDevice::open(loop, spec, options).value();
    device->observe([this](const SimulatedDevice::Happening& happening) {
      if (happening.kind == SimulatedDevice::Happening::Kind::command) methods.push_back(happening.method);
    });
    MiioDriver::Options with_tables;
    with_tables.classic = families;
    link.reset();
    driver = MiioDriver::open(loop, with_tables).value();
    link = connect("00112233445566778899aabbccddeeff");
  }

  const ClassicFamilies families = [] {
    const std::filesystem::path folders[] = {"specs/classic"};
    return ClassicFamilies::load(folders);
  }();
  std::vector<std::string> methods;
};

TEST_F(ClassicDriverTest, AKnownModelIsSpokenToInItsOwnWords) {
  start_classic("yeelink.light.color1", families.find("yeelink.light.color1"));
  ASSERT_TRUE(write(on, Value{true}).ok());
  const auto readings = read({on, brightness, {1, 2}});
  ASSERT_TRUE(readings.ok()) << readings.error().message;
  EXPECT_EQ(*(*readings)[0].value, Value{true});
  EXPECT_EQ(*(*readings)[1].value, Value{std::int64_t{60}});
  EXPECT_EQ(*(*readings)[2].value, Value{"yeelink.light.color1"});
  EXPECT_THAT(methods, ElementsAre("set_power", "get_prop", "miIO.info"));
  EXPECT_EQ(link->reach(), home::Reach::reachable);
}

TEST_F(ClassicDriverTest, AnActionIsItsMethods) {
  start_classic("roborock.vacuum.s5", families.find("roborock.vacuum.s5"));
  ASSERT_TRUE(run(link->act({{3, 1}, {}})).ok());
  EXPECT_THAT(methods, ElementsAre("app_pause", "app_charge"));
  const auto status = read({{2, 1}, {3, 1}});
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(*(*status)[0].value, Value{std::int64_t{4}});
  EXPECT_EQ(*(*status)[1].value, Value{std::int64_t{80}});
}

TEST_F(ClassicDriverTest, AModelThatMaySpeakEitherIsAskedOnce) {
  const auto* family = families.find("yeelink.light.unseen7");
  auto unseen = std::make_shared<model::DeviceSpec>(*shipped("yeelink.light.color1"));
  start_classic("yeelink.light.color1", family);
  unseen->model = "yeelink.light.unseen7";
  spec = unseen;
  link = connect("00112233445566778899aabbccddeeff");
  ASSERT_TRUE(read({on}).ok());
  ASSERT_TRUE(read({on}).ok());
  EXPECT_THAT(methods, ElementsAre("get_properties", "get_prop", "get_prop"));
}

TEST_F(ClassicDriverTest, ANewerModelOfAClassicFamilySpeaksMiot) {
  start_classic("yeelink.light.color1", nullptr);
  auto unseen = std::make_shared<model::DeviceSpec>(*spec);
  unseen->model = "yeelink.light.unseen8";
  spec = unseen;
  link = connect("00112233445566778899aabbccddeeff");
  ASSERT_TRUE(write(on, Value{true}).ok());
  EXPECT_THAT(methods, ElementsAre("get_properties", "set_properties"));
}

TEST_F(ClassicDriverTest, OneThatWasTooBusyToSayWhatItSpeaksIsAskedAgain) {
  start_classic("yeelink.light.color1", nullptr);
  auto unseen = std::make_shared<model::DeviceSpec>(*spec);
  unseen->model = "yeelink.light.unseen9";
  spec = unseen;
  link = connect("00112233445566778899aabbccddeeff");
  device->set_faults(*Faults::parse("error=-9999:3x"));
  (void)read({on});
  const auto readings = read({on});
  ASSERT_TRUE(readings.ok()) << readings.error().message;
  EXPECT_TRUE((*readings)[0].value.ok());
}

TEST_F(ClassicDriverTest, WithoutATableSuchADeviceIsUnsupported) {
  start_classic("yeelink.light.color1", families.find("yeelink.light.color1"));
  link.reset();
  driver = MiioDriver::open(loop).value();
  link = connect("00112233445566778899aabbccddeeff");
  (void)read({on, brightness});
  EXPECT_EQ(link->reach(), home::Reach::unsupported);
  const auto readings = read({on});
  ASSERT_FALSE(readings.ok());
  EXPECT_EQ(readings.error().code, ErrorCode::unsupported);
  EXPECT_THAT(readings.error().message, HasSubstr("does not speak MIoT"));
}

TEST_F(ClassicDriverTest, OneNameAtATimeWhereTheDeviceTakesNoMore) {
  start_classic("zhimi.humidifier.ca1", families.find("zhimi.humidifier.ca1"));
  const auto readings = read({{2, 1}, {2, 2}, {3, 1}, {3, 2}});
  ASSERT_TRUE(readings.ok());
  for (const auto& reading : *readings) EXPECT_TRUE(reading.value.ok()) << reading.value.error().message;
  EXPECT_EQ(methods.size(), 4U);
}

TEST_F(ClassicDriverTest, WhatTheProtocolHasNoWordForIsSaid) {
  start_classic("yeelink.light.color1", families.find("yeelink.light.color1"));
  const auto readings = read({{1, 1}});
  ASSERT_TRUE(readings.ok());
  EXPECT_EQ((*readings)[0].value.error().code, ErrorCode::not_found);
  EXPECT_EQ(write({2, 5}, Value{std::int64_t{1}}).error().message, "mode: this model's own protocol cannot set it");
}

TEST(ResultCode, KnowsTheGatewaysFormByItsLastDigits) {
  EXPECT_EQ(to_error(-704042011, "on").code, ErrorCode::unavailable);
  EXPECT_EQ(to_error(-704220043, "on").message, "on: the device does not take this value (code -704220043)");
  EXPECT_EQ(to_error(-12345, "on", "ouch").message, "on: the device refused (code -12345: ouch)");
}

}  // namespace
}  // namespace entente::miio
