// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace entente::language::jinja {
namespace {

constexpr int nesting_limit = 60;  // of lists in lists: a list may hold itself
constexpr std::size_t shown_limit = 64 * 1024;

std::string shown_real(double real) {
  if (std::isnan(real)) return "nan";
  if (std::isinf(real)) return real < 0 ? "-inf" : "inf";
  auto text = fmt::format("{}", real);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string quoted(const std::string& text) {
  const bool doubles = text.find('\'') != std::string::npos && text.find('"') == std::string::npos;
  const char quote = doubles ? '"' : '\'';
  std::string made(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') made += '\\';
    if (c == '\n') {
      made += "\\n";
    } else if (c == '\t') {
      made += "\\t";
    } else if (c == '\r') {
      made += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      made += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      made += c;
    }
  }
  return made + quote;
}

// NOLINTBEGIN(misc-no-recursion): depth is counted.
void represent(const Value& value, std::string& text, int depth) {
  if (depth > nesting_limit || text.size() > shown_limit) fail_exhausted("a list in the reply is too long or too deep");
  if (const auto* held = value.text()) {
    text += quoted(*held);
  } else if (const auto* list = value.list()) {
    text += list->tuple ? '(' : '[';
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) text += ", ";
      represent(list->items[i], text, depth + 1);
    }
    if (list->tuple && list->items.size() == 1) text += ',';
    text += list->tuple ? ')' : ']';
  } else if (const auto* dictionary = value.dictionary()) {
    text += dictionary->name_space ? "<Namespace {" : "{";
    for (std::size_t i = 0; i < dictionary->items.size(); ++i) {
      if (i > 0) text += ", ";
      represent(dictionary->items[i].first, text, depth + 1);
      text += ": ";
      represent(dictionary->items[i].second, text, depth + 1);
    }
    text += dictionary->name_space ? "}>" : "}";
  } else if (const auto* moment = value.moment()) {
    text += represented(*moment);
  } else {
    text += shown(value);
  }
}

bool same(const Value& left, const Value& right, int depth);

bool same_items(const Values& left, const Values& right, int depth) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same(left[i], right[i], depth)) return false;
  }
  return true;
}

bool same_dictionaries(const Dictionary& left, const Dictionary& right, int depth) {
  if (left.items.size() != right.items.size()) return false;
  for (const auto& [key, value] : left.items) {
    const auto* other = right.find(key);
    if (other == nullptr || !same(value, *other, depth)) return false;
  }
  return true;
}

bool same(const Value& left, const Value& right, int depth) {
  if (depth > nesting_limit) fail_exhausted("a list in the reply is too deep");
  if (left.text() != nullptr && right.text() != nullptr) return *left.text() == *right.text();
  if (whole(left) && whole(right)) return integer_of(left) == integer_of(right);
  if (numeric(left) && numeric(right)) return real_of(left) == real_of(right);
  if (left.list() != nullptr && right.list() != nullptr) {
    return left.list()->tuple == right.list()->tuple &&
           (left.list() == right.list() || same_items(left.list()->items, right.list()->items, depth + 1));
  }
  if (left.dictionary() != nullptr && right.dictionary() != nullptr) {
    return left.dictionary() == right.dictionary() ||
           same_dictionaries(*left.dictionary(), *right.dictionary(), depth + 1);
  }
  if (left.moment() != nullptr && right.moment() != nullptr) {
    return left.moment()->dated == right.moment()->dated && left.moment()->timed == right.moment()->timed &&
           compare(*left.moment(), *right.moment()) == 0;
  }
  if (left.function() != nullptr) return left.function() == right.function();
  return (left.is_none() && right.is_none()) || (!left.defined() && !right.defined());
}

int compare(const Value& left, const Value& right, int depth) {
  const auto ordered = [](const auto& a, const auto& b) { return a < b ? -1 : b < a ? 1 : 0; };
  if (left.text() != nullptr && right.text() != nullptr) return ordered(*left.text(), *right.text());
  if (whole(left) && whole(right)) return ordered(integer_of(left), integer_of(right));
  if (numeric(left) && numeric(right)) return ordered(real_of(left), real_of(right));
  if (left.moment() != nullptr && right.moment() != nullptr && left.moment()->dated == right.moment()->dated &&
      left.moment()->timed == right.moment()->timed) {
    return compare(*left.moment(), *right.moment());
  }
  const auto* a = left.list();
  const auto* b = right.list();
  if (a == nullptr || b == nullptr || a->tuple != b->tuple || depth > nesting_limit) {
    fail(fmt::format("{} cannot be compared with {}", brief(left), brief(right)));
  }
  for (std::size_t i = 0; i < std::min(a->items.size(), b->items.size()); ++i) {
    if (!same(a->items[i], b->items[i], depth + 1)) return compare(a->items[i], b->items[i], depth + 1);
  }
  return ordered(a->items.size(), b->items.size());
}
// NOLINTEND(misc-no-recursion)

}  // namespace

void fail(std::string reason) { throw Failure{Error{ErrorCode::invalid, std::move(reason)}}; }
void fail_exhausted(std::string reason) { throw Failure{Error{ErrorCode::exhausted, std::move(reason)}}; }

Value::Value(std::string text) : held_(std::make_shared<const std::string>(std::move(text))) {}

Value Value::undefined(std::string name) {
  Value value;
  value.held_ = Undefined{std::move(name)};
  return value;
}

const Value* Dictionary::find(const Value& key) const {
  for (const auto& [held, value] : items) {
    if (jinja::same(held, key)) return &value;
  }
  return nullptr;
}
const Value* Dictionary::find(std::string_view key) const {
  for (const auto& [held, value] : items) {
    if (held.text() != nullptr && *held.text() == key) return &value;
  }
  return nullptr;
}
void Dictionary::put(Value key, Value value) {
  if (key.list() != nullptr || key.dictionary() != nullptr) fail(fmt::format("{} cannot be a key", brief(key)));
  for (auto& [held, old] : items) {
    if (!jinja::same(held, key)) continue;
    old = std::move(value);
    return;
  }
  items.emplace_back(std::move(key), std::move(value));
}

const Value* Arguments::at(std::size_t index, std::string_view name) const {
  return index < items.size() ? &items[index] : named_only(name);
}
const Value* Arguments::named_only(std::string_view name) const {
  for (const auto& [held, value] : named) {
    if (held == name) return &value;
  }
  return nullptr;
}

bool truth(const Value& value) {
  if (!value.defined() || value.is_none()) return false;
  if (numeric(value)) return real_of(value) != 0;
  if (value.text() != nullptr) return !value.text()->empty();
  if (value.list() != nullptr) return !value.list()->items.empty();
  return value.dictionary() == nullptr || value.dictionary()->name_space || !value.dictionary()->items.empty();
}

// NOLINTNEXTLINE(misc-no-recursion): represent() comes here for what holds nothing.
std::string shown(const Value& value) {
  if (const auto* text = value.text()) return *text;
  if (value.is_none()) return "None";
  if (const auto* truth = value.get<bool>()) return *truth ? "True" : "False";
  if (const auto* integer = value.get<std::int64_t>()) return fmt::format("{}", *integer);
  if (const auto* real = value.get<double>()) return shown_real(*real);
  if (const auto* moment = value.moment()) return shown(*moment);
  if (value.function() != nullptr) return "<function>";
  if (const auto* undefined = value.get<Undefined>()) {
    if (undefined->name.empty()) return {};
    fail(fmt::format("{} is not known", brief(value)));
  }
  return represented(value);
}

std::string represented(const Value& value) {
  std::string text;
  represent(value, text, 0);
  return text;
}

std::string brief(const Value& value) {
  if (const auto* undefined = value.get<Undefined>()) return fmt::format("'{}'", text::shorten(undefined->name, 40));
  if (value.list() != nullptr) return "a list";
  if (value.dictionary() != nullptr) return "a dictionary";
  return fmt::format("'{}'", text::shorten(shown(value), 40));
}

bool same(const Value& left, const Value& right) { return same(left, right, 0); }
int compare(const Value& left, const Value& right) { return compare(left, right, 0); }

bool whole(const Value& value) { return value.get<std::int64_t>() != nullptr || value.get<bool>() != nullptr; }
bool numeric(const Value& value) { return whole(value) || value.get<double>() != nullptr; }

std::int64_t integer_of(const Value& value) {
  if (const auto* integer = value.get<std::int64_t>()) return *integer;
  if (const auto* truth = value.get<bool>()) return *truth ? 1 : 0;
  fail(fmt::format("{} is not a whole number", brief(value)));
}
double real_of(const Value& value) {
  if (const auto* real = value.get<double>()) return *real;
  if (whole(value)) return static_cast<double>(integer_of(value));
  fail(fmt::format("{} is not a number", brief(value)));
}
const std::string& text_of(const Value& value) {
  if (const auto* text = value.text()) return *text;
  if (!value.defined()) fail(fmt::format("{} is not known", brief(value)));
  fail(fmt::format("{} is no text", brief(value)));
}

}  // namespace entente::language::jinja
