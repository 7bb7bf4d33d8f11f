// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/language.h"

#include <gtest/gtest.h>

#include <array>

namespace entente::language {
namespace {

TEST(SentenceFiles, OursHaveNoProblems) {
  for (const std::string language : {"en", "zh-CN"}) {
    const std::array<std::filesystem::path, 1> paths{std::filesystem::path("sentences") / language};
    const auto set = SentenceSet::load(paths, language);
    for (const auto& problem : set.problems()) ADD_FAILURE() << to_string(problem);
    EXPECT_GT(set.sentence_count(), 10U) << language;
  }
}

}  // namespace
}  // namespace entente::language
