// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/pronunciations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class FakePronouncer : public speech::Pronouncer {
 public:
  Result<std::vector<std::string>> pronounce(std::string_view word, std::string_view) override {
    ++asked;
    if (word == "unsayable") return Error{ErrorCode::failed, "pronounce: no"};
    return std::vector<std::string>{"ɡɹuːt", "ɡɹʌt"};
  }
  int asked = 0;
};

std::vector<std::string> said(const Pronunciations& pronunciations, std::string_view word) {
  std::vector<std::string> out;
  for (const auto& phones : pronunciations.find(word)) {
    std::string text;
    for (auto phone : phones) text += (text.empty() ? "" : " ") + std::string(installed_model().phone_name(phone));
    out.push_back(text);
  }
  return out;
}

TEST(Dictionary, FindsWordsWithTheirVariants) {
  auto dictionary = small_dictionary();
  EXPECT_EQ(dictionary.find("the"), "DH AH");
  EXPECT_EQ(dictionary.find("the(2)"), "DH IY");
  EXPECT_EQ(dictionary.find("th"), "");
  EXPECT_EQ(dictionary.find(""), "");
}

TEST(Dictionary, ToleratesCommentsEmptyLinesAndNoLastNewline) {
  auto dictionary = Dictionary::parse(";;; words\n\n  \nlonely\r\none W AH N\r\ntwo T UW", "x");
  ASSERT_TRUE(dictionary.ok());
  EXPECT_EQ(dictionary->size(), 2U);
  EXPECT_EQ(dictionary->find("one"), "W AH N");
  EXPECT_EQ(dictionary->find("two"), "T UW");
  EXPECT_EQ(dictionary->find("lonely"), "");
}

TEST(Dictionary, NamesAFileWithoutWords) {
  auto dictionary = Dictionary::parse("\n\n", "/x.dict");
  ASSERT_FALSE(dictionary.ok());
  EXPECT_THAT(dictionary.error().message, testing::HasSubstr("/x.dict: no words in it"));
}

TEST(Dictionary, OpensTheInstalledOne) {
  auto dictionary = Dictionary::open(Options{}.dictionary);
  ASSERT_TRUE(dictionary.ok());
  EXPECT_GT(dictionary->size(), 100000U);
  EXPECT_EQ(dictionary->find("espresso(2)"), "EH K S P R EH S OW");
}

TEST(Pronunciations, HaveAllVariantsOfTheDictionaryAndWeakForms) {
  Pronunciations pronunciations(small_dictionary(), installed_model(), nullptr);
  EXPECT_THAT(said(pronunciations, "the"), ElementsAre("DH AH", "DH IY"));
  EXPECT_THAT(said(pronunciations, "of"), Contains("AH"));
}

TEST(Pronunciations, MakePossessives) {
  Pronunciations pronunciations(small_dictionary(), installed_model(), nullptr);
  EXPECT_THAT(said(pronunciations, "lamp's"), ElementsAre("L AE M P S"));
  EXPECT_THAT(said(pronunciations, "hall's"), ElementsAre("HH AO L Z"));
}

TEST(Pronunciations, PutWordsTogetherFromTheirParts) {
  Pronunciations pronunciations(small_dictionary(), installed_model(), nullptr);
  EXPECT_THAT(said(pronunciations, "hall-lamp"), ElementsAre("HH AO L L AE M P"));
}

TEST(Pronunciations, AskThePronouncerOnceForAnUnknownWord) {
  FakePronouncer fake;
  Pronunciations pronunciations(small_dictionary(), installed_model(), &fake);
  EXPECT_THAT(said(pronunciations, "groot"), ElementsAre("G R UW T", "G R AH T"));
  EXPECT_THAT(said(pronunciations, "groot"), ElementsAre("G R UW T", "G R AH T"));
  EXPECT_EQ(fake.asked, 1);
}

TEST(Pronunciations, AreEmptyWhenNobodyKnows) {
  FakePronouncer fake;
  Pronunciations pronunciations(small_dictionary(), installed_model(), &fake);
  EXPECT_THAT(pronunciations.find("unsayable"), IsEmpty());
  EXPECT_THAT(pronunciations.find(std::string(100000, 'x')), IsEmpty());
  EXPECT_THAT(pronunciations.find("---"), IsEmpty());
  EXPECT_THAT(Pronunciations(small_dictionary(), installed_model(), nullptr).find("groot"), IsEmpty());
}

}  // namespace
}  // namespace entente::sphinx
