// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/mqtt_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/task_group.h"
#include "services/home/traits.h"
#include "tests/support/manual_loop.h"
#include "tests/support/mqtt_client.h"

namespace entente::mqtt_discovery {
namespace {

using namespace std::chrono_literals;
using home::Reach;
using model::Value;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto lamp_topic = "homeassistant/light/lamp/config";
constexpr auto lamp =
    R"({"schema":"json","name":null,"unique_id":"u1","command_topic":"z/lamp/set","state_topic":"z/lamp",
  "brightness":true,"supported_color_modes":["brightness"],"device":{"identifiers":["z_lamp"],"name":"Desk lamp","suggested_area":"Office"}})";
constexpr auto meter_topic = "homeassistant/sensor/lamp_power/config";
constexpr auto meter =
    R"({"name":"Power","unique_id":"u2","state_topic":"z/lamp","value_template":"{{ value_json.power }}",
  "device_class":"power","device":{"identifiers":["z_lamp"]}})";

class Sightings : public home::SightingObserver {
 public:
  void sighted(home::Sighting sighting) override { seen.push_back(std::move(sighting)); }
  void withdrawn(const home::Address& address) override { gone.push_back(address.device_id); }
  std::vector<home::Sighting> seen;
  std::vector<std::string> gone;
};

class Listener : public home::LinkObserver {
 public:
  void told(std::vector<home::Reading> state) override {
    for (auto& reading : state) readings.push_back(std::move(reading));
  }
  void happened(model::EventId event, std::vector<model::ActionArgument>) override { events.push_back(event); }
  void reach_changed() override { ++reaches; }
  std::vector<home::Reading> readings;
  std::vector<model::EventId> events;
  int reaches = 0;
};

class TheDriver : public testing::Test {
 protected:
  TheDriver() : driver_(loop_, client_, {}) {
    driver_.search(&sightings_);
    client_.connect();
  }

  void announce(const char* topic, const char* payload) {
    client_.say(topic, payload, true);
    loop_.advance(1s);
  }
  // A link to the lamp, with its observer.
  home::Link& link() {
    home::Address address;
    address.driver = "mqtt";
    address.device_id = "z_lamp";
    spec_ = sightings_.seen.empty() ? std::make_shared<const model::DeviceSpec>() : sightings_.seen.back().spec;
    link_ = *driver_.connect(address, *spec_);
    link_->observe(&listener_);
    loop_.run_ready();
    return *link_;
  }
  model::PropertyId on() { return *home::find_property(*spec_, home::Trait::on); }
  std::optional<Result<std::vector<home::Written>>> turn_on(home::Link& to) {
    std::optional<Result<std::vector<home::Written>>> outcome;
    writes_.spawn(test::store(to.write({{on(), true}}), outcome));
    loop_.run_ready();
    return outcome;
  }

  test::ManualLoop loop_;
  test::FakeMqttClient client_;
  Sightings sightings_;
  Listener listener_;
  MqttDriver driver_;
  std::shared_ptr<const model::DeviceSpec> spec_;
  std::unique_ptr<home::Link> link_;
  TaskGroup writes_{"test"};
};

TEST_F(TheDriver, ReportsADeviceOnceForAllOfItsAnnouncements) {
  client_.say(lamp_topic, lamp, true);
  client_.say(meter_topic, meter, true);
  EXPECT_THAT(sightings_.seen, IsEmpty());
  loop_.advance(1s);
  ASSERT_EQ(sightings_.seen.size(), 1U);
  const auto& seen = sightings_.seen.front();
  EXPECT_EQ(seen.name, "Desk lamp");
  EXPECT_EQ(seen.room, "Office");
  EXPECT_EQ(seen.address.driver, "mqtt");
  EXPECT_EQ(seen.address.device_id, "z_lamp");
  EXPECT_EQ(seen.spec->services.size(), 2U);
}

TEST_F(TheDriver, WithdrawsADeviceWhoseAnnouncementsAreEmptied) {
  announce(lamp_topic, lamp);
  announce(lamp_topic, "");
  EXPECT_THAT(sightings_.gone, testing::ElementsAre("z_lamp"));
}

TEST_F(TheDriver, DoesNotWithdrawADeviceThatComesAgainAtOnce) {
  announce(lamp_topic, lamp);
  client_.say(lamp_topic, "", true);
  client_.say(lamp_topic, lamp, true);
  loop_.advance(1s);
  EXPECT_THAT(sightings_.gone, IsEmpty());
}

TEST_F(TheDriver, TellsTheStateThatWasHeardBeforeTheLink) {
  announce(lamp_topic, lamp);
  client_.say("z/lamp", R"({"state":"ON","brightness":255})", true);
  link();
  ASSERT_EQ(listener_.readings.size(), 2U);
  EXPECT_EQ(*listener_.readings[0].value, Value{true});
}

TEST_F(TheDriver, TellsNewsUnasked) {
  announce(lamp_topic, lamp);
  link();
  client_.say("z/lamp", R"({"state":"OFF"})");
  ASSERT_EQ(listener_.readings.size(), 1U);
  EXPECT_EQ(*listener_.readings[0].value, Value{false});
  EXPECT_EQ(link_->reach(), Reach::reachable);
}

TEST_F(TheDriver, ReadsWhatWasLastHeardWithoutAsking) {
  announce(lamp_topic, lamp);
  auto& to = link();
  client_.say("z/lamp", R"({"state":"OFF"})");
  const auto readings = loop_.run(to.read({on(), {1, 1}}));
  ASSERT_TRUE(readings.ok());
  EXPECT_EQ(*(*readings)[0].value, Value{false});
  EXPECT_FALSE((*readings)[1].value.ok());
}

TEST_F(TheDriver, WaitsForTheDevicesWordAfterACommand) {
  announce(lamp_topic, lamp);
  auto& to = link();
  client_.say("z/lamp", R"({"state":"OFF"})");
  std::optional<Result<std::vector<home::Written>>> outcome;
  writes_.spawn(test::store(to.write({{on(), true}}), outcome));
  loop_.run_ready();
  EXPECT_EQ(client_.last("z/lamp/set"), R"({"state":"ON"})");
  EXPECT_FALSE(outcome);
  client_.say("z/lamp", R"({"state":"ON"})");
  loop_.run_ready();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_TRUE((**outcome)[0].outcome.ok());
}

TEST_F(TheDriver, SaysWhenADeviceDoesNotFollow) {
  announce(lamp_topic, lamp);
  auto& to = link();
  std::optional<Result<std::vector<home::Written>>> outcome;
  writes_.spawn(test::store(to.write({{on(), true}}), outcome));
  loop_.advance(6s);
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ((**outcome)[0].outcome.error().code, ErrorCode::timeout);
  outcome.reset();
  writes_.spawn(test::store(to.write({{on(), true}}), outcome));
  loop_.run_ready();
  client_.say("z/lamp", R"({"state":"OFF"})");
  loop_.advance(6s);
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_THAT((**outcome)[0].outcome.error().message, HasSubstr("says false"));
}

TEST_F(TheDriver, DoesNotWaitForWordOfWhatIsSoAlready) {
  announce(lamp_topic, lamp);
  auto& to = link();
  client_.say("z/lamp", R"({"state":"ON"})");
  const auto outcome = turn_on(to);
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(client_.last("z/lamp/set"), R"({"state":"ON"})");
}

TEST_F(TheDriver, IsOfflineWithTheReasonWhenTheBrokerIsLost) {
  announce(lamp_topic, lamp);
  auto& to = link();
  client_.lose("connection refused");
  EXPECT_EQ(to.reach(), Reach::offline);
  EXPECT_GE(listener_.reaches, 1);
  const auto outcome = turn_on(to);
  ASSERT_TRUE(outcome && !outcome->ok());
  EXPECT_EQ(outcome->error().message, "mqtt broker broker:1883: connection refused");
  client_.connect();
  EXPECT_EQ(to.reach(), Reach::reachable);
}

TEST_F(TheDriver, ALinkMadeBeforeTheAnnouncementWaitsForIt) {
  auto& to = link();
  EXPECT_EQ(to.reach(), Reach::unknown);
  loop_.advance(6s);
  EXPECT_EQ(to.reach(), Reach::offline);
  const auto readings = loop_.run(to.read({{2, 1}}));
  EXPECT_EQ(readings.error().message, "mqtt: 'z_lamp' is not announced at the broker broker:1883");
  announce(lamp_topic, lamp);
  EXPECT_EQ(to.reach(), Reach::reachable);
}

TEST_F(TheDriver, GreetsTheBrokerSoThatDevicesTellTheirState) {
  EXPECT_EQ(client_.last("homeassistant/status"), "online");
}

TEST_F(TheDriver, ASensorThatOnlySaysThatSomebodyMovesIsQuietAfterAWhile) {
  announce(
      "homeassistant/binary_sensor/pir/config",
      R"({"name":"PIR","unique_id":"p","device_class":"motion","state_topic":"pir","off_delay":30,"device":{"identifiers":["z_lamp"]}})");
  link();
  client_.say("pir", "ON");
  loop_.advance(20s);
  client_.say("pir", "ON");
  loop_.advance(20s);
  EXPECT_EQ(*listener_.readings.back().value, Value{true});
  loop_.advance(11s);
  EXPECT_EQ(*listener_.readings.back().value, Value{false});
}

TEST_F(TheDriver, ReportsEachGangOfASwitch) {
  const auto gang = [](const std::string& name) {
    return R"({"name":")" + name + R"(","unique_id":")" + name + R"(","command_topic":"w/)" + name +
           R"(","state_topic":"w/)" + name + R"(/state","device":{"identifiers":["wall"],"name":"Hall switch"}})";
  };
  client_.say("homeassistant/switch/wall/left/config", gang("left"), true);
  client_.say("homeassistant/switch/wall/right/config", gang("right"), true);
  loop_.advance(1s);
  ASSERT_EQ(sightings_.seen.size(), 2U);
  const auto right = sightings_.seen[1];
  EXPECT_EQ(right.name, "Hall switch right");
  const auto spec = right.spec;
  const auto link = *driver_.connect(right.address, *spec);
  link->observe(&listener_);
  client_.say("w/left/state", "ON");
  EXPECT_TRUE(listener_.readings.empty());
  client_.say("w/right/state", "ON");
  EXPECT_EQ(listener_.readings.size(), 1U);
  client_.say("homeassistant/switch/wall/right/config", "", true);
  loop_.advance(1s);
  EXPECT_THAT(sightings_.gone, testing::ElementsAre(right.address.device_id));
}

TEST_F(TheDriver, ListensAnewForAComponentThatComesLater) {
  announce(lamp_topic, lamp);
  client_.say("z/lamp", R"({"state":"ON","power":7.5})", true);
  announce(meter_topic, meter);
  link();
  EXPECT_EQ(client_.filters().size(), 3U);
  client_.say("z/lamp", R"({"power":8})", true);  // the broker sends what it keeps again
  ASSERT_FALSE(listener_.readings.empty());
  EXPECT_EQ(*listener_.readings.back().value, Value{8.0});
}

}  // namespace
}  // namespace entente::mqtt_discovery
