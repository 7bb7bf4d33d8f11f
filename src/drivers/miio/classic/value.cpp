// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/classic/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace entente::miio {
namespace {

using model::Format;
using model::Property;
using model::Value;
using Words = ClassicProperty::Words;

bool is_whole(Format format) { return format != Format::boolean && format != Format::real && format != Format::text; }

std::string word_of(const Json& json) {
  return text::to_lower_ascii(json.is_string() ? json.get<std::string>() : to_text(json));
}

Error no_place(const Property& property, const std::string& said) {
  return Error{ErrorCode::unsupported,
               fmt::format("{}: '{}' has no place in it", property.type.name, text::shorten(said, 40))};
}

Value number_value(const Property& property, double number) {
  if (property.format == Format::boolean) return number != 0;
  if (property.format == Format::text) return fmt::format("{:.10g}", number);
  if (!is_whole(property.format)) return number;
  return static_cast<std::int64_t>(std::llround(std::clamp(number, -9e15, 9e15)));
}

Json number_json(double number) {
  if (number == std::floor(number) && std::abs(number) < 9e15) return static_cast<std::int64_t>(number);
  return number;
}

// The listed value that a word describes: called so exactly, or holding the word.
std::optional<Value> listed_as(const Property& property, const std::string& word) {
  for (const bool exactly : {true, false}) {
    for (const auto& listed : property.list) {
      const auto description = text::to_lower_ascii(listed.description);
      if (exactly ? description == word : description.find(word) != std::string::npos) return Value{listed.value};
    }
  }
  return std::nullopt;
}

std::optional<Value> value_meant(const Property& property, const Json& meaning) {
  if (property.format == Format::boolean) {
    return meaning.is_boolean() ? std::optional(Value{meaning.get<bool>()}) : std::nullopt;
  }
  if (property.format == Format::text)
    return Value{meaning.is_string() ? meaning.get<std::string>() : to_text(meaning)};
  if (meaning.is_string()) return listed_as(property, word_of(meaning));
  if (!meaning.is_number()) return std::nullopt;
  const auto number = meaning.get<double>();
  const auto is_it = [number](const auto& listed) { return static_cast<double>(listed.value) == number; };
  if (!property.list.empty() && std::none_of(property.list.begin(), property.list.end(), is_it)) return std::nullopt;
  return number_value(property, number);
}

Result<Value> worded_value(const ClassicProperty& entry, const Property& property, const Json& said) {
  for (const auto& wording : entry.wordings) {
    if (wording.said != "*" && !same_word(wording.said, said)) continue;
    for (const Json& meaning : wording.meanings) {
      if (auto value = value_meant(property, meaning)) return *std::move(value);
    }
  }
  return no_place(property, word_of(said));
}

// Of the words that mean the value the one that means it first of all: a cleaner that is Sweeping for want of "spot" is
// not told to do a spot.
Result<Json> worded_json(const ClassicProperty& entry, const Property& property, const Value& value) {
  const Json* best = nullptr;
  std::size_t best_rank = 0;
  for (const auto& wording : entry.wordings) {
    for (std::size_t rank = 0; wording.said != "*" && rank < wording.meanings.size(); ++rank) {
      const auto meant = value_meant(property, wording.meanings[rank]);
      if (!meant) continue;
      if (means(property, wording.meanings[rank], value) && (best == nullptr || rank < best_rank)) {
        best = &wording.said;
        best_rank = rank;
      }
      break;
    }
  }
  if (best == nullptr) return no_place(property, model::to_text(value));
  return *best;
}

// Levels of a list lie at equal steps up to the end of the span: of four in 1 to 100 the first is 26.
double spread(const Property& property, std::pair<double, double> span, double said) {
  const double part = std::clamp((said - span.first) / (span.second - span.first), 0.0, 1.0);
  if (!property.list.empty()) {
    const auto count = static_cast<double>(property.list.size());
    const auto place = std::clamp(std::round(part * count) - 1, 0.0, count - 1);
    return static_cast<double>(property.list[static_cast<std::size_t>(place)].value);
  }
  if (!property.range) return said;
  return property.range->low + part * (property.range->high - property.range->low);
}

double gather(const Property& property, std::pair<double, double> span, double value) {
  double part = 0;
  if (!property.list.empty()) {
    const auto place = std::find_if(property.list.begin(), property.list.end(),
                                    [&](const auto& listed) { return static_cast<double>(listed.value) == value; });
    part = static_cast<double>(place - property.list.begin() + 1) / static_cast<double>(property.list.size());
  } else if (property.range && property.range->high > property.range->low) {
    part = (value - property.range->low) / (property.range->high - property.range->low);
  } else {
    return value;
  }
  return std::round(span.first + std::clamp(part, 0.0, 1.0) * (span.second - span.first));
}

}  // namespace

bool same_word(const Json& left, const Json& right) { return word_of(left) == word_of(right); }

bool means(const Property& property, const Json& meaning, const Value& value) {
  const auto meant = value_meant(property, meaning);
  if (!meant) return false;
  if (property.format == Format::text) return *meant == value;
  return model::to_number(*meant) && model::to_number(*meant) == model::to_number(value);
}

Result<Value> from_classic(const ClassicProperty& entry, const Property& property, const Json& said) {
  const Value value = model::value_from_json(said);
  if (std::holds_alternative<std::monostate>(value)) return no_place(property, "null");
  if (!entry.wordings.empty()) return worded_value(entry, property, said);
  if (property.format == Format::boolean) {
    if (const auto known = model::to_bool(value)) return Value{*known};
  }
  if (property.format == Format::text) return Value{model::to_text(value)};
  const auto number = model::to_number(value);
  if (!number) return no_place(property, model::to_text(value));
  return number_value(property, entry.span ? spread(property, *entry.span, *number) : *number * entry.scale);
}

Result<Json> to_classic(const ClassicProperty& entry, const Property& property, const Value& value) {
  if (!entry.wordings.empty()) return worded_json(entry, property, value);
  if (property.format == Format::boolean) {
    const auto known = model::to_bool(value);
    if (!known) return no_place(property, model::to_text(value));
    if (entry.words == Words::on_off) return Json(*known ? "on" : "off");
    if (entry.words == Words::zero_one) return Json(*known ? 1 : 0);
    return Json(*known);
  }
  if (property.format == Format::text) return Json(model::to_text(value));
  const auto number = model::to_number(value);
  if (!number) return no_place(property, model::to_text(value));
  // A tenth of a tenth has digits that nobody meant.
  const double scaled = std::round(*number / entry.scale * 1e6) / 1e6;
  return number_json(entry.span ? gather(property, *entry.span, *number) : scaled);
}

}  // namespace entente::miio
