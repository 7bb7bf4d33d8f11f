// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/ngram_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "drivers/sphinx/ngram_model_for_test.h"
#include "drivers/sphinx/recogniser.h"

namespace entente::sphinx {
namespace {

using testing::HasSubstr;

constexpr auto no_word = NgramModel::no_word;

NgramWriter shopping() {
  NgramWriter writer;
  const auto milk = writer.add("milk", -5, -0.5F);
  const auto and_ = writer.add("and", -2, -0.25F);
  const auto eggs = writer.add("eggs", -6, -1);
  writer.add(milk, and_, {-1.5F, -0.125F});
  writer.add(and_, eggs, {-3, -0.75F});
  writer.add(milk, and_, eggs, -1.25F);
  return writer;
}

NgramModel parsed(const std::string& bytes) {
  auto model = NgramModel::parse(bytes, "test");
  if (!model.ok()) throw std::runtime_error(model.error().message);
  return std::move(model).value();
}

std::string refusal(std::string bytes) {
  auto model = NgramModel::parse(std::move(bytes), "test.bin");
  return model.ok() ? "none" : model.error().message;
}

// Many words, each n-gram there or not by chance.
NgramWriter by_chance(unsigned seed, std::uint32_t words) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> weight(-9, -0.1F);
  NgramWriter writer;
  for (std::uint32_t i = 0; i < words; ++i) writer.add("w" + std::to_string(1000 + i), weight(random), weight(random));
  for (std::uint32_t a = 0; a < words; ++a) {
    for (std::uint32_t b = 0; b < words; ++b) {
      if (random() % 3 == 0) writer.add(a, b, {weight(random), weight(random)});
    }
  }
  for (int i = 0; i < 400; ++i) {
    const auto a = static_cast<std::uint32_t>(random() % words);
    const auto b = static_cast<std::uint32_t>(random() % words);
    writer.add(a, b, static_cast<std::uint32_t>(random() % words), weight(random));
  }
  return writer;
}

TEST(NgramModel, FindsItsWords) {
  const auto model = parsed(shopping().bytes());
  ASSERT_EQ(model.size(), 3U);
  EXPECT_EQ(model.word(1), "and");
  EXPECT_EQ(model.find("eggs"), NgramModel::Word{2});
  EXPECT_FALSE(model.find("bread").has_value());
  EXPECT_FALSE(model.find("").has_value());
}

TEST(NgramModel, TakesTheLongestNgramThatIsThere) {
  const auto model = parsed(shopping().bytes());
  EXPECT_NEAR(model.score(2, 1, 0), -1.25, 1e-3);              // milk and eggs
  EXPECT_NEAR(model.score(2, 1, no_word), -3, 1e-3);           // and eggs
  EXPECT_NEAR(model.score(2, no_word, no_word), -6, 1e-3);     // eggs
  EXPECT_NEAR(model.score(2, 1, 2), -3, 1e-3);                 // eggs and eggs
  EXPECT_NEAR(model.score(0, 1, 0), -5 - 0.25 - 0.125, 1e-3);  // milk and milk
}

TEST(NgramModel, AgreesWithASlowReckoningForEveryThreeWords) {
  constexpr std::uint32_t words = 13;
  for (unsigned seed : {1U, 2U, 3U}) {
    const auto writer = by_chance(seed, words);
    const auto model = parsed(writer.bytes());
    for (std::uint32_t word = 0; word < words; ++word) {
      for (std::uint32_t last = 0; last < words; ++last) {
        EXPECT_NEAR(model.score(word, last, no_word), writer.score(word, last), 2e-3);
        for (std::uint32_t before = 0; before < words; ++before) {
          EXPECT_NEAR(model.score(word, last, before), writer.score(word, last, before), 2e-3);
        }
      }
    }
  }
}

TEST(NgramModel, ReadsModelsOfOneAndTwoWords) {
  const auto writer = shopping();
  const auto pairs = parsed(writer.bytes(2));
  EXPECT_NEAR(pairs.score(2, 1, 0), -3, 1e-3);
  EXPECT_NEAR(pairs.score(0, 2, 1), -6, 1e-3);
  const auto single = parsed(writer.bytes(1));
  EXPECT_NEAR(single.score(2, 1, 0), -6, 1e-3);
  EXPECT_EQ(single.find("and"), NgramModel::Word{1});
}

TEST(NgramModel, RefusesEveryFileThatWasCutShort) {
  const auto whole = shopping().bytes();
  for (std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{20}, std::size_t{30}, std::size_t{1000},
                           whole.size() / 2, whole.size() - 40, whole.size() - 20, whole.size() - 1}) {
    EXPECT_THAT(refusal(whole.substr(0, size)), HasSubstr("language model: test.bin: ")) << size;
  }
}

TEST(NgramModel, NamesWhatIsWrong) {
  EXPECT_EQ(refusal("RIFF...................."), "language model: test.bin: not a binary n-gram model");
  auto bytes = shopping().bytes();
  bytes[19] = 7;
  EXPECT_THAT(refusal(bytes), HasSubstr("n-grams of order 7, only 1 to 3 are read"));
  bytes[19] = 3;
  bytes[23] = '\x7F';
  EXPECT_THAT(refusal(bytes), HasSubstr("words"));
  EXPECT_THAT(NgramModel::open("/nowhere/x.bin").error().message,
              testing::AllOf(HasSubstr("/nowhere/x.bin"), HasSubstr("no such file")));
  EXPECT_THAT(NgramModel::open("/tmp").error().message, HasSubstr("not a regular file"));
}

// Every byte behind the header, which asan watches.
TEST(NgramModel, StaysInsideAFileOfWrongIndices) {
  const auto whole = shopping().bytes();
  constexpr std::size_t tables = 3 * 65536 * 4;
  for (std::size_t at = 36 + tables; at < whole.size(); ++at) {
    auto bytes = whole;
    bytes[at] = '\xFF';
    const auto model = NgramModel::parse(bytes, "test");
    if (!model.ok()) continue;
    for (NgramModel::Word word = 0; word < model->size(); ++word) {
      for (NgramModel::Word last = 0; last < model->size(); ++last) {
        EXPECT_LE(model->score(word, last, 0), 0);
        EXPECT_GE(model->score(word, last, 1), -100);
      }
    }
  }
}

TEST(NgramModel, ReadsTheInstalledModel) {
  const auto model = NgramModel::open(Options{}.language_model);
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_GT(model->size(), 70000U);
  const auto word = [&](std::string_view text) { return model->find(text).value(); };
  const auto likelihood = [&](std::string_view before, std::string_view last, std::string_view next) {
    return model->score(word(next), word(last), word(before));
  };
  EXPECT_GT(likelihood("one", "of", "the"), likelihood("one", "of", "lamp"));
  EXPECT_GT(likelihood("in", "new", "york"), -2);
  EXPECT_LT(likelihood("york", "new", "in"), -4);
  // All words after "of the" together are certain, but for what quantising costs.
  double sum = 0;
  for (NgramModel::Word next = 0; next < model->size(); ++next) {
    sum += std::exp(static_cast<double>(model->score(next, word("the"), word("of"))));
  }
  EXPECT_NEAR(sum, 1, 0.05);
}

}  // namespace
}  // namespace entente::sphinx
