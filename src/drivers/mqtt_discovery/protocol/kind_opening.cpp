// SPDX-License-Identifier: GPL-3.0-or-later
// What opens, shuts, locks and drives about: covers, valves, locks, vacuum cleaners, lawn mowers.
#include <algorithm>
#include <cmath>

#include "drivers/mqtt_discovery/protocol/kinds.h"
#include "drivers/mqtt_discovery/templates/values.h"

namespace entente::mqtt_discovery::kinds {
namespace {

using model::Value;

// ---- covers

constexpr std::int32_t motor = 1, position = 2, status = 3, tilt = 4;

struct Ends {
  double closed = 0;
  double open = 100;
};

Ends ends_of(Builder& builder) {
  Ends ends{builder.number("position_closed", 0), builder.number("position_open", 100)};
  if (ends.closed == ends.open) ends = {};
  return ends;
}

// A template sees the position as the device counts it.
Encode position_command(Builder& builder, const std::string& topic, const std::optional<Template>& applied, Ends ends) {
  const bool retained = builder.flag("retain");
  const auto position_json = unscaled(ends.closed, ends.open, 0, 100);
  return [=](const Value& value) -> Result<std::vector<Publication>> {
    ENTENTE_TRY(const Json there, position_json(value));
    if (!applied) return std::vector<Publication>{{topic, payload_text(there), retained}};
    const Json open = static_cast<std::int64_t>(ends.open);
    const Json closed = static_cast<std::int64_t>(ends.closed);
    ENTENTE_TRY(auto payload,
                applied->render(
                    {{"value", &there}, {"position", &there}, {"position_open", &open}, {"position_closed", &closed}}));
    return std::vector<Publication>{{topic, std::move(payload), retained}};
  };
}

DecodeText open_or_shut(const std::string& open, const std::string& closed) {
  return [open, closed](const std::string& word) -> std::optional<Value> {
    if (word == open) return Value{std::int64_t{100}};
    if (word == closed) return Value{std::int64_t{0}};
    return std::nullopt;
  };
}

void positions(Builder& builder) {
  const auto open = builder.text("state_open", "open");
  const auto closed = builder.text("state_closed", "closed");
  const auto opens = builder.text("payload_open", "OPEN");
  const auto closes = builder.text("payload_close", "CLOSE");
  auto& made = builder.percentage(position, "current-position");
  const auto topic = builder.command_topic("set_position_topic");
  const auto applied = builder.template_in("set_position_template");
  const auto ends = ends_of(builder);
  if (topic && !builder.broken("set_position_template")) {
    builder.writes_with(position, position_command(builder, *topic, applied, ends));
  } else {
    // It can be told to open and to close, and nothing between.
    made.range = model::ValueRange{0, 100, 100};
    builder.writes(position, "command_topic", "", [opens, closes](const Value& value) -> Result<Json> {
      return Json(model::to_number(value).value_or(0) >= 50 ? opens : closes);
    });
  }
  builder.moves_for_long(position);
  const bool says_position = builder.reads(position, "position_topic", {"position_template", "value_template"},
                                           scaled(ends.closed, ends.open, 0, 100));
  if (!says_position) builder.reads(position, "state_topic", {"value_template"}, open_or_shut(open, closed));
}

void motor_of(Builder& builder) {
  if (!builder.has("command_topic")) return;
  // MIoT's order: stop, open, close.
  const std::vector<std::string> words = {builder.text("payload_stop", "STOP"), builder.text("payload_open", "OPEN"),
                                          builder.text("payload_close", "CLOSE")};
  auto& made = builder.property(motor, "motor-control", model::Format::uint8);
  made.list = {{0, "Pause"}, {1, "Open"}, {2, "Close"}};
  builder.writes(motor, "command_topic", "", word_at(words));
  builder.moves_for_long(motor);
}

void status_of(Builder& builder) {
  const std::vector<std::string> words = {builder.text("state_stopped", "stopped"),
                                          builder.text("state_opening", "opening"),
                                          builder.text("state_closing", "closing"), builder.text("state_open", "open"),
                                          builder.text("state_closed", "closed")};
  auto& made = builder.property(status, "status", model::Format::uint8);
  made.list = {{0, "Stopped"}, {1, "Opening"}, {2, "Closing"}, {3, "Open"}, {4, "Closed"}};
  builder.reads(status, "state_topic", {"value_template"}, word_of(words));
}

void tilts(Builder& builder) {
  double low = builder.number("tilt_min", 0);
  double high = builder.number("tilt_max", 100);
  if (low == high) low = 0, high = 100;
  auto& made = builder.vendor_property(tilt, "tilt", model::Format::uint8);
  made.unit = "percentage";
  made.range = model::ValueRange{0, 100, 1};
  builder.reads(tilt, "tilt_status_topic", {"tilt_status_template"}, scaled(low, high, 0, 100));
  builder.writes(tilt, "tilt_command_topic", "tilt_command_template", unscaled(low, high, 0, 100));
  builder.moves_for_long(tilt);
}

// What lets people in is asked about before it is opened.
bool lets_in(const std::string& device_class) {
  return device_class == "garage" || device_class == "gate" || device_class == "door";
}

}  // namespace

void cover(Builder& builder) {
  const bool garage = lets_in(builder.text("device_class", ""));
  builder.component().device = {garage ? "garage-door" : "curtain", 15};
  builder.service("curtain");
  motor_of(builder);
  positions(builder);
  status_of(builder);
  tilts(builder);
}

void valve(Builder& builder) {
  constexpr std::int32_t on = 1, opening = 2;
  builder.component().device = {"valve", 16};
  builder.service("valve");
  builder.property(on, "on", model::Format::boolean);
  const bool by_position = builder.flag("reports_position");
  const auto ends = ends_of(builder);
  const auto whole = [](double number) { return std::to_string(std::lround(number)); };
  const auto opens = by_position ? whole(ends.open) : builder.text("payload_open", "OPEN");
  const auto closes = by_position ? whole(ends.closed) : builder.text("payload_close", "CLOSE");
  builder.writes(on, "command_topic", "command_template", either(opens, closes));
  builder.moves_for_long(on);
  if (!by_position) {
    builder.reads(on, "state_topic", {"value_template"},
                  one_of_two(builder.text("state_open", "open"), builder.text("state_closed", "closed")));
    return;
  }
  const auto percent = scaled(ends.closed, ends.open, 0, 100);
  // {"state": "opening", "position": 10}, or only a number.
  const auto template_of_value = builder.template_in("value_template");
  const auto heard = [percent, template_of_value](const Payload& payload) -> std::optional<Value> {
    const auto words = payload.through(template_of_value);
    if (!words.ok()) return std::nullopt;
    const Payload inner(*words);
    const Json* held = find(inner.json(), "position");
    return percent(held == nullptr ? *words : payload_text(*held));
  };
  builder.percentage(opening, "current-position");
  builder.reads_with(opening, "state_topic", heard);
  builder.reads_with(on, "state_topic", [heard](const Payload& payload) -> std::optional<Value> {
    const auto share = heard(payload);
    if (!share) return std::nullopt;
    return Value{model::to_number(*share).value_or(0) > 0};
  });
  builder.writes(opening, "command_topic", "command_template", unscaled(ends.closed, ends.open, 0, 100));
  builder.moves_for_long(opening);
}

void lock(Builder& builder) {
  constexpr std::int32_t locked = 1, state = 2, open = 1;
  builder.component().device = {"lock", 17};
  builder.service("lock");
  const auto is_locked = builder.text("state_locked", "LOCKED");
  const auto is_open = builder.text("state_unlocked", "UNLOCKED");
  builder.property(locked, "locked", model::Format::boolean);
  builder.reads(locked, "state_topic", {"value_template"}, one_of_two(is_locked, is_open));
  if (!builder.has("code_format")) {  // a code belongs to a person, and stays there
    builder.writes(locked, "command_topic", "command_template",
                   either(builder.text("payload_lock", "LOCK"), builder.text("payload_unlock", "UNLOCK")));
  } else {
    builder.note("it takes a code, so it can only be read");
  }
  auto& made = builder.vendor_property(state, "state", model::Format::uint8);
  made.list = {{0, "Unlocked"}, {1, "Locked"}, {2, "Locking"}, {3, "Unlocking"}, {4, "Jammed"}};
  builder.reads(state, "state_topic", {"value_template"},
                word_of({is_open, is_locked, builder.text("state_locking", "LOCKING"),
                         builder.text("state_unlocking", "UNLOCKING"), builder.text("state_jammed", "JAMMED")}));
  if (builder.has("payload_open") && !builder.has("code_format")) {
    builder.vendor_action(open, "open",
                          builder.fixed("command_topic", "command_template", builder.text("payload_open", "")));
  }
}

// ---- what drives about

namespace {

const std::vector<std::string>& vacuum_states() {
  static const std::vector<std::string> states = {"cleaning", "idle", "paused", "error", "returning", "docked"};
  return states;
}

DecodeText vacuum_state() {
  const auto place = word_of(vacuum_states());
  return [place](const std::string& word) -> std::optional<Value> {
    const auto found = place(word);
    if (!found) return std::nullopt;
    return Value{std::get<std::int64_t>(*found) + 1};
  };
}

Decode of_member(const char* name, DecodeText decode) {
  return [name, decode = std::move(decode)](const Payload& payload) -> std::optional<Value> {
    const Json* held = find(payload.json(), name);
    if (held == nullptr || held->is_null() || held->is_structured()) return std::nullopt;
    return decode(payload_text(*held));
  };
}

}  // namespace

void vacuum(Builder& builder) {
  constexpr std::int32_t doing = 1, mode = 2, battery = 3;
  constexpr std::int32_t start = 1, stop = 2, dock = 3, pause = 4, locate = 5, spot = 6;
  builder.component().device = {"vacuum", 10};
  builder.service("vacuum");
  auto& made = builder.property(doing, "status", model::Format::uint8);
  made.list = {{1, "Cleaning"}, {2, "Idle"}, {3, "Paused"}, {4, "Error"}, {5, "Going to Charge"}, {6, "Charging"}};
  builder.reads_with(doing, "state_topic", of_member("state", vacuum_state()));
  const auto speeds = builder.texts("fan_speed_list");
  if (!speeds.empty()) {
    builder.choice(mode, "mode", speeds);
    builder.reads_with(mode, "state_topic", of_member("fan_speed", word_of(speeds)));
    builder.writes(mode, "set_fan_speed_topic", "", word_at(speeds));
  }
  builder.percentage(battery, "battery-level");
  builder.reads_with(battery, "state_topic", of_member("battery_level", scaled(0, 100, 0, 100)));
  auto able = builder.texts("supported_features");
  if (able.empty()) able = {"start", "stop", "return_home", "status", "battery", "clean_spot"};
  const auto deed = [&](std::int32_t id, const char* feature, const char* name, const char* key, const char* word) {
    if (std::find(able.begin(), able.end(), feature) == able.end()) return;
    builder.action(id, name, builder.fixed("command_topic", "", builder.text(key, word)));
  };
  deed(start, "start", "start-sweep", "payload_start", "start");
  deed(stop, "stop", "stop-sweeping", "payload_stop", "stop");
  deed(dock, "return_home", "start-charge", "payload_return_to_base", "return_to_base");
  deed(pause, "pause", "pause-sweeping", "payload_pause", "pause");
  deed(locate, "locate", "identify", "payload_locate", "locate");
  deed(spot, "clean_spot", "start-spot-sweep", "payload_clean_spot", "clean_spot");
}

void lawn_mower(Builder& builder) {
  constexpr std::int32_t doing = 1, start = 1, pause = 2, dock = 3;
  builder.component().device = {"lawn-mower", 18};
  builder.service("lawn-mower");
  builder.choice(doing, "status", {"error", "paused", "mowing", "docked", "returning"});
  builder.reads(doing, "activity_state_topic", {"activity_value_template"},
                word_of({"error", "paused", "mowing", "docked", "returning"}));
  builder.action(start, "start-mowing",
                 builder.fixed("start_mowing_command_topic", "start_mowing_command_template", "start_mowing"));
  builder.action(pause, "pause", builder.fixed("pause_command_topic", "pause_command_template", "pause"));
  builder.action(dock, "start-charge", builder.fixed("dock_command_topic", "dock_command_template", "dock"));
}

}  // namespace entente::mqtt_discovery::kinds
