// SPDX-License-Identifier: GPL-3.0-or-later
// Switches, settings and buttons.
#include <fmt/format.h>

#include <cmath>

#include "drivers/mqtt_discovery/protocol/kinds.h"
#include "drivers/mqtt_discovery/templates/values.h"

namespace entente::mqtt_discovery::kinds {
namespace {

using model::Value;

constexpr std::int32_t first = 1;  // the only property, action or event of most of these

void switched(Builder& builder, model::Property& property) {
  const auto id = property.id;
  const auto yes = builder.text("payload_on", "ON");
  const auto no = builder.text("payload_off", "OFF");
  const auto is_on = builder.text("state_on", yes);
  const auto is_off = builder.text("state_off", no);
  builder.reads(id, "state_topic", {"value_template"}, one_of_two(is_on, is_off));
  builder.writes(id, "command_topic", "command_template", either(yes, no));
}

}  // namespace

void relay(Builder& builder) {
  if (!builder.component().plain) {
    builder.vendor_service("setting");
    return switched(builder, builder.vendor_property(first, builder.slug("switch"), model::Format::boolean));
  }
  const bool outlet = builder.text("device_class", "") == "outlet";
  builder.component().device = {outlet ? "outlet" : "switch", outlet ? 40 : 41};
  builder.service("switch");
  switched(builder, builder.property(first, "on", model::Format::boolean));
}

// It says and hears "ON" and "OFF", or an object with the state in it.
void siren(Builder& builder) {
  builder.component().device = {"alarm", 50};
  builder.service("alarm");
  auto& property = builder.property(first, "on", model::Format::boolean);
  const auto id = property.id;
  const auto yes = builder.text("payload_on", "ON");
  const auto no = builder.text("payload_off", "OFF");
  const auto heard = one_of_two(builder.text("state_on", yes), builder.text("state_off", no));
  const auto applied = builder.template_in("state_value_template");
  builder.reads_with(id, "state_topic", [heard, applied](const Payload& payload) -> std::optional<Value> {
    const auto words = payload.through(applied);
    if (!words.ok()) return std::nullopt;
    const Payload inner(*words);
    return heard(string_or(inner.json(), "state", *words));
  });
  if (builder.has("command_template") || builder.has("command_off_template")) {
    builder.writes(id, "command_topic", "command_template", either(yes, no));
  } else {
    builder.writes(id, "command_topic", "", [yes, no](const Value& value) -> Result<Json> {
      const bool on = model::to_bool(value).value_or(false);
      return Json(to_text(Json{{"state", on ? yes : no}}));
    });
  }
}

void number(Builder& builder) {
  builder.vendor_service("setting");
  auto& property = builder.vendor_property(first, builder.slug("number"), model::Format::real);
  double low = builder.number("min", 1);
  double high = builder.number("max", 100);
  double step = builder.number("step", 1);
  if (low >= high || step <= 0) {
    builder.note("its range makes no sense");
    low = 1, high = 100, step = 1;
  }
  property.range = model::ValueRange{low, high, step};
  property.unit = builder.text("unit_of_measurement", "");
  const bool whole = step == std::floor(step) && low == std::floor(low) && low >= -2e9 && high <= 2e9;
  property.format = whole ? model::Format::int32 : model::Format::real;
  builder.reads(first, "state_topic", {"value_template"}, [whole](const std::string& words) -> std::optional<Value> {
    const auto found = templates::number_in_text(words);
    if (!found || !std::isfinite(*found) || std::abs(*found) > 1e15) return std::nullopt;
    if (whole) return Value{static_cast<std::int64_t>(std::llround(*found))};
    return Value{*found};
  });
  builder.writes(first, "command_topic", "command_template", as_number());
}

void select(Builder& builder) {
  builder.vendor_service("setting");
  const auto options = builder.texts("options");
  if (options.empty()) return;
  auto& property = builder.choice(first, builder.slug("select"), options);
  property.type.space = "mqtt-spec";
  builder.reads(first, "state_topic", {"value_template"}, word_of(options));
  builder.writes(first, "command_topic", "command_template", word_at(options));
}

void text(Builder& builder) {
  builder.vendor_service("setting");
  builder.vendor_property(first, builder.slug("text"), model::Format::text);
  builder.reads(first, "state_topic", {"value_template"}, plain_text());
  builder.writes(first, "command_topic", "command_template", as_text());
}

void button(Builder& builder) {
  const auto press = builder.fixed("command_topic", "command_template", builder.text("payload_press", "PRESS"));
  if (builder.text("device_class", "") == "identify") {
    builder.service("identify");
    return builder.action(first, "identify", press);
  }
  builder.vendor_service("button");
  builder.vendor_action(first, builder.slug("press"), press);
}

void scene(Builder& builder) {
  builder.vendor_service("scene");
  builder.vendor_action(first, builder.slug("activate"),
                        builder.fixed("command_topic", "", builder.text("payload_on", "ON")));
}

namespace {

model::Event& add_event(Builder& builder, std::int32_t id, const std::string& name) {
  auto& events = builder.component().service.events;
  auto& made = events.emplace_back();
  made.id = id;
  made.type =
      model::Urn{"mqtt-spec", "event", slug_of(name).empty() ? "event" : slug_of(name), "00000000", "mqtt", "1"};
  made.description = title_of(name);
  return made;
}

}  // namespace

// {"event_type": "press", …}, one event for each type that it may be of.
void event(Builder& builder) {
  builder.vendor_service("event");
  builder.component().device = {"remote-control", 60};
  const auto topic = builder.state_topic("state_topic");
  const auto applied = builder.template_in("value_template");
  if (!topic || builder.broken("value_template")) return;
  std::int32_t id = 0;
  for (const auto& type : builder.texts("event_types")) {
    add_event(builder, ++id, type);
    Trigger trigger;
    trigger.event = id;
    trigger.topic = *topic;
    trigger.recognise = [type, applied](const Payload& payload) -> std::optional<std::vector<model::ActionArgument>> {
      const auto words = payload.through(applied);
      if (!words.ok()) return std::nullopt;
      const Payload inner(*words);
      if (string_or(inner.json(), "event_type", "") != type) return std::nullopt;
      return std::vector<model::ActionArgument>();
    };
    builder.component().triggers.push_back(std::move(trigger));
  }
}

// A button's press and the like: "automation_type": "trigger", a topic, and the payload that means this one.
void device_trigger(Builder& builder) {
  builder.vendor_service("trigger");
  builder.component().device = {"remote-control", 60};
  const auto topic = builder.state_topic("topic");
  const auto applied = builder.template_in("value_template");
  if (builder.text("automation_type", "") != "trigger") return builder.note("automation_type is not \"trigger\"");
  if (!topic || builder.broken("value_template")) return;
  const auto type = builder.text("type", "");
  const auto subtype = builder.text("subtype", "");
  add_event(builder, first, fmt::format("{}_{}", type, subtype));
  builder.component().service.description = fmt::format("{} {}", title_of(type), title_of(subtype));
  Trigger trigger;
  trigger.event = first;
  trigger.topic = *topic;
  const bool any = !builder.has("payload");
  trigger.recognise = [any, wanted = builder.text("payload", ""),
                       applied](const Payload& payload) -> std::optional<std::vector<model::ActionArgument>> {
    const auto words = payload.through(applied);
    if (!words.ok() || (!any && *words != wanted)) return std::nullopt;
    return std::vector<model::ActionArgument>();
  };
  builder.component().triggers.push_back(std::move(trigger));
}

}  // namespace entente::mqtt_discovery::kinds
