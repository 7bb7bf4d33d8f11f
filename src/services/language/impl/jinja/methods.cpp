// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of Python's str, list, tuple, dict, date, time and numbers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "services/language/impl/jinja/operations.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

// One call: who, with what.
struct Call {
  const Value& subject;
  const Arguments& arguments;
  Workspace& workspace;

  const Value* at(std::size_t index, std::string_view name = {}) const { return arguments.at(index, name); }
  const Value& needed(std::size_t index) const {
    if (index >= arguments.items.size()) fail("an argument is missing");
    return arguments.items[index];
  }
  const std::string& text() const { return *subject.text(); }
  Value made(std::string text) const { return workspace.text(std::move(text)); }
};
using Method = Value (*)(const Call& call);
struct NamedMethod {
  std::string_view name;
  Method method;
};

Values words_of(const std::string& text, std::int64_t most) {
  Values made;
  std::string word;
  std::size_t at = 0;
  const auto letters = characters(text);
  while (at < letters.size()) {
    while (at < letters.size() && is_white_space(letters[at])) ++at;
    if (at >= letters.size()) break;
    const bool rest = most >= 0 && static_cast<std::int64_t>(made.size()) >= most;
    for (; at < letters.size() && (rest || !is_white_space(letters[at])); ++at) word += letters[at];
    made.emplace_back(rest ? stripped(word, nullptr, false, true) : word);
    word.clear();
  }
  return made;
}

Value split(const Call& call, bool from_right) {
  const auto* separator = call.at(0, "sep");
  const auto most = integer_argument(call.at(1, "maxsplit"), -1);
  call.workspace.spend(call.text().size() / 8);
  if (separator == nullptr || separator->is_none()) {
    if (from_right && most >= 0) fail("'rsplit' needs a separator with maxsplit");
    return call.workspace.list(words_of(call.text(), most));
  }
  const auto& between = text_of(*separator);
  if (between.empty()) fail("an empty separator");
  Values parts;
  std::string_view rest = call.text();
  while (most < 0 || static_cast<std::int64_t>(parts.size()) < most) {
    const auto found = from_right ? rest.rfind(between) : rest.find(between);
    if (found == std::string_view::npos) break;
    parts.emplace_back(std::string(from_right ? rest.substr(found + between.size()) : rest.substr(0, found)));
    rest = from_right ? rest.substr(0, found) : rest.substr(found + between.size());
  }
  parts.emplace_back(std::string(rest));
  if (from_right) std::reverse(parts.begin(), parts.end());
  return call.workspace.list(std::move(parts));
}

Value split_lines(const Call& call) {
  Values lines;
  for (const auto line : text::split(call.text(), '\n')) lines.emplace_back(std::string(line));
  if (!lines.empty() && lines.back().text()->empty()) lines.pop_back();
  return call.workspace.list(std::move(lines));
}

Value partition(const Call& call, bool from_right) {
  const auto& between = text_of(call.needed(0));
  if (between.empty()) fail("an empty separator");
  const auto& text = call.text();
  const auto found = from_right ? text.rfind(between) : text.find(between);
  const Value none{std::string()};
  if (found == std::string::npos) {
    return call.workspace.tuple(from_right ? Values{none, none, call.subject} : Values{call.subject, none, none});
  }
  return call.workspace.tuple(
      {Value(text.substr(0, found)), call.needed(0), Value(text.substr(found + between.size()))});
}

// "startswith" and "endswith" take one text or a tuple of them.
Value begins_or_ends(const Call& call, bool begins) {
  const auto& wanted = call.needed(0);
  const auto fits = [&](const Value& part) {
    return begins ? call.text().starts_with(text_of(part)) : call.text().ends_with(text_of(part));
  };
  if (wanted.list() == nullptr) return fits(wanted);
  return std::any_of(wanted.list()->items.begin(), wanted.list()->items.end(), fits);
}

Value found_at(const Call& call, bool last, bool must) {
  const auto& wanted = text_of(call.needed(0));
  const auto at = last ? call.text().rfind(wanted) : call.text().find(wanted);
  if (at == std::string::npos && must) fail(fmt::format("{} is not in the text", brief(call.needed(0))));
  if (at == std::string::npos) return std::int64_t{-1};
  return Value::size(characters(std::string_view(call.text()).substr(0, at)).size());
}

Value count_in_text(const Call& call) {
  const auto& wanted = text_of(call.needed(0));
  if (wanted.empty()) return Value::size(characters(call.text()).size() + 1);
  std::int64_t count = 0;
  for (auto at = call.text().find(wanted); at != std::string::npos; at = call.text().find(wanted, at + wanted.size())) {
    ++count;
  }
  return count;
}

template <bool (*check)(std::string_view)>
Value all_letters(const Call& call) {
  const auto letters = characters(call.text());
  return !letters.empty() && std::all_of(letters.begin(), letters.end(), [](const auto& l) { return check(l); });
}

Value swapped_case(const Call& call) {
  std::string made;
  for (const auto& letter : characters(call.text())) made += upper(letter) == letter ? lower(letter) : upper(letter);
  return call.made(std::move(made));
}

Value zero_filled(const Call& call) {
  const bool sign = call.text().starts_with('-') || call.text().starts_with('+');
  const Value zero{std::string("0")};
  const Value width = integer_of(call.needed(0)) - (sign ? 1 : 0);
  const auto digits = padded(call.text().substr(sign ? 1 : 0), &width, &zero, '>');
  return call.made(sign ? call.text().substr(0, 1) + digits : digits);
}

template <char align>
Value pad(const Call& call) {
  return call.made(padded(call.text(), &call.needed(0), call.at(1), align));
}

Value removed(const Call& call, bool prefix) {
  const auto& part = text_of(call.needed(0));
  const auto& text = call.text();
  if (!(prefix ? text.starts_with(part) : text.ends_with(part))) return call.subject;
  return call.made(prefix ? text.substr(part.size()) : text.substr(0, text.size() - part.size()));
}

Value replace(const Call& call) {
  return call.made(replaced(call.text(), text_of(call.needed(0)), text_of(call.needed(1)),
                            integer_argument(call.at(2, "count"), -1)));
}

Value join(const Call& call) {
  std::string made;
  const auto items = call.workspace.items_of(call.needed(0));
  for (std::size_t i = 0; i < items.size() && made.size() <= text_limit; ++i) {
    made += (i > 0 ? call.text() : std::string()) + text_of(items[i]);
  }
  return call.made(std::move(made));
}

constexpr NamedMethod text_methods[] = {
    {"capitalize", [](const Call& c) { return c.made(capitalised(c.text())); }},
    {"casefold", [](const Call& c) { return c.made(lower(c.text())); }},
    {"center", pad<'^'>},
    {"count", count_in_text},
    {"endswith", [](const Call& c) { return begins_or_ends(c, false); }},
    {"find", [](const Call& c) { return found_at(c, false, false); }},
    {"format", [](const Call& c) { return c.made(format_braces(c.text(), c.arguments, c.workspace)); }},
    {"index", [](const Call& c) { return found_at(c, false, true); }},
    {"isalnum", all_letters<is_letter_or_digit>},
    {"isalpha", all_letters<is_letter>},
    {"isdecimal", all_letters<is_digit>},
    {"isdigit", all_letters<is_digit>},
    {"islower", [](const Call& c) -> Value { return lower(c.text()) == c.text() && upper(c.text()) != c.text(); }},
    {"isnumeric", all_letters<is_digit>},
    {"isspace", all_letters<is_white_space>},
    {"isupper", [](const Call& c) -> Value { return upper(c.text()) == c.text() && lower(c.text()) != c.text(); }},
    {"join", join},
    {"ljust", pad<'<'>},
    {"lower", [](const Call& c) { return c.made(lower(c.text())); }},
    {"lstrip", [](const Call& c) { return c.made(stripped(c.text(), c.at(0), true, false)); }},
    {"partition", [](const Call& c) { return partition(c, false); }},
    {"removeprefix", [](const Call& c) { return removed(c, true); }},
    {"removesuffix", [](const Call& c) { return removed(c, false); }},
    {"replace", replace},
    {"rfind", [](const Call& c) { return found_at(c, true, false); }},
    {"rindex", [](const Call& c) { return found_at(c, true, true); }},
    {"rjust", pad<'>'>},
    {"rpartition", [](const Call& c) { return partition(c, true); }},
    {"rsplit", [](const Call& c) { return split(c, true); }},
    {"rstrip", [](const Call& c) { return c.made(stripped(c.text(), c.at(0), false, true)); }},
    {"split", [](const Call& c) { return split(c, false); }},
    {"splitlines", split_lines},
    {"startswith", [](const Call& c) { return begins_or_ends(c, true); }},
    {"strip", [](const Call& c) { return c.made(stripped(c.text(), c.at(0), true, true)); }},
    {"swapcase", swapped_case},
    {"title", [](const Call& c) { return c.made(python_title(c.text())); }},
    {"upper", [](const Call& c) { return c.made(upper(c.text())); }},
    {"zfill", zero_filled},
};

std::size_t place_in(const List& list, const Value* index, std::int64_t fallback) {
  const auto count = static_cast<std::int64_t>(list.items.size());
  const auto given = integer_argument(index, fallback);
  const auto at = given < 0 ? given + count : given;
  if (at < 0 || at >= count) fail("an index outside the list");
  return static_cast<std::size_t>(at);
}

Value append(const Call& call) {
  call.workspace.spend(1);
  call.subject.list()->items.push_back(call.needed(0));
  return {};
}

Value extend(const Call& call) {
  const auto more = call.workspace.items_of(call.needed(0));
  auto& items = call.subject.list()->items;
  items.insert(items.end(), more.begin(), more.end());
  return {};
}

Value insert(const Call& call) {
  auto& items = call.subject.list()->items;
  call.workspace.spend(1 + items.size() / 8);
  const auto count = static_cast<std::int64_t>(items.size());
  const auto given = integer_of(call.needed(0));
  const auto at = std::clamp<std::int64_t>(given < 0 ? given + count : given, 0, count);
  items.insert(items.begin() + at, call.needed(1));
  return {};
}

Value pop(const Call& call) {
  auto& items = call.subject.list()->items;
  const auto at = place_in(*call.subject.list(), call.at(0), -1);
  auto taken = items[at];
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
  return taken;
}

Value index_in_list(const Call& call) {
  const auto& items = call.subject.list()->items;
  call.workspace.spend(items.size());
  const auto found = std::find_if(items.begin(), items.end(), [&](const Value& i) { return same(i, call.needed(0)); });
  if (found == items.end()) fail(fmt::format("{} is not in the list", brief(call.needed(0))));
  return static_cast<std::int64_t>(found - items.begin());
}

Value remove(const Call& call) {
  const auto at = integer_of(index_in_list(call));
  auto& items = call.subject.list()->items;
  items.erase(items.begin() + at);
  return {};
}

Value count_in_list(const Call& call) {
  const auto& items = call.subject.list()->items;
  call.workspace.spend(items.size());
  return static_cast<std::int64_t>(
      std::count_if(items.begin(), items.end(), [&](const Value& i) { return same(i, call.needed(0)); }));
}

Value sort(const Call& call) {
  Arguments arguments = call.arguments;
  arguments.named.emplace_back("case_sensitive", true);
  const auto sorted = apply_filter("sort", call.subject, arguments, call.workspace);
  call.subject.list()->items = sorted.list()->items;
  return {};
}

Value reverse(const Call& call) {
  auto& items = call.subject.list()->items;
  call.workspace.spend(items.size());
  std::reverse(items.begin(), items.end());
  return {};
}

constexpr NamedMethod tuple_methods[] = {
    {"count", count_in_list},
    {"index", index_in_list},
};
constexpr NamedMethod list_methods[] = {
    {"append", append},
    {"clear", [](const Call& c) -> Value { return c.subject.list()->items.clear(), Value(); }},
    {"copy", [](const Call& c) { return c.workspace.list(c.subject.list()->items); }},
    {"count", count_in_list},
    {"extend", extend},
    {"index", index_in_list},
    {"insert", insert},
    {"pop", pop},
    {"remove", remove},
    {"reverse", reverse},
    {"sort", sort},
};

Value get(const Call& call) {
  const auto* found = call.subject.dictionary()->find(call.needed(0));
  if (found != nullptr) return *found;
  return call.at(1) == nullptr ? Value() : *call.at(1);
}

Value values(const Call& call) {
  Values made;
  for (const auto& [key, value] : call.subject.dictionary()->items) made.push_back(value);
  return call.workspace.list(std::move(made));
}

Value update(const Call& call) {
  auto& into = *call.subject.dictionary();
  const auto put = [&](const Value& key, const Value& value) {
    call.workspace.spend(1 + into.items.size() / 8);
    into.put(key, value);
  };
  if (call.at(0) != nullptr) {
    const auto* from = call.needed(0).dictionary();
    if (from == nullptr) fail(fmt::format("{} is no dictionary", brief(call.needed(0))));
    const auto items = from->items;
    for (const auto& [key, value] : items) put(key, value);
  }
  for (const auto& [name, value] : call.arguments.named) put(Value(name), value);
  return {};
}

Value pop_key(const Call& call) {
  auto& items = call.subject.dictionary()->items;
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& i) { return same(i.first, call.needed(0)); });
  if (found == items.end() && call.at(1) == nullptr) fail(fmt::format("{} is no key", brief(call.needed(0))));
  if (found == items.end()) return *call.at(1);
  auto taken = found->second;
  items.erase(found);
  return taken;
}

Value set_default(const Call& call) {
  auto& dictionary = *call.subject.dictionary();
  call.workspace.spend(1 + dictionary.items.size() / 8);
  if (const auto* found = dictionary.find(call.needed(0))) return *found;
  dictionary.put(call.needed(0), call.at(1) == nullptr ? Value() : *call.at(1));
  return *dictionary.find(call.needed(0));
}

constexpr NamedMethod dictionary_methods[] = {
    {"clear", [](const Call& c) -> Value { return c.subject.dictionary()->items.clear(), Value(); }},
    {"copy", [](const Call& c) { return c.workspace.dictionary(c.subject.dictionary()->items); }},
    {"get", get},
    {"items", [](const Call& c) { return apply_filter("items", c.subject, {}, c.workspace); }},
    {"keys", [](const Call& c) { return c.workspace.list(c.workspace.items_of(c.subject)); }},
    {"pop", pop_key},
    {"setdefault", set_default},
    {"update", update},
    {"values", values},
};

const Moment& dated(const Call& call) {
  if (!call.subject.moment()->dated) fail("a time has no date");
  return *call.subject.moment();
}

// A part of a date and time.
Value part_of_moment(const Call& call, bool date) {
  auto moment = *call.subject.moment();
  if (!moment.dated || !moment.timed) fail("only a date with a time has both");
  Moment none;
  if (date) {
    moment.timed = false;
    moment.hour = moment.minute = moment.second = moment.microsecond = 0;
  } else {
    moment.dated = false;
    moment.year = none.year, moment.month = none.month, moment.day = none.day;
  }
  return moment;
}

constexpr NamedMethod moment_methods[] = {
    {"date", [](const Call& c) { return part_of_moment(c, true); }},
    {"isoformat",
     [](const Call& c) {
       auto text = shown(*c.subject.moment());
       std::replace(text.begin(), text.end(), ' ', 'T');
       return c.made(std::move(text));
     }},
    {"isoweekday", [](const Call& c) -> Value { return std::int64_t{iso_weekday(dated(c))}; }},
    {"strftime", [](const Call& c) { return c.made(strftime(*c.subject.moment(), text_of(c.needed(0)))); }},
    {"time", [](const Call& c) { return part_of_moment(c, false); }},
    {"weekday", [](const Call& c) -> Value { return std::int64_t{iso_weekday(dated(c)) - 1}; }},
};

constexpr NamedMethod real_methods[] = {
    {"is_integer", [](const Call& c) -> Value { return std::floor(real_of(c.subject)) == real_of(c.subject); }},
};

template <std::size_t size>
Method find_in(const NamedMethod (&methods)[size], std::string_view name) {
  for (const auto& known : methods) {
    if (known.name == name) return known.method;
  }
  return nullptr;
}

Method find_method(const Value& subject, std::string_view name) {
  if (subject.text() != nullptr) return find_in(text_methods, name);
  if (subject.list() != nullptr) {
    return subject.list()->tuple ? find_in(tuple_methods, name) : find_in(list_methods, name);
  }
  if (subject.dictionary() != nullptr) return find_in(dictionary_methods, name);
  if (subject.moment() != nullptr) return find_in(moment_methods, name);
  return numeric(subject) ? find_in(real_methods, name) : nullptr;
}

}  // namespace

Value apply_method(std::string_view method, const Value& subject, const Arguments& arguments, Workspace& workspace) {
  if (const auto held = member(subject, method); held.function() != nullptr) {
    return held.function()->call(arguments, workspace);
  }
  const auto found = find_method(subject, method);
  if (found == nullptr) {
    if (!subject.defined()) fail(brief(subject) + " is not known");
    fail(fmt::format("{} has no method '{}'", brief(subject), text::shorten(method, 40)));
  }
  workspace.spend(1);
  return found({subject, arguments, workspace});
}

}  // namespace entente::language::jinja
