// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in words for a voice: the one way in which a language's tables want them. Immutable; any thread.
#pragma once

#include <unicode/plurrule.h>
#include <unicode/rbnf.h>

#include <map>
#include <memory>
#include <string>

namespace entente::language::speaking {

// How a language writes and says numbers.
struct NumberHabits {
  icu::UnicodeString decimal = u".";                         // in figures
  icu::UnicodeString group = u",";                           // every character of it may stand between groups of three
  icu::UnicodeString point = u"point";                       // in words
  icu::UnicodeString minus = u"minus";                       // in words
  icu::UnicodeString between = u" ";                         // between words
  bool fraction_by_digits = true;                            // "point two five", or "point twenty-five"
  std::map<icu::UnicodeString, icu::UnicodeString> forms{};  // a form of ours and ICU's rule set: "feminine"
};

class Numbers {
 public:
  // Of a language that ICU does not know, digits are left as they are.
  Numbers(const std::string& language, NumberHabits habits);

  const NumberHabits& habits() const { return habits_; }
  // ICU's rules for this name of ours; false where there are none.
  bool has_form(const icu::UnicodeString& form) const;

  // Figures as they are written, "1,234.5", "-7" or "XIV", in words. What is not a number comes back.
  icu::UnicodeString say(const icu::UnicodeString& figures, const icu::UnicodeString& form) const;
  // "007" as "zero zero seven".
  icu::UnicodeString by_digits(const icu::UnicodeString& figures) const;
  // Which form of a noun goes with it, as CLDR calls it: "one", "few", "other".
  icu::UnicodeString plural(const icu::UnicodeString& figures) const;

 private:
  icu::UnicodeString words(std::int64_t value, const icu::UnicodeString& form) const;

  NumberHabits habits_;
  std::unique_ptr<const icu::RuleBasedNumberFormat> format_;  // null where ICU has no words
  std::unique_ptr<const icu::PluralRules> plurals_;           // likewise
};

}  // namespace entente::language::speaking
