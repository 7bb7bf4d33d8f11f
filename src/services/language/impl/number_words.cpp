// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/number_words.h"

#include <unicode/rbnf.h>

#include <algorithm>
#include <map>

namespace entente::language {

struct NumberWords::Impl {
  std::string language;
  std::unique_ptr<icu::RuleBasedNumberFormat> format;  // made at the first question: it costs milliseconds
  std::vector<icu::UnicodeString> rule_sets;
  std::map<double, std::vector<std::string>> known;
  bool ready = false;

  void prepare() {
    ready = true;
    UErrorCode status = U_ZERO_ERROR;
    const auto locale = icu::Locale::forLanguageTag(language, status);
    if (U_FAILURE(status)) return;
    auto made = std::make_unique<icu::RuleBasedNumberFormat>(icu::URBNF_SPELLOUT, locale, status);
    if (U_FAILURE(status)) return;
    for (std::int32_t i = 0; i < made->getNumberOfRuleSetNames(); ++i) {
      auto name = made->getRuleSetName(i);
      if (name.indexOf(u"ordinal") < 0) rule_sets.push_back(std::move(name));
    }
    format = std::move(made);
  }

  void add(std::vector<std::string>& spellings, const std::string& spelling) const {
    const bool digits = std::any_of(spelling.begin(), spelling.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits || spelling.empty()) return;
    if (std::find(spellings.begin(), spellings.end(), spelling) == spellings.end()) spellings.push_back(spelling);
  }

  std::vector<std::string> spell(double number) {
    if (!ready) prepare();
    std::vector<std::string> spellings;
    if (!format) return spellings;
    const bool whole = number == static_cast<double>(static_cast<std::int64_t>(number));
    for (const auto& rules : rule_sets) {
      UErrorCode status = U_ZERO_ERROR;
      icu::UnicodeString said;
      icu::FieldPosition position(icu::FieldPosition::DONT_CARE);
      if (whole) {
        format->format(static_cast<std::int64_t>(number), rules, said, position, status);
      } else {
        format->format(number, rules, said, position, status);
      }
      if (U_FAILURE(status)) continue;
      said.findAndReplace(u"\u00AD", u"");
      std::string utf8;
      add(spellings, said.toUTF8String(utf8));
    }
    return spellings;
  }
};

NumberWords::NumberWords(std::string_view language) : impl_(std::make_unique<Impl>()) {
  impl_->language = std::string(language);
}
NumberWords::~NumberWords() = default;

const std::vector<std::string>& NumberWords::spell(double number) {
  const auto found = impl_->known.find(number);
  if (found != impl_->known.end()) return found->second;
  return impl_->known.emplace(number, impl_->spell(number)).first->second;
}

}  // namespace entente::language
