// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace entente::language {
namespace {

std::string rendered(std::string_view text, const Json& variables = Json::object()) {
  const auto parsed = Jinja::parse(text);
  if (!parsed.ok()) return "parse: " + parsed.error().message;
  const auto made = parsed->render(variables);
  return made.ok() ? *made : "render: " + made.error().message;
}

const Json home = {{"name", "lamp"},
                   {"slots", {{"name", "desk lamp"}, {"brightness", 50}}},
                   {"value", 21.46},
                   {"names", {"b", "a", "C"}},
                   {"state", {{"domain", "light"}, {"state", "on"}}},
                   {"devices", {{{"name", "x"}, {"on", true}}, {{"name", "y"}, {"on", false}}}}};

TEST(Jinja, RendersEverySyntaxElement) {
  const std::pair<const char*, const char*> table[] = {
      {"plain  text\n here", "plain text here"},
      {"The {{ name }} is on", "The lamp is on"},
      {"{{ slots.name | capitalize }} {{ slots['brightness'] }}", "Desk lamp 50"},
      {"{{ value | round(1) }} {{ value | round | int }}", "21.5 21"},
      {"{% if name == 'lamp' %}A{% elif name == 'x' %}B{% else %}C{% endif %}", "A"},
      {"{% if not missing %}none{% endif %}", "none"},
      {"{% if 'am' in name and 1 < 2 or missing %}yes{% endif %}", "yes"},
      {"{{ 'x' if missing is defined else 'y' }}", "y"},
      {"{{ missing | default('-') }}", "-"},
      {"{{ names | sort | join(', ') }} {{ names | length }}", "a, b, C 3"},
      {"{{ names[:2] | join }}{{ names[-1] }}", "baC"},
      {"{% for n in names %}{{ n }}{% if not loop.last %}, {% endif %}{% endfor %}", "b, a, C"},
      {"{% for n in [] %}x{% else %}empty{% endfor %}", "empty"},
      {"{% for key, held in state.items() %}{{ key }}={{ held }} {% endfor %}", "domain=light state=on"},
      {"{% set n = 2 %}{{ n * 3 + 1 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ 1 / 2 }} {{ 2 ** 3 }}", "7 3 3 0.5 8"},
      {"{{ devices | selectattr('on') | map(attribute='name') | list | first }}", "x"},
      {"{{ devices | rejectattr('on') | map(attribute='name') | join }}", "y"},
      {"{{ 'a' ~ 1 ~ true }}", "a1True"},
      {"a {#- comment -#} b", "ab"},
      {"a {{- 'b' -}} c", "abc"},
      {"{{ 'A_b'.replace('_', ' ').lower() }}", "a b"},
      {"{{ {'on': 'an'}[state.state] }}", "an"},
      {"{{ {'on': 'an'}.get('off', '?') }}", "?"},
      {"{{ 'straße' | upper }} {{ 'ÄPFEL' | lower }} {{ 'el niño' | title }}", "STRASSE äpfel El Niño"},
      {"{% if not missing: %}colon{% else: %}x{% endif %}", "colon"},
      {"{{ -3 | abs }} {{ '4.0' | float }}", "-3 4.0"},
      {"{{ '}}' }}", "}}"},
      {"{{ 3 is odd }} {{ 'x' is in ['x'] }}", "True True"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, NamesTheLineOfAMistake) {
  const std::pair<const char*, const char*> table[] = {
      {"a\n{{ b", "parse: line 2: '{{' is never closed"},
      {"{% if x %}\n", "parse: line 1: '{% if %}' is never closed"},
      {"\n\n{% endif %}", "parse: line 3: 'endif' belongs to no block"},
      {"{{ 1 + }}", "parse: line 1: the expression ends too early"},
      {"{{ a b }}", "parse: line 1: unexpected 'b'"},
      {"{{ 'x }}", "parse: line 1: '{{' is never closed"},
      {"x\n{{ missing }}", "render: line 2: 'missing' is not known"},
      {"{{ slots.missing }}", "render: line 1: '.missing' is not known"},
      {"{{ name | nothing }}", "render: line 1: there is no filter 'nothing'"},
      {"{{ 1 / 0 }}", "render: line 1: a division by zero"},
      {"{{ name + 1 }}", "render: line 1: '+' between 'lamp' and '1', which are not both numbers"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, BoundsLoops) {
  std::string text = "{% set a = 'xxxxxxxxxx' %}";
  for (int i = 0; i < 12; ++i) text += "{% for c in a %}";
  for (int i = 0; i < 12; ++i) text += "{{ c }}{% endfor %}";
  EXPECT_EQ(rendered(text).substr(0, 7), "render:");
}
TEST(Jinja, BoundsNesting) {
  EXPECT_EQ(rendered("{{ " + std::string(5000, '(') + " }}").substr(0, 6), "parse:");
  EXPECT_EQ(rendered("{{ " + std::string(5000, '-') + "1 }}").substr(0, 6), "parse:");
  std::string blocks;
  for (int i = 0; i < 5000; ++i) blocks += "{% if x %}";
  EXPECT_EQ(rendered(blocks).substr(0, 6), "parse:");
}

}  // namespace
}  // namespace entente::language
