// SPDX-License-Identifier: GPL-3.0-or-later
// What a language's files in sentences/LANG/speech say about how texts are said, made ready. Immutable after loading.
//
//   file   := language: TAG                     must be ours; other files are left out
//             number: {decimal, group, point, minus, between, fraction: digits|number, forms: {NAME: ICU's rule set}}
//             define: {NAME: PATTERN}           pieces of patterns, "<NAME>" where they are used
//             units:  {WRITTEN: UNIT}           UNIT := SAID | {PLURAL: SAID…, form: NAME, negative: SAID, any_case:
//             true} months: [SAID…]  month_names: {WRITTEN: 1..12} words:  {WRITTEN: SAID}           whole words and
//             abbreviations, case counts letters: {WRITTEN: SAID}          one character, where a text is spelled
//             signs:  {WRITTEN: SAID}           anywhere
//             rules:  [{match: PATTERN, say: TEMPLATE}…]    the first that matches at the leftmost place wins
//             as:     {KIND: [rule…]}           before all other rules, for texts of this kind
//   SAID of a unit: "{}" stands for the number; without it the number comes first.
//   PATTERN is ICU's regular expressions; <number>, <unit>, <month>, <word> stand for what the tables hold.
//   TEMPLATE is text with
//     {1}           what the group 1 matched          {say 1}        the same, said by the rules
//     {n 1 FORM}    the number in it, in a form       {digits 1}     digit by digit
//     {unit 1 2}    so many of the unit in group 2    {unit 1 =h}    so many of the unit "h"
//     {month 1}     the month's name                  {letters 1}    letter by letter
//     […]           left out when a group in it matched nothing
#pragma once

#include <unicode/regex.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "services/language/impl/speaking/numbers.h"
#include "services/language/language.h"

namespace entente::language::speaking {

struct Call {
  enum class What { text, group, say, number, digits, unit, month, letters };
  What what = What::text;
  int group = 0;
  int unit_group = 0;           // 0: the unit is `argument`
  icu::UnicodeString argument;  // the text, the form, or the unit
};
struct Template {
  struct Part {
    bool optional = false;
    std::vector<Call> calls;
  };
  std::vector<Part> parts;
};

struct Rule {
  std::unique_ptr<const icu::RegexPattern> pattern;
  Template say;
};
using Rules = std::vector<Rule>;

struct Unit {
  std::map<icu::UnicodeString, icu::UnicodeString> said;  // by plural form; "other" is there
  icu::UnicodeString form;                                // of the number
};

struct Tables {
  std::string language;
  std::unique_ptr<const Numbers> numbers;
  std::map<icu::UnicodeString, Unit> units;
  std::vector<icu::UnicodeString> months;
  std::map<icu::UnicodeString, int> month_names;
  std::map<icu::UnicodeString, icu::UnicodeString> words;
  std::map<icu::UnicodeString, icu::UnicodeString> letters;
  std::map<icu::UnicodeString, icu::UnicodeString> signs;
  Rules rules;
  std::map<icu::UnicodeString, Rules> as;
};

// The files of one language, the product's first. What is wrong goes to `problems`.
Tables read_tables(std::span<const SentenceFile> files, std::string_view language, std::vector<Problem>& problems);

icu::UnicodeString wide(std::string_view utf8);

}  // namespace entente::language::speaking
