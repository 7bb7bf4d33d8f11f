// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/speaking/numbers.h"

#include <unicode/uchar.h>

namespace entente::language::speaking {
namespace {

constexpr std::int32_t most_digits = 15;  // longer ones are no amounts

// The parts of figures, with every digit of Unicode as one of ASCII.
struct Figures {
  bool negative = false;
  icu::UnicodeString whole;
  icu::UnicodeString fraction;
};

Figures take_apart(const icu::UnicodeString& text, const NumberHabits& habits) {
  Figures figures;
  bool after_point = false;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (const auto digit = u_charDigitValue(c); digit >= 0) {
      (after_point ? figures.fraction : figures.whole) += static_cast<char16_t>(u'0' + digit);
    } else if (c == u'-' || c == u'\u2212') {
      figures.negative = true;
    } else if (habits.decimal.indexOf(c) >= 0) {
      after_point = true;
    }
  }
  return figures;
}

std::int64_t value_of(const icu::UnicodeString& digits) {
  std::int64_t value = 0;
  for (std::int32_t i = 0; i < digits.length(); ++i) value = value * 10 + (digits[i] - u'0');
  return value;
}

// The value of "XIV" in figures; empty for what is no such numeral.
icu::UnicodeString from_roman(const icu::UnicodeString& text) {
  static const std::map<char16_t, int> values = {{u'I', 1},   {u'V', 5},   {u'X', 10},  {u'L', 50},
                                                 {u'C', 100}, {u'D', 500}, {u'M', 1000}};
  int value = 0;
  int last = 0;
  for (std::int32_t i = text.length(); i-- > 0;) {
    const auto found = values.find(text[i]);
    if (found == values.end() || text.length() > 15) return {};
    value += found->second < last ? -found->second : found->second;
    last = std::max(last, found->second);
  }
  return value > 0 ? icu::UnicodeString::fromUTF8(fmt::format("{}", value)) : icu::UnicodeString();
}

// Too long, or written as a code is: "007".
bool is_code(const icu::UnicodeString& digits) {
  return digits.length() > most_digits || (digits.length() > 1 && digits[0] == u'0');
}

}  // namespace

Numbers::Numbers(const std::string& language, NumberHabits habits) : habits_(std::move(habits)) {
  UErrorCode status = U_ZERO_ERROR;
  const auto locale = icu::Locale::forLanguageTag(language, status);
  if (U_FAILURE(status)) return;
  auto format = std::make_unique<icu::RuleBasedNumberFormat>(icu::URBNF_SPELLOUT, locale, status);
  if (U_SUCCESS(status)) format_ = std::move(format);
  status = U_ZERO_ERROR;
  std::unique_ptr<icu::PluralRules> plurals(icu::PluralRules::forLocale(locale, status));
  if (U_SUCCESS(status)) plurals_ = std::move(plurals);
}

bool Numbers::has_form(const icu::UnicodeString& form) const {
  if (!format_) return false;
  const auto found = habits_.forms.find(form);
  if (found == habits_.forms.end()) return false;
  for (std::int32_t i = 0; i < format_->getNumberOfRuleSetNames(); ++i) {
    if (format_->getRuleSetName(i) == found->second) return true;
  }
  return false;
}

icu::UnicodeString Numbers::words(std::int64_t value, const icu::UnicodeString& form) const {
  icu::UnicodeString said;
  if (!format_) return said;
  icu::FieldPosition position(icu::FieldPosition::DONT_CARE);
  UErrorCode status = U_ZERO_ERROR;
  if (has_form(form)) {
    format_->format(value, habits_.forms.at(form), said, position, status);
  } else if (has_form(u"default")) {
    format_->format(value, habits_.forms.at(u"default"), said, position, status);
  } else {
    format_->format(value, said, position);
  }
  said.findAndReplace(u"\u00AD", u"");  // soft hyphens
  said.findAndReplace(u"〇", u"零");    // which voices know
  return said;
}

icu::UnicodeString Numbers::by_digits(const icu::UnicodeString& figures) const {
  icu::UnicodeString said;
  for (std::int32_t i = 0; i < figures.length(); i = figures.moveIndex32(i, 1)) {
    const auto digit = u_charDigitValue(figures.char32At(i));
    if (digit < 0) continue;
    if (!said.isEmpty()) said += habits_.between;
    said += words(digit, u"digit");
  }
  return said;
}

icu::UnicodeString Numbers::say(const icu::UnicodeString& text, const icu::UnicodeString& form) const {
  const auto roman = from_roman(text);
  const auto figures = take_apart(roman.isEmpty() ? text : roman, habits_);
  if (figures.whole.isEmpty() && figures.fraction.isEmpty()) return text;
  icu::UnicodeString said;
  if (figures.negative) said += habits_.minus + habits_.between;
  said += is_code(figures.whole) && figures.fraction.isEmpty() ? by_digits(figures.whole)
          : figures.whole.length() > most_digits               ? by_digits(figures.whole)
                                                               : words(value_of(figures.whole), form);
  if (figures.fraction.isEmpty()) return said;
  said += habits_.between + habits_.point + habits_.between;
  const bool whole = !habits_.fraction_by_digits && figures.fraction.length() <= 3 && !is_code(figures.fraction);
  return said + (whole ? words(value_of(figures.fraction), u"") : by_digits(figures.fraction));
}

icu::UnicodeString Numbers::plural(const icu::UnicodeString& text) const {
  const auto figures = take_apart(text, habits_);
  if (!plurals_ || figures.whole.length() > most_digits || figures.fraction.length() > most_digits) return u"other";
  double value = static_cast<double>(value_of(figures.fraction));
  for (std::int32_t i = 0; i < figures.fraction.length(); ++i) value /= 10;
  return plurals_->select(value + static_cast<double>(value_of(figures.whole)));
}

}  // namespace entente::language::speaking
