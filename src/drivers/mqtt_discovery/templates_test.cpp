// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "base/json.h"
#include "drivers/mqtt_discovery/templates/template.h"

namespace entente::mqtt_discovery {
namespace {

Result<std::string> rendered(std::string_view source, const Json& value_json, std::string_view value = "") {
  auto parsed = Template::parse(source);
  if (!parsed.ok()) return parsed.error();
  const Json text = value;
  return parsed->render({{"value", &text}, {"value_json", &value_json}});
}

struct Case {
  const char* source;
  const char* message;
  const char* expected;
};

class ATemplate : public testing::TestWithParam<Case> {};

TEST_P(ATemplate, RendersAsHomeAssistantDoes) {
  const auto& [source, message, expected] = GetParam();
  auto json = parse_json(message, "test");
  const auto text = rendered(source, json.ok() ? *json : Json(Json::value_t::discarded), message);
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_EQ(*text, expected) << source;
}

constexpr auto state =
    R"({"state":"ON","t":21.56,"n":7,"f":"3.9","list":[1,2,3],"o":{"p":{"q":"deep"}},"no":null,"yes":true})";

INSTANTIATE_TEST_SUITE_P(
    All, ATemplate,
    testing::Values(
        Case{"{{ value_json.state }}", state, "ON"}, Case{"{{ value_json['o']['p'].q }}", state, "deep"},
        Case{"{{ value_json.list[1] }}", state, "2"}, Case{"{{value_json.list[-1]}}", state, "3"},
        Case{"{{ value_json.t | round(1) }}", state, "21.6"}, Case{"{{ value_json.t|round }}", state, "22"},
        Case{"{{ value_json.t | int }}", state, "21"}, Case{"{{ value_json.f|float + 1 }}", state, "4.9"},
        Case{"{{ value | float * 10 }}", "2.5", "25.0"}, Case{"{{ (value|int / 255 * 100) | round(0) }}", "128", "50"},
        Case{"{{ value_json.none_such | default('x') }}", state, "x"},
        Case{"{{ value_json.none_such.deeper | default(0) }}", state, "0"},
        Case{"{{ value_json.no | default('x', true) }}", state, "x"},
        Case{"{{ 'a' if value_json.n > 5 else 'b' }}", state, "a"},
        Case{"{% if value_json.state == 'OFF' %}x{% elif value_json.n == 7 %}y{% else %}z{% endif %}", state, "y"},
        Case{"{{ {'ON': 'open', 'OFF': 'closed'}[value_json.state] }}", state, "open"},
        Case{"{{ {'a': 1}.get(value, 'none') }}", "b", "none"},
        Case{"{% set v = value_json.n %}{{ v ~ '%' }}", state, "7%"}, Case{"{{ value_json.yes }}", state, "True"},
        Case{"{{ value_json.yes | tojson }}", state, "true"}, Case{"{{ value_json.no }}", state, "None"},
        Case{"{{ 'ON' if value_json.yes else 'OFF' }}", state, "ON"},
        Case{"{{ value_json.list | length }}", state, "3"}, Case{"{{ value|upper }}", "on", "ON"},
        Case{"{{ value | replace('_', ' ') | title }}", "big_room", "Big Room"},
        Case{"{{ 'n' in value_json and 'x' not in value_json }}", state, "True"},
        Case{"{{ value_json.x is defined or value_json.n is not none }}", state, "True"},
        Case{"{{ not value_json.x is defined }}", state, "True"},
        Case{"{{ '#%02x%02x%02x' | format(255, 0, 10) }}", "", "#ff000a"},
        Case{"{{ '%0.1f' % (value | float) }}", "21.55", "21.6"}, Case{"{{ value.split(',')[0] }}", "1,2", "1"},
        Case{"{{ value[0:2] | int(base=16) }}", "ff80", "255"},
        Case{"{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 3 }}", "", "3 -4 2 8"},
        Case{"{%- for x in value_json.list -%} {{ x * 2 }}, {%- endfor -%}", state, "2,4,6,"},
        Case{"{% set ns = namespace(s=0) %}{% for x in value_json.list %}{% set ns.s = ns.s + x %}{% endfor %}{{ ns.s "
             "}}",
             state, "6"},
        Case{"{{ 10.0 }} {{ 1/3 }}", "", "10.0 0.3333333333333333"}, Case{"{{ value_json }}", "21.5", "21.5"},
        Case{"{{ value_json.o }}", state, "{'p': {'q': 'deep'}}"},
        Case{"{{ value | bitwise_and(4) > 0 }}", "5", "True"}, Case{"plain", "x", "plain"},
        Case{"{# nothing #}{{ '}}' }}", "", "}}"}, Case{"{{ iif(value == 'a', 1, 2) }}", "a", "1"},
        Case{"{\"brightness\": {{ value }}, \"on\": true}", "5", "{\"brightness\": 5, \"on\": true}"},
        Case{"{{ value_json.t is number and value_json.n is eq 7 }}", state, "True"},
        Case{"{{ 'Überall' | length }}", "", "7"}));

TEST(Template, ThatAsksForAValueOfAnotherMessageSaysThatItIsNotThere) {
  for (const auto* source : {"{{ value_json.x | is_defined }}", "{{ value_json.x | int }}", "{{ value_json.x > 4 }}"}) {
    const auto text = rendered(source, Json{{"y", 1}});
    ASSERT_FALSE(text.ok()) << source;
    EXPECT_EQ(text.error().code, ErrorCode::not_found) << source;
  }
}

TEST(Template, NamesWhatItDoesNotKnow) {
  const auto parsed = Template::parse("{{ value | regex_replace('a', 'b') }}");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message, "template: the filter 'regex_replace' is not known here");
}

TEST(Template, ThatIsBrokenIsAnErrorAndNoCrash) {
  for (const auto* source :
       {"{{", "{{ }}", "{% if %}", "{% if x %}", "{{ value. }}", "{{ a[ }}", "{{ 'a }}", "{% endif %}", "{{ a b }}",
        "{{ (1 }}", "{% macro x() %}{% endmacro %}", "{{ {1: } }}", "{{ value | }}", "{% set = 1 %}", "{{ \xff }}"}) {
    EXPECT_FALSE(Template::parse(source).ok()) << source;
  }
}

TEST(Template, IsRefusedWhenItNestsTooDeeply) {
  std::string deep = "{{ ";
  for (int i = 0; i < 3000; ++i) deep += "(";
  EXPECT_FALSE(Template::parse(deep + "1").ok());
  std::string signs = "{{ " + std::string(5000, '-') + "1 }}";
  EXPECT_FALSE(Template::parse(signs).ok());
  std::string blocks;
  for (int i = 0; i < 500; ++i) blocks += "{% if 1 %}";
  EXPECT_FALSE(Template::parse(blocks).ok());
}

TEST(Template, EndsWhenItWouldTakeTooLong) {
  const auto slow = rendered(
      "{% for a in range(900) %}{% for b in range(900) %}{% for c in range(900) %}{{ a }}{% endfor %}{% endfor %}{% "
      "endfor %}",
      Json());
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().code, ErrorCode::exhausted);
  const auto large = rendered(
      "{% set s = 'aaaaaaaaaaaaaaaa' %}{% for a in range(100) %}{% set s = s ~ s %}{{ s }}{% endfor %}", Json());
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, ErrorCode::exhausted);
}

}  // namespace
}  // namespace entente::mqtt_discovery
