// SPDX-License-Identifier: GPL-3.0-or-later
// Our own sentences against sentences/LANG/tests/*.yaml: what people say, and what it must mean.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"
#include "services/language/language.h"

namespace entente::language {
namespace {

using Meaning = std::map<std::string, std::string>;

std::string shown(const Meaning& meaning) {
  std::string text;
  for (const auto& [key, value] : meaning) text += key + "=" + value + " ";
  return text.empty() ? "not understood" : text;
}

Yaml loaded(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  auto yaml = bytes ? Yaml::parse(*bytes, file.string()) : bytes.error();
  if (!yaml) ADD_FAILURE() << yaml.error().message;
  return yaml ? *std::move(yaml) : Yaml();
}

Meaning meaning_of(const Yaml& node) {
  Meaning meaning;
  if (node.is_map()) {
    for (const auto& entry : node.members()) meaning[entry.name] = entry.value.text();
  }
  return meaning;
}

// The speaker's room, and what was said before.
Context context_of(const Yaml& corpus) {
  Context context{{"area", corpus["here"].text()}};
  for (const auto& entry : corpus["context"].members()) context[entry.name] = entry.value.text();
  return context;
}

Meaning understood(const Grammar& grammar, const std::string& sentence, const Context& context) {
  Meaning meaning;
  const auto result = grammar.understand(sentence, context);
  if (!result.ok()) return meaning;
  meaning["intent"] = result->best.name;
  for (const auto& slot : result->best.slots) meaning[slot.name] = model::to_text(slot.value);
  return meaning;
}

// What is no sentence is not nearly one either.
void expect_not_nearly(const Grammar& grammar, const std::string& sentence, const Context& context) {
  const Hypothesis heard{sentence, 0};
  const auto near = grammar.understand_tolerantly({&heard, 1}, context);
  EXPECT_FALSE(near.ok()) << sentence << " was taken for " << near->best.name;
}

Lists lists_of(const Yaml& home) {
  Lists lists;
  for (const auto& area : home["areas"].items()) lists["area"].push_back({area.text(), area.text(), {}});
  for (const auto& device : home["names"].items()) {
    const auto name = device["name"].text();
    lists["name"].push_back({name, name, {{"domain", device["domain"].text()}, {"area", device["area"].text()}}});
  }
  return lists;
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, MeansWhatItSays) {
  const std::filesystem::path folder = std::filesystem::path("sentences") / GetParam();
  const auto set = SentenceSet::load({&folder, 1}, GetParam());
  for (const auto& problem : set.problems()) ADD_FAILURE() << to_string(problem);
  const auto files = list_files(folder / "tests", ".yaml");
  ASSERT_TRUE(files.ok() && !files->empty());
  for (const auto& file : *files) {
    const auto corpus = loaded(file);
    const auto grammar = Grammar::compile(set, lists_of(corpus["home"]));
    ASSERT_TRUE(grammar.ok());
    const auto context = context_of(corpus);
    for (const auto& entry : corpus["tests"].members()) {
      const auto sentence = entry.name;
      if (!entry.value.is_map()) expect_not_nearly(**grammar, sentence, context);
      const auto read = understood(**grammar, sentence, context);
      EXPECT_EQ(shown(read), shown(meaning_of(entry.value))) << file << ": " << sentence;
    }
  }
}

// All files of a language share their rules: a second one of the same name would silently replace the first.
TEST_P(Corpus, DefinesEachRuleOnce) {
  const auto files = list_files(std::filesystem::path("sentences") / GetParam(), ".yaml");
  ASSERT_TRUE(files.ok());
  std::map<std::string, std::string> defined_in;
  for (const auto& file : *files) {
    const Yaml yaml = loaded(file);
    for (const auto& rule : yaml["expansion_rules"].members()) {
      const auto [first, added] = defined_in.emplace(rule.name, file.filename().string());
      EXPECT_TRUE(added) << "<" << rule.name << "> of " << file << " stands in " << first->second << " too";
    }
  }
}

// Each response that a block names must exist, and render with the variables that the README promises.
TEST_P(Corpus, HasAReplyForEveryBlock) {
  const std::filesystem::path folder = std::filesystem::path("sentences") / GetParam();
  const auto set = SentenceSet::load({&folder, 1}, GetParam());
  const Json variables = {{"name", "lamp"},
                          {"area", "hall"},
                          {"value", 5},
                          {"unit", "%"},
                          {"state", "on"},
                          {"count", 2},
                          {"names", {"a", "b"}},
                          {"yes", true},
                          {"time", "4"},
                          {"date", "5"},
                          {"measure", "battery"},
                          {"heard", "x"},
                          {"low", 1},
                          {"high", 9},
                          {"done", 1},
                          {"failed", 1},
                          {"reason", "why"},
                          {"kind", "light"},
                          {"slots", Json::object()}};
  const auto files = list_files(folder, ".yaml");
  ASSERT_TRUE(files.ok());
  for (const auto& file : *files) {
    const auto yaml = loaded(file);
    for (const auto& intent : yaml["intents"].members()) {
      for (const auto& block : intent.value["data"].items()) {
        const auto key = !block["response"].missing() ? block["response"].text() : "default";
        const auto reply = set.responses().render(intent.name, key, variables);
        EXPECT_TRUE(reply.ok()) << file << ": " << (reply.ok() ? "" : reply.error().message);
      }
    }
  }
  for (const auto* key : {"not_understood",
                          "not_understood_heard",
                          "nothing_heard",
                          "no_device",
                          "no_area",
                          "no_device_in_area",
                          "no_device_of_kind",
                          "duplicate_names",
                          "cannot",
                          "cannot_in_area",
                          "out_of_range",
                          "unreachable",
                          "token_wrong",
                          "refused",
                          "partly",
                          "unknown_state",
                          "no_value",
                          "no_value_in_area",
                          "no_skill",
                          "busy",
                          "failed"}) {
    EXPECT_TRUE(set.responses().render_error(key, variables).ok()) << key;
  }
}

// A skill may choose any of the replies that English has.
TEST_P(Corpus, HasTheRepliesThatEnglishHas) {
  const std::filesystem::path folder = std::filesystem::path("sentences") / GetParam();
  const auto set = SentenceSet::load({&folder, 1}, GetParam());
  const auto files = list_files("sentences/en", ".yaml");
  ASSERT_TRUE(files.ok());
  for (const auto& file : *files) {
    const auto replies = loaded(file)["responses"];
    for (const auto& intent : replies["intents"].members()) {
      for (const auto& reply : intent.value.members()) {
        const auto name = intent.name, key = reply.name;
        EXPECT_TRUE(set.responses().has(name, key)) << name << "/" << key;
      }
    }
    for (const auto& refusal : replies["errors"].members()) {
      EXPECT_TRUE(set.responses().has_error(refusal.name)) << refusal.name;
    }
  }
}

// Every language that we ship: a folder of sentences/ that has tests.
std::vector<std::string> languages() {
  std::vector<std::string> found;
  std::error_code ignored;
  for (std::filesystem::directory_iterator at("sentences", ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    if (std::filesystem::is_directory(at->path() / "tests")) found.push_back(at->path().filename().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

INSTANTIATE_TEST_SUITE_P(Ours, Corpus, testing::ValuesIn(languages()), [](const auto& named) {
  auto name = named.param;  // test names have no hyphens
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace entente::language
