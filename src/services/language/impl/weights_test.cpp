// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/weights.h"

#include <gtest/gtest.h>

#include <array>

namespace entente::language {
namespace {

// Words of a small language: 0 turn, 1 the, 2 lamp, 3 fan; blocks 0 and 1: "turn [the] lamp", "turn [the] fan".
TEST(Weights, AreSmallForWhatIsOptionalAndLargeForWhatTellsIntentsApart) {
  AutomatonBuilder builder;
  const auto lamp = builder.state({0}, {}), fan = builder.state({1}, {});
  const auto noun = builder.state({}, {{2, lamp}, {3, fan}});
  const auto turned = builder.state({}, {{1, noun}, {2, lamp}, {3, fan}});
  const auto automaton = builder.freeze({builder.state({}, {{0, turned}})});
  const std::array<std::uint64_t, 2> intents{1, 2};
  const auto words = weigh_words(automaton, intents, 5);
  EXPECT_FLOAT_EQ(words[1].weight, article_weight);
  EXPECT_LT(words[0].weight, words[2].weight);
  EXPECT_EQ(words[0].intents, 3U);
  EXPECT_EQ(words[2].intents, 1U);
  EXPECT_FLOAT_EQ(words[4].weight, 1);  // of lists only
}

}  // namespace
}  // namespace entente::language
