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
      {"{{ -3 | abs }} {{ '4.0' | float }}", "3 4.0"},
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
      {"{{ 'x }}", "parse: line 1: a quoted text is never closed"},
      {"x\n{{ missing }}", "render: line 2: 'missing' is not known"},
      {"{{ slots.missing }}", "render: line 1: '.missing' is not known"},
      {"{{ name | nothing }}", "render: line 1: there is no filter 'nothing'"},
      {"{{ 1 / 0 }}", "render: line 1: a division by zero"},
      {"{{ name + 1 }}", "render: line 1: '+' between 'lamp' and '1', which are not both numbers"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

// Each as Python's jinja2 3.1 renders it.
TEST(Jinja, ShowsValuesAsPythonDoes) {
  const std::pair<const char*, const char*> table[] = {
      {"{{ 1 }} {{ 1.0 }} {{ 2.50 }} {{ 1e16 }} {{ 1e-5 }}", "1 1.0 2.5 1e+16 1e-05"},
      {"{{ true }} {{ none }} {{ [] }} {{ () }} {{ (1,) }} {{ {} }}", "True None [] () (1,) {}"},
      {"{{ [1, 2.0, 'it\\'s', none, {'a': (1, 'b')}] }}", "[1, 2.0, \"it's\", None, {'a': (1, 'b')}]"},
      {"{{ 5 / 2 }} {{ 4 / 2 }} {{ 5 // 2 }} {{ -5 // 2 }} {{ 5 // -2 }} {{ 7.5 // 2 }}", "2.5 2.0 2 -3 -3 3.0"},
      {"{{ -7 % 3 }} {{ 7 % -3 }} {{ 7.5 % 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 0.5 > 1 }}",
       "2 -2 1.5 1024 0.5 True"},
      {"{{ 'ab' * 2 }} {{ 2 * 'ab' }} {{ [1] * 2 + [3] }} {{ true + 1 }}", "abab abab [1, 1, 3] 2"},
      {"{{ 1 == 1.0 }} {{ 1 == true }} {{ '1' == 1 }} {{ [1] == [1.0] }} {{ (1,) == [1] }}",
       "True True False True False"},
      {"{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }}", "True False True True"},
      {"{{ 1_000 + 0x1F + 0b11 }} {{ 'a' 'b' }} {{ 'caf\\u00e9' }}", "1034 ab café"},
      {"{{ 'x' if 0 }}|{{ 'x' if 1 }}|{{ 'a' if 0 else 'b' if 0 else 'c' }}", "|x|c"},
      {"{{ names[::-1] }} {{ 'hello'[1:3] }} {{ 'hello'[-1] }} {{ names[5:] }}", "['C', 'a', 'b'] el o []"},
      {"{{ {1: 'one', 'k': 2}[1] }} {{ {'a': {'b': [7]}}.a.b[0] }} {{ (1, 2).0 }}", "one 7 1"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, BindsOperatorsAsJinjaDoes) {
  const std::pair<const char*, const char*> table[] = {
      {"{{ -3 | abs }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }}", "3 64 4"},
      {"{{ 1 + 3 is odd }} {{ not 1 is even }} {{ 3.5 is odd }}", "2 True False"},
      {"{{ 1 ~ 2 * 3 }} {{ 'a' ~ 1 ~ none }}", "16 a1None"},
      {"{{ name is string and value is not none }} {{ 'x' not in name }}", "True True"},
      {"{{ '' or 'b' }} {{ 'a' and 'b' }} {{ 0 or [] }}", "b b []"},
      {"{{ 4 is divisibleby 2 }} {{ 1 is in [1, 2] }} {{ 2 is not in [1] }} {{ 3 is ge 2 }}", "True True True True"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, HasTheFilters) {
  const std::pair<const char*, const char*> table[] = {
      {"{{ 2.5 | round }} {{ 3.5 | round | int }} {{ 2.675 | round(2) }} {{ 7 | round }} {{ 15 | round(-1) }}",
       "2.0 4 2.67 7 20"},
      {"{{ 2.1 | round(0, 'ceil') }} {{ 2.19 | round(1, 'floor') }}", "3.0 2.1"},
      {"{{ '42' | int }} {{ '3.9' | int }} {{ 'x' | int(7) }} {{ ' 1.5 ' | float }} {{ 'x' | float }}",
       "42 3 7 1.5 0.0"},
      {"{{ names | sort(reverse=true) | join }} {{ names | sort(case_sensitive=true) | join }}", "Cba Cab"},
      {"{{ devices | sort(attribute='on,name') | map(attribute='name') | join }}", "yx"},
      {"{{ [3, 1, 2] | max }} {{ names | min }} {{ [1, 2.5] | sum }} {{ [] | max | default('-') }}", "3 a 3.5 -"},
      {"{{ ['b', 'B', 'a'] | unique | list }} {{ [1, 2, 3] | reverse | list }} {{ 'abc' | reverse }}",
       "['b', 'a'] [3, 2, 1] cba"},
      {"{{ [1, 2, 3] | batch(2, 0) | list }} {{ [1, 2, 3] | slice(2) | list }}", "[[1, 2], [3, 0]] [[1, 2], [3]]"},
      {"{{ ['', 'a'] | select | list }} {{ [1, 2] | select('odd') | list }} {{ [1, none] | reject('none') | list }}",
       "['a'] [1] [1]"},
      {"{{ devices | selectattr('name', 'in', ['x']) | list | count }}", "1"},
      {"{{ devices | map(attribute='room', default='?') | join(',') }} {{ devices | join(', ', attribute='name') }}",
       "?,? x, y"},
      {"{{ ['a', 'b'] | map('upper') | join }} {{ [' a'] | map('trim') | map('replace', 'a', 'b') | first }}", "AB b"},
      {"{{ devices | groupby('on') | map('first') | list }}", "[False, True]"},
      {"{{ {'b': 1, 'a': 2} | dictsort }} {{ {'b': 1} | items | list }}", "[('a', 2), ('b', 1)] [('b', 1)]"},
      {"{{ 'xaxx' | trim('x') }} {{ 'aaa' | replace('a', 'b', 2) }} {{ '%s-%02d' | format('a', 3) }}", "a bba a-03"},
      {"{{ \"it's o-neill\" | title }} {{ \"it's\".title() }} {{ 'ΟΔΟΣ' | lower }}", "It's O-Neill It'S οδος"},
      {"{{ 'one two three' | wordcount }} {{ 'one two three' | truncate(9, leeway=0) }} {{ 'a<b' | e }}",
       "3 one... a&lt;b"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, HasTheMethodsOfPython) {
  const std::pair<const char*, const char*> table[] = {
      {"{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a b c'.split(' ', 1) }} {{ 'a.b.c'.rsplit('.', 1) }}",
       "['a', 'b', '', 'c'] ['a', 'b'] ['a', 'b c'] ['a.b', 'c']"},
      {"{{ '-'.join(['a', 'b']) }} {{ 'xay'.strip('xy') }} {{ 'é'.upper() }} {{ 'ab'.find('b') }}", "a-b a É 1"},
      {"{{ 'lamp'.startswith(('x', 'la')) }} {{ 'lamp'.endswith('x') }} {{ '7'.zfill(3) }} {{ '-7'.zfill(3) }}",
       "True False 007 -07"},
      {"{{ '12'.isdigit() }} {{ 'a1'.isalpha() }} {{ 'a=b=c'.partition('=') }}", "True False ('a', '=', 'b=c')"},
      {"{% set xs = [] %}{% for i in [2, 1] %}{% set _ = xs.append(i) %}{% endfor %}{{ xs }} {{ xs.pop() }} {{ "
       "xs.index(2) }}",
       "[2, 1] 1 0"},
      {"{% set d = {'a': 1} %}{% do d.update({'b': 2}, c=3) %}{{ d.keys() | list }} {{ d.values() | list }} {{ "
       "d.get('z') }}",
       "['a', 'b', 'c'] [1, 2, 3] None"},
      {"{{ '{0:02d}:{1:>3}|{x!r}'.format(7, 'b', x='c') }} {{ '{:.1f} {:+d} {:,}'.format(2.25, 3, 12345) }}",
       "07: b|'c' 2.2 +3 12,345"},
      {"{{ '%02d:%s %.1f%% %(a)s' % {'a': 1} if false else '%02d:%s %.1f%%' % (7, 'x', 2.25) }}", "07:x 2.2%"},
      {"{{ '{a[k]} {b}'.format(a={'k': 1}, b=2) }} {{ '{:{}}|'.format('x', 3) }} {{ '{{}}'.format() }}", "1 2 x | {}"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, HasTheStatements) {
  const std::pair<const char*, const char*> table[] = {
      {"{% for d in devices if d.on %}{{ loop.index }}{{ d.name }}{% else %}none{% endfor %}", "1x"},
      {"{% for a, (b, c) in [(1, (2, 3))] %}{{ a + b + c }}{% endfor %}", "6"},
      {"{% for n in names %}{{ loop.revindex }}{{ loop.cycle('-', '+') }}{{ loop.nextitem | default('.') }}{% endfor "
       "%}",
       "3-a2+C1-."},
      {"{% for n in range(9) %}{% if n == 1 %}{% continue %}{% elif n == 3 %}{% break %}{% endif %}{{ n }}{% endfor %}",
       "02"},
      {"{% set a, b = 1, 'x' %}{{ b }}{{ a }}{% set c %} in {{ a }} {% endset %}{{ c | trim }}", "x1in 1"},
      {"{% set ns = namespace(n=0) %}{% for d in devices %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}", "2"},
      {"{% set x = 1 %}{% for i in [0] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif "
       "%}{{ x }}",
       "213"},
      {"{% macro say(n, one, many='some') -%}{{ n }} {{ one if n == 1 else many }}{%- endmacro %}{{ say(1, 'a') }}, {{ "
       "say(n=2, one='a') }}",
       "1 a, 2 some"},
      {"{% macro down(n) %}{{ n }}{{ down(n - 1) if n > 0 }}{% endmacro %}{{ down(3) }}", "3210"},
      {"{% macro box(a) %}[{{ caller(a) }}]{% endmacro %}{% call(x) box(4) %}{{ x + 1 }}{% endcall %}", "[5]"},
      {"{% filter upper | trim %} abc {% endfilter %}{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}",
       "ABC3False"},
      {"{% raw %}{{ x }} {% if %}{% endraw %} {% if 1: %}a{% else: %}b{% endif %}", "{{ x }} {% if %} a"},
      {"a {%- if true +%} b {%+ endif -%} c", "a b c"},
      {"{% set j = joiner(' and ') %}{% for n in names %}{{ j() }}{{ n }}{% endfor %}", "b and a and C"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, ShowsDatesAndTimesAsPythonDoes) {
  const Json moments = {{"date", {{"__date__", "2013-09-17"}}},
                        {"time", {{"__time__", "01:02:00"}}},
                        {"both", {{"__datetime__", "2024-12-30T23:59:58"}}}};
  const std::pair<const char*, const char*> table[] = {
      {"{{ date }} {{ time }} {{ both }}", "2013-09-17 01:02:00 2024-12-30 23:59:58"},
      {"{{ date.year }} {{ date.month }} {{ date.day }} {{ date.weekday() }} {{ date.isoweekday() }}", "2013 9 17 1 2"},
      {"{{ time.hour }}:{{ '%02d' % time.minute }} {{ '{0:02d}'.format(time.second) }}", "1:02 00"},
      {"{{ date.strftime('%A, %-d. %B %Y, %j') }} {{ time.strftime('%I:%M %p') }}",
       "Tuesday, 17. September 2013, 260 01:02 AM"},
      {"{{ both.strftime('%V/%G %U %W %u %w %y') }} {{ both.date() < date }} {{ both.time() > time }}",
       "01/2025 52 53 1 1 24 False True"},
      {"{{ [date, time] }} {{ date.isoformat() }} {{ both.isoformat() }}",
       "[datetime.date(2013, 9, 17), datetime.time(1, 2)] 2013-09-17 2024-12-30T23:59:58"},
      {"{{ date.hour }}", "render: line 1: '.hour' is not known"},
      {"{{ time.weekday() }}", "render: line 1: a time has no date"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, moments), expected) << text;
  EXPECT_EQ(rendered("{{ d }}", {{"d", {{"__date__", "2013-02-30"}}}}),
            "render: line 1: '2013-02-30' is no date or time");
}

TEST(Jinja, CallsLookUpFunctions) {
  const Json variables = {{"state_attr", {{"__lookup__", {{"climate.hall", {{"temperature", 21.5}}}}}}}};
  EXPECT_EQ(rendered("{{ state_attr('climate.hall', 'temperature') }}", variables), "21.5");
  EXPECT_EQ(rendered("{{ state_attr('climate.hall', 'mode') is none }}", variables), "True");
  EXPECT_EQ(rendered("{{ state_attr('climate.attic', 'mode') }}", variables), "None");
  EXPECT_EQ(rendered("{{ states('x') }}", variables), "render: line 1: there is no function 'states'");
}

TEST(Jinja, RefusesWhatPythonRefuses) {
  const std::pair<const char*, const char*> table[] = {
      {"{{ 'a' + 1 }}", "render: line 1: '+' between 'a' and '1', which are not both numbers"},
      {"{{ 'a' < 1 }}", "render: line 1: 'a' cannot be compared with '1'"},
      {"{{ missing | upper }}", "render: line 1: 'missing' is not known"},
      {"{{ missing.a.b }}", "render: line 1: '.b' is not known"},
      {"{% for x in missing %}{% endfor %}", "render: line 1: 'missing' is not known"},
      {"{% set x = missing %}", "render: line 1: 'missing' is not known"},
      {"{{ name.nothing() }}", "render: line 1: 'lamp' has no method 'nothing'"},
      {"{% set slots.x = 1 %}", "render: line 1: 'slots' is no namespace, so 'slots.x' cannot be set"},
      {"{% set a, b = [1] %}", "render: line 1: 1 values for 2 names"},
      {"{{ 1 % 0 }}", "render: line 1: a division by zero"},
      {"{{ '%d' % 'x' }}", "render: line 1: 'x' is not a number"},
      {"{{ '{}'.format() }}", "render: line 1: a format has too few values"},
      {"{{ {[1]: 2} }}", "render: line 1: a list cannot be a key"},
      {"{{ name is wonderful }}", "render: line 1: there is no test 'wonderful'"},
      {"{% include 'x' %}", "parse: line 1: 'include' belongs to no block"},
      {"{% macro a() %}", "parse: line 1: '{% macro %}' is never closed"},
      {"{# a", "parse: line 1: '{#' is never closed"},
      {"{{ (1] }}", "parse: line 1: unexpected ']'"},
      {"{% break %}", "render: 'break' or 'continue' outside a loop"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(rendered(text, home), expected) << text;
}

TEST(Jinja, BoundsWhatAReplyCosts) {
  for (const char* text : {
           "{{ 'x' * 10 ** 9 }}",
           "{{ [0] * 10 ** 9 }}",
           "{{ 2 ** 64 }}",
           "{{ 9223372036854775807 + 1 }}",
           "{{ range(10 ** 9) }}",
           "{{ '%1000000d' % 1 }}",
           "{{ '{:1000000}'.format(1) }}",
           "{{ '{:.1000000f}'.format(1.5) }}",
           "{{ 'x'.center(1000000) }}",
           "{{ 'x'.ljust(1000000) }}",
           "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
           "{% set x = [] %}{% set _ = x.append(x) %}{{ x }}",
           "{% set x = [] %}{% set y = [] %}{% set _ = x.append(x) %}{% set _ = y.append(y) %}{{ x == y }}",
           "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
           "{% set ns = namespace(s='xxxxxxxx') %}{% for a in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
           "{% set ns = namespace(s='aa') %}{% for a in range(99) %}{% set ns.s = ns.s.replace('a', 'aa') %}{% endfor "
           "%}",
           "{{ range(9999) | map('string') | map('center', 900) | join }}",
           "{% for a in range(9999) %}xxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}",
       }) {
    EXPECT_EQ(rendered(text).substr(0, 7), "render:") << text;
  }
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
