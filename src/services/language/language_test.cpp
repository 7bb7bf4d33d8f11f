// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/language.h"

#include <gtest/gtest.h>

#include <array>

#include "base/json.h"

namespace entente::language {
namespace {

using model::Value;

// A language of one intent "I" with these sentences, and whatever else the YAML says.
std::string yaml_of(std::initializer_list<std::string> sentences, const std::string& more = {}) {
  std::string yaml = "intents:\n  I:\n    data:\n      - sentences:\n";
  for (const auto& sentence : sentences) yaml += "          - " + to_text(Json(sentence)) + "\n";
  return yaml + more;
}

SentenceSet parse(const std::string& yaml, std::string_view language = "en") {
  const std::array<SentenceFile, 1> files{SentenceFile{"test.yaml", yaml}};
  return SentenceSet::parse(files, language, 1);
}

std::shared_ptr<const Grammar> compile(const SentenceSet& set, const Lists& lists = {}) {
  auto made = Grammar::compile(set, lists);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? *made : nullptr;
}
std::shared_ptr<const Grammar> grammar(const std::string& yaml, const Lists& lists = {},
                                       std::string_view language = "en") {
  const auto set = parse(yaml, language);
  for (const auto& problem : set.problems()) ADD_FAILURE() << to_string(problem);
  return compile(set, lists);
}

std::string shown(const model::Intent& intent) {
  std::string text = intent.name;
  for (const auto& slot : intent.slots) text += fmt::format(" {}={}", slot.name, model::to_text(slot.value));
  return text;
}
// "Intent slot=value …", or the error's code.
std::string said(const Grammar& grammar, std::string_view text, const Context& context = {}) {
  const auto understood = grammar.understand(text, context);
  return understood.ok() ? shown(understood->best) : to_string(understood.error().code);
}

const Lists devices = {
    {"name",
     {{"kitchen light", std::string("k1"), {{"domain", std::string("light")}, {"area", std::string("kitchen")}}},
      {"lamp", std::string("l1"), {{"domain", std::string("light")}, {"area", std::string("bedroom")}}},
      {"lamp", std::string("l2"), {{"domain", std::string("light")}, {"area", std::string("hall")}}},
      {"fan", std::string("f1"), {{"domain", std::string("fan")}, {"area", std::string("bedroom")}}},
      {"TV", std::string("t1"), {{"domain", std::string("switch")}}},
      {"A.C.", std::string("a1"), {{"domain", std::string("fan")}}},
      {"lamp 2", std::string("l3"), {{"domain", std::string("light")}}}}},
    {"area", {{"kitchen", std::string("kitchen"), {}}, {"hall", std::string("hall"), {}}}},
};

// ---- syntax

struct Case {
  std::string sentence;
  std::vector<std::string> yes, no;
};

TEST(Sentences, EverySyntaxElementMatchesWhatItShould) {
  const std::string more =
      "lists:\n  colour: {values: [red, {in: '(dark|deep) blue', out: navy}]}\n  any: {wildcard: true}\n"
      "expansion_rules: {the: '[the|my]', nested: '<the> big'}\n";
  const Case table[] = {
      {"turn on the light",
       {"turn on the light", "Turn ON  the light!", "turn-on the_light"},
       {"turnon the light", "turn on", "turn on the light now"}},
      {"light[s]", {"light", "lights"}, {"light s", "lightss"}},
      {"turn(s|ed) on", {"turns on", "turned on"}, {"turn on", "turn ed on"}},
      {"[please] go", {"go", "please go"}, {"please"}},
      {"a [b|c] d", {"a d", "a b d", "a c d"}, {"a b c d"}},
      {"(x|) y", {"y", "x y"}, {"x"}},
      {"(a;b;c)", {"a b c", "c a b", "b c a"}, {"a b", "a a b", "abc"}},
      {"set ([big];[red]) cup", {"set cup", "set big cup", "set red big cup", "set big red cup"}, {"set big big cup"}},
      {"<nested> cup", {"big cup", "my big cup"}, {"your big cup"}},
      {"[[very] very] good", {"good", "very good", "very very good"}, {"very very very good"}},
      {"{colour} cup", {"red cup", "deep blue cup"}, {"blue cup", "cup"}},
      {"{colour}s", {"reds", "dark blues"}, {"red s x", "s"}},
      {"l'{colour}", {"l'red", "l'dark blue"}, {"lred x"}},
      {"{0..100:n}%", {"50%", "50 %", "fifty %"}, {"101%", "%"}},
      {"{0..100:n} percent",
       {"50 percent", "fifty five percent", "fifty-five percent", "one hundred percent"},
       {"-5 percent", "50.5 percent"}},
      {"{10..50,10:n} x", {"10 x", "fifty x"}, {"15 x", "five x"}},
      {"set wi[-]fi", {"set wifi", "set wi-fi", "set wi fi"}, {"set wi"}},
      {"say {any}", {"say hello", "say hello big world"}, {"say"}},
      {"say {any} now", {"say a now", "say a b now", "say now now"}, {"say now"}},
      {"\\(a\\)", {"a", "(a)"}, {"b"}},
      {"what's up", {"what's up?", "what’s up"}, {"what up"}},
      {"lamp 2 on", {"lamp 2 on", "lamp two on", "lamp2 on"}, {"lamp on"}},
      {"TV on", {"tv on", "t v on", "TV on"}, {"v on"}},
      {"the A.C. on", {"the A.C. on", "the AC on", "the a c on"}, {"the a on"}},
  };
  for (const auto& one : table) {
    const auto made = grammar(yaml_of({one.sentence}, more));
    for (const auto& text : one.yes) EXPECT_TRUE(made->understand(text).ok()) << one.sentence << " ← " << text;
    for (const auto& text : one.no) EXPECT_FALSE(made->understand(text).ok()) << one.sentence << " ↚ " << text;
  }
}

TEST(Sentences, ListsGiveTheirValues) {
  const auto made = grammar(yaml_of({"{colour:paint} {@size} cup"},
                                    "lists:\n  colour: {values: [Red, {in: '(dark|deep) blue', out: 7}, '[a] green']}\n"
                                    "  size: {values: [big, small]}\n"));
  EXPECT_EQ(said(*made, "red big cup"), "I paint=Red");
  EXPECT_EQ(said(*made, "deep blue big cup"), "I paint=7");
  EXPECT_EQ(said(*made, "A Green big cup"), "I paint=A Green");
  const auto understood = made->understand("red small cup");
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(understood->best.context.at("size"), Value(std::string("small")));
  EXPECT_EQ(understood->best.slots[0].text, "red");
}

TEST(Sentences, NumbersAreTyped) {
  const auto made = grammar(yaml_of({"{a} degrees", "minus {b} degrees", "kelvin {c}"},
                                    "lists:\n  a: {range: {from: 0, to: 100, fractions: halves}}\n"
                                    "  b: {range: {from: 1, to: 20, multiplier: -1}}\n"
                                    "  c: {range: {from: 1000, to: 9000, step: 100}}\n"));
  const auto value = [&](std::string_view text) {
    const auto understood = made->understand(text);
    return understood.ok() ? understood->best.slots.at(0).value : Value();
  };
  EXPECT_EQ(value("21 degrees"), Value(std::int64_t{21}));
  EXPECT_EQ(value("twenty one degrees"), Value(std::int64_t{21}));
  EXPECT_EQ(value("21.5 degrees"), Value(21.5));
  EXPECT_EQ(value("21,5 degrees"), Value(21.5));
  EXPECT_EQ(value("twenty one point five degrees"), Value(21.5));
  EXPECT_EQ(value("21.4 degrees"), Value());
  EXPECT_EQ(value("minus five degrees"), Value(std::int64_t{-5}));
  EXPECT_EQ(value("kelvin 2,700"), Value(std::int64_t{2700}));
  EXPECT_EQ(value("kelvin twenty seven hundred"), Value(std::int64_t{2700}));
  EXPECT_EQ(value("kelvin 2750"), Value());
}

TEST(Sentences, OtherLanguagesHaveTheirNumberWords) {
  EXPECT_EQ(said(*grammar(yaml_of({"auf {0..100:n} Prozent"}), {}, "de"), "auf einundzwanzig Prozent"), "I n=21");
  EXPECT_EQ(said(*grammar(yaml_of({"à {0..100:n} pour cent"}), {}, "fr"), "à quatre-vingt-un pour cent"), "I n=81");
  EXPECT_EQ(said(*grammar(yaml_of({"调到百分之{0..100:n}"}), {}, "zh-CN"), "调到百分之五十"), "I n=50");
  EXPECT_EQ(said(*grammar(yaml_of({"{2..9:n}stündig"}), {}, "de"), "zweistündig"), "I n=2");
  EXPECT_EQ(said(*grammar(yaml_of({"{2..9:n}-stündig"}), {}, "de"), "2-stündig"), "I n=2");
}

TEST(Sentences, IgnoreWhitespaceMatchesWithAndWithoutSpaces) {
  const auto made =
      grammar("settings: {ignore_whitespace: true}\n" + yaml_of({"打开{name}"}),
              {{"name", {{"Desk Lamp", std::string("d1"), {}}, {"台灯", std::string("t1"), {}}}}}, "zh-CN");
  for (const std::string text : {"打开Desk Lamp", "打开 desklamp", "打 开desk lamp。"}) {
    EXPECT_EQ(said(*made, text), "I name=d1") << text;
  }
  EXPECT_EQ(said(*made, "打开台灯"), "I name=t1");
}

TEST(Sentences, UserNamesAreFoundHoweverTheyAreSaid) {
  const auto made = grammar(yaml_of({"turn on [the] {name}", "what's [the] {name}'s state"}), devices);
  EXPECT_EQ(said(*made, "turn on the tv"), "I name=t1");
  EXPECT_EQ(said(*made, "turn on the t v"), "I name=t1");
  EXPECT_EQ(said(*made, "turn on the AC"), "I name=a1");
  EXPECT_EQ(said(*made, "turn on lamp two"), "I name=l3");
  EXPECT_EQ(said(*made, "what's the kitchen light's state"), "I name=k1");
}

TEST(Sentences, ANameThatIsABadTemplateIsTakenAsItIs) {
  const Lists odd = {
      {"name", {{"lamp (old", std::string("x"), {}}, {"", std::string("y"), {}}, {"fan", std::string("z"), {}}}}};
  const auto made = grammar(yaml_of({"turn on {name}"}), odd);
  EXPECT_EQ(said(*made, "turn on lamp old"), "I name=x");
  EXPECT_EQ(said(*made, "turn on fan"), "I name=z");
  EXPECT_EQ(made->problems().size(), 1U);
}

// ---- context

const std::string blocks = R"(
intents:
  On:
    data:
      - sentences: ["turn on [the] {name}"]
        requires_context: {domain: light}
        slots: {kind: light}
        response: light
        metadata: {weight: 3}
      - sentences: ["turn on [the] {name}"]
        requires_context: {domain: [fan, switch]}
        response: other
      - sentences: ["turn on the lights"]
        requires_context: {area: {slot: true}}
      - sentences: ["clean up"]
        requires_context: {area: {value: kitchen, slot: room}}
      - sentences: ["start {name}"]
        excludes_context: {domain: light}
)";

TEST(ContextRules, ChooseTheBlockByTheValueOfTheList) {
  const auto made = grammar(blocks, devices);
  const auto light = made->understand("turn on the kitchen light");
  ASSERT_TRUE(light.ok());
  EXPECT_EQ(shown(light->best), "On name=k1 kind=light");
  EXPECT_EQ(light->best.response, "light");
  EXPECT_EQ(light->best.metadata.at("weight"), Value(std::int64_t{3}));
  EXPECT_EQ(light->best.context.at("area"), Value(std::string("kitchen")));
  const auto fan = made->understand("turn on the fan");
  ASSERT_TRUE(fan.ok());
  EXPECT_EQ(fan->best.response, "other");
}
TEST(ContextRules, CopyTheContextIntoSlots) {
  const auto made = grammar(blocks, devices);
  EXPECT_EQ(said(*made, "turn on the lights", {{"area", std::string("hall")}}), "On area=hall");
  EXPECT_EQ(said(*made, "turn on the lights"), "not_found");
  EXPECT_EQ(said(*made, "clean up", {{"area", std::string("kitchen")}}), "On room=kitchen");
  EXPECT_EQ(said(*made, "clean up", {{"area", std::string("hall")}}), "not_found");
}
TEST(ContextRules, ExcludeValues) {
  const auto made = grammar(blocks, devices);
  EXPECT_EQ(said(*made, "start fan"), "On name=f1");
  EXPECT_EQ(said(*made, "start lamp"), "not_found");
}
TEST(ContextRules, PreferTheSpeakersRoomAmongEqualNames) {
  const auto made = grammar(blocks, devices);
  EXPECT_EQ(said(*made, "turn on the lamp", {{"area", std::string("hall")}}), "On name=l2 kind=light");
  const auto anywhere = made->understand("turn on the lamp");
  ASSERT_TRUE(anywhere.ok());
  EXPECT_EQ(shown(anywhere->best), "On name=l1 kind=light");
  ASSERT_EQ(anywhere->alternatives.size(), 1U);
  EXPECT_EQ(shown(anywhere->alternatives[0]), "On name=l2 kind=light");
}

TEST(Blocks, RequiredKeywordsMustBeInTheText) {
  const auto made = grammar(
      "intents: {I: {data: [{sentences: ['{x}'], required_keywords: [lamp, big fan]}]}}\nlists: {x: {wildcard: true}}");
  EXPECT_EQ(said(*made, "the LAMP there"), "I x=the LAMP there");
  EXPECT_EQ(said(*made, "a big fan"), "I x=a big fan");
  EXPECT_EQ(said(*made, "a fan"), "not_found");
}
TEST(Blocks, LocalListsAndRulesComeBeforeGlobalOnes) {
  const auto made = grammar(R"(
intents:
  A: {data: [{sentences: ["<go> {x}"], lists: {x: {values: [one]}}, expansion_rules: {go: walk}}]}
  B: {data: [{sentences: ["<go> {x}"]}]}
lists: {x: {values: [two]}}
expansion_rules: {go: run}
)");
  EXPECT_EQ(said(*made, "walk one"), "A x=one");
  EXPECT_EQ(said(*made, "run two"), "B x=two");
  EXPECT_EQ(said(*made, "run one"), "not_found");
  EXPECT_EQ(said(*made, "walk two"), "not_found");
}

// ---- skip words and ranking

TEST(SkipWords, AreLeftOutAnywhereLongestFirst) {
  const auto made = grammar(yaml_of({"turn on the light"}, "skip_words: [could you, could you please, for me]\n"));
  EXPECT_EQ(said(*made, "Could you please turn on the light for me?"), "I");
  EXPECT_EQ(said(*made, "turn on could you the light"), "I");
  EXPECT_EQ(said(*made, "could you"), "not_found");
}
TEST(SkipWords, StayWhereTheSentenceItselfHasThem) {
  const auto made = grammar(yaml_of({"say please"}, "skip_words: [please]\n"));
  EXPECT_EQ(said(*made, "say please"), "I");
}
TEST(SkipWords, StayInWildcardsAtTheSameEnd) {
  const auto made =
      grammar(yaml_of({"play {song}", "{song} again"}, "lists: {song: {wildcard: true}}\nskip_words: [please]\n"));
  EXPECT_EQ(said(*made, "please play let it be"), "I song=let it be");
  EXPECT_EQ(said(*made, "play please please me"), "I song=please please me");
  EXPECT_EQ(said(*made, "please me again please"), "I song=please me");
}

TEST(Ranking, ANameBeatsAnArea) {
  const auto made = grammar(
      "intents:\n  Area: {data: [{sentences: ['turn on [the] {area} light']}]}\n"
      "  Name: {data: [{sentences: ['turn on [the] {name}']}]}\n",
      devices);
  EXPECT_EQ(said(*made, "turn on the kitchen light"), "Name name=k1");
  EXPECT_EQ(said(*made, "turn on the hall light"), "Area area=hall");
}
TEST(Ranking, FewerWildcardsWin) {
  const auto made = grammar(yaml_of({"play {song} by {artist}", "play {song}"},
                                    "lists: {song: {wildcard: true}, artist: {wildcard: true}}\n"));
  EXPECT_EQ(said(*made, "play yesterday by the beatles"), "I song=yesterday by the beatles");
}
TEST(Ranking, MoreLiteralTextWins) {
  const auto made = grammar(
      "intents:\n  A: {data: [{sentences: ['play {song}']}]}\n  B: {data: [{sentences: ['play the song {song}']}]}\n"
      "lists: {song: {wildcard: true}}\n");
  EXPECT_EQ(said(*made, "play the song help"), "B song=help");
}
TEST(Ranking, TheLongerNameWins) {
  const auto made = grammar(yaml_of({"turn on {name} [kitchen light]"}),
                            {{"name", {{"lamp", std::string("a"), {}}, {"lamp kitchen light", std::string("b"), {}}}}});
  EXPECT_EQ(said(*made, "turn on lamp kitchen light"), "I name=b");
}
TEST(Ranking, TheUsersSentencesWin) {
  const std::array<SentenceFile, 2> files{
      SentenceFile{"ours.yaml", "intents: {Ours: {data: [{sentences: ['turn on {name}']}]}}"},
      SentenceFile{"users.yaml",
                   "intents: {Mine: {data: [{sentences: ['turn on {x}']}]}}\n"
                   "lists: {x: {wildcard: true}}"}};
  const auto made = compile(SentenceSet::parse(files, "en", 1), devices);
  EXPECT_EQ(said(*made, "turn on lamp"), "Mine x=lamp");
}
TEST(Ranking, ThenTheOrderOfTheFiles) {
  const auto made = grammar("intents:\n  A: {data: [{sentences: ['go']}]}\n  B: {data: [{sentences: ['go']}]}\n");
  const auto understood = made->understand("go");
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(understood->best.name, "A");
  ASSERT_EQ(understood->alternatives.size(), 1U);
  EXPECT_EQ(understood->alternatives[0].name, "B");
}

// ---- bad input

TEST(BadText, GivesAClearError) {
  const auto made = grammar(yaml_of({"go {x}"}, "lists: {x: {wildcard: true}}\n"));
  const auto message = [&](const std::string& text) { return made->understand(text).error().message; };
  EXPECT_EQ(message("fly away"), "did not understand 'fly away'");
  EXPECT_EQ(message("\xFF\xFE"), "the sentence is not UTF-8 text");
  EXPECT_EQ(message(" ?! "), "there are no words in the text");
  EXPECT_EQ(message(""), "there are no words in the text");
  EXPECT_EQ(message(std::string(1'000'000, 'a')), "a sentence of 1000000 bytes; 1000 characters are the limit");
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a ";
  EXPECT_EQ(message(many), "300 words; 200 are the limit");
}
TEST(BadText, ManyWildcardsStayBounded) {
  const auto made = grammar(yaml_of({"{a} {b} {c} {d} {e}", "{a} x {b} x {c} x {d}"},
                                    "lists: {a: {wildcard: true}, b: {wildcard: true}, c: {wildcard: true}, d: "
                                    "{wildcard: true}, e: {wildcard: true}}\n"));
  std::string text = "x";
  for (int i = 1; i < 200; ++i) text += " x";
  EXPECT_TRUE(made->understand(text).ok());
}

TEST(BadFiles, AreNamedWithLineAndReasonAndTheRestGoesOn) {
  const auto set = parse(R"(
language: en
intents:
  Good:
    data:
      - sentences: ["hello there"]
  Bad:
    data:
      - sentences:
          - "turn (on"
          - "use <nothing>"
          - "fine"
      - response: none
  Worse: 7
lists:
  empty: {}
  back: {range: {from: 9, to: 1}}
nonsense: 1
)");
  std::vector<std::string> problems;
  for (const auto& problem : set.problems()) problems.push_back(to_string(problem));
  const std::vector<std::string> expected{
      "test.yaml:13: a block of Bad has no sentences",
      "test.yaml:14: the intent Worse needs a list 'data'",
      "test.yaml:16: the list {empty} needs values, range, or true for wildcard, time, date or duration",
      "test.yaml:17: the range {back} has nothing in it: 9 to 1 by 1",
      "test.yaml:18: 'nonsense' is not known; a file has language, settings, intents, lists, expansion_rules, "
      "skip_words, talk and responses",
      "test.yaml:10: 'turn (on': at character 6: '(' is never closed",
      "test.yaml:11: 'use <nothing>': there is no rule <nothing>",
  };
  EXPECT_EQ(problems, expected);
  EXPECT_EQ(set.sentence_count(), 2U);
  EXPECT_EQ(said(*compile(set), "hello there"), "Good");
}
TEST(BadFiles, ThatAreNoYamlAreNamedWithTheirLine) {
  const auto set = parse("intents:\n  A: [1, 2\nlists: }\n");
  ASSERT_EQ(set.problems().size(), 1U);
  EXPECT_EQ(set.problems()[0].line, 3);
  EXPECT_EQ(set.problems()[0].reason.substr(0, 9), "not YAML:");
}
TEST(BadFiles, MissingPathsAreProblems) {
  const std::array<std::filesystem::path, 1> paths{"/nowhere/at/all.yaml"};
  const auto set = SentenceSet::load(paths, "en");
  ASSERT_EQ(set.problems().size(), 1U);
  EXPECT_EQ(set.problems()[0].file, "/nowhere/at/all.yaml");
}
TEST(BadTemplates, ThatExplodeAreRefused) {
  std::string doubled = "expansion_rules:\n  r0: '(a|b|c d)'\n";
  for (int i = 1; i < 30; ++i) doubled += fmt::format("  r{}: '<r{}> <r{}>'\n", i, i - 1, i - 1);
  const std::pair<std::string, std::string> table[] = {
      {yaml_of({"<r29>"}, doubled), "too many combinations"},
      {yaml_of({"(a;b;c;d;e;f;g;h;i;j)"}), "a permutation of 10 items; 7 are the limit"},
      {yaml_of({"<a>"}, "expansion_rules: {a: 'x <b>', b: '<a>'}\n"), "contains itself"},
      {yaml_of({"[a][b][c][d][e][f][g][h][i][j][k][l][m][n][o][p]"}), "too many combinations"},
  };
  for (const auto& [yaml, reason] : table) {
    const auto set = parse(yaml);
    ASSERT_EQ(set.problems().size(), 1U) << reason;
    EXPECT_NE(set.problems()[0].reason.find(reason), std::string::npos) << set.problems()[0].reason;
  }
}
TEST(Grammars, WithoutSentencesAreAnError) { EXPECT_FALSE(Grammar::compile(parse(""), {}).ok()); }
TEST(Grammars, NameListsThatNothingFills) {
  const auto made = compile(parse(yaml_of({"go {there}", "stop"})));
  ASSERT_EQ(made->problems().size(), 1U);
  EXPECT_EQ(made->problems()[0].reason, "sentences use the list {there}, but nothing says what is in it");
  EXPECT_EQ(said(*made, "stop"), "I");
}
TEST(Grammars, HoldAThousandDevices) {
  Lists lists;
  for (int i = 0; i < 1000; ++i) lists["name"].push_back({fmt::format("room {} lamp", i), std::int64_t{i}, {}});
  const auto made = grammar(yaml_of({"turn on [the] {name}"}), lists);
  EXPECT_EQ(said(*made, "turn on the room 777 lamp"), "I name=777");
  EXPECT_EQ(said(*made, "turn on room nine hundred ninety nine lamp"), "I name=999");
}

// ---- replies

TEST(Replies, AreRenderedByIntentAndKey) {
  const auto set = parse(R"(
responses:
  errors: {no_device: "no {{ name }}"}
  intents:
    I:
      default: ["one {{ name }}", "two {{ name }}"]
      bad: "{{ oh"
)");
  const auto& replies = set.responses();
  const Json variables = {{"name", "lamp"}};
  EXPECT_EQ(replies.render("I", "default", variables, 0).value_or(""), "one lamp");
  EXPECT_EQ(replies.render("I", "default", variables, 1).value_or(""), "two lamp");
  EXPECT_EQ(replies.render_error("no_device", variables).value_or(""), "no lamp");
  EXPECT_FALSE(replies.has("I", "bad"));
  EXPECT_EQ(replies.render("I", "bad", variables).error().message, "there is no reply I/bad");
  EXPECT_EQ(replies.render("I", "default", Json::object()).error().message,
            "the reply I/default: line 1: 'name' is not known");
  ASSERT_EQ(set.problems().size(), 1U);
  EXPECT_EQ(to_string(set.problems()[0]), "test.yaml:7: the reply I/bad: line 1: '{{' is never closed");
}

// ---- words written as one

TEST(Compounds, AreReadAsTwoKnownWords) {
  const auto made = grammar(yaml_of({"switch off {area} light[s]"}, "lists: {area: {values: [kitchen, bed room]}}\n"));
  EXPECT_EQ(said(*made, "switch off kitchenlights"), "I area=kitchen");
  EXPECT_EQ(said(*made, "switch off bed roomlight"), "I area=bed room");
}

TEST(Compounds, MayHaveMoreThanTwoParts) {
  const auto made = grammar(
      yaml_of({"{area}[의] {thing}[을] 켜줘"}, "lists: {area: {values: [거실]}, thing: {values: [전등]}}\n"), {}, "ko");
  EXPECT_EQ(said(*made, "거실의전등을 켜줘"), "I area=거실 thing=전등");
  EXPECT_EQ(said(*made, "거실의창문을 켜줘"), "not_found");
}

TEST(Compounds, OfUnknownWordsStayUnknown) {
  const auto made = grammar(yaml_of({"switch off {area} light[s]"}, "lists: {area: {values: [kitchen]}}\n"));
  EXPECT_EQ(said(*made, "switch off garagelights"), "not_found");
}

}  // namespace
}  // namespace entente::language
