// SPDX-License-Identifier: GPL-3.0-or-later
// Tests: "x is defined", "x is divisibleby(3)".
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "services/language/impl/jinja/operations.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

using Check = bool (*)(const Value& subject);
constexpr std::pair<std::string_view, Check> checks[] = {
    {"defined", [](const Value& v) { return v.defined(); }},
    {"undefined", [](const Value& v) { return !v.defined(); }},
    {"none", [](const Value& v) { return v.is_none(); }},
    {"boolean", [](const Value& v) { return v.get<bool>() != nullptr; }},
    {"true", [](const Value& v) { return v.get<bool>() != nullptr && truth(v); }},
    {"false", [](const Value& v) { return v.get<bool>() != nullptr && !truth(v); }},
    {"integer", [](const Value& v) { return v.get<std::int64_t>() != nullptr; }},
    {"float", [](const Value& v) { return v.get<double>() != nullptr; }},
    {"number", [](const Value& v) { return numeric(v); }},
    {"string", [](const Value& v) { return v.text() != nullptr; }},
    {"mapping", [](const Value& v) { return v.dictionary() != nullptr; }},
    {"sequence",
     [](const Value& v) { return v.list() != nullptr || v.dictionary() != nullptr || v.text() != nullptr; }},
    {"iterable",
     [](const Value& v) { return v.list() != nullptr || v.dictionary() != nullptr || v.text() != nullptr; }},
    {"callable", [](const Value& v) { return v.function() != nullptr; }},
    {"escaped", [](const Value&) { return false; }},
    {"lower", [](const Value& v) { return lower(shown(v)) == shown(v) && upper(shown(v)) != shown(v); }},
    {"upper", [](const Value& v) { return upper(shown(v)) == shown(v) && lower(shown(v)) != shown(v); }},
};

constexpr std::pair<std::string_view, std::string_view> comparisons[] = {
    {"eq", "=="},      {"equalto", "=="},    {"==", "=="}, {"ne", "!="}, {"!=", "!="}, {"gt", ">"},
    {">", ">"},        {"greaterthan", ">"}, {"ge", ">="}, {">=", ">="}, {"lt", "<"},  {"<", "<"},
    {"lessthan", "<"}, {"le", "<="},         {"<=", "<="}, {"in", "in"},
};

bool divisible(const Value& subject, const Value& by, Workspace& workspace) {
  return !truth(apply_binary("%", subject, by, workspace));
}

bool sameas(const Value& a, const Value& b) {
  if (a.list() != nullptr || a.dictionary() != nullptr) return a.list() == b.list() && a.dictionary() == b.dictionary();
  return whole(a) == whole(b) && (a.get<bool>() != nullptr) == (b.get<bool>() != nullptr) && same(a, b);
}

}  // namespace

bool apply_test(std::string_view test, const Value& subject, const Arguments& arguments, Workspace& workspace) {
  workspace.spend(1);
  if (test == "None") test = "none";
  for (const auto& [name, check] : checks) {
    if (test == name) return check(subject);
  }
  if (test == "odd" || test == "even") {
    const Value rest = test == "odd" ? std::int64_t{1} : std::int64_t{0};
    return same(apply_binary("%", subject, std::int64_t{2}, workspace), rest);
  }
  if (arguments.items.size() == 1) {
    const auto& argument = arguments.items[0];
    if (test == "divisibleby") return divisible(subject, argument, workspace);
    if (test == "sameas") return sameas(subject, argument);
    for (const auto& [name, operation] : comparisons) {
      if (test == name) return apply_comparison(operation, subject, argument, workspace);
    }
  }
  fail(fmt::format("there is no test '{}'", text::shorten(test, 40)));
}

}  // namespace entente::language::jinja
