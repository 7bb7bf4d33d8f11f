// SPDX-License-Identifier: GPL-3.0-or-later
// The home over a real broker: mosquitto, the real client, the driver and Home, and a lamp played by a second client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "drivers/mqtt_discovery/mqtt_driver.h"
#include "infra/bus/bus.h"
#include "infra/store/store.h"
#include "services/home/home.h"
#include "services/home/spec_library.h"
#include "tests/support/manual_loop.h"
#include "tests/support/mosquitto.h"

namespace entente::mqtt_discovery {
namespace {

using namespace std::chrono_literals;
using home::Reach;
using model::Value;

constexpr auto config_topic = "homeassistant/light/0x17/light/config";
constexpr auto config =
    R"({"availability":[{"topic":"zigbee2mqtt/bridge/state","value_template":"{{ value_json.state }}"}],
  "brightness":true,"brightness_scale":254,"command_topic":"zigbee2mqtt/Desk lamp/set","name":null,"schema":"json",
  "device":{"identifiers":["zigbee2mqtt_0x17"],"manufacturer":"IKEA","model":"LED1545G12","name":"Desk lamp","suggested_area":"Office"},
  "state_topic":"zigbee2mqtt/Desk lamp","supported_color_modes":["brightness"],"unique_id":"0x17_light_zigbee2mqtt"})";

class OverARealBroker : public testing::Test {
 protected:
  OverARealBroker() {
    database_ = store::Database::open_in_memory().value();
    client_ = connect();
    driver_.emplace(loop_, *client_, MqttDriver::Options{});
    home_ = home::Home::open(loop_, *database_, bus_, specs_, {&*driver_}, {}).value();
    player_ = connect();
    orders_ = player_->subscribe("zigbee2mqtt/Desk lamp/set", [this](const mqtt::Message& message) { obey(message); });
  }
  ~OverARealBroker() override {
    home_.reset();
    driver_.reset();
  }

  std::unique_ptr<mqtt::Client> connect() {
    mqtt::ClientOptions options;
    options.broker.host = "127.0.0.1";
    options.broker.port = port_;
    options.first_pause = options.longest_pause = 20ms;
    return *mqtt::Client::open(loop_, std::move(options));
  }

  // Zigbee2MQTT's part.
  void announce() {
    until([&] { return player_->connected(); });
    EXPECT_TRUE(player_->send({"zigbee2mqtt/bridge/state", R"({"state":"online"})", true}).ok());
    EXPECT_TRUE(player_->send({config_topic, config, true}).ok());
    say_state();
  }
  void say_state() { EXPECT_TRUE(player_->send({"zigbee2mqtt/Desk lamp", to_text(state_), true}).ok()); }
  void obey(const mqtt::Message& message) {
    const auto order = *parse_json(message.payload, "test");
    state_.update(order);
    last_order_ = message.payload;
    say_state();
  }

  // Time goes on only while nothing comes.
  template <class Condition>
  void until(const Condition& condition, int line = __builtin_LINE()) {
    for (int turns = 0; !condition() && !HasFatalFailure(); ++turns) {
      loop_.advance(10ms);
      if (condition()) return;
      ASSERT_LT(turns, 1000) << "line " << line << ": " << (lamp() ? lamp()->trouble : "no lamp");
      // What the broker sent before it answered these, has come before their answers.
      ping(*player_);
      ping(*client_);
      if (!client_->connected() || !player_->connected()) loop_.wait_for_post();
    }
  }
  void ping(mqtt::Client& client) {
    std::optional<Result<void>> answer;
    TaskGroup group("test");
    group.spawn(test::store(client.publish({"ping", "", false}), answer));
    loop_.run_ready();
    while (!answer && !HasFatalFailure()) loop_.wait_for_post();
  }
  std::optional<home::DeviceView> lamp() { return home_->find("Desk lamp"); }
  bool is(home::Trait trait, const Value& value) {
    const auto device = lamp();
    const auto id = device ? home::find_property(*device->spec, trait) : std::nullopt;
    const auto* known = id ? device->known(*id) : nullptr;
    return known != nullptr && *known == value;
  }
  Result<void> set(home::Trait trait, Value value) {
    const auto device = lamp();
    const auto id = *home::find_property(*device->spec, trait);
    std::optional<Result<void>> outcome;
    TaskGroup group("test");
    group.spawn(test::store(home_->write(device->id, id, std::move(value)), outcome));
    until([&] { return outcome.has_value(); });
    return outcome.value_or(Error{ErrorCode::timeout, "no outcome"});
  }

  const std::uint16_t port_ = test::free_port();
  test::Mosquitto broker_{port_};
  test::ManualLoop loop_;
  bus::Bus bus_{loop_};
  home::SpecLibrary specs_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<mqtt::Client> client_;
  std::optional<MqttDriver> driver_;
  std::unique_ptr<home::Home> home_;
  std::unique_ptr<mqtt::Client> player_;
  Json state_{{"state", "OFF"}, {"brightness", 254}};
  std::string last_order_;
  mqtt::Subscription orders_;
};

TEST_F(OverARealBroker, ALampThatAnnouncesItselfIsOneOfTheHomes) {
  announce();
  until([&] { return is(home::Trait::brightness, Value{std::int64_t{100}}) && lamp()->reach == Reach::reachable; });
  const auto device = lamp();
  EXPECT_EQ(device->room, "Office");
  EXPECT_EQ(device->domain, "light");
  EXPECT_EQ(device->reach, Reach::reachable);
  EXPECT_TRUE(set(home::Trait::on, true).ok());
  EXPECT_EQ(last_order_, R"({"state":"ON"})");
  EXPECT_TRUE(set(home::Trait::brightness, std::int64_t{50}).ok());
  EXPECT_EQ(state_["brightness"], 127);
  EXPECT_TRUE(is(home::Trait::brightness, Value{std::int64_t{50}}));
}

TEST_F(OverARealBroker, ItIsOfflineWhileTheBrokerIsAwayAndComesBackWithIt) {
  announce();
  until([&] { return lamp() && lamp()->reach == Reach::reachable; });
  broker_.kill();
  until([&] { return lamp()->reach == Reach::offline; });
  const auto refused = set(home::Trait::on, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, testing::HasSubstr("mqtt broker 127.0.0.1:"));
  broker_.start();
  announce();
  until([&] { return lamp()->reach == Reach::reachable; });
  EXPECT_TRUE(set(home::Trait::on, true).ok());
}

TEST_F(OverARealBroker, ItStaysAndSaysSoWhenItTakesItsAnnouncementBack) {
  announce();
  until([&] { return lamp() && lamp()->reach == Reach::reachable; });
  ASSERT_TRUE(player_->send({config_topic, "", true}).ok());
  until([&] { return lamp()->trouble.find("took its announcement back") != std::string::npos; });
  announce();
  until([&] { return lamp()->reach == Reach::reachable; });
}

}  // namespace
}  // namespace entente::mqtt_discovery
