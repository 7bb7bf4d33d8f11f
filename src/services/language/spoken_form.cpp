// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/spoken_form.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>

#include "base/file.h"
#include "base/text.h"
#include "services/language/impl/speaking/tables.h"

namespace entente::language {
namespace {

using icu::UnicodeString;
using speaking::Call;
using speaking::Rule;
using speaking::Tables;

constexpr int most_depth = 3;                     // of rules within what a rule matched
constexpr std::int32_t most_time = 200;           // for one pattern on one text, in ICU's steps of about a millisecond
constexpr std::int32_t most_stack = 1 << 20;      // bytes, for one pattern's memory of where it was
constexpr std::int32_t most_characters = 20'000;  // of a text; past them it is cut

std::string to_utf8(const UnicodeString& text) {
  std::string utf8;
  return text.toUTF8String(utf8);
}

bool is_word(UChar32 c) { return u_isalnum(c) != 0; }

// Scripts whose words touch: nothing is put between them.
bool is_spaced(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) == 0 && c < 0x3000; }

bool is_picture(UChar32 c) {
  if (c < 0x80) return false;
  return u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
         u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR) != 0 || u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) != 0 ||
         (c >= 0xFE00 && c <= 0xFE0F) || c == 0x20E3 || c == 0x200D;
}

bool is_symbol(UChar32 c) {
  const auto mask = U_GET_GC_MASK(c);
  return (mask & U_GC_S_MASK) != 0 || c == u'*' || c == u'#' || c == u'_' || c == u'\\';
}

// One text on its way through the rules.
class Speaker {
 public:
  explicit Speaker(const Tables& tables) : tables_(tables) {}

  UnicodeString say(const UnicodeString& text, std::string_view as) const {
    auto said = text;
    if (!as.empty()) {
      const auto kind = tables_.as.find(speaking::wide(as.substr(0, 64)));
      if (kind != tables_.as.end()) said = apply(kind->second, said, 0);
    }
    return clean(words_for_digits(signs(apply(tables_.rules, said, 0))));
  }

 private:
  // One rule's next match. Rules that a text is too much for find nothing more.
  struct Search {
    const Rule* rule;
    std::unique_ptr<icu::RegexMatcher> matcher;
    std::int32_t start = 0;

    bool find_from(std::int32_t place) {
      UErrorCode status = U_ZERO_ERROR;
      if (!matcher->find(place, status) || U_FAILURE(status)) return false;
      start = matcher->start(status);
      return true;
    }
  };

  std::vector<Search> searches(const speaking::Rules& rules, const UnicodeString& text) const {
    std::vector<Search> all;
    for (const auto& rule : rules) {
      UErrorCode status = U_ZERO_ERROR;
      Search search{&rule, std::unique_ptr<icu::RegexMatcher>(rule.pattern->matcher(text, status)), 0};
      if (U_FAILURE(status)) continue;
      search.matcher->setTimeLimit(most_time, status);
      search.matcher->setStackLimit(most_stack, status);
      if (search.find_from(0)) all.push_back(std::move(search));
    }
    return all;
  }

  // NOLINTNEXTLINE(misc-no-recursion): {say 1}, as deep as most_depth
  UnicodeString apply(const speaking::Rules& rules, const UnicodeString& text, int depth) const {
    UnicodeString said;
    auto all = searches(rules, text);
    std::int32_t place = 0;
    while (!all.empty() && place < text.length()) {
      const auto first =
          std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
      UErrorCode status = U_ZERO_ERROR;
      const auto start = first->start;
      const auto end = first->matcher->end(status);
      if (end == start) {  // a rule that matches nothing at all says nothing
        if (start == text.length() || !first->find_from(text.moveIndex32(start, 1))) all.erase(first);
        continue;
      }
      append(said, text.tempSubStringBetween(place, start));
      append(said, render(*first->rule, *first->matcher, depth));
      place = end;
      for (auto at = all.begin(); at != all.end();) {
        at = at->start >= place || at->find_from(place) ? at + 1 : all.erase(at);
      }
    }
    append(said, text.tempSubStringBetween(place, text.length()));
    return said;
  }

  // With a space between two words that would become one: "lamp2" is "lamp two".
  static void append(UnicodeString& said, const UnicodeString& more) {
    if (!said.isEmpty() && !more.isEmpty()) {
      const auto left = said.char32At(said.length() - 1);
      const auto right = more.char32At(0);
      if (is_word(left) && is_word(right) && is_spaced(left) && is_spaced(right)) said += u' ';
    }
    said += more;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  UnicodeString render(const Rule& rule, icu::RegexMatcher& match, int depth) const {
    UnicodeString said;
    for (const auto& part : rule.say.parts) {
      if (part.optional && !all_matched(part, match)) continue;
      for (const auto& call : part.calls) said += render(call, match, depth);
    }
    return said;
  }

  static UnicodeString group(icu::RegexMatcher& match, int number) {
    UErrorCode status = U_ZERO_ERROR;
    return match.group(number, status);
  }

  static bool all_matched(const speaking::Template::Part& part, icu::RegexMatcher& match) {
    return std::all_of(part.calls.begin(), part.calls.end(), [&match](const Call& call) {
      return call.what == Call::What::text || !group(match, call.group).isEmpty();
    });
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  UnicodeString render(const Call& call, icu::RegexMatcher& match, int depth) const {
    if (call.what == Call::What::text) return call.argument;
    const auto matched = group(match, call.group);
    if (matched.isEmpty()) return matched;
    switch (call.what) {
      case Call::What::say: return depth < most_depth ? apply(tables_.rules, matched, depth + 1) : matched;
      case Call::What::number: return tables_.numbers->say(matched, call.argument);
      case Call::What::digits: return tables_.numbers->by_digits(matched);
      case Call::What::letters: return letters(matched);
      case Call::What::month: return month(matched);
      case Call::What::unit:
        return quantity(matched, call.unit_group > 0 ? group(match, call.unit_group) : call.argument);
      default: return word(matched);
    }
  }

  UnicodeString word(const UnicodeString& written) const {
    const auto found = tables_.words.find(written);
    return found == tables_.words.end() ? written : found->second;
  }

  UnicodeString month(const UnicodeString& written) const {
    if (const auto named = tables_.month_names.find(written); named != tables_.month_names.end()) {
      return month_of(named->second, written);
    }
    int number = 0;
    for (std::int32_t i = 0; i < written.length() && i < 3; ++i) {
      number = number * 10 + std::max(0, static_cast<int>(u_charDigitValue(written[i])));
    }
    return month_of(number, written);
  }
  UnicodeString month_of(int number, const UnicodeString& written) const {
    const bool known = number >= 1 && number <= static_cast<int>(tables_.months.size());
    return known ? tables_.months[static_cast<std::size_t>(number) - 1] : written;
  }

  UnicodeString quantity(const UnicodeString& figures, const UnicodeString& written) const {
    const auto found = tables_.units.find(written);
    if (found == tables_.units.end()) return tables_.numbers->say(figures, u"") + u' ' + written;
    const auto& unit = found->second;
    auto said = unit.said.find(tables_.numbers->plural(figures));
    if (said == unit.said.end()) said = unit.said.find(u"other");
    auto number = figures;
    const auto negative = unit.said.find(u"negative");
    if (negative != unit.said.end() && (figures[0] == u'-' || figures[0] == u'\u2212')) {
      said = negative;
      number.remove(0, 1);
    }
    auto words = said->second;
    const auto spelled = tables_.numbers->say(number, unit.form);
    if (words.indexOf(u"{}") < 0) return spelled + tables_.numbers->habits().between + words;
    return words.findAndReplace(u"{}", spelled);
  }

  UnicodeString letters(const UnicodeString& text) const {
    UnicodeString said;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      const UnicodeString letter(text.char32At(i));
      if (u_isUWhiteSpace(text.char32At(i))) continue;
      if (!said.isEmpty()) said += u' ';
      const auto named = tables_.letters.find(letter);
      if (named != tables_.letters.end()) {
        said += named->second;
      } else if (u_charDigitValue(text.char32At(i)) >= 0) {
        said += tables_.numbers->by_digits(letter);
      } else {
        said += letter;
      }
    }
    return said;
  }

  // Signs in words, pictures gone.
  UnicodeString signs(const UnicodeString& text) const {
    UnicodeString said;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      const auto c = text.char32At(i);
      const auto sign = tables_.signs.find(UnicodeString(c));
      if (sign != tables_.signs.end()) {
        const bool spaced = !sign->second.isEmpty() && is_word(sign->second.char32At(0));
        said += spaced ? u' ' + sign->second + u' ' : sign->second;
      } else if (is_picture(c) || is_symbol(c)) {
        said += u' ';
      } else {
        said += c;
      }
    }
    return said;
  }

  // Whatever the rules left: figures of every script, "①", "Ⅳ".
  UnicodeString words_for_digits(const UnicodeString& text) const {
    UnicodeString said;
    std::int32_t begin = 0;  // of what is no number
    for (std::int32_t i = 0; i < text.length();) {
      auto end = text.moveIndex32(i, 1);
      const auto c = text.char32At(i);
      if ((U_GET_GC_MASK(c) & U_GC_N_MASK) != 0) {
        append(said, text.tempSubStringBetween(begin, i));
        if (u_charDigitValue(c) >= 0) {
          while (end < text.length() && u_charDigitValue(text.char32At(end)) >= 0) end = text.moveIndex32(end, 1);
          append(said, tables_.numbers->say(text.tempSubStringBetween(i, end), u""));
        } else {
          append(said, number_sign(c));
        }
        begin = end;
      }
      i = end;
    }
    append(said, text.tempSubStringBetween(begin, text.length()));
    return said;
  }
  UnicodeString number_sign(UChar32 c) const {
    const auto value = u_getNumericValue(c);
    if (value < 0 || value > 1e12 || value != std::floor(value)) return UnicodeString(u' ');
    return tables_.numbers->say(speaking::wide(fmt::format("{}", static_cast<std::int64_t>(value))), u"");
  }

  // Single spaces, none before the marks that end a sentence or a clause.
  static UnicodeString clean(const UnicodeString& text) {
    UnicodeString said;
    bool space_due = false;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      const auto c = text.char32At(i);
      if (u_isUWhiteSpace(c)) {
        space_due = !said.isEmpty();
        continue;
      }
      const bool closes = c == u'.' || c == u',' || c == u';' || c == u':' || c == u'!' || c == u'?';
      if (space_due && !closes) said += u' ';
      space_due = false;
      said += c;
    }
    return said;
  }

  const Tables& tables_;
};

std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (std::filesystem::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
    if (at->path().extension() == ".yaml") files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

struct SpokenForm::Impl {
  Tables tables;
  std::vector<Problem> problems;
};

SpokenForm::SpokenForm(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

SpokenForm SpokenForm::parse(std::span<const SentenceFile> files, std::string_view language) {
  auto impl = std::make_shared<Impl>();
  impl->tables = speaking::read_tables(files, language, impl->problems);
  return SpokenForm(std::move(impl));
}

SpokenForm SpokenForm::load(std::span<const std::filesystem::path> folders, std::string_view language) {
  std::vector<SentenceFile> files;
  std::vector<Problem> unread;
  for (const auto& folder : folders) {
    for (const auto& path : yaml_files(folder)) {
      auto yaml = read_file(path);
      if (yaml.ok()) {
        files.push_back({path.string(), *std::move(yaml)});
      } else {
        unread.push_back({path.string(), 0, yaml.error().message});
      }
    }
  }
  auto impl = std::make_shared<Impl>();
  impl->problems = std::move(unread);
  impl->tables = speaking::read_tables(files, language, impl->problems);
  return SpokenForm(std::move(impl));
}

const std::vector<Problem>& SpokenForm::problems() const { return impl_->problems; }

std::string SpokenForm::say(std::string_view text, std::string_view as) const {
  auto wide = speaking::wide(text::shorten(text, static_cast<std::size_t>(most_characters) * 4));
  if (wide.length() > most_characters) wide.truncate(wide.getChar32Start(most_characters));
  return to_utf8(Speaker(impl_->tables).say(wide, as));
}

std::vector<std::string> sentences_of(std::string_view text, std::string_view language) {
  UErrorCode status = U_ZERO_ERROR;
  auto locale = icu::Locale::forLanguageTag(std::string(language), status);
  if (U_FAILURE(status)) locale = icu::Locale::getRoot();
  status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(icu::BreakIterator::createSentenceInstance(locale, status));
  const auto whole = speaking::wide(text);
  std::vector<std::string> sentences;
  const auto add = [&sentences](UnicodeString sentence) {
    sentence.trim();
    if (!sentence.isEmpty()) sentences.push_back(to_utf8(sentence));
  };
  if (U_FAILURE(status)) {
    add(whole);
    return sentences;
  }
  breaks->setText(whole);
  std::int32_t begin = breaks->first();
  for (auto end = breaks->next(); end != icu::BreakIterator::DONE; begin = end, end = breaks->next()) {
    add(whole.tempSubStringBetween(begin, end));
  }
  return sentences;
}

}  // namespace entente::language
