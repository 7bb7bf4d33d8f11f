// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/repository.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/json.h"
#include "tests/support/temporary_folder.h"

namespace entente::language {
namespace {

class Repository : public testing::Test {
 protected:
  Repository() {
    write("intents.yaml", R"(
HassTurnOn:
  slot_combinations:
    name_only:
      name_domain_groups: {default: [light, switch]}
    domain_only:
      context_area: true
)");
    write("lists/lights.yaml", "lists: {level: {range: {from: 0, to: 100}}}");
    write("rules/en/verbs.yaml", "expansion_rules: {turn: (turn|switch)}");
    write("sentences/en/_common.yaml", "skip_words: [please]");
    write("sentences/en/HassTurnOn/name_only.yaml", R"(
language: en
data:
  - sentences: ["<turn> on [the] {name}"]
    name_domains: default
    response: named
    example: turn on the lamp
  - sentences: ["turn on {name}"]
    name_domains: [cover]
    response: lean
    speech_to_phrase: true
)");
    write("sentences/en/HassTurnOn/domain_only.yaml", R"(
data:
  - sentences: ["<turn> on the lights"]
    inferred_domain: light
    response: all
)");
    write("responses/en/HassTurnOn.yaml", R"(
responses: {intents: {HassTurnOn: {named: "On it", all: "Lights on in {{ slots.area }}"}}}
)");
  }

  void write(const std::string& name, const std::string& yaml) {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << yaml;
  }

  SentenceSet load(std::string_view language = "en") const {
    const auto path = folder_.path();
    return SentenceSet::load({&path, 1}, language);
  }

  static std::shared_ptr<const Grammar> compile(const SentenceSet& set) {
    const Lists lists{{"name", {{"lamp", "light.lamp", {{"domain", "light"}}}, {"blind", {}, {{"domain", "cover"}}}}}};
    return Grammar::compile(set, lists).value();
  }

  test::TemporaryFolder folder_;
};

TEST_F(Repository, IsKnownByItsFiles) {
  EXPECT_TRUE(is_repository(folder_.path()));
  EXPECT_FALSE(is_repository(folder_.path() / "sentences"));
  EXPECT_EQ(languages_in(folder_.path()), std::vector<std::string>{"en"});
}

TEST_F(Repository, GivesSentencesWithRulesCombinationsAndReplies) {
  const auto set = load();
  EXPECT_TRUE(set.problems().empty());
  const auto understood = compile(set)->understand("please switch on the lamp");
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(understood->best.name, "HassTurnOn");
  EXPECT_EQ(model::to_text(understood->best.metadata.at("slot_combination")), "name_only");
  EXPECT_EQ(understood->best.response, "named");
  EXPECT_TRUE(set.responses().has("HassTurnOn", "named"));
}

TEST_F(Repository, LimitsNamesToTheDomainsOfTheGroup) {
  EXPECT_FALSE(compile(load())->understand("turn on blind").ok());
}

TEST_F(Repository, LeavesOutWhatIsOnlyForLeanRecognisers) { EXPECT_EQ(load().sentence_count(), 2U); }

TEST_F(Repository, CopiesTheSpeakersRoomWhereTheCombinationAsksForIt) {
  const auto grammar = compile(load());
  const auto understood = grammar->understand("turn on the lights", {{"area", "Kitchen"}});
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(understood->best.slot_text("area"), "Kitchen");
  EXPECT_EQ(understood->best.slot_text("domain"), "light");
  EXPECT_FALSE(grammar->understand("turn on the lights").ok());
}

TEST_F(Repository, BesideOursKeepsItsOwnRulesAndLists) {
  test::TemporaryFolder ours;
  std::ofstream(ours.path() / "ours.yaml") << R"(
intents: {Ours: {data: [{sentences: ["<turn> it {level}"]}]}}
expansion_rules: {turn: (spin|rotate)}
lists: {level: {values: [slowly]}}
responses: {intents: {HassTurnOn: {named: "Ours"}}}
)";
  const std::filesystem::path paths[] = {ours.path(), folder_.path()};
  const auto set = SentenceSet::load(paths, "en");
  EXPECT_TRUE(set.problems().empty());
  const auto grammar = compile(set);
  EXPECT_TRUE(grammar->understand("spin it slowly").ok());
  EXPECT_FALSE(grammar->understand("switch it slowly").ok());
  EXPECT_TRUE(grammar->understand("switch on lamp").ok());
  EXPECT_EQ(set.responses().render("HassTurnOn", "named", Json::object()).value(), "Ours");
}

TEST_F(Repository, NamesFilesThatBelongToNoCombination) {
  write("sentences/en/HassTurnOn/other.yaml", "data: []");
  const auto set = load();
  ASSERT_EQ(set.problems().size(), 1U);
  EXPECT_EQ(set.problems()[0].reason, "intents.yaml has no slot combination 'other' of HassTurnOn");
}

TEST_F(Repository, SaysWhichLanguageItLacks) {
  const auto set = load("xx");
  ASSERT_EQ(set.problems().size(), 1U);
  EXPECT_EQ(set.problems()[0].reason, "has no sentences in 'xx'");
}

}  // namespace
}  // namespace entente::language
