// SPDX-License-Identifier: GPL-3.0-or-later
// The test files of a repository of sentences (tests/LANG/INTENT/COMBINATION.yaml, or the older tests/LANG/*.yaml with
// _fixtures.yaml) as plain values: little homes, and what sentences must mean in them. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "services/language/language.h"

namespace entente::apps {

struct TestEntity {
  std::string name;  // a template, as in lists
  std::string id;    // "light.kitchen_lamp"
  std::string domain;
  std::string state;        // as Home Assistant calls it: "on"
  std::string shown_state;  // as people are told; empty: the same
  std::string area;         // id of its area, or empty
  Json attributes = Json::object();
  bool exposed = true;
  std::map<std::string, model::Value> context;  // what requires_context may ask
};

struct TestPlace {  // an area or a floor
  std::string name;
  std::string id;
  std::string floor;  // id, of an area
};

struct TestHome {
  std::vector<TestEntity> entities;
  std::vector<TestPlace> areas, floors;
};

// What intents.yaml says of a combination of slots.
struct TestCombination {
  std::string name;
  std::set<std::string> name_domains;      // domains that a {name} may have; empty: no such rule
  std::set<std::string> inferred_domains;  // any of them is right as "domain"
  bool context_area = false;               // "area" is the speaker's room, which tests leave out
};

struct TestCase {
  std::string sentence;
  std::string intent;
  Json slots = Json::object();
  std::optional<std::vector<std::string>> responses;  // any of them; none: not tested
  language::Context context;
  Json timers, media, completed_items;
};

struct TestFile {
  std::filesystem::path path;
  std::optional<TestCombination> combination;  // none in the older layout
  TestHome home;
  std::vector<TestCase> cases;
};

struct TestCorpus {
  std::vector<TestFile> files;
  std::vector<std::string> problems;  // files that could not be read, ready to show
  std::size_t case_count() const;
};

// The area of speakers in test files that name none.
constexpr const char* unnamed_area = "__context_area__";

// An error when the folder has no tests in that language.
Result<TestCorpus> read_corpus(const std::filesystem::path& repository, const std::string& language);

// All homes in one, each name once.
TestHome merged_home(const TestCorpus& corpus);
// Adds devices and areas with names that no test uses, in the language's script.
void furnish(TestHome& home, int devices, const std::string& language);
language::Lists lists_of(const TestHome& home);

}  // namespace entente::apps
