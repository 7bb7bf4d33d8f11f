// SPDX-License-Identifier: GPL-3.0-or-later
// The filters that work on texts and numbers, and the table of all.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "services/language/impl/jinja/filters.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

std::int64_t rounded_integer(std::int64_t value, std::int64_t places) {
  if (places <= 0 && places > -19) {
    std::int64_t unit = 1;
    for (auto i = places; i < 0; ++i) unit *= 10;
    const auto rest = ((value % unit) + unit) % unit;
    const auto down = value - rest;  // of a value near the smallest, this would not fit
    const bool even = (down / unit) % 2 == 0;
    return rest * 2 > unit || (rest * 2 == unit && !even) ? down + unit : down;
  }
  return places > 0 ? value : 0;
}

// As Python's round(): the decimal digits of the exact value, ties to even.
double rounded_real(double value, std::int64_t places) {
  if (!std::isfinite(value) || places > 300) return value;
  if (places < 0) {
    const double unit = std::pow(10.0, static_cast<double>(-places));
    return std::nearbyint(value / unit) * unit;
  }
  double made = value;
  read_real(fmt::format("{:.{}f}", value, static_cast<int>(places)), made);
  return made;
}

Value filter_round(const Value& subject, const Arguments& arguments, Workspace&) {
  if (!numeric(subject)) fail(fmt::format("{} is not a number to round", brief(subject)));
  const auto places = std::clamp<std::int64_t>(integer_argument(arguments.at(0, "precision"), 0), -30, 30);
  const auto* method = arguments.at(1, "method");
  const auto how = method == nullptr ? std::string("common") : shown(*method);
  if (how == "common") {
    if (!whole(subject)) return rounded_real(real_of(subject), places);
    const auto value = integer_of(subject);
    return std::abs(static_cast<double>(value)) > 9e18 ? Value(value) : Value(rounded_integer(value, places));
  }
  if (how != "ceil" && how != "floor") fail(fmt::format("'round' knows no method {}", brief(*method)));
  const double scale = std::pow(10.0, static_cast<double>(places));
  const double scaled = real_of(subject) * scale;
  return (how == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale;
}

Value filter_int(const Value& subject, const Arguments& arguments, Workspace&) {
  const auto* fallback = arguments.at(0, "default");
  const auto base = integer_argument(arguments.at(1, "base"), 10);
  if (whole(subject)) return integer_of(subject);
  double real = 0;
  if (const auto* text = subject.text()) {
    std::int64_t integer = 0;
    if (base == 10 ? read_integer(*text, integer) : read_based_integer(*text, base, integer)) return integer;
    if (read_real(*text, real) && std::abs(real) < 9.2e18) return truncated(real);
  } else if (subject.get<double>() != nullptr && std::isfinite(real_of(subject))) {
    return truncated(real_of(subject));
  }
  return fallback == nullptr ? Value(std::int64_t{0}) : *fallback;
}

Value filter_float(const Value& subject, const Arguments& arguments, Workspace&) {
  if (numeric(subject)) return real_of(subject);
  double real = 0;
  if (subject.text() != nullptr && read_real(*subject.text(), real)) return real;
  const auto* fallback = arguments.at(0, "default");
  return fallback == nullptr ? Value(0.0) : *fallback;
}

Value filter_abs(const Value& subject, const Arguments&, Workspace&) {
  if (!whole(subject)) return std::abs(real_of(subject));
  return integer_of(subject) < 0 ? apply_unary("-", subject) : Value(integer_of(subject));
}

Value filter_default(const Value& subject, const Arguments& arguments, Workspace&) {
  const auto* also_false = arguments.at(1, "boolean");
  if (subject.defined() && (also_false == nullptr || !truth(*also_false) || truth(subject))) return subject;
  const auto* fallback = arguments.at(0, "default_value");
  return fallback == nullptr ? Value(std::string()) : *fallback;
}

Value filter_replace(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto* from = arguments.at(0, "old");
  const auto* to = arguments.at(1, "new");
  if (from == nullptr || to == nullptr) fail("'replace' needs what to replace and with what");
  return workspace.text(
      replaced(shown(subject), shown(*from), shown(*to), integer_argument(arguments.at(2, "count"), -1)));
}

Value filter_trim(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  return workspace.text(stripped(shown(subject), arguments.at(0, "chars"), true, true));
}

Value filter_center(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const Value eighty = std::int64_t{80};
  const auto* width = arguments.at(0, "width");
  return workspace.text(padded(shown(subject), width == nullptr ? &eighty : width, nullptr, '^'));
}

Value filter_format(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto values = workspace.tuple(arguments.items);
  return workspace.text(format_percent(shown(subject), values, workspace));
}

Value filter_indent(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto* by = arguments.at(0, "width");
  const auto* first = arguments.at(1, "first");
  const auto space =
      by != nullptr && by->text() != nullptr
          ? *by->text()
          : std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(integer_argument(by, 4), 0, 100)), ' ');
  auto made = first != nullptr && truth(*first) ? space : std::string();
  for (const char c : shown(subject)) {
    made += c;
    if (c == '\n') made += space;
    if (made.size() > text_limit) break;
  }
  return workspace.text(std::move(made));
}

Value filter_wordcount(const Value& subject, const Arguments&, Workspace&) {
  std::int64_t count = 0;
  bool inside = false;
  for (const auto& letter : characters(shown(subject))) {
    const bool part = is_letter_or_digit(letter) || letter == "_";
    if (part && !inside) ++count;
    inside = part;
  }
  return count;
}

Value filter_truncate(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto length = integer_argument(arguments.at(0, "length"), 255);
  const auto* cut_words = arguments.at(1, "killwords");
  const auto* end = arguments.at(2, "end");
  const auto leeway = integer_argument(arguments.at(3, "leeway"), 5);
  const auto ending = end == nullptr ? std::string("...") : shown(*end);
  const auto letters = characters(shown(subject));
  const auto ending_length = static_cast<std::int64_t>(characters(ending).size());
  if (length < ending_length || leeway < 0) fail("'truncate' to less than its ending");
  if (static_cast<std::int64_t>(letters.size()) - leeway <= length) return subject;
  std::string made;
  for (std::int64_t i = 0; i < length - ending_length; ++i) made += letters[static_cast<std::size_t>(i)];
  if (cut_words == nullptr || !truth(*cut_words)) made = made.substr(0, made.rfind(' '));
  return workspace.text(made + ending);
}

Value filter_escape(const Value& subject, const Arguments&, Workspace& workspace) {
  std::string made;
  for (const char c : shown(subject)) {
    switch (c) {
      case '&': made += "&amp;"; break;
      case '<': made += "&lt;"; break;
      case '>': made += "&gt;"; break;
      case '\'': made += "&#39;"; break;
      case '"': made += "&#34;"; break;
      default: made += c;
    }
  }
  return workspace.text(std::move(made));
}

template <std::string (*change)(std::string_view)>
Value changed(const Value& subject, const Arguments&, Workspace& workspace) {
  return workspace.text(change(shown(subject)));
}

Value filter_title(const Value& subject, const Arguments&, Workspace& workspace) {
  return workspace.text(jinja_title(shown(subject)));
}
Value filter_string(const Value& subject, const Arguments&, Workspace& workspace) {
  return workspace.text(shown(subject));
}

constexpr NamedFilter filters[] = {
    {"abs", filter_abs},           {"attr", filter_attribute},
    {"batch", filter_batch},       {"capitalize", changed<capitalised>},
    {"center", filter_center},     {"count", filter_length},
    {"d", filter_default},         {"default", filter_default},
    {"dictsort", filter_dictsort}, {"e", filter_escape},
    {"escape", filter_escape},     {"first", filter_first},
    {"float", filter_float},       {"format", filter_format},
    {"groupby", filter_groupby},   {"indent", filter_indent},
    {"int", filter_int},           {"items", filter_items},
    {"join", filter_join},         {"last", filter_last},
    {"length", filter_length},     {"list", filter_list},
    {"lower", changed<lower>},     {"map", filter_map},
    {"max", filter_max},           {"min", filter_min},
    {"reject", filter_reject},     {"rejectattr", filter_rejectattr},
    {"replace", filter_replace},   {"reverse", filter_reverse},
    {"round", filter_round},       {"safe", filter_string},
    {"select", filter_select},     {"selectattr", filter_selectattr},
    {"slice", filter_slice},       {"sort", filter_sort},
    {"string", filter_string},     {"sum", filter_sum},
    {"title", filter_title},       {"trim", filter_trim},
    {"truncate", filter_truncate}, {"unique", filter_unique},
    {"upper", changed<upper>},     {"wordcount", filter_wordcount},
};

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): map applies another filter, at a Level.
Value apply_filter(std::string_view filter, const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto* found = std::find_if(std::begin(filters), std::end(filters),
                                   [&](const NamedFilter& known) { return known.name == filter; });
  if (found == std::end(filters)) fail(fmt::format("there is no filter '{}'", text::shorten(filter, 40)));
  if (!subject.defined() && filter != "default" && filter != "d") {
    fail(fmt::format("{} is not known", brief(subject)));
  }
  const Workspace::Level level(workspace);
  return found->filter(subject, arguments, workspace);
}

}  // namespace entente::language::jinja
