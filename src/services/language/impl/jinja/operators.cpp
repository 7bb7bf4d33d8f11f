// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "services/language/impl/jinja/operations.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

[[noreturn]] void fail_types(std::string_view operation, const Value& left, const Value& right) {
  fail(fmt::format("'{}' between {} and {}, which are not both numbers", operation, brief(left), brief(right)));
}

Value integer_power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) fail("a division by zero");
    return std::pow(static_cast<double>(base), static_cast<double>(exponent));
  }
  std::int64_t made = 1;
  if (base == 0 || base == 1 || exponent == 0) return exponent == 0 ? std::int64_t{1} : base;
  if (base == -1) return std::int64_t{exponent % 2 == 0 ? 1 : -1};
  for (; exponent > 0; --exponent) {
    if (__builtin_mul_overflow(made, base, &made)) fail_exhausted("a number in the reply is too large");
  }
  return made;
}

Value integer_arithmetic(std::string_view operation, std::int64_t a, std::int64_t b) {
  std::int64_t made = 0;
  bool over = false;
  if (operation == "**") return integer_power(a, b);
  if (operation == "+") {
    over = __builtin_add_overflow(a, b, &made);
  } else if (operation == "-") {
    over = __builtin_sub_overflow(a, b, &made);
  } else if (operation == "*") {
    over = __builtin_mul_overflow(a, b, &made);
  } else {
    if (b == 0) fail("a division by zero");
    if (operation == "/") return static_cast<double>(a) / static_cast<double>(b);
    if (b == -1) {  // the smallest integer has no opposite
      over = operation == "//" && __builtin_sub_overflow(std::int64_t{0}, a, &made);
    } else {
      const auto rest = a % b;
      const bool down = rest != 0 && (rest < 0) != (b < 0);
      made = operation == "//" ? a / b - (down ? 1 : 0) : rest + (down ? b : 0);
    }
  }
  if (over) fail_exhausted("a number in the reply is too large");
  return made;
}

Value real_arithmetic(std::string_view operation, double a, double b) {
  if (operation == "+") return a + b;
  if (operation == "-") return a - b;
  if (operation == "*") return a * b;
  if (operation == "**") {
    const auto made = std::pow(a, b);
    if (!std::isfinite(made)) fail("a power that is no number");
    return made;
  }
  if (b == 0) fail("a division by zero");
  if (operation == "/") return a / b;
  double rest = std::fmod(a, b);
  double parts = (a - rest) / b;
  if (rest != 0 && (rest < 0) != (b < 0)) {
    rest += b;
    parts -= 1;
  }
  if (operation == "%") return rest == 0 ? std::copysign(0.0, b) : rest;
  if (parts == 0) return std::copysign(0.0, a / b);
  return parts - std::floor(parts) > 0.5 ? std::floor(parts) + 1 : std::floor(parts);
}

Value repeated(const Value& subject, std::int64_t times, Workspace& workspace) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(times, 0));
  if (const auto* text = subject.text()) {
    if (!text->empty() && count > text_limit / text->size()) fail_exhausted("a text in the reply is too long");
    std::string made;
    for (std::size_t i = 0; i < count && !text->empty(); ++i) made += *text;
    return workspace.text(std::move(made));
  }
  const auto& items = subject.list()->items;
  if (!items.empty() && count > text_limit / items.size()) fail_exhausted("a list in the reply is too long");
  workspace.spend(items.size() * count);
  Values made;
  for (std::size_t i = 0; i < count && !items.empty(); ++i) made.insert(made.end(), items.begin(), items.end());
  return subject.list()->tuple ? workspace.tuple(std::move(made)) : workspace.list(std::move(made));
}

bool sequence(const Value& value) { return value.text() != nullptr || value.list() != nullptr; }

Value joined(const Value& left, const Value& right, Workspace& workspace) {
  if (left.text() != nullptr && right.text() != nullptr) return workspace.text(*left.text() + *right.text());
  const auto* a = left.list();
  const auto* b = right.list();
  if (a == nullptr || b == nullptr || a->tuple != b->tuple) fail_types("+", left, right);
  Values items = a->items;
  items.insert(items.end(), b->items.begin(), b->items.end());
  return a->tuple ? workspace.tuple(std::move(items)) : workspace.list(std::move(items));
}

Value moment_member(const Value& object, std::string_view name) {
  if (const auto found = member_of(*object.moment(), name)) return static_cast<std::int64_t>(*found);
  return Value::undefined(fmt::format(".{}", name));
}

}  // namespace

Value apply_unary(std::string_view operation, const Value& inside) {
  if (operation == "not") return !truth(inside);
  const std::int64_t zero = 0;
  if (!numeric(inside)) fail_types(operation, Value(zero), inside);
  if (operation == "+") return whole(inside) ? Value(integer_of(inside)) : inside;
  if (whole(inside)) return integer_arithmetic("-", 0, integer_of(inside));
  return -real_of(inside);
}

Value apply_binary(std::string_view operation, const Value& left, const Value& right, Workspace& workspace) {
  if (operation == "%" && left.text() != nullptr) return workspace.text(format_percent(*left.text(), right, workspace));
  if (operation == "+" && sequence(left) && sequence(right)) return joined(left, right, workspace);
  if (operation == "*" && sequence(left) && whole(right)) return repeated(left, integer_of(right), workspace);
  if (operation == "*" && whole(left) && sequence(right)) return repeated(right, integer_of(left), workspace);
  if (!left.defined() || !right.defined()) fail(brief(left.defined() ? right : left) + " is not known");
  if (!numeric(left) || !numeric(right)) fail_types(operation, left, right);
  if (whole(left) && whole(right)) return integer_arithmetic(operation, integer_of(left), integer_of(right));
  return real_arithmetic(operation, real_of(left), real_of(right));
}

bool apply_comparison(std::string_view operation, const Value& left, const Value& right, Workspace& workspace) {
  workspace.spend(1);
  if (operation == "==") return same(left, right);
  if (operation == "!=") return !same(left, right);
  if (operation == "in") return workspace.holds(right, left);
  if (operation == "not in") return !workspace.holds(right, left);
  const int order = compare(left, right);
  if (operation == "<") return order < 0;
  if (operation == ">") return order > 0;
  return operation == "<=" ? order <= 0 : order >= 0;
}

Value member(const Value& object, std::string_view name) {
  if (const auto* dictionary = object.dictionary()) {
    if (const auto* found = dictionary->find(name)) return *found;
  }
  if (object.moment() != nullptr) return moment_member(object, name);
  if (const auto* pair = object.list(); pair != nullptr && pair->tuple && pair->items.size() == 2) {  // of groupby
    if (name == "grouper") return pair->items[0];
    if (name == "list") return pair->items[1];
  }
  return Value::undefined(fmt::format(".{}", name));
}

Value member(const Value& object, const Value& key, Workspace& workspace) {
  if (const auto* dictionary = object.dictionary()) {
    workspace.spend(dictionary->items.size() / 8);
    if (const auto* found = dictionary->find(key)) return *found;
  } else if (whole(key) && sequence(object)) {
    const auto place = [&](std::size_t count) {
      const auto at = integer_of(key);
      return static_cast<std::size_t>(at < 0 ? at + static_cast<std::int64_t>(count) : at);
    };
    if (const auto* list = object.list()) {
      const auto at = place(list->items.size());
      if (at < list->items.size()) return list->items[at];
    } else {
      const auto letters = workspace.items_of(object);
      const auto at = place(letters.size());
      if (at < letters.size()) return letters[at];
    }
  } else if (key.text() != nullptr) {
    return member(object, std::string_view(*key.text()));
  }
  return Value::undefined(fmt::format(".{}", key.defined() ? text::shorten(shown(key), 40) : "?"));
}

Value member_at_path(const Value& object, const Value& path, Workspace& workspace) {
  if (path.text() == nullptr) return member(object, path, workspace);
  Value at = object;
  for (const auto part : text::split(*path.text(), '.')) {
    std::int64_t index = 0;
    at = read_integer(part, index) ? member(at, Value(index), workspace) : member(at, part);
  }
  return at;
}

Value slice(const Value& object, const Value& from, const Value& to, const Value& step, Workspace& workspace) {
  if (!sequence(object)) fail(fmt::format("{} cannot be sliced", brief(object)));
  const auto items = workspace.items_of(object);
  const auto count = static_cast<std::int64_t>(items.size());
  const auto by = std::clamp<std::int64_t>(step.is_none() ? 1 : integer_of(step), -count - 1, count + 1);
  if (by == 0) fail("a slice in steps of zero");
  const auto place = [&](const Value& index, std::int64_t fallback) {
    if (index.is_none()) return fallback;
    const auto at = integer_of(index);
    return std::clamp<std::int64_t>(at < 0 ? at + count : at, by < 0 ? -1 : 0, by < 0 ? count - 1 : count);
  };
  const auto first = place(from, by < 0 ? count - 1 : 0), last = place(to, by < 0 ? -1 : count);
  Values part;
  const auto steps = by > 0 ? (last - first + by - 1) / by : (first - last - by - 1) / -by;
  for (std::int64_t i = 0; i < steps; ++i) {
    part.push_back(items[static_cast<std::size_t>(first + i * by)]);
  }
  if (const auto* list = object.list()) {
    return list->tuple ? workspace.tuple(std::move(part)) : workspace.list(std::move(part));
  }
  std::string made;
  for (const auto& letter : part) made += *letter.text();
  return workspace.text(std::move(made));
}

std::int64_t truncated(double real) {
  if (!(std::abs(real) < 9.2e18)) fail_exhausted("a number in the reply is too large");
  return static_cast<std::int64_t>(real);
}

std::int64_t integer_argument(const Value* argument, std::int64_t fallback) {
  return argument == nullptr || argument->is_none() ? fallback : integer_of(*argument);
}

}  // namespace entente::language::jinja
