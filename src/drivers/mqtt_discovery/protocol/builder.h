// SPDX-License-Identifier: GPL-3.0-or-later
// Builder reads one component's configuration and puts its Component together; each kind of component (kinds.h) says
// what is tied to what. Broken parts are left out with a note. Used once, on one call's stack.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/mqtt_discovery/protocol/component.h"

namespace entente::mqtt_discovery {

using DecodeText = std::function<std::optional<model::Value>(const std::string&)>;
// The value as command templates see it, and as it is sent without one.
using ToJson = std::function<Result<Json>(const model::Value&)>;

enum class Access { read, write, both };

class Builder {
 public:
  Builder(const AnnouncedComponent& announced, std::vector<std::string>& notes);

  // ---- the configuration
  const Json& configuration() const { return configuration_; }
  bool has(std::string_view key) const;
  std::string text(std::string_view key, std::string_view fallback) const;  // numbers and truths as text
  double number(std::string_view key, double fallback) const;
  bool flag(std::string_view key, bool fallback = false) const;
  std::vector<std::string> texts(std::string_view key) const;
  std::optional<std::string> state_topic(std::string_view key);    // one to subscribe to
  std::optional<std::string> command_topic(std::string_view key);  // one to publish to
  // Nothing where there is none; broken() tells a wrong one from none.
  std::optional<Template> template_in(std::string_view key);
  bool broken(std::string_view key) const;
  std::string slug(std::string_view fallback) const;  // of its name, for a URN
  std::string name() const;
  void note(std::string_view what);

  // ---- the service
  void service(std::string_view name);         // one of MIoT's
  void vendor_service(std::string_view name);  // one of nobody's: traits do not look into it
  model::Property& property(std::int32_t id, std::string_view name, model::Format format);
  model::Property& vendor_property(std::int32_t id, std::string_view name, model::Format format);
  model::Property& percentage(std::int32_t id, std::string_view name, double low = 0);
  model::Property& choice(std::int32_t id, std::string_view name, const std::vector<std::string>& words);
  void action(std::int32_t id, std::string_view name, std::optional<Publication> publication);
  void vendor_action(std::int32_t id, std::string_view name, std::optional<Publication> publication);

  // ---- ties. A property becomes readable or writable by them, and stays out of the service without any.
  bool reads(std::int32_t property, std::string_view topic_key, std::initializer_list<std::string_view> template_keys,
             DecodeText decode);
  bool reads_with(std::int32_t property, std::string_view topic_key, Decode decode);
  bool writes(std::int32_t property, std::string_view topic_key, std::string_view template_key, ToJson to_json);
  bool writes_with(std::int32_t property, Encode encode);
  void moves_for_long(std::int32_t property);  // its state comes when it is there, which may be in a minute

  // "PRESS" to the topic of `topic_key`, through the template where there is one.
  std::optional<Publication> fixed(std::string_view topic_key, std::string_view template_key, std::string payload);
  Publication publication(std::string topic, std::string payload) const;

  Component& component() { return component_; }
  // Without what nothing is tied to. invalid where nothing at all is left.
  Result<Component> finish();

 private:
  void read_availability();
  void add_availability(const Json& one);

  const Json& configuration_;
  std::vector<std::string>& notes_;
  Component component_;
  std::vector<std::string> broken_;
};

// ---- common decoders and encoders
DecodeText one_of_two(std::string yes, std::string no);                     // bool
DecodeText scaled(double low, double high, double to_low, double to_high);  // linear, clamped
DecodeText plain_number(double factor = 1, double offset = 0);              // value * factor + offset
DecodeText plain_text();
DecodeText word_of(std::vector<std::string> words);  // its place in the list
ToJson either(std::string yes, std::string no);
ToJson unscaled(double low, double high, double to_low, double to_high);  // whole numbers
ToJson as_number(double factor = 1, double offset = 0);                   // value * factor + offset
ToJson as_text();
ToJson word_at(std::vector<std::string> words);

// The text of a JSON value as Python writes it, which is what those devices expect: 21.0, True.
std::string payload_text(const Json& value);
Result<std::string> rendered(const std::optional<Template>& applied, const Json& value);
// A name as part of a URN: lower case, digits and '-'.
std::string slug_of(std::string_view name);
// "fan_only" as people read it: "Fan Only".
std::string title_of(std::string_view word);

}  // namespace entente::mqtt_discovery
