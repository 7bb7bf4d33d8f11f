// SPDX-License-Identifier: GPL-3.0-or-later
// Our own tables against sentences/LANG/speech/tests, and what holds for every table.
#include "services/language/spoken_form.h"

#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <random>

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"

namespace entente::language {
namespace {

namespace fs = std::filesystem;

constexpr const char* shipped[] = {"en", "zh-CN", "es", "de", "fr"};

const SpokenForm& form_of(const std::string& language) {
  static std::map<std::string, SpokenForm> forms;
  const auto found = forms.find(language);
  if (found != forms.end()) return found->second;
  const fs::path folders[] = {fs::path("sentences") / language / "speech"};
  return forms.emplace(language, SpokenForm::load(folders, language)).first->second;
}

SpokenForm parse(std::string yaml, const std::string& language = "en") {
  const SentenceFile files[] = {{"mine.yaml", std::move(yaml)}};
  return SpokenForm::parse(files, language);
}

// Of any kind that Unicode calls a number.
bool holds_figures(const std::string& text) {
  const auto wide = icu::UnicodeString::fromUTF8(text);
  for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1)) {
    if ((U_GET_GC_MASK(wide.char32At(i)) & U_GC_N_MASK) != 0) return true;
  }
  return false;
}

class Shipped : public testing::TestWithParam<const char*> {
 protected:
  const SpokenForm& form() { return form_of(GetParam()); }
};

TEST_P(Shipped, HasTablesWithoutAProblem) {
  for (const auto& problem : form().problems()) ADD_FAILURE() << to_string(problem);
}

TEST_P(Shipped, SaysItsTextsAsItsTestsWantThem) {
  const auto path = fmt::format("sentences/{}/speech/tests/spoken.yaml", GetParam());
  const auto yaml = read_file(path);
  ASSERT_TRUE(yaml.ok()) << yaml.error().message;
  const auto tests = parse_yaml(*yaml, path);
  ASSERT_TRUE(tests.ok()) << tests.error().message;
  const auto& cases = (*tests)["cases"];
  EXPECT_GE(cases.size(), 30U);
  for (const auto& one : cases) {
    const auto text = string_or(one, "text", "");
    EXPECT_EQ(form().say(text, string_or(one, "as", "")), string_or(one, "said", "")) << text;
  }
}

TEST_P(Shipped, LeavesNoFigureInAnyText) {
  // Pieces of which texts with numbers are made, in every order that chance gives.
  const char* pieces[] = {"0",  "1",       "9", "20",   "2026", ":",  ".",    ",",  "-",   "/",  " ",  "h",      "m",
                          "s",  "°C",      "%", "$",    "€",    "x",  "lamp", "灯", "年",  "月", "日", "\u00A0", "½",
                          "③",  "Ⅳ",       "²", "１",   "٣",    "+",  "(",    ")",  "e",   "IV", "th", "er",     "º",
                          "@a", "http://", "😀", "km/h", "00",   "12", "T",    "pm", "Uhr", "个", "点", "\u0967"};
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same texts each time
  std::uniform_int_distribution<std::size_t> piece(0, std::size(pieces) - 1);
  for (int i = 0; i < 400; ++i) {
    std::string text;
    for (std::size_t k = piece(random) % 12; k < 14; ++k) text += pieces[piece(random)];
    const auto said = form().say(text);
    ASSERT_FALSE(holds_figures(said)) << text << " is said as " << said;
  }
}

TEST_P(Shipped, LeavesWordsAsTheyAre) {
  for (const std::string text : {"Hello there.", "¿Qué tal?", "卧室的灯开了。", "Übermäßig naïve café."}) {
    EXPECT_EQ(form().say(text), text);
  }
}

TEST_P(Shipped, SaysALongTextOfNumbersInReasonableTime) {
  std::string text;
  while (text.size() < 5'000) text += "1,1.1-1:1 ";
  EXPECT_FALSE(form().say(text).empty());
}

INSTANTIATE_TEST_SUITE_P(Languages, Shipped, testing::ValuesIn(shipped), [](const auto& one) {
  std::string name = one.param;
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  return name;
});

TEST(SpokenForm, SaysNumbersOfALanguageThatHasNoTables) {
  EXPECT_EQ(SpokenForm::load({}, "it").say("21 gradi"), "ventuno gradi");
}

TEST(SpokenForm, DropsPicturesAndKeepsTheSentence) {
  EXPECT_EQ(form_of("en").say("All 👨‍👩‍👧 is well 👍🏽 🇩🇪!"), "All is well!");
}

TEST(SpokenForm, TakesTextThatIsNotUtf8) { EXPECT_EQ(form_of("en").say("\xFF 5"), "five"); }

TEST(SpokenForm, IgnoresAKindThatNobodyKnows) { EXPECT_EQ(form_of("en").say("5", "shoe-size"), "five"); }

TEST(SpokenForm, LetsAUsersFileComeBeforeOurs) {
  const SentenceFile files[] = {
      {"ours.yaml", "language: en\nwords: {TV: T V}\nrules: [{match: '(<word>)', say: '{1}'}]"},
      {"mine.yaml", "language: en\nwords: {TV: telly}\nrules: [{match: 'lamp', say: 'light'}]"}};
  const auto form = SpokenForm::parse(files, "en");
  EXPECT_EQ(form.say("TV lamp"), "telly light");
}

TEST(SpokenForm, AgreesUnitsWithTheirNumbers) {
  const auto form = parse(R"(
language: de
number: {forms: {default: spellout-numbering, feminine: spellout-cardinal-feminine}}
units: {h: {one: Stunde, other: Stunden, form: feminine}, "%": "von hundert {}"}
rules: [{match: '(\d+) ?(<unit>)', say: '{unit 1 2}'}])",
                          "de");
  ASSERT_TRUE(form.problems().empty()) << to_string(form.problems().front());
  EXPECT_EQ(form.say("1 h, 2 h, 3%"), "eine Stunde, zwei Stunden, von hundert drei");
}

TEST(SpokenForm, LeavesOutOfATemplateWhatDidNotMatch) {
  const auto form = parse("language: en\nrules: [{match: '(a)(b)?', say: 'x[ and {2}]'}]");
  EXPECT_EQ(form.say("ab. a."), "x and b. x.");
}

TEST(SpokenForm, EndsWithARuleThatMatchesNothing) {
  EXPECT_EQ(parse("language: en\nrules: [{match: 'z*', say: ''}]").say("ab 5"), "ab five");
}

TEST(SpokenForm, EndsWithARuleThatCallsItself) {
  EXPECT_EQ(parse("language: en\nrules: [{match: '(.+)', say: '{say 1}!'}]").say("a"), "a!!!!");
}

TEST(SpokenForm, GivesUpAPatternThatTakesTooLong) {
  const auto form = parse("language: en\nrules: [{match: '(a+a+)+b', say: 'x'}]");
  EXPECT_EQ(form.say(std::string(200, 'a') + " 5"), std::string(200, 'a') + " five");
}

std::string problem_of(const std::string& yaml) {
  const auto form = parse(yaml);
  return form.problems().empty() ? "none" : form.problems().front().reason;
}

TEST(SpokenForm, NamesWhatIsWrongInAFile) {
  EXPECT_EQ(problem_of("language: de"), "'language: en' is missing");
  EXPECT_EQ(problem_of("language: en\nrules: [{match: '('}]"),
            "rules, the 1.: a rule has 'match' and 'say', both texts");
  EXPECT_EQ(problem_of("language: en\nrules: [{match: '(', say: x}]"),
            "rules, the 1.: '(' is no pattern: U_REGEX_MISMATCHED_PAREN at character 1");
  EXPECT_EQ(problem_of("language: en\nrules: [{match: 'a', say: '{n 1}'}]"),
            "rules, the 1.: 'say' uses group 1, 'match' has fewer");
  EXPECT_EQ(problem_of("language: en\nrules: [{match: '(a)', say: '{shout 1}'}]"),
            "rules, the 1.: '{shout 1}' is nothing that a template knows");
  EXPECT_EQ(problem_of("language: en\nrules: [{match: 'a', say: 'x['}]"), "rules, the 1.: a '[' is not closed");
  EXPECT_EQ(problem_of("language: en\ndefine: {a: '<a>'}\nrules: [{match: '<a>', say: x}]"),
            "rules, the 1.: its definitions use each other without end");
  EXPECT_EQ(problem_of("language: en\nunits: {h: {one: hour}}"),
            "units: 'h' does not say how others than one are called");
  EXPECT_EQ(problem_of("language: en\nnumber: {forms: {default: spellout-nothing}}"),
            "number: forms: ICU has no rules '%spellout-nothing'");
  EXPECT_EQ(problem_of("language: en\nmonths: [January]"), "months: a year has twelve");
}

TEST(SentencesOf, CutsWhereALanguageEndsASentence) {
  EXPECT_EQ(sentences_of("The lamp is on. Is it? Yes!", "en"),
            (std::vector<std::string>{"The lamp is on.", "Is it?", "Yes!"}));
  EXPECT_EQ(sentences_of("灯开了。还要吗？", "zh-CN"), (std::vector<std::string>{"灯开了。", "还要吗？"}));
}

TEST(SentencesOf, GivesNothingForNothing) { EXPECT_TRUE(sentences_of("  \n ", "en").empty()); }

}  // namespace
}  // namespace entente::language
