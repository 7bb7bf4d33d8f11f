// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/template.h"

#include <gtest/gtest.h>

namespace entente::language {
namespace {

std::string show(const Expression& e) {
  const auto inside = [&](std::string_view separator) {
    std::string joined;
    for (std::size_t i = 0; i < e.items.size(); ++i)
      joined += (i == 0 ? "" : std::string(separator)) + show(e.items[i]);
    return joined;
  };
  switch (e.kind) {
    case Expression::Kind::text: return "'" + e.text + "'";
    case Expression::Kind::sequence: return inside("+");
    case Expression::Kind::alternatives: return "(" + inside("|") + ")";
    case Expression::Kind::permutation: return "(" + inside(";") + ")";
    case Expression::Kind::list: return "{" + e.text + ":" + (e.capture ? "@" : "") + e.slot + "}";
    case Expression::Kind::range: return fmt::format("{{{}-{}/{}:{}}}", e.from, e.to, e.step, e.slot);
    case Expression::Kind::rule: return "<" + e.text + ">";
  }
  return {};
}
std::string parsed(std::string_view text) {
  const auto made = parse_template(text);
  return made.ok() ? show(*made) : made.error().message;
}

TEST(Template, ParsesEverySyntaxElement) {
  const std::pair<const char*, const char*> table[] = {
      {"turn on", "'turn on'"},
      {"light[s]", "'light'+('s'|)"},
      {"(a|b c)", "('a'|'b c')"},
      {"[a|b]", "('a'|'b'|)"},
      {"(x|)", "('x'|)"},
      {"(a;b)", "('a';'b')"},
      {"a|b", "('a'|'b')"},
      {"{name}", "{name:name}"},
      {"{list:slot}", "{list:slot}"},
      {"{list:@cap}", "{list:@cap}"},
      {"{@list}", "{list:@list}"},
      {"{0..100:b}", "{0-100/1:b}"},
      {"{0..100,10:b}", "{0-100/10:b}"},
      {"<the> lamp", "<the>+' lamp'"},
      {"\\(old\\)", "'(old)'"},
      {"[[the] x]", "(('the'|)+' x'|)"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(parsed(text), expected) << text;
}

TEST(Template, NamesThePlaceOfAMistake) {
  const std::pair<const char*, const char*> table[] = {
      {"turn (on", "at character 6: '(' is never closed"},
      {"turn on)", "at character 8: ')' closes nothing"},
      {"(a]", "at character 3: ']' where ')' should be"},
      {"{name", "at character 1: '{' is never closed"},
      {"a <rule", "at character 3: '<' is never closed"},
      {"{}", "at character 1: '{}' names no list"},
      {"<>", "at character 1: '<>' names no rule"},
      {"{5..1:x}", "at character 1: '{5..1}' is no range; write {0..100:slot} or {0..100,10:slot}"},
      {"{0..9}", "at character 1: the range {0..9} needs a slot: {0..9:slot}"},
      {"{a:}", "at character 1: the slot after ':' has no name"},
      {"(a|b;c)", "at character 5: '|' and ';' in one group; put one of them in (…)"},
      {"x}", "at character 2: '}' closes nothing"},
      {"灯(", "at character 2: '(' is never closed"},
      {"end\\", "at character 4: '\\' with nothing after it"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(parsed(text), expected) << text;
}

TEST(Template, RefusesDeepNesting) {
  EXPECT_EQ(parsed(std::string(5000, '(') + "a" + std::string(5000, ')')), "more than 40 brackets in brackets");
}
TEST(Template, RefusesHugeText) { EXPECT_NE(parsed(std::string(100'000, 'a')).find("bytes"), std::string::npos); }
TEST(Template, RefusesBytesThatAreNotUtf8) { EXPECT_EQ(parsed("a\xFF"), "the template is not UTF-8"); }

}  // namespace
}  // namespace entente::language
