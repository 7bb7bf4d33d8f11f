// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/protocol/builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "drivers/mqtt_discovery/templates/values.h"
#include "infra/mqtt/router.h"

namespace entente::mqtt_discovery {
namespace {

constexpr std::size_t most_words = 300;  // of a list of options
constexpr std::size_t most_availabilities = 16;
constexpr std::size_t longest_word = 100;

model::Urn urn(std::string_view space, std::string_view type, std::string_view name) {
  return model::Urn{std::string(space), std::string(type), std::string(name), "00000000", "mqtt", "1"};
}
constexpr std::string_view standard = "miot-spec-v2";
constexpr std::string_view nobodys = "mqtt-spec";

std::string words_in(const Json* value) {
  if (value == nullptr || value->is_null() || value->is_structured()) return "";
  return templates::printed(*value);
}

}  // namespace

Builder::Builder(const AnnouncedComponent& announced, std::vector<std::string>& notes)
    : configuration_(announced.configuration), notes_(notes) {
  component_.kind = announced.kind;
  component_.key = announced.key;
  component_.name = name();
  component_.plain = !has("entity_category");
  service(announced.kind);
  component_.service.description = component_.name;
  read_availability();
}

// ---- the configuration

bool Builder::has(std::string_view key) const {
  const Json* found = find(configuration_, key);
  return found != nullptr && !found->is_null() && !(found->is_string() && found->get_ref<const std::string&>().empty());
}

std::string Builder::text(std::string_view key, std::string_view fallback) const {
  const Json* found = find(configuration_, key);
  return found == nullptr || found->is_null() || found->is_structured() ? std::string(fallback) : words_in(found);
}

double Builder::number(std::string_view key, double fallback) const {
  const Json* found = find(configuration_, key);
  if (found == nullptr) return fallback;
  const auto value = model::to_number(model::value_from_json(*found));
  return value && std::isfinite(*value) ? *value : fallback;
}

bool Builder::flag(std::string_view key, bool fallback) const {
  const Json* found = find(configuration_, key);
  return found == nullptr ? fallback : model::to_bool(model::value_from_json(*found)).value_or(fallback);
}

std::vector<std::string> Builder::texts(std::string_view key) const {
  std::vector<std::string> words;
  const Json* found = find(configuration_, key);
  if (found == nullptr || !found->is_array()) return words;
  for (const Json& one : *found) {
    auto word = words_in(&one);
    const bool twice = std::find(words.begin(), words.end(), word) != words.end();
    if (!word.empty() && word.size() <= longest_word && !twice && words.size() < most_words) {
      words.push_back(std::move(word));
    }
  }
  return words;
}

std::optional<std::string> Builder::state_topic(std::string_view key) {
  if (!has(key)) return std::nullopt;
  auto topic = text(key, "");
  const bool everything = topic.find_first_of("+#$") == 0;
  if (mqtt::is_filter(topic) && !everything) return topic;
  note(fmt::format("{} is '{}', which is no topic to listen to", key, text::shorten(topic, 60)));
  return std::nullopt;
}

std::optional<std::string> Builder::command_topic(std::string_view key) {
  if (!has(key)) return std::nullopt;
  auto topic = text(key, "");
  if (mqtt::is_topic(topic) && topic.front() != '$') return topic;
  note(fmt::format("{} is '{}', which is no topic to send to", key, text::shorten(topic, 60)));
  return std::nullopt;
}

std::optional<Template> Builder::template_in(std::string_view key) {
  if (key.empty() || !has(key)) return std::nullopt;
  auto parsed = Template::parse(text(key, ""));
  if (parsed.ok()) return *std::move(parsed);
  note(fmt::format("{}: {}", key, parsed.error().message));
  broken_.emplace_back(key);
  return std::nullopt;
}

bool Builder::broken(std::string_view key) const {
  return std::find(broken_.begin(), broken_.end(), key) != broken_.end();
}

std::string Builder::name() const { return text::shorten(std::string(text::trim(text("name", ""))), longest_word); }

std::string Builder::slug(std::string_view fallback) const {
  auto made = slug_of(name());
  if (made.empty()) made = slug_of(text("object_id", ""));
  return made.empty() ? std::string(fallback) : made;
}

void Builder::note(std::string_view what) {
  if (notes_.size() < 20) notes_.emplace_back(what);
}

// ---- the service

void Builder::service(std::string_view name) { component_.service.type = urn(standard, "service", name); }
void Builder::vendor_service(std::string_view name) { component_.service.type = urn(nobodys, "service", name); }

model::Property& Builder::property(std::int32_t id, std::string_view name, model::Format format) {
  auto& made = component_.service.properties.emplace_back();
  made.id = id;
  made.type = urn(standard, "property", name);
  made.description = title_of(name);
  made.format = format;
  return made;
}

model::Property& Builder::vendor_property(std::int32_t id, std::string_view name, model::Format format) {
  auto& made = property(id, name, format);
  made.type.space = nobodys;
  return made;
}

model::Property& Builder::percentage(std::int32_t id, std::string_view name, double low) {
  auto& made = property(id, name, model::Format::uint8);
  made.unit = "percentage";
  made.range = model::ValueRange{low, 100, 1};
  return made;
}

model::Property& Builder::choice(std::int32_t id, std::string_view name, const std::vector<std::string>& words) {
  auto& made = property(id, name, model::Format::uint16);
  std::int64_t place = 0;
  for (const auto& word : words) made.list.push_back({place++, title_of(word)});
  return made;
}

void Builder::action(std::int32_t id, std::string_view name, std::optional<Publication> publication) {
  if (!publication) return;
  model::Action made;
  made.id = id;
  made.type = urn(standard, "action", name);
  made.description = title_of(name);
  component_.service.actions.push_back(std::move(made));
  component_.deeds.push_back({id, *std::move(publication)});
}

void Builder::vendor_action(std::int32_t id, std::string_view name, std::optional<Publication> publication) {
  if (!publication) return;
  action(id, name, std::move(publication));
  component_.service.actions.back().type.space = nobodys;
}

// ---- ties

bool Builder::reads_with(std::int32_t property, std::string_view topic_key, Decode decode) {
  auto topic = state_topic(topic_key);
  if (!topic) return false;
  component_.sources.push_back({property, *std::move(topic), std::move(decode)});
  return true;
}

bool Builder::reads(std::int32_t property, std::string_view topic_key,
                    std::initializer_list<std::string_view> template_keys, DecodeText decode) {
  std::optional<Template> applied;
  for (const auto key : template_keys) {
    if (!applied) applied = template_in(key);
    if (broken(key)) return false;
  }
  return reads_with(property, topic_key,
                    [applied, decode = std::move(decode)](const Payload& payload) -> std::optional<model::Value> {
                      const auto words = payload.through(applied);
                      if (!words.ok() || words->empty() || *words == "None") return std::nullopt;
                      return decode(*words);
                    });
}

bool Builder::writes_with(std::int32_t property, Encode encode) {
  Sink sink;
  sink.property = property;
  sink.encode = std::move(encode);
  sink.awaits_state = !flag("optimistic");
  component_.sinks.push_back(std::move(sink));
  return true;
}

bool Builder::writes(std::int32_t property, std::string_view topic_key, std::string_view template_key, ToJson to_json) {
  auto topic = command_topic(topic_key);
  const auto applied = template_in(template_key);
  if (!topic || broken(template_key)) return false;
  const bool retained = flag("retain");
  return writes_with(property,
                     [topic = *std::move(topic), applied, retained,
                      to_json = std::move(to_json)](const model::Value& value) -> Result<std::vector<Publication>> {
                       ENTENTE_TRY(const Json json, to_json(value));
                       ENTENTE_TRY(auto payload, rendered(applied, json));
                       return std::vector<Publication>{{topic, std::move(payload), retained}};
                     });
}

void Builder::moves_for_long(std::int32_t property) {
  for (auto& sink : component_.sinks) {
    if (sink.property == property) sink.awaits_state = false;
  }
}

Publication Builder::publication(std::string topic, std::string payload) const {
  return Publication{std::move(topic), std::move(payload), flag("retain")};
}

std::optional<Publication> Builder::fixed(std::string_view topic_key, std::string_view template_key,
                                          std::string payload) {
  auto topic = command_topic(topic_key);
  const auto applied = template_in(template_key);
  if (!topic || payload.empty() || broken(template_key)) return std::nullopt;
  auto made = rendered(applied, Json(payload));
  if (made.ok()) return publication(*std::move(topic), *std::move(made));
  note(fmt::format("{}: {}", template_key, made.error().message));
  return std::nullopt;
}

void Builder::add_availability(const Json& one) {
  if (component_.availability.size() >= most_availabilities || !one.is_object()) return;
  Availability made;
  made.topic = string_or(one, "topic", "");
  if (!mqtt::is_filter(made.topic)) return note("availability: no topic");
  made.online = text("payload_available", "online");
  made.offline = text("payload_not_available", "offline");
  if (const Json* online = find(one, "payload_available")) made.online = words_in(online);
  if (const Json* offline = find(one, "payload_not_available")) made.offline = words_in(offline);
  const auto source = string_or(one, "value_template", "");
  if (!source.empty()) {
    auto parsed = Template::parse(source);
    if (!parsed.ok()) return note(fmt::format("availability: {}", parsed.error().message));
    made.applied = *std::move(parsed);
  }
  component_.availability.push_back(std::move(made));
}

void Builder::read_availability() {
  const Json* list = find(configuration_, "availability");
  if (list != nullptr && list->is_array()) {
    for (const Json& one : *list) add_availability(one);
  } else if (has("availability_topic")) {
    add_availability(
        Json{{"topic", text("availability_topic", "")}, {"value_template", text("availability_template", "")}});
  }
  const auto mode = text("availability_mode", "latest");
  component_.availability_mode = mode == "all"   ? AvailabilityMode::all
                                 : mode == "any" ? AvailabilityMode::any
                                                 : AvailabilityMode::latest;
}

Result<Component> Builder::finish() {
  auto& service = component_.service;
  for (auto& property : service.properties) {
    property.readable = component_.has_source(property.id);
    property.notifies = property.readable;
    property.writable = component_.sink(property.id) != nullptr;
    // What nobody tells is remembered as it was set.
    if (property.writable) property.readable = true;
  }
  std::erase_if(service.properties,
                [](const model::Property& property) { return !property.readable && !property.writable; });
  for (auto& sink : component_.sinks) sink.awaits_state &= component_.has_source(sink.property);
  if (service.properties.empty() && service.actions.empty() && service.events.empty()) {
    return Error{ErrorCode::invalid, "nothing of it can be read or set"};
  }
  return std::move(component_);
}

// ---- common decoders and encoders

DecodeText one_of_two(std::string yes, std::string no) {
  return [yes = std::move(yes), no = std::move(no)](const std::string& words) -> std::optional<model::Value> {
    if (words == yes) return model::Value{true};
    if (words == no) return model::Value{false};
    return std::nullopt;
  };
}

DecodeText scaled(double low, double high, double to_low, double to_high) {
  return [=](const std::string& words) -> std::optional<model::Value> {
    const auto number = templates::number_in_text(words);
    if (!number || !std::isfinite(*number) || low == high) return std::nullopt;
    const double share = std::clamp((*number - low) / (high - low), 0.0, 1.0);
    return model::Value{static_cast<std::int64_t>(std::lround(to_low + share * (to_high - to_low)))};
  };
}

DecodeText plain_number(double factor, double offset) {
  return [=](const std::string& words) -> std::optional<model::Value> {
    const auto number = templates::number_in_text(words);
    if (!number || !std::isfinite(*number)) return std::nullopt;
    if (factor == 1 && offset == 0) return model::Value{*number};
    return model::Value{std::round((*number * factor + offset) * 1000) / 1000};
  };
}

DecodeText plain_text() {
  return
      [](const std::string& words) -> std::optional<model::Value> { return model::Value{text::shorten(words, 255)}; };
}

DecodeText word_of(std::vector<std::string> words) {
  return [words = std::move(words)](const std::string& word) -> std::optional<model::Value> {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return std::nullopt;
    return model::Value{static_cast<std::int64_t>(found - words.begin())};
  };
}

namespace {

Error no_value(std::string_view wanted) {
  return Error{ErrorCode::invalid, fmt::format("mqtt: that is no {}", wanted)};
}

Json whole_where_possible(double number) {
  if (number == std::floor(number) && std::abs(number) < 9e15) return static_cast<std::int64_t>(number);
  return number;
}

}  // namespace

ToJson either(std::string yes, std::string no) {
  return [yes = std::move(yes), no = std::move(no)](const model::Value& value) -> Result<Json> {
    const auto on = model::to_bool(value);
    if (!on) return no_value("yes or no");
    return Json(*on ? yes : no);
  };
}

ToJson unscaled(double low, double high, double to_low, double to_high) {
  return [=](const model::Value& value) -> Result<Json> {
    const auto number = model::to_number(value);
    if (!number || to_low == to_high) return no_value("number");
    const double share = std::clamp((*number - to_low) / (to_high - to_low), 0.0, 1.0);
    return Json(static_cast<std::int64_t>(std::lround(low + share * (high - low))));
  };
}

ToJson as_number(double factor, double offset) {
  return [=](const model::Value& value) -> Result<Json> {
    const auto number = model::to_number(value);
    if (!number || !std::isfinite(*number)) return no_value("number");
    if (factor == 1 && offset == 0) return whole_where_possible(*number);
    return whole_where_possible(std::round((*number * factor + offset) * 10) / 10);
  };
}

ToJson as_text() {
  return [](const model::Value& value) -> Result<Json> { return Json(model::to_text(value)); };
}

ToJson word_at(std::vector<std::string> words) {
  return [words = std::move(words)](const model::Value& value) -> Result<Json> {
    const auto place = model::to_number(value);
    if (!place || *place < 0 || *place >= static_cast<double>(words.size())) return no_value("value of the list");
    return Json(words[static_cast<std::size_t>(*place)]);
  };
}

std::string payload_text(const Json& value) { return templates::printed(value); }

Result<std::string> rendered(const std::optional<Template>& applied, const Json& value) {
  if (!applied) return payload_text(value);
  return applied->render({{"value", &value}});
}

std::string slug_of(std::string_view name) {
  std::string made;
  for (const char c : text::to_lower_ascii(name)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept) made += c;
    if (!kept && !made.empty() && made.back() != '-') made += '-';
    if (made.size() >= 48) break;
  }
  while (!made.empty() && made.back() == '-') made.pop_back();
  return made;
}

std::string title_of(std::string_view word) {
  std::string made(word);
  const bool code = word.find_first_of("_-") != std::string_view::npos || text::to_lower_ascii(word) == word;
  if (!code) return made;
  bool begins = true;
  for (char& c : made) {
    if (c == '_' || c == '-') c = ' ';
    if (begins && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    begins = c == ' ';
  }
  return made;
}

// ---- Component and Payload

Payload::Payload(std::string_view bytes) : text_(text::to_valid_utf8(bytes)) {}

const Json& Payload::json() const {
  if (!json_) {
    auto parsed = parse_json(text_, "mqtt", 32);
    json_ = parsed.ok() ? *std::move(parsed) : templates::undefined();
  }
  return *json_;
}

Result<std::string> Payload::through(const std::optional<Template>& applied) const {
  if (!applied) return text_;
  const Json value = text_;
  return applied->render({{"value", &value}, {"value_json", &json()}});
}

const Sink* Component::sink(std::int32_t property) const {
  const auto found =
      std::find_if(sinks.begin(), sinks.end(), [&](const Sink& one) { return one.property == property; });
  return found == sinks.end() ? nullptr : &*found;
}

bool Component::has_source(std::int32_t property) const {
  return std::any_of(sources.begin(), sources.end(), [&](const Source& one) { return one.property == property; });
}

}  // namespace entente::mqtt_discovery
