// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/search_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

using testing::HasSubstr;

const Pronunciations& pronunciations() {
  static const Pronunciations known(small_dictionary(), installed_model(), nullptr);
  return known;
}

Result<std::shared_ptr<const SearchGraph>> compiled(std::shared_ptr<const model::WordGraph> graph) {
  return SearchGraph::compile(std::move(graph), installed_model(), pronunciations());
}

std::size_t count_words(const SearchGraph& graph, const SearchGraph::State& state) {
  std::size_t words = 0;
  for (const auto& node : graph.nodes().subspan(state.first_root)) words += node.ends_word();
  return words;
}

TEST(SearchGraph, JoinsSentencesThatBeginAlike) {
  auto joined = compiled(sentences({"turn on the lamp", "turn on the light", "turn off the lamp"}));
  ASSERT_TRUE(joined.ok());
  // start, turn, turn on, turn off, turn on the, turn off the, end
  EXPECT_EQ((*joined)->state_count(), 7U);
  EXPECT_EQ((*joined)->roots((*joined)->state((*joined)->start())).size(), 1U);
}

TEST(SearchGraph, SharesTheFirstPhonesOfWords) {
  auto graph = compiled(sentences({"lamp", "light"}));
  ASSERT_TRUE(graph.ok());
  // L before AE and L before AY, then AE M P and AY T.
  EXPECT_EQ((*graph)->roots((*graph)->state((*graph)->start())).size(), 2U);
  EXPECT_EQ((*graph)->nodes().size(), 7U);
}

TEST(SearchGraph, KeepsSharedNetworksOnce) {
  GraphBuilder builder;
  auto start = builder.state();
  auto names = builder.state();
  auto names_end = builder.choice(names, {"lamp", "light"});
  auto end = builder.state();
  builder.epsilon(builder.call(builder.phrase(start, "turn on the"), 1), end);
  builder.epsilon(builder.call(builder.phrase(start, "turn off the"), 1), end);
  auto graph = compiled(builder.build({start, names}, {end, names_end}));
  ASSERT_TRUE(graph.ok());
  std::size_t words = 0;
  for (const auto& node : (*graph)->nodes()) {
    words += node.ends_word() && (*graph)->word(node.word) == "lamp";
  }
  EXPECT_EQ(words, 1U);
}

TEST(SearchGraph, KnowsWhatCanFollowThroughCallsAndReturns) {
  GraphBuilder builder;
  auto start = builder.state();
  auto names = builder.state();
  auto names_end = builder.choice(names, {"lamp"});
  auto end = builder.phrase(builder.call(builder.phrase(start, "turn"), 1), "on");
  auto graph = compiled(builder.build({start, names}, {end, names_end}));
  ASSERT_TRUE(graph.ok());
  auto phone = [](std::string_view name) { return only(*installed_model().find_phone(name)); };
  for (const auto& node : (*graph)->nodes()) {
    if (!node.ends_word()) continue;
    auto followers = (*graph)->state(node.target).followers;
    if ((*graph)->word(node.word) == "turn") {
      EXPECT_EQ(followers, phone("SIL") | phone("L"));
    }
    if ((*graph)->word(node.word) == "lamp") {
      EXPECT_EQ(followers, phone("SIL") | phone("AA"));
    }
    if ((*graph)->word(node.word) == "on") {
      EXPECT_EQ(followers, phone("SIL"));
    }
  }
}

TEST(SearchGraph, LeavesOutWordsThatNobodyCanSay) {
  auto graph = compiled(sentences({"turn on the lamp", "turn on the xyzzy"}));
  ASSERT_TRUE(graph.ok());
  EXPECT_GT(count_words(**graph, (*graph)->state((*graph)->start())), 0U);
  for (const auto& node : (*graph)->nodes()) {
    if (node.ends_word()) {
      EXPECT_NE((*graph)->word(node.word), "xyzzy");
    }
  }
}

TEST(SearchGraph, RefusesNetworksThatCallThemselves) {
  GraphBuilder builder;
  auto start = builder.state();
  auto end = builder.call(builder.phrase(start, "the"), 0);
  auto graph = compiled(builder.build({start}, {end}));
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("'network 0' calls itself"));
}

TEST(SearchGraph, RefusesAGraphWithIndicesOutOfRange) {
  auto broken = std::make_shared<model::WordGraph>(*sentences({"lamp"}));
  broken->arcs.front().target = 1000;
  EXPECT_FALSE(compiled(broken).ok());
  EXPECT_FALSE(compiled(std::make_shared<model::WordGraph>()).ok());
  EXPECT_FALSE(compiled(nullptr).ok());
}

}  // namespace
}  // namespace entente::sphinx
