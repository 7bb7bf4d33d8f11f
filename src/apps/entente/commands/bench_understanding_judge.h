// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a sentence was understood and answered as its test says. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "apps/entente/commands/bench_understanding_corpus.h"

namespace entente::apps {

// What a template can ask about when a reply to `intent` is made in this home, as the tests of the repository set it.
Json reply_variables(const model::Intent& intent, const TestFile& file, const TestCase& test);

// The reply with white space collapsed; "" where there is no template for it.
Result<std::string> reply_to(const model::Intent& intent, const TestFile& file, const TestCase& test,
                             const language::Responses& responses);

struct Verdict {
  bool understood = false;
  bool intent = false, combination = false, slots = false, response = false;
  std::string reply;  // or why there is none
  bool all() const { return intent && combination && slots && response; }
};
Verdict judge(const model::Intent& intent, const TestFile& file, const TestCase& test,
              const language::Responses& responses);

// The same intent and the same slots, whatever the case of letters. For each slot also `or_text` is right, by name:
// what the test's own words became when they were changed. `or_text` may be null.
bool same_meaning(const model::Intent& intent, const TestFile& file, const TestCase& test,
                  const std::map<std::string, std::string>* or_text);

// "HassTurnOn name=Kitchen lamp area=Kitchen"
std::string shown(const model::Intent& intent);
std::string shown(const TestCase& test);

}  // namespace entente::apps
