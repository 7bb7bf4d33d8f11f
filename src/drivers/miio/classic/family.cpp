// SPDX-License-Identifier: GPL-3.0-or-later
//   file     = family with "variants"?: [family …], each with only what differs
//   family   = {"name", "models": [pattern …], "known"?: [pattern …], "chunk"?, "answers"?: "text",
//               "properties"?: [property …], "actions"?: [action …], "also"?: {method: {name: value}}}
//   property = {"of": "service/property", "when"?: "list" | "range", "get"?: name | [method, name], "set"?: call,
//               "set-each"?: [[value, method, parameter …] …], "as"?: "on-off" | "0-1", "scale"?, "span"?: [low, high],
//               "words"?: [[said, meaning …] …]}
//   action   = {"of": "service/action", "do": [call …]}
//   call     = [method, parameter …]
#include "drivers/miio/classic/family.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

namespace entente::miio {
namespace {

constexpr std::size_t max_file = 1U << 20U;
constexpr std::size_t max_chunk = 100;

const Json& list_in(const Json& object, std::string_view key) {
  static const Json none = Json::array();
  const Json* found = find(object, key);
  return found != nullptr && found->is_array() ? *found : none;
}

std::vector<std::string> texts_in(const Json& object, std::string_view key) {
  std::vector<std::string> texts;
  for (const Json& entry : list_in(object, key)) {
    if (entry.is_string()) texts.push_back(entry.get<std::string>());
  }
  return texts;
}

Error wrong(std::string_view where, std::string_view reason) {
  return Error{ErrorCode::invalid, fmt::format("{}: {}", where, reason)};
}

Result<ClassicCall> parse_call(const Json& json, std::size_t method_at, std::string_view where) {
  if (!json.is_array() || json.size() <= method_at || !json[method_at].is_string()) {
    return wrong(where, "a call is a list that begins with the method's name");
  }
  ClassicCall call;
  call.method = json[method_at].get<std::string>();
  for (std::size_t i = method_at + 1; i < json.size(); ++i) call.params.push_back(json[i]);
  return call;
}

Result<std::pair<std::string, std::string>> parse_of(const Json& json, std::string_view where) {
  const std::string of = string_or(json, "of", "");
  const auto slash = of.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == of.size()) {
    return wrong(where, "\"of\" has to be service/name");
  }
  return std::pair(of.substr(0, slash), of.substr(slash + 1));
}

Result<ClassicSource> parse_source(const Json& json, std::string_view where) {
  if (json.is_string()) return ClassicSource{"get_prop", json.get<std::string>()};
  if (!json.is_array() || json.size() != 2 || !json[0].is_string() || json[1].is_structured() || json[1].is_null()) {
    return wrong(where, "\"get\" has to be a name, or [method, name or place]");
  }
  const auto name = json[1].is_string() ? json[1].get<std::string>() : to_text(json[1]);
  return ClassicSource{json[0].get<std::string>(), name};
}

Result<void> parse_setters(const Json& json, ClassicProperty& property, std::string_view where) {
  if (const Json* set = find(json, "set")) {
    ENTENTE_TRY(property.set, parse_call(*set, 0, where));
  }
  for (const Json& each : list_in(json, "set-each")) {
    ENTENTE_TRY(ClassicCall call, parse_call(each, 1, where));
    property.set_each.push_back({each[0], std::move(call)});
  }
  return {};
}

Result<void> parse_conversion(const Json& json, ClassicProperty& property, std::string_view where) {
  const std::string as = string_or(json, "as", "");
  if (!as.empty() && as != "on-off" && as != "0-1") return wrong(where, "\"as\" takes on-off and 0-1");
  if (as == "on-off") property.words = ClassicProperty::Words::on_off;
  if (as == "0-1") property.words = ClassicProperty::Words::zero_one;
  if (const Json* scale = find(json, "scale")) {
    if (!scale->is_number() || scale->get<double>() == 0) return wrong(where, "\"scale\" has to be a number, not 0");
    property.scale = scale->get<double>();
  }
  if (const Json* span = find(json, "span")) {
    const bool pair = span->is_array() && span->size() == 2 && (*span)[0].is_number() && (*span)[1].is_number();
    if (!pair || (*span)[0].get<double>() >= (*span)[1].get<double>()) return wrong(where, "\"span\" is [low, high]");
    property.span.emplace((*span)[0].get<double>(), (*span)[1].get<double>());
  }
  for (const Json& entry : list_in(json, "words")) {
    if (!entry.is_array() || entry.size() < 2) return wrong(where, "\"words\" holds lists [said, meaning …]");
    property.wordings.push_back({entry[0], {entry.begin() + 1, entry.end()}});
  }
  return {};
}

Result<ClassicProperty> parse_property(const Json& json, std::string_view where) {
  ClassicProperty property;
  ENTENTE_TRY(auto of, parse_of(json, where));
  property.service = std::move(of.first);
  property.property = std::move(of.second);
  const std::string shape = string_or(json, "when", "");
  if (!shape.empty() && shape != "list" && shape != "range") return wrong(where, "\"when\" takes list and range");
  if (shape == "list") property.shape = ClassicProperty::Shape::list;
  if (shape == "range") property.shape = ClassicProperty::Shape::range;
  if (const Json* get = find(json, "get")) {
    ENTENTE_TRY(property.get, parse_source(*get, where));
  }
  ENTENTE_TRY_VOID(parse_setters(json, property, where));
  ENTENTE_TRY_VOID(parse_conversion(json, property, where));
  if (!property.get && !property.set && property.set_each.empty()) return wrong(where, "neither \"get\" nor \"set\"");
  return property;
}

Result<ClassicAction> parse_action(const Json& json, std::string_view where) {
  ClassicAction action;
  ENTENTE_TRY(auto of, parse_of(json, where));
  action.service = std::move(of.first);
  action.action = std::move(of.second);
  for (const Json& call : list_in(json, "do")) {
    ENTENTE_TRY(ClassicCall parsed, parse_call(call, 0, where));
    action.calls.push_back(std::move(parsed));
  }
  if (action.calls.empty()) return wrong(where, "\"do\" is missing");
  return action;
}

Result<ClassicFamily> parse_family(const Json& json, std::string_view what) {
  if (!json.is_object()) return wrong(what, "not a JSON object");
  ClassicFamily family;
  family.name = string_or(json, "name", what);
  family.models = texts_in(json, "models");
  family.known = texts_in(json, "known");
  if (family.models.empty()) return wrong(what, "\"models\" is missing");
  const auto chunk = integer_or(json, "chunk", 0);
  family.chunk = static_cast<std::size_t>(std::clamp<std::int64_t>(chunk, 0, max_chunk));
  family.answers_text = string_or(json, "answers", "") == "text";
  std::size_t place = 0;
  for (const Json& entry : list_in(json, "properties")) {
    const auto where = fmt::format("{}: property {} ({})", what, place++, string_or(entry, "of", ""));
    ENTENTE_TRY(ClassicProperty property, parse_property(entry, where));
    family.properties.push_back(std::move(property));
  }
  for (const Json& entry : list_in(json, "actions")) {
    ENTENTE_TRY(ClassicAction action,
                parse_action(entry, fmt::format("{}: action {}", what, string_or(entry, "of", ""))));
    family.actions.push_back(std::move(action));
  }
  if (const Json* also = find(json, "also"); also != nullptr && also->is_object()) family.also = *also;
  return family;
}

// A variant has what the family has, after its own.
void inherit(ClassicFamily& variant, const ClassicFamily& base) {
  variant.properties.insert(variant.properties.end(), base.properties.begin(), base.properties.end());
  variant.actions.insert(variant.actions.end(), base.actions.begin(), base.actions.end());
  variant.known.insert(variant.known.end(), base.known.begin(), base.known.end());
  variant.answers_text = variant.answers_text || base.answers_text;
  if (variant.chunk == 0) variant.chunk = base.chunk;
  Json also = base.also;
  also.merge_patch(variant.also);
  variant.also = std::move(also);
}

// The longest pattern that fits says most about the model.
std::size_t best_fit(const ClassicFamily& family, std::string_view model) {
  std::size_t best = 0;
  for (const auto& pattern : family.models) {
    if (fits_pattern(model, pattern)) best = std::max(best, pattern.size() * 2 + (pattern == model ? 1 : 0));
  }
  return best;
}

}  // namespace

bool fits_pattern(std::string_view name, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  const auto rest = pattern.substr(star + 1);
  if (name.substr(0, star) != pattern.substr(0, star)) return false;
  for (std::size_t skipped = star; skipped <= name.size(); ++skipped) {
    if (fits_pattern(name.substr(skipped), rest)) return true;
  }
  return false;
}

Result<std::vector<ClassicFamily>> parse_families(std::string_view json, std::string_view what) {
  ENTENTE_TRY(const Json root, parse_json(json, what, 16));
  ENTENTE_TRY(ClassicFamily base, parse_family(root, what));
  if (base.chunk == 0) base.chunk = 15;
  std::vector<ClassicFamily> families;
  for (const Json& entry : list_in(root, "variants")) {
    ENTENTE_TRY(ClassicFamily variant, parse_family(entry, fmt::format("{}: variant {}", what, families.size())));
    inherit(variant, base);
    families.push_back(std::move(variant));
  }
  families.push_back(std::move(base));
  return families;
}

ClassicFamilies ClassicFamilies::load(std::span<const std::filesystem::path> folders) {
  std::vector<ClassicFamily> all;
  for (const auto& folder : folders) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored)) continue;
    const auto files = list_files(folder, ".json");
    if (!files.ok()) log::warning("miio", "{}", files.error().message);
    if (!files.ok()) continue;
    for (const auto& file : *files) {
      const auto json = read_file(file, max_file);
      auto families =
          json.ok() ? parse_families(*json, file.string()) : Result<std::vector<ClassicFamily>>(json.error());
      if (!families.ok()) {
        log::warning("miio", "{}", families.error().message);
        continue;
      }
      all.insert(all.begin(), families->begin(), families->end());
    }
  }
  return ClassicFamilies(std::move(all));
}

const ClassicFamily* ClassicFamilies::find(std::string_view model) const {
  const ClassicFamily* found = nullptr;
  std::size_t best = 0;
  for (const auto& family : families_) {
    const auto fit = best_fit(family, model);
    if (fit <= best) continue;
    best = fit;
    found = &family;
  }
  return found;
}

bool ClassicFamilies::known_classic(const ClassicFamily& family, std::string_view model) {
  return std::any_of(family.known.begin(), family.known.end(),
                     [&](const std::string& pattern) { return fits_pattern(model, pattern); });
}

}  // namespace entente::miio
