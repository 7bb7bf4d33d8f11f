// SPDX-License-Identifier: GPL-3.0-or-later
// Lights, in the three languages that they speak: a topic for each thing ("default"), one JSON object ("json"), and
// templates for everything ("template").
#include <algorithm>
#include <cmath>

#include "drivers/mqtt_discovery/protocol/colours.h"
#include "drivers/mqtt_discovery/protocol/kinds.h"
#include "drivers/mqtt_discovery/templates/values.h"

namespace entente::mqtt_discovery::kinds {
namespace {

constexpr std::int32_t on = 1, brightness = 2, color_temperature = 3, color = 4, effect = 5;

using model::Value;

std::optional<double> number_in(const Json* value) {
  return value == nullptr ? std::nullopt : model::to_number(model::value_from_json(*value));
}

double whole_kelvin(double kelvin) { return std::clamp(std::round(kelvin), 1000.0, 40000.0); }

// Which unit colour temperatures are in, on the wire.
struct Warmth {
  bool kelvin = false;

  std::optional<Value> decoded(double number) const {
    if (!std::isfinite(number) || number <= 0) return std::nullopt;
    return Value{static_cast<std::int64_t>(whole_kelvin(kelvin ? number : kelvin_of(number)))};
  }
  Result<Json> encoded(const Value& value) const {
    const auto number = model::to_number(value);
    if (!number || *number <= 0) return Error{ErrorCode::invalid, "mqtt: that is no colour temperature"};
    return Json(static_cast<std::int64_t>(std::lround(kelvin ? *number : kelvin_of(*number))));
  }
};

// Declares what the light may have; Builder::finish takes out what nothing is tied to.
Warmth declare(Builder& builder) {
  builder.component().device = {"light", 30};
  builder.service("light");
  builder.property(on, "on", model::Format::boolean);
  builder.percentage(brightness, "brightness", 1);
  const Warmth warmth{builder.flag("color_temp_kelvin")};
  auto& temperature = builder.property(color_temperature, "color-temperature", model::Format::uint32);
  temperature.unit = "kelvin";
  double low = std::round(kelvin_of(builder.number("max_mireds", 500)));
  double high = std::round(kelvin_of(builder.number("min_mireds", 153)));
  low = builder.number("min_kelvin", low);
  high = builder.number("max_kelvin", high);
  if (low >= high || low < 500) {
    builder.note("its range of colour temperatures makes no sense");
    low = 2000;
    high = 6500;
  }
  temperature.range = model::ValueRange{low, high, 1};
  auto& colour = builder.property(color, "color", model::Format::uint32);
  colour.unit = "rgb";
  colour.range = model::ValueRange{1, 0xffffff, 1};
  const auto effects = builder.texts("effect_list");
  if (!effects.empty()) builder.choice(effect, "mode", effects);
  return warmth;
}

// A lamp at 1 of 255 is not off, and 0 says nothing about how bright it is when it is on.
std::optional<Value> brightness_of(double number, double scale) {
  if (!std::isfinite(number) || number <= 0 || scale <= 0) return std::nullopt;
  return Value{
      std::clamp(static_cast<std::int64_t>(std::lround(number / scale * 100)), std::int64_t{1}, std::int64_t{100})};
}

DecodeText brightness_text(double scale) {
  return [scale](const std::string& words) -> std::optional<Value> {
    const auto number = templates::number_in_text(words);
    if (!number) return std::nullopt;
    return brightness_of(*number, scale);
  };
}

Result<Json> to_scale(const Value& value, double scale) {
  const auto percent = model::to_number(value);
  if (!percent) return Error{ErrorCode::invalid, "mqtt: that is no brightness"};
  const auto number = std::lround(std::clamp(*percent, 0.0, 100.0) / 100 * scale);
  return Json(std::max(number, *percent > 0 ? 1L : 0L));
}

std::optional<std::vector<double>> numbers_in(const std::string& words, std::size_t count) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at <= words.size();) {
    const auto end = std::min(words.find(',', at), words.size());
    const auto number = templates::number_in_text(std::string_view(words).substr(at, end - at));
    if (!number || numbers.size() > 8) return std::nullopt;
    numbers.push_back(*number);
    at = end + 1;
  }
  if (numbers.size() < count) return std::nullopt;
  return numbers;
}

// The colour alone: how bright it is, is said apart.
std::optional<Value> full_colour(double red, double green, double blue) {
  const double largest = std::max({red, green, blue});
  if (!std::isfinite(red + green + blue) || largest <= 0) return std::nullopt;
  const auto byte = [&](double channel) {
    return static_cast<int>(std::lround(std::clamp(channel / largest, 0.0, 1.0) * 255));
  };
  return Value{Rgb{byte(red), byte(green), byte(blue)}.number()};
}

Result<Rgb> wanted_colour(const Value& value) {
  const auto number = model::to_number(value);
  if (!number || *number < 0 || *number > 0xffffff) return Error{ErrorCode::invalid, "mqtt: that is no colour"};
  return rgb_of(static_cast<std::int64_t>(*number));
}

double rounded(double number, double steps) { return std::round(number * steps) / steps; }

// ---- a topic for each thing

Result<Json> rgb_text(const Value& value) {
  ENTENTE_TRY(const Rgb rgb, wanted_colour(value));
  return Json(fmt::format("{},{},{}", rgb.red, rgb.green, rgb.blue));
}
Result<Json> hs_text(const Value& value) {
  ENTENTE_TRY(const Rgb rgb, wanted_colour(value));
  const auto hue = to_hue(rgb);
  return Json(fmt::format("{},{}", rounded(hue.hue, 10), rounded(hue.saturation, 10)));
}
Result<Json> xy_text(const Value& value) {
  ENTENTE_TRY(const Rgb rgb, wanted_colour(value));
  const auto xy = to_chromaticity(rgb);
  return Json(fmt::format("{:.4f},{:.4f}", xy.x, xy.y));
}

// The template gets the parts by name; without one they are joined by commas.
Encode colour_command(const std::string& topic, const std::optional<Template>& applied, bool retained,
                      Result<Json> (*joined)(const Value&)) {
  return [=](const Value& value) -> Result<std::vector<Publication>> {
    ENTENTE_TRY(const Json text, joined(value));
    if (!applied) return std::vector<Publication>{{topic, text.get<std::string>(), retained}};
    ENTENTE_TRY(const Rgb rgb, wanted_colour(value));
    const auto hs = to_hue(rgb);
    const auto xy = to_chromaticity(rgb);
    const Json red = rgb.red, green = rgb.green, blue = rgb.blue, white = 0, hue = rounded(hs.hue, 10),
               sat = rounded(hs.saturation, 10), x = rounded(xy.x, 1e4), y = rounded(xy.y, 1e4);
    ENTENTE_TRY(auto payload, applied->render({{"value", &text},
                                               {"red", &red},
                                               {"green", &green},
                                               {"blue", &blue},
                                               {"white", &white},
                                               {"cold_white", &white},
                                               {"warm_white", &white},
                                               {"hue", &hue},
                                               {"sat", &sat},
                                               {"x", &x},
                                               {"y", &y}}));
    return std::vector<Publication>{{topic, std::move(payload), retained}};
  };
}

bool writes_colour(Builder& builder, std::string_view topic_key, std::string_view template_key,
                   Result<Json> (*joined)(const Value&)) {
  const auto topic = builder.command_topic(topic_key);
  const auto applied = builder.template_in(template_key);
  if (!topic || builder.broken(template_key)) return false;
  return builder.writes_with(color, colour_command(*topic, applied, builder.flag("retain"), joined));
}

DecodeText channels(std::optional<Value> (*made)(const std::vector<double>&), std::size_t count) {
  return [made, count](const std::string& words) -> std::optional<Value> {
    const auto numbers = numbers_in(words, count);
    if (!numbers) return std::nullopt;
    return made(*numbers);
  };
}

std::optional<Value> from_rgb(const std::vector<double>& parts) { return full_colour(parts[0], parts[1], parts[2]); }
std::optional<Value> from_hs(const std::vector<double>& parts) {
  return Value{to_rgb(HueSaturation{parts[0], parts[1]}).number()};
}
std::optional<Value> from_xy(const std::vector<double>& parts) {
  return Value{to_rgb(Chromaticity{parts[0], parts[1]}).number()};
}

void colours_by_topic(Builder& builder) {
  if (writes_colour(builder, "rgb_command_topic", "rgb_command_template", rgb_text)) {
    builder.reads(color, "rgb_state_topic", {"rgb_value_template"}, channels(from_rgb, 3));
  } else if (writes_colour(builder, "hs_command_topic", "hs_command_template", hs_text)) {
    builder.reads(color, "hs_state_topic", {"hs_value_template"}, channels(from_hs, 2));
  } else if (writes_colour(builder, "xy_command_topic", "xy_command_template", xy_text)) {
    builder.reads(color, "xy_state_topic", {"xy_value_template"}, channels(from_xy, 2));
  } else if (writes_colour(builder, "rgbw_command_topic", "rgbw_command_template", rgb_text)) {
    builder.reads(color, "rgbw_state_topic", {"rgbw_value_template"}, channels(from_rgb, 3));
  } else if (writes_colour(builder, "rgbww_command_topic", "rgbww_command_template", rgb_text)) {
    builder.reads(color, "rgbww_state_topic", {"rgbww_value_template"}, channels(from_rgb, 3));
  }
}

void by_topics(Builder& builder) {
  const Warmth warmth = declare(builder);
  const auto yes = builder.text("payload_on", "ON");
  const auto no = builder.text("payload_off", "OFF");
  const double scale = std::max(builder.number("brightness_scale", 255), 1.0);
  builder.reads(on, "state_topic", {"state_value_template", "value_template"}, one_of_two(yes, no));
  const auto by_brightness = builder.text("on_command_type", "last") == "brightness";
  const auto bright_topic = builder.command_topic("brightness_command_topic");
  if (by_brightness && bright_topic) {
    const auto off_topic = builder.command_topic("command_topic").value_or(*bright_topic);
    const bool retained = builder.flag("retain");
    const auto full = std::to_string(std::lround(scale));
    builder.writes_with(on, [=](const Value& value) -> Result<std::vector<Publication>> {
      const bool lit = model::to_bool(value).value_or(false);
      return std::vector<Publication>{{lit ? *bright_topic : off_topic, lit ? full : no, retained}};
    });
  } else {
    builder.writes(on, "command_topic", "", either(yes, no));
  }
  builder.reads(brightness, "brightness_state_topic", {"brightness_value_template"}, brightness_text(scale));
  builder.writes(brightness, "brightness_command_topic", "brightness_command_template",
                 [scale](const Value& value) { return to_scale(value, scale); });
  builder.reads(color_temperature, "color_temp_state_topic", {"color_temp_value_template"},
                [warmth](const std::string& words) -> std::optional<Value> {
                  const auto number = templates::number_in_text(words);
                  if (!number) return std::nullopt;
                  return warmth.decoded(*number);
                });
  builder.writes(color_temperature, "color_temp_command_topic", "color_temp_command_template",
                 [warmth](const Value& value) { return warmth.encoded(value); });
  colours_by_topic(builder);
  const auto effects = builder.texts("effect_list");
  if (effects.empty()) return;
  builder.reads(effect, "effect_state_topic", {"effect_value_template"}, word_of(effects));
  builder.writes(effect, "effect_command_topic", "effect_command_template", word_at(effects));
}

// ---- one JSON object

// How this lamp wants its colours.
enum class Language { none, rgb, hs, xy };

struct Abilities {
  bool bright = false;
  bool warm = false;
  Language colour = Language::none;
};

Abilities abilities_of(Builder& builder) {
  Abilities able;
  const auto modes = builder.texts("supported_color_modes");
  const auto has = [&](std::string_view mode) { return std::find(modes.begin(), modes.end(), mode) != modes.end(); };
  const bool legacy = modes.empty();
  able.warm = has("color_temp") || (legacy && builder.flag("color_temp"));
  if (has("rgb") || has("rgbw") || has("rgbww") || (legacy && builder.flag("rgb"))) able.colour = Language::rgb;
  if (has("hs") || (legacy && builder.flag("hs"))) able.colour = Language::hs;
  if (has("xy") || (legacy && builder.flag("xy"))) able.colour = Language::xy;
  const bool only_switched = !legacy && modes.size() == 1 && has("onoff");
  able.bright = builder.flag("brightness") || (!legacy && !only_switched);
  return able;
}

std::optional<Value> colour_in(const Json& message) {
  if (string_or(message, "color_mode", "") == "color_temp") return std::nullopt;  // an approximation of it
  const Json* held = find(message, "color");
  if (held == nullptr) return std::nullopt;
  const auto part = [&](const char* name) { return number_in(find(*held, name)); };
  const auto red = part("r"), green = part("g"), blue = part("b");
  if (red && green && blue) return full_colour(*red, *green, *blue);
  const auto x = part("x"), y = part("y");
  if (x && y) return Value{to_rgb(Chromaticity{*x, *y}).number()};
  const auto hue = part("h") ? part("h") : part("hue");
  const auto saturation = part("s") ? part("s") : part("saturation");
  if (hue && saturation) return Value{to_rgb(HueSaturation{*hue, *saturation}).number()};
  return std::nullopt;
}

Result<Json> colour_object(Language language, const Value& value) {
  ENTENTE_TRY(const Rgb rgb, wanted_colour(value));
  if (language == Language::rgb) return Json{{"r", rgb.red}, {"g", rgb.green}, {"b", rgb.blue}};
  if (language == Language::hs) {
    const auto hue = to_hue(rgb);
    return Json{{"h", rounded(hue.hue, 10)}, {"s", rounded(hue.saturation, 10)}};
  }
  const auto xy = to_chromaticity(rgb);
  return Json{{"x", rounded(xy.x, 1e4)}, {"y", rounded(xy.y, 1e4)}};
}

// {"state": "ON", "brightness": 128}: who dims a lamp means it to be on.
Encode object_with(const std::string& topic, bool retained, const char* key, const ToJson& part) {
  return [=](const Value& value) -> Result<std::vector<Publication>> {
    ENTENTE_TRY(Json made, part(value));
    const Json object{{"state", "ON"}, {key, std::move(made)}};
    return std::vector<Publication>{{topic, to_text(object), retained}};
  };
}

void reads_objects(Builder& builder, const Abilities& able, Warmth warmth, double scale) {
  builder.reads_with(on, "state_topic", [](const Payload& payload) -> std::optional<Value> {
    const auto state = string_or(payload.json(), "state", "");
    if (state != "ON" && state != "OFF") return std::nullopt;
    return Value{state == "ON"};
  });
  const auto number = [&](std::int32_t id, const char* key, auto decode) {
    builder.reads_with(id, "state_topic", [key, decode](const Payload& payload) -> std::optional<Value> {
      const auto value = number_in(find(payload.json(), key));
      if (!value) return std::nullopt;
      return decode(*value);
    });
  };
  if (able.bright) number(brightness, "brightness", [scale](double value) { return brightness_of(value, scale); });
  if (able.warm) number(color_temperature, "color_temp", [warmth](double value) { return warmth.decoded(value); });
  if (able.colour != Language::none) {
    builder.reads_with(color, "state_topic", [](const Payload& payload) { return colour_in(payload.json()); });
  }
}

void by_objects(Builder& builder) {
  const Warmth warmth = declare(builder);
  const auto able = abilities_of(builder);
  const double scale = std::max(builder.number("brightness_scale", 255), 1.0);
  reads_objects(builder, able, warmth, scale);
  const auto effects = builder.texts("effect_list");
  const auto word = word_of(effects);
  if (!effects.empty()) {
    builder.reads_with(effect, "state_topic",
                       [word](const Payload& payload) { return word(string_or(payload.json(), "effect", "")); });
  }
  const auto topic = builder.command_topic("command_topic");
  if (!topic) return;
  const bool retained = builder.flag("retain");
  builder.writes_with(on, [topic = *topic, retained](const Value& value) -> Result<std::vector<Publication>> {
    const Json object{{"state", model::to_bool(value).value_or(false) ? "ON" : "OFF"}};
    return std::vector<Publication>{{topic, to_text(object), retained}};
  });
  if (able.bright) {
    builder.writes_with(brightness, object_with(*topic, retained, "brightness",
                                                [scale](const Value& value) { return to_scale(value, scale); }));
  }
  if (able.warm) {
    builder.writes_with(color_temperature, object_with(*topic, retained, "color_temp",
                                                       [warmth](const Value& value) { return warmth.encoded(value); }));
  }
  if (able.colour != Language::none) {
    const auto language = able.colour;
    builder.writes_with(color, object_with(*topic, retained, "color",
                                           [language](const Value& value) { return colour_object(language, value); }));
  }
  if (!effects.empty()) builder.writes_with(effect, object_with(*topic, retained, "effect", word_at(effects)));
}

// ---- templates for everything

Encode through_template(const std::string& topic, const Template& applied, bool retained, const char* state,
                        const char* name, const ToJson& part) {
  return [=](const Value& value) -> Result<std::vector<Publication>> {
    const Json word = state;
    Variables variables{{"state", &word}};
    Json made;
    if (part) {
      ENTENTE_TRY(made, part(value));
      variables.emplace_back(name, &made);
    }
    ENTENTE_TRY(auto payload, applied.render(variables));
    return std::vector<Publication>{{topic, std::move(payload), retained}};
  };
}

Encode colour_through_template(const std::string& topic, const Template& applied, bool retained) {
  return [=](const Value& value) -> Result<std::vector<Publication>> {
    ENTENTE_TRY(const Rgb rgb, wanted_colour(value));
    const auto hs = to_hue(rgb);
    const Json word = "on", red = rgb.red, green = rgb.green, blue = rgb.blue, hue = rounded(hs.hue, 10),
               sat = rounded(hs.saturation, 10);
    ENTENTE_TRY(
        auto payload,
        applied.render(
            {{"state", &word}, {"red", &red}, {"green", &green}, {"blue", &blue}, {"hue", &hue}, {"sat", &sat}}));
    return std::vector<Publication>{{topic, std::move(payload), retained}};
  };
}

void reads_colour_templates(Builder& builder) {
  const auto red = builder.template_in("red_template");
  const auto green = builder.template_in("green_template");
  const auto blue = builder.template_in("blue_template");
  if (!red || !green || !blue) return;
  builder.reads_with(color, "state_topic", [=](const Payload& payload) -> std::optional<Value> {
    double parts[3] = {};
    const Template* const all[] = {&*red, &*green, &*blue};
    for (std::size_t i = 0; i < 3; ++i) {
      const auto words = payload.through(*all[i]);
      const auto number = words.ok() ? templates::number_in_text(*words) : std::nullopt;
      if (!number) return std::nullopt;
      parts[i] = *number;
    }
    return full_colour(parts[0], parts[1], parts[2]);
  });
}

void by_templates(Builder& builder) {
  const Warmth warmth = declare(builder);
  builder.reads(on, "state_topic", {"state_template"}, one_of_two("on", "off"));
  builder.reads(brightness, "state_topic", {"brightness_template"}, brightness_text(255));
  builder.reads(color_temperature, "state_topic", {"color_temp_template"},
                [warmth](const std::string& words) -> std::optional<Value> {
                  const auto number = templates::number_in_text(words);
                  if (!number) return std::nullopt;
                  return warmth.decoded(*number);
                });
  reads_colour_templates(builder);
  const auto topic = builder.command_topic("command_topic");
  const auto lit = builder.template_in("command_on_template");
  const auto dark = builder.template_in("command_off_template");
  if (!topic || !lit || !dark) return;
  const bool retained = builder.flag("retain");
  const auto turn_on = through_template(*topic, *lit, retained, "on", "", nullptr);
  const auto turn_off = through_template(*topic, *dark, retained, "off", "", nullptr);
  builder.writes_with(
      on, [=](const Value& value) { return model::to_bool(value).value_or(false) ? turn_on(value) : turn_off(value); });
  if (builder.has("brightness_template")) {
    builder.writes_with(brightness, through_template(*topic, *lit, retained, "on", "brightness",
                                                     [](const Value& value) { return to_scale(value, 255); }));
  }
  if (builder.has("color_temp_template")) {
    const char* name = warmth.kelvin ? "color_temp_kelvin" : "color_temp";
    builder.writes_with(color_temperature,
                        through_template(*topic, *lit, retained, "on", name,
                                         [warmth](const Value& value) { return warmth.encoded(value); }));
  }
  if (builder.has("red_template")) {
    builder.writes_with(color, colour_through_template(*topic, *lit, retained));
  }
  const auto effects = builder.texts("effect_list");
  if (effects.empty()) return;
  builder.reads(effect, "state_topic", {"effect_template"}, word_of(effects));
  builder.writes_with(effect, through_template(*topic, *lit, retained, "on", "effect", word_at(effects)));
}

}  // namespace

void light(Builder& builder) {
  const auto schema = builder.text("schema", "basic");
  if (schema == "json") return by_objects(builder);
  if (schema == "template") return by_templates(builder);
  by_topics(builder);
}

}  // namespace entente::mqtt_discovery::kinds
