// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/number_words.h"

#include <unicode/rbnf.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace entente::language {
namespace {

// What a language's CLDR rules do not have. "{}" is the whole number in words.
struct Habits {
  std::string_view language;
  std::vector<std::string_view> related;     // languages whose words are understood too
  std::vector<std::string_view> negatives;   // "{}" is the number without its sign
  std::vector<std::string_view> half;        // 0.5
  std::vector<std::string_view> one_half;    // 1.5, besides and_a_half
  std::vector<std::string_view> and_a_half;  // "{}" and a half
};

const std::vector<Habits>& all_habits() {
  static const std::vector<Habits> habits = {
      {"en", {}, {"negative {}"}, {"half", "a half", "one half"}, {}, {"{} and a half"}},
      {"de", {}, {}, {"einhalb", "ein halb"}, {"anderthalb"}, {"{}einhalb", "{} einhalb"}},
      {"fr", {"fr-CH", "fr-BE"}, {}, {"demi", "un demi", "une demie"}, {}, {"{} et demi", "{} et demie"}},
      {"es", {}, {}, {"medio", "media"}, {}, {"{} y medio", "{} y media"}},
      {"zh", {}, {"零下{}"}, {"半"}, {}, {}},
      {"it", {}, {}, {"mezzo", "mezza"}, {}, {"{} e mezzo", "{} e mezza"}},
      {"pt", {"pt-PT"}, {}, {"meio", "meia"}, {}, {"{} e meio", "{} e meia"}},
      {"ca", {}, {}, {"mig", "mitja"}, {}, {"{} i mig", "{} i mitja"}},
      {"nl", {}, {}, {"half", "een half"}, {"anderhalf", "anderhalve"}, {"{} en een half", "{} en een halve"}},
      {"sv", {}, {}, {"halv", "en halv", "ett halvt"}, {}, {"{} och en halv", "{} och ett halvt"}},
      {"da", {}, {}, {"halv", "en halv"}, {"halvanden"}, {"{} og en halv"}},
      {"nb", {}, {}, {"halv", "en halv"}, {"halvannen"}, {"{} og en halv"}},
      {"pl", {}, {}, {"pół"}, {"półtora"}, {"{} i pół"}},
      {"ru", {}, {}, {"половина", "пол"}, {"полтора"}, {"{} с половиной"}},
      {"uk", {}, {}, {"половина", "пів"}, {"півтора"}, {"{} з половиною"}},
      {"ja", {}, {"氷点下{}", "零下{}"}, {"半"}, {}, {}},
      {"ko", {}, {"영하 {}"}, {"반"}, {}, {"{} 반"}},
  };
  return habits;
}

const Habits& habits_of(std::string_view language) {
  static const Habits none;
  const auto family = language.substr(0, language.find_first_of("-_"));
  const auto& all = all_habits();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Habits& held) { return held.language == family; });
  return found == all.end() ? none : *found;
}

using Spellings = std::vector<std::string>;

void add(Spellings& spellings, std::string spelling) {
  const bool digits = std::any_of(spelling.begin(), spelling.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits || spelling.empty()) return;
  if (std::find(spellings.begin(), spellings.end(), spelling) == spellings.end()) {
    spellings.push_back(std::move(spelling));
  }
}

// One language's rules, made at the first question: it costs milliseconds.
class Rules {
 public:
  explicit Rules(std::string language) : language_(std::move(language)) {}

  void spell(double number, bool ordinal, Spellings& into) {
    if (!ready_) prepare();
    const bool whole = number == std::floor(number);
    for (const auto& rules : ordinal ? ordinals_ : cardinals_) {
      UErrorCode status = U_ZERO_ERROR;
      icu::UnicodeString said;
      icu::FieldPosition position(icu::FieldPosition::DONT_CARE);
      if (whole) {
        format_->format(static_cast<std::int64_t>(number), rules, said, position, status);
      } else {
        format_->format(number, rules, said, position, status);
      }
      if (U_FAILURE(status)) continue;
      said.findAndReplace(u"\u00AD", u"");
      std::string utf8;
      add(into, said.toUTF8String(utf8));
    }
  }

 private:
  void prepare() {
    ready_ = true;
    UErrorCode status = U_ZERO_ERROR;
    const auto locale = icu::Locale::forLanguageTag(language_, status);
    if (U_FAILURE(status)) return;
    auto made = std::make_unique<icu::RuleBasedNumberFormat>(icu::URBNF_SPELLOUT, locale, status);
    if (U_FAILURE(status)) return;
    for (std::int32_t i = 0; i < made->getNumberOfRuleSetNames(); ++i) {
      auto name = made->getRuleSetName(i);
      (name.indexOf(u"ordinal") < 0 ? cardinals_ : ordinals_).push_back(std::move(name));
    }
    format_ = std::move(made);
  }

  std::string language_;
  std::unique_ptr<icu::RuleBasedNumberFormat> format_;
  std::vector<icu::UnicodeString> cardinals_, ordinals_;
  bool ready_ = false;
};

}  // namespace

struct NumberWords::Impl {
  const Habits& habits;
  std::vector<Rules> rules;
  std::map<double, Spellings> cardinals;
  std::map<int, Spellings> ordinals;

  explicit Impl(std::string_view language) : habits(habits_of(language)) {
    rules.emplace_back(std::string(language));
    if (language.find('-') != std::string_view::npos) return;  // who names a country means its words
    for (const auto related : habits.related) rules.emplace_back(std::string(related));
  }

  const Spellings& cardinal(double number) {  // NOLINT(misc-no-recursion): of the whole, positive part
    if (const auto found = cardinals.find(number); found != cardinals.end()) return found->second;
    Spellings spellings;
    for (auto& one : rules) one.spell(number, false, spellings);
    if (number < 0) add_negatives(number, spellings);
    if (number > 0 && std::abs(number - std::floor(number) - 0.5) < 1e-9) add_halves(number, spellings);
    return cardinals.emplace(number, std::move(spellings)).first->second;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void add_negatives(double number, Spellings& spellings) {
    for (const auto pattern : habits.negatives) {
      for (const auto& said : cardinal(-number)) add(spellings, fmt::format(fmt::runtime(pattern), said));
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void add_halves(double number, Spellings& spellings) {
    const double whole = std::floor(number);
    if (whole == 0) {
      for (const auto said : habits.half) add(spellings, std::string(said));
      return;
    }
    for (const auto pattern : habits.and_a_half) {
      for (const auto& said : cardinal(whole)) add(spellings, fmt::format(fmt::runtime(pattern), said));
    }
    if (whole != 1) return;
    for (const auto said : habits.one_half) add(spellings, std::string(said));
  }
};

NumberWords::NumberWords(std::string_view language) : impl_(std::make_unique<Impl>(language)) {}
NumberWords::~NumberWords() = default;

const std::vector<std::string>& NumberWords::spell(double number) { return impl_->cardinal(number); }

const std::vector<std::string>& NumberWords::spell_ordinal(int number) {
  if (const auto found = impl_->ordinals.find(number); found != impl_->ordinals.end()) return found->second;
  Spellings spellings;
  for (auto& one : impl_->rules) one.spell(number, true, spellings);
  return impl_->ordinals.emplace(number, std::move(spellings)).first->second;
}

}  // namespace entente::language
