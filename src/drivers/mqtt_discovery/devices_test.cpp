// SPDX-License-Identifier: GPL-3.0-or-later
// Announcements shaped as the well-known programs send them, what device they make, what their states mean and what is
// published to set something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "drivers/mqtt_discovery/protocol/catalogue.h"
#include "services/home/traits.h"

namespace entente::mqtt_discovery {
namespace {

using home::Trait;
using model::Value;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Devices : public testing::Test {
 protected:
  CatalogueChange announce(const std::string& topic, const std::string& payload) {
    return catalogue_.hear("homeassistant/" + topic + "/config", payload);
  }
  AnnouncedDevice& only() {
    EXPECT_EQ(catalogue_.devices().size(), 1U);
    return *catalogue_.devices().begin()->second;
  }
  model::PropertyId property(Trait trait) {
    const auto found = home::find_property(*only().spec(), trait);
    EXPECT_TRUE(found) << home::to_string(trait);
    return found.value_or(model::PropertyId{});
  }
  Value state(Trait trait) {
    const auto known = only().state().find(property(trait));
    return known == only().state().end() ? Value{} : known->second;
  }
  // "topic payload" of each publication.
  std::vector<std::string> set(Trait trait, Value value) {
    const auto& spec = *only().spec();
    const auto id = property(trait);
    const auto converted = home::to_device_value(*spec.property(id), value);
    EXPECT_TRUE(converted.ok());
    const auto command = only().write(id, *converted);
    EXPECT_TRUE(command.ok()) << (command.ok() ? "" : command.error().message);
    std::vector<std::string> sent;
    if (!command.ok()) return sent;
    for (const auto& one : command->publications) sent.push_back(one.topic + " " + one.payload);
    return sent;
  }
  std::string sent(Trait trait, Value value) {
    const auto all = set(trait, std::move(value));
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " messages";
  }
  void hear(const std::string& topic, const std::string& payload) { only().hear(topic, payload, false); }

  Catalogue catalogue_{"homeassistant", "entente_self"};
};

constexpr auto zigbee_lamp = R"({
  "availability":[{"topic":"zigbee2mqtt/bridge/state","value_template":"{{ value_json.state }}"},
                  {"topic":"zigbee2mqtt/Desk lamp/availability","value_template":"{{ value_json.state }}"}],
  "availability_mode":"all","brightness":true,"brightness_scale":254,"command_topic":"zigbee2mqtt/Desk lamp/set",
  "device":{"identifiers":["zigbee2mqtt_0x0017880102030405"],"manufacturer":"Philips","model":"LCT015",
            "name":"Desk lamp","sw_version":"1.88","via_device":"zigbee2mqtt_bridge_0x00124b0000000000"},
  "effect":true,"effect_list":["blink","breathe","stop_effect"],"max_mireds":500,"min_mireds":153,"name":null,
  "object_id":"desk_lamp","origin":{"name":"Zigbee2MQTT","sw":"1.40.0"},"schema":"json",
  "state_topic":"zigbee2mqtt/Desk lamp","supported_color_modes":["xy","color_temp"],
  "unique_id":"0x0017880102030405_light_zigbee2mqtt"})";
constexpr auto zigbee_link_quality = R"({
  "device":{"identifiers":["zigbee2mqtt_0x0017880102030405"],"name":"Desk lamp"},"enabled_by_default":false,
  "entity_category":"diagnostic","name":"Linkquality","state_class":"measurement","state_topic":"zigbee2mqtt/Desk lamp",
  "unique_id":"0x0017880102030405_linkquality_zigbee2mqtt","unit_of_measurement":"lqi",
  "value_template":"{{ value_json.linkquality }}"})";

TEST_F(Devices, AZigbeeLampIsALight) {
  const auto change = announce("light/0x0017880102030405/light", zigbee_lamp);
  EXPECT_THAT(change.changed, UnorderedElementsAre("zigbee2mqtt_0x0017880102030405"));
  EXPECT_EQ(only().name(), "Desk lamp");
  EXPECT_EQ(only().spec()->model, "mqtt.philips-lct015");
  EXPECT_EQ(home::domain_of(*only().spec()), "light");
  EXPECT_EQ(home::traits_of(*only().spec()),
            (std::vector{Trait::on, Trait::brightness, Trait::color_temperature, Trait::color, Trait::mode}));
}

TEST_F(Devices, AZigbeeLampSaysItsStateInOneObject) {
  announce("light/0x0017880102030405/light", zigbee_lamp);
  hear("zigbee2mqtt/Desk lamp", R"({"state":"ON","brightness":127,"color_mode":"color_temp","color_temp":250,
                                    "color":{"x":0.38,"y":0.37},"linkquality":80})");
  EXPECT_EQ(state(Trait::on), Value{true});
  EXPECT_EQ(state(Trait::brightness), Value{std::int64_t{50}});
  EXPECT_EQ(state(Trait::color_temperature), Value{std::int64_t{4000}});
  EXPECT_EQ(state(Trait::color), Value{});  // an approximation of the temperature is no colour that was set
  hear("zigbee2mqtt/Desk lamp", R"({"state":"OFF","color_mode":"xy","color":{"x":0.7006,"y":0.2993}})");
  EXPECT_EQ(state(Trait::on), Value{false});
  EXPECT_EQ(std::get<std::int64_t>(state(Trait::color)) >> 16, 255);
  EXPECT_EQ(state(Trait::brightness), Value{std::int64_t{50}});
}

TEST_F(Devices, AZigbeeLampIsSetByOneObject) {
  announce("light/0x0017880102030405/light", zigbee_lamp);
  EXPECT_EQ(sent(Trait::on, true), R"(zigbee2mqtt/Desk lamp/set {"state":"ON"})");
  EXPECT_EQ(sent(Trait::on, false), R"(zigbee2mqtt/Desk lamp/set {"state":"OFF"})");
  EXPECT_EQ(sent(Trait::brightness, std::int64_t{50}), R"(zigbee2mqtt/Desk lamp/set {"brightness":127,"state":"ON"})");
  EXPECT_EQ(sent(Trait::color_temperature, std::int64_t{4000}),
            R"(zigbee2mqtt/Desk lamp/set {"color_temp":250,"state":"ON"})");
  EXPECT_EQ(sent(Trait::color, std::string("#ff0000")),
            R"(zigbee2mqtt/Desk lamp/set {"color":{"x":0.6401,"y":0.33},"state":"ON"})");
  EXPECT_EQ(sent(Trait::mode, std::string("Breathe")),
            R"(zigbee2mqtt/Desk lamp/set {"effect":"breathe","state":"ON"})");
}

TEST_F(Devices, AreOfflineUntilEveryAvailabilityThatIsAskedForSaysOtherwise) {
  announce("light/0x0017880102030405/light", zigbee_lamp);
  EXPECT_FALSE(only().online());
  hear("zigbee2mqtt/bridge/state", R"({"state":"online"})");
  EXPECT_FALSE(only().online());
  hear("zigbee2mqtt/Desk lamp/availability", R"({"state":"online"})");
  EXPECT_TRUE(only().online());
  hear("zigbee2mqtt/bridge/state", R"({"state":"offline"})");
  EXPECT_FALSE(only().online());
}

TEST_F(Devices, GatherWhatIsAnnouncedOfThem) {
  announce("light/0x0017880102030405/light", zigbee_lamp);
  const auto before = property(Trait::brightness);
  announce("sensor/0x0017880102030405/linkquality", zigbee_link_quality);
  EXPECT_EQ(only().spec()->services.size(), 2U);
  EXPECT_EQ(property(Trait::brightness), before);  // nothing is numbered anew
  hear("zigbee2mqtt/Desk lamp", R"({"linkquality":80})");
  EXPECT_EQ(only().state().size(), 1U);
  EXPECT_FALSE(only().spec()->services[1].type.standard());
}

TEST_F(Devices, HaveTheSameNumbersWhateverTheOrderOfTheirAnnouncements) {
  announce("sensor/0x0017880102030405/linkquality", zigbee_link_quality);
  announce("light/0x0017880102030405/light", zigbee_lamp);
  Catalogue other("homeassistant", "");
  other.hear("homeassistant/light/0x0017880102030405/light/config", zigbee_lamp);
  const auto& spec = *other.devices().begin()->second->spec();
  EXPECT_EQ(home::find_property(spec, Trait::on), property(Trait::on));
}

TEST_F(Devices, AreGoneWhenTheLastAnnouncementIsTakenBack) {
  announce("light/0x0017880102030405/light", zigbee_lamp);
  announce("sensor/0x0017880102030405/linkquality", zigbee_link_quality);
  const auto first = announce("light/0x0017880102030405/light", "");
  EXPECT_THAT(first.changed, UnorderedElementsAre("zigbee2mqtt_0x0017880102030405"));
  const auto last = announce("sensor/0x0017880102030405/linkquality", "");
  EXPECT_THAT(last.gone, UnorderedElementsAre("zigbee2mqtt_0x0017880102030405"));
  EXPECT_THAT(catalogue_.devices(), IsEmpty());
}

TEST_F(Devices, KeepTheirStateWhenTheyAnnounceThemselvesAnew) {
  announce("light/0x0017880102030405/light", zigbee_lamp);
  hear("zigbee2mqtt/Desk lamp", R"({"state":"ON","brightness":254})");
  auto changed = *parse_json(zigbee_lamp, "test");
  changed["device"]["sw_version"] = "1.89";
  announce("light/0x0017880102030405/light", to_text(changed));
  EXPECT_EQ(state(Trait::brightness), Value{std::int64_t{100}});
}

// ---- Tasmota's way: abbreviations, a base topic, plain words.

constexpr auto tasmota_plug = R"({"name":"Washing machine","stat_t":"tele/washer/STATE","avty_t":"tele/washer/LWT",
  "pl_avail":"Online","pl_not_avail":"Offline","cmd_t":"cmnd/washer/POWER","val_tpl":"{{value_json.POWER}}",
  "pl_off":"OFF","pl_on":"ON","uniq_id":"8CAAB5_RL_1","dev":{"ids":["8CAAB5"],"name":"Washer","mf":"Tasmota","mdl":"Nous A1T"}})";
constexpr auto tasmota_power = R"({"name":"Power","stat_t":"tele/washer/SENSOR","avty_t":"tele/washer/LWT",
  "pl_avail":"Online","pl_not_avail":"Offline","uniq_id":"8CAAB5_ENERGY_Power","dev":{"ids":["8CAAB5"]},
  "unit_of_meas":"kW","dev_cla":"power","val_tpl":"{{value_json['ENERGY']['Power']}}"})";

TEST_F(Devices, ATasmotaPlugWithAMeterIsAnOutlet) {
  announce("switch/8CAAB5_RL_1", tasmota_plug);
  announce("sensor/8CAAB5_ENERGY_Power", tasmota_power);
  EXPECT_EQ(only().name(), "Washer");
  EXPECT_EQ(only().spec()->type.name, "outlet");
  EXPECT_EQ(sent(Trait::on, true), "cmnd/washer/POWER ON");
  hear("tele/washer/STATE", R"({"POWER":"OFF","Wifi":{"RSSI":70}})");
  EXPECT_EQ(state(Trait::on), Value{false});
  hear("tele/washer/SENSOR", R"({"Time":"2026-01-01T00:00:00","ENERGY":{"Power":1.25}})");
  EXPECT_EQ(state(Trait::power), Value{1250.0});
  hear("tele/washer/LWT", "Online");
  EXPECT_TRUE(only().online());
}

TEST_F(Devices, ATopicOfItsOwnForEachThingIsALightToo) {
  announce("light/strip", R"({"~":"led/strip","name":"Strip","uniq_id":"strip1","stat_t":"~/state","cmd_t":"~/set",
    "bri_stat_t":"~/bri","bri_cmd_t":"~/bri/set","bri_scl":100,"clr_temp_stat_t":"~/ct","clr_temp_cmd_t":"~/ct/set",
    "rgb_stat_t":"~/rgb","rgb_cmd_t":"~/rgb/set","rgb_cmd_tpl":"{{ '#%02x%02x%02x' | format(red, green, blue) }}",
    "fx_cmd_t":"~/fx/set","fx_stat_t":"~/fx","fx_list":["Rainbow","Fire"],"ret":true})");
  EXPECT_EQ(only().name(), "Strip");
  EXPECT_EQ(sent(Trait::brightness, std::int64_t{30}), "led/strip/bri/set 30");
  EXPECT_EQ(sent(Trait::color, std::string("#0a141e")), "led/strip/rgb/set #0a141e");
  EXPECT_EQ(sent(Trait::mode, std::string("Fire")), "led/strip/fx/set Fire");
  hear("led/strip/rgb", "0,128,0");
  EXPECT_EQ(state(Trait::color), Value{std::int64_t{0x00ff00}});  // how bright it is, is said apart
  hear("led/strip/fx", "Rainbow");
  EXPECT_EQ(state(Trait::mode), Value{std::int64_t{0}});
  EXPECT_TRUE(only().write(property(Trait::on), true)->publications.front().retained);
}

TEST_F(Devices, ALightByTemplatesIsRenderedForEachCommand) {
  announce("light/tpl", R"({"schema":"template","name":"Old lamp","unique_id":"t","command_topic":"old/set",
    "state_topic":"old/state","command_on_template":"on{% if brightness is defined %},{{ brightness }}{% endif %}",
    "command_off_template":"off","state_template":"{{ value.split(',')[0] }}",
    "brightness_template":"{{ value.split(',')[1] }}"})");
  EXPECT_EQ(sent(Trait::on, true), "old/set on");
  EXPECT_EQ(sent(Trait::on, false), "old/set off");
  EXPECT_EQ(sent(Trait::brightness, std::int64_t{100}), "old/set on,255");
  hear("old/state", "on,51");
  EXPECT_EQ(state(Trait::on), Value{true});
  EXPECT_EQ(state(Trait::brightness), Value{std::int64_t{20}});
}

// ---- ESPHome's way: everything named, one topic a thing.

TEST_F(Devices, AnEspHomeFanHasSpeeds) {
  announce("fan/ceiling", R"({"name":"Ceiling Fan","command_topic":"office/fan/ceiling/command",
    "state_topic":"office/fan/ceiling/state","payload_on":"ON","payload_off":"OFF",
    "oscillation_command_topic":"office/fan/ceiling/oscillation/command",
    "oscillation_state_topic":"office/fan/ceiling/oscillation/state",
    "percentage_command_topic":"office/fan/ceiling/speed_level/command",
    "percentage_state_topic":"office/fan/ceiling/speed_level/state","speed_range_min":1,"speed_range_max":3,
    "availability_topic":"office/status","unique_id":"ESPfanceiling","device":{"identifiers":"7c9ebd","name":"office",
    "suggested_area":"Office","manufacturer":"espressif","model":"esp32dev"}})");
  EXPECT_EQ(only().room(), "Office");
  EXPECT_EQ(home::domain_of(*only().spec()), "fan");
  EXPECT_EQ(sent(Trait::fan_speed, std::int64_t{50}), "office/fan/ceiling/speed_level/command 2");
  EXPECT_EQ(sent(Trait::fan_speed, std::int64_t{100}), "office/fan/ceiling/speed_level/command 3");
  EXPECT_EQ(sent(Trait::swing, true), "office/fan/ceiling/oscillation/command oscillate_on");
  hear("office/fan/ceiling/speed_level/state", "2");
  EXPECT_EQ(state(Trait::fan_speed), Value{std::int64_t{66}});
  EXPECT_TRUE(only().agrees(property(Trait::fan_speed), std::int64_t{50}, std::int64_t{66}));
  EXPECT_FALSE(only().agrees(property(Trait::fan_speed), std::int64_t{100}, std::int64_t{66}));
}

TEST_F(Devices, AnEspHomeThermostatIsOffByItsMode) {
  announce("climate/living", R"({"name":"Living","unique_id":"c1","curr_temp_t":"esp/climate/current",
    "mode_cmd_t":"esp/climate/mode/command","mode_stat_t":"esp/climate/mode/state","modes":["off","cool","heat","fan_only"],
    "temp_cmd_t":"esp/climate/target/command","temp_stat_t":"esp/climate/target/state","min_temp":"16","max_temp":"30",
    "temp_step":"0.5","temp_unit":"C","fan_mode_cmd_t":"esp/climate/fan/command","fan_mode_stat_t":"esp/climate/fan/state",
    "fan_modes":["auto","low","high"],"swing_mode_cmd_t":"esp/climate/swing/command",
    "swing_mode_stat_t":"esp/climate/swing/state","swing_modes":["off","vertical"],
    "dev":{"ids":"aabbcc","name":"Living AC"}})");
  EXPECT_EQ(only().spec()->type.name, "air-conditioner");
  EXPECT_EQ(sent(Trait::on, false), "esp/climate/mode/command off");
  EXPECT_EQ(sent(Trait::on, true), "esp/climate/mode/command heat");
  EXPECT_EQ(sent(Trait::mode, std::string("cool")), "esp/climate/mode/command cool");
  EXPECT_EQ(sent(Trait::target_temperature, 21.5), "esp/climate/target/command 21.5");
  EXPECT_EQ(sent(Trait::swing, true), "esp/climate/swing/command vertical");
  hear("esp/climate/mode/state", "off");
  EXPECT_EQ(state(Trait::on), Value{false});
  hear("esp/climate/mode/state", "fan_only");
  EXPECT_EQ(state(Trait::on), Value{true});
  EXPECT_EQ(state(Trait::mode), Value{std::int64_t{2}});
  hear("esp/climate/current", "19.4");
  EXPECT_EQ(state(Trait::temperature), Value{19.4});
}

TEST_F(Devices, CountInCelsiusWhateverTheyAreAnnouncedIn) {
  announce("climate/f",
           R"({"name":"F","unique_id":"f","mode_cmd_t":"f/mode","modes":["off","heat"],"temp_cmd_t":"f/temp",
    "temp_stat_t":"f/state","temp_unit":"F","min_temp":50,"max_temp":86})");
  EXPECT_EQ(only().spec()->type.name, "thermostat");
  EXPECT_EQ(sent(Trait::target_temperature, 20.0), "f/temp 68");
  hear("f/state", "70");
  EXPECT_EQ(state(Trait::target_temperature), Value{21.111});
}

// ---- a device with its components in one message

constexpr auto whole_device =
    R"({"dev":{"ids":"ea334450945afc","name":"Kitchen","mf":"Bla electronics","mdl":"xya","sa":"Kitchen"},
  "o":{"name":"bla2mqtt","sw":"2.1"},"state_topic":"sensorKitchen/state","avty_t":"sensorKitchen/status",
  "cmps":{"temp":{"p":"sensor","device_class":"temperature","unit_of_measurement":"°F","value_template":"{{ value_json.temperature }}","unique_id":"temp01ae_t"},
          "hum":{"p":"sensor","device_class":"humidity","unit_of_measurement":"%","value_template":"{{ value_json.humidity }}","unique_id":"temp01ae_h"},
          "bat":{"p":"sensor","device_class":"battery","entity_category":"diagnostic","unit_of_measurement":"%","value_template":"{{ value_json.battery|int }}","unique_id":"temp01ae_b"}}})";

TEST_F(Devices, ADeviceCanBeAnnouncedInOneMessage) {
  announce("device/kitchen", whole_device);
  EXPECT_EQ(only().name(), "Kitchen");
  EXPECT_EQ(only().room(), "Kitchen");
  EXPECT_EQ(home::domain_of(*only().spec()), "sensor");
  hear("sensorKitchen/state", R"({"temperature":68,"humidity":43.7,"battery":81.2})");
  EXPECT_EQ(state(Trait::temperature), Value{20.0});
  EXPECT_EQ(state(Trait::humidity), Value{43.7});
  EXPECT_EQ(state(Trait::battery), Value{81.0});
}

TEST_F(Devices, LoseAComponentThatIsOnlyItsPlatform) {
  announce("device/kitchen", whole_device);
  auto json = *parse_json(whole_device, "test");
  json["cmps"]["hum"] = Json{{"p", "sensor"}};
  announce("device/kitchen", to_text(json));
  EXPECT_FALSE(home::find_property(*only().spec(), Trait::humidity));
  EXPECT_TRUE(home::find_property(*only().spec(), Trait::temperature));
}

// ---- OpenMQTTGateway's way: sensors that other things send, one topic each

TEST_F(Devices, AGatewaysSensorWithoutADeviceOfItsOwnIsADevice) {
  announce("sensor/A4C138ABCDEF-tempc",
           R"({"stat_t":"+/+/BTtoMQTT/A4C138ABCDEF","name":"LYWSD03MMC-tempc","uniq_id":"A4C138ABCDEF-tempc",
    "dev_cla":"temperature","val_tpl":"{{ value_json.tempc | is_defined }}","unit_of_meas":"°C",
    "device":{"ids":["A4C138ABCDEF"],"cns":[["mac","A4C138ABCDEF"]],"mf":"Xiaomi","mdl":"LYWSD03MMC_PVVX","name":"LYWSD03MMC","via_device":"OMG"}})");
  // A topic that begins with a wildcard would bring everything that there is.
  EXPECT_THAT(catalogue_.devices(), IsEmpty());
  EXPECT_THAT(catalogue_.complaints().begin()->second, HasSubstr("no topic to listen to"));
  announce("sensor/A4C138ABCDEF-tempc",
           R"({"stat_t":"home/OMG/BTtoMQTT/A4C138ABCDEF","name":"LYWSD03MMC-tempc","uniq_id":"A4C138ABCDEF-tempc",
    "dev_cla":"temperature","val_tpl":"{{ value_json.tempc | is_defined }}","unit_of_meas":"°C",
    "device":{"ids":["A4C138ABCDEF"],"cns":[["mac","A4C138ABCDEF"]],"mf":"Xiaomi","mdl":"LYWSD03MMC_PVVX","name":"LYWSD03MMC"}})");
  hear("home/OMG/BTtoMQTT/A4C138ABCDEF", R"({"id":"A4:C1:38:AB:CD:EF","rssi":-70})");
  EXPECT_EQ(state(Trait::temperature), Value{});
  hear("home/OMG/BTtoMQTT/A4C138ABCDEF", R"({"tempc":22.3,"hum":45})");
  EXPECT_EQ(state(Trait::temperature), Value{22.3});
}

// ---- other kinds

TEST_F(Devices, ACoverGoesToAPosition) {
  announce(
      "cover/blind",
      R"({"name":"Blind","unique_id":"b","command_topic":"b/set","position_topic":"b/pos","set_position_topic":"b/pos/set",
    "set_position_template":"{\"position\": {{ position }}}","position_open":0,"position_closed":100,"state_topic":"b/state"})");
  EXPECT_EQ(home::domain_of(*only().spec()), "cover");
  EXPECT_EQ(sent(Trait::position, std::int64_t{100}), R"(b/pos/set {"position": 0})");
  EXPECT_EQ(sent(Trait::position, std::int64_t{30}), R"(b/pos/set {"position": 70})");
  EXPECT_EQ(sent(Trait::motor, std::string("pause")), "b/set STOP");
  hear("b/pos", "25");
  EXPECT_EQ(state(Trait::position), Value{std::int64_t{75}});
  EXPECT_FALSE(only().write(property(Trait::position), std::int64_t{0})->awaits_state);  // it takes its time
}

TEST_F(Devices, ACoverWithoutPositionsOpensAndCloses) {
  announce(
      "cover/garage",
      R"({"name":"Garage","unique_id":"g","device_class":"garage","command_topic":"g/set","state_topic":"g/state"})");
  EXPECT_EQ(only().spec()->type.name, "garage-door");
  EXPECT_EQ(sent(Trait::position, std::int64_t{100}), "g/set OPEN");
  EXPECT_EQ(sent(Trait::position, std::int64_t{0}), "g/set CLOSE");
  hear("g/state", "closed");
  EXPECT_EQ(state(Trait::position), Value{std::int64_t{0}});
}

TEST_F(Devices, ALockLocks) {
  announce(
      "lock/door",
      R"({"name":"Door","unique_id":"l","command_topic":"l/set","state_topic":"l","value_template":"{{ value_json.state }}"})");
  EXPECT_EQ(home::domain_of(*only().spec()), "lock");
  EXPECT_EQ(sent(Trait::locked, false), "l/set UNLOCK");
  hear("l", R"({"state":"LOCKED"})");
  EXPECT_EQ(state(Trait::locked), Value{true});
}

TEST_F(Devices, ALockThatTakesACodeIsOnlyRead) {
  announce("lock/door",
           R"({"name":"Door","unique_id":"l","command_topic":"l/set","state_topic":"l","code_format":"^\\d{4}$"})");
  EXPECT_FALSE(home::find_property(*only().spec(), Trait::locked));
  EXPECT_THAT(catalogue_.complaints().begin()->second, HasSubstr("it takes a code"));
}

TEST_F(Devices, AVacuumCleanerCleansAndGoesHome) {
  announce("vacuum/robot",
           R"({"name":"Robot","unique_id":"v","schema":"state","command_topic":"v/command","state_topic":"v/state",
    "supported_features":["start","pause","stop","return_home","fan_speed"],"fan_speed_list":["min","medium","max"],
    "set_fan_speed_topic":"v/fan"})");
  const auto start = home::find_action(*only().spec(), Trait::start_cleaning);
  const auto dock = home::find_action(*only().spec(), Trait::dock);
  ASSERT_TRUE(start && dock);
  EXPECT_EQ(only().act(*start)->publications.front().payload, "start");
  EXPECT_EQ(only().act(*dock)->publications.front().payload, "return_to_base");
  hear("v/state", R"({"state":"docked","battery_level":88,"fan_speed":"max"})");
  EXPECT_EQ(state(Trait::status), Value{std::int64_t{6}});
  EXPECT_EQ(state(Trait::battery), Value{std::int64_t{88}});
  EXPECT_EQ(state(Trait::mode), Value{std::int64_t{2}});
}

TEST_F(Devices, AHumidifierHasATarget) {
  announce(
      "humidifier/h",
      R"({"name":"H","unique_id":"h","command_topic":"h/set","state_topic":"h/state","target_humidity_command_topic":"h/target/set",
    "target_humidity_state_topic":"h/target","min_humidity":30,"max_humidity":80,"modes":["normal","eco"],"mode_command_topic":"h/mode/set","mode_state_topic":"h/mode"})");
  EXPECT_EQ(sent(Trait::target_humidity, std::int64_t{45}), "h/target/set 45");
  EXPECT_EQ(sent(Trait::mode, std::string("eco")), "h/mode/set eco");
}

TEST_F(Devices, AButtonThatIsPressedIsAnEvent) {
  announce("device_automation/0x1/action_single",
           R"({"automation_type":"trigger","type":"action","subtype":"single","payload":"single",
    "topic":"zigbee2mqtt/Button/action","device":{"identifiers":["z1"],"name":"Button"}})");
  const auto pressed = only().hear("zigbee2mqtt/Button/action", "single", false);
  ASSERT_EQ(pressed.events.size(), 1U);
  EXPECT_EQ(only().spec()->event(pressed.events[0].first)->type.name, "action-single");
  EXPECT_THAT(only().hear("zigbee2mqtt/Button/action", "double", false).events, IsEmpty());
  EXPECT_THAT(only().hear("zigbee2mqtt/Button/action", "single", true).events, IsEmpty());  // of yesterday
}

TEST_F(Devices, AnEventSaysWhichOfItsTypesItIs) {
  announce("event/bell", R"({"name":"Bell","unique_id":"e","state_topic":"bell","event_types":["press","hold"]})");
  const auto heard = only().hear("bell", R"({"event_type":"hold","duration":3})", false);
  ASSERT_EQ(heard.events.size(), 1U);
  EXPECT_EQ(only().spec()->event(heard.events[0].first)->type.name, "hold");
}

TEST_F(Devices, SettingsAreShownAndKeptApart) {
  announce("switch/plug", tasmota_plug);
  announce(
      "select/plug/behaviour",
      R"({"name":"Power-on behavior","unique_id":"s","command_topic":"z/set","command_template":"{\"power_on_behavior\":\"{{ value }}\"}",
    "state_topic":"z","value_template":"{{ value_json.power_on_behavior }}","options":["off","on","previous"],"entity_category":"config","dev":{"ids":["8CAAB5"]}})");
  announce(
      "number/plug/countdown",
      R"({"name":"Countdown","unique_id":"n","command_topic":"z/set","command_template":"{\"countdown\": {{ value }} }",
    "state_topic":"z","value_template":"{{ value_json.countdown }}","min":0,"max":3600,"entity_category":"config","dev":{"ids":["8CAAB5"]}})");
  announce(
      "switch/plug/lock",
      R"({"name":"Child lock","unique_id":"k","command_topic":"z/set","state_topic":"z","entity_category":"config","dev":{"ids":["8CAAB5"]}})");
  EXPECT_EQ(sent(Trait::on, true), "cmnd/washer/POWER ON");
  hear("z", R"({"power_on_behavior":"previous","countdown":60})");
  std::vector<std::string> sent_messages;
  for (const auto& service : only().spec()->services) {
    if (service.type.standard()) continue;
    const auto command = only().write({service.id, 1}, std::int64_t{1});
    if (command.ok()) sent_messages.push_back(command->publications.front().payload);
  }
  EXPECT_THAT(sent_messages, UnorderedElementsAre(R"({"power_on_behavior":"on"})", R"({"countdown": 1 })", "ON"));
}

TEST_F(Devices, AContactSensorSaysWhetherThereIsContact) {
  announce(
      "binary_sensor/door",
      R"({"name":"Door","unique_id":"d","device_class":"door","state_topic":"d","payload_on":false,"payload_off":true,"value_template":"{{ value_json.contact }}"})");
  EXPECT_EQ(only().spec()->type.name, "magnet-sensor");
  hear("d", R"({"contact":false})");
  EXPECT_EQ(only().state().begin()->second, Value{false});
  hear("d", R"({"contact":true})");
  EXPECT_EQ(only().state().begin()->second, Value{true});
}

TEST_F(Devices, TellsNobodyThatAThingHasNoStateButKeepsWhatItWasSetTo) {
  announce("switch/blind", R"({"name":"Blind","unique_id":"o","command_topic":"o/set"})");
  EXPECT_FALSE(only().write(property(Trait::on), true)->awaits_state);
  only().assume(property(Trait::on), true);
  EXPECT_EQ(state(Trait::on), Value{true});
}

TEST_F(Devices, TheGangsOfASwitchAreThingsOfTheirOwn) {
  const auto gang = [&](const std::string& name) {
    announce("switch/wall/" + name, R"({"name":")" + name + R"(","unique_id":"w_)" + name + R"(","command_topic":"w/)" +
                                        name + R"(","device":{"identifiers":["wall"],"name":"Hall switch"}})");
  };
  gang("left");
  const auto before = only().faces();
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0].name, "Hall switch");
  gang("right");
  announce("sensor/wall/battery",
           R"({"unique_id":"w_b","device_class":"battery","state_topic":"w","device":{"identifiers":["wall"]}})");
  const auto faces = only().faces();
  ASSERT_EQ(faces.size(), 2U);
  EXPECT_EQ(faces[0].key, "wall");
  EXPECT_EQ(faces[0].name, "Hall switch left");
  EXPECT_TRUE(home::find_property(*faces[0].spec, Trait::battery));
  EXPECT_EQ(faces[1].name, "Hall switch right");
  EXPECT_EQ(device_key_of(faces[1].key), "wall");
  const auto right = home::find_property(*faces[1].spec, Trait::on);
  ASSERT_TRUE(right);
  EXPECT_EQ(only().write(*right, true)->publications.front().topic, "w/right");
}

TEST_F(Devices, ALampInAFanIsNoThingOfItsOwn) {
  announce("fan/f", R"({"unique_id":"f","command_topic":"f","device":{"identifiers":["x"],"name":"Fan"}})");
  announce("light/f", R"({"unique_id":"l","command_topic":"l","device":{"identifiers":["x"]}})");
  EXPECT_EQ(only().faces().size(), 1U);
  EXPECT_EQ(home::domain_of(*only().spec()), "fan");
}

// ---- what is wrong

TEST_F(Devices, BadAnnouncementsAreNamedWithTheirCause) {
  const std::pair<std::string, std::string> cases[] = {
      {"{", "not JSON"},
      {"[1]", "not a JSON object"},
      {std::string(100, '['), "nested deeper"},
      {"\xff\xfe", "not JSON"},
      {R"({"name":"x","unique_id":"x"})", "nothing of it can be read or set"},
      {R"({"name":"x","unique_id":"x","command_topic":"a/+/b"})", "no topic to send to"},
      {R"({"name":"x","unique_id":"x","state_topic":"a","value_template":"{{ value | regex_findall('a') }}"})",
       "regex_findall"},
  };
  int number = 0;
  for (const auto& [payload, cause] : cases) {
    const auto topic = "switch/bad" + std::to_string(number++);
    announce(topic, payload);
    const auto complaint = catalogue_.complaints().find("homeassistant/" + topic + "/config");
    ASSERT_NE(complaint, catalogue_.complaints().end()) << payload;
    EXPECT_THAT(complaint->second, HasSubstr(cause));
  }
  EXPECT_THAT(catalogue_.devices(), IsEmpty());
}

TEST_F(Devices, TheFirstOfTwoWithOneUniqueIdIsTheOne) {
  announce("switch/one", R"({"name":"One","unique_id":"same","command_topic":"one"})");
  announce("switch/two", R"({"name":"Two","unique_id":"same","command_topic":"two"})");
  EXPECT_EQ(sent(Trait::on, true), "one ON");
  EXPECT_EQ(catalogue_.complaints().at("homeassistant/switch/two/config"),
            "unique_id 'same' is taken by homeassistant/switch/one/config");
}

TEST_F(Devices, AreBoundedInNumber) {
  Catalogue small("homeassistant", "", {3, 100, 2});
  for (int i = 0; i < 10; ++i) {
    small.hear("homeassistant/switch/s" + std::to_string(i) + "/config",
               R"({"unique_id":"u)" + std::to_string(i) + R"(","command_topic":"t"})");
  }
  EXPECT_EQ(small.devices().size(), 3U);
  EXPECT_THAT(small.complaints().at("homeassistant/switch/s5/config"), HasSubstr("too many"));
}

TEST_F(Devices, WhatWeAnnounceOurselvesIsNotOurs) {
  announce("light/entente_self/lamp", R"({"name":"Lamp","unique_id":"x","command_topic":"y"})");
  EXPECT_THAT(catalogue_.devices(), IsEmpty());
}

}  // namespace
}  // namespace entente::mqtt_discovery
