// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/own_sentences.h"

#include <gtest/gtest.h>

#include <fstream>

#include "services/assistant/home_for_test.h"
#include "tests/support/temporary_folder.h"

namespace entente::assistant {
namespace {

class OwnSentencesTest : public ScriptedHome {
 protected:
  void SetUp() override {
    ScriptedHome::SetUp();
    Grammars::Options options;
    options.sentence_folders = {"sentences", folder_.path()};
    own_grammars_.emplace(loop_, pool_, bus_, *home_, std::move(options));
    ASSERT_TRUE(loop_.run_with_pool(own_grammars_->load()));
    own_.emplace(folder_.path(), std::vector<std::string>{"en"}, *own_grammars_);
  }

  Result<void> put(const std::string& name, const std::string& yaml, const std::string& language = "en") {
    return loop_.run_with_pool(own_->put({language, name, yaml}));
  }
  bool understands(const std::string& text) const { return own_grammars_->all().front()->understand(text).ok(); }

  test::TemporaryFolder folder_;
  std::optional<Grammars> own_grammars_;
  std::optional<OwnSentences> own_;
};

TEST_F(OwnSentencesTest, CountAsSoonAsTheyAreThere) {
  const OwnSentence movie{{"movie time"}, {"turn off the lights"}, "Enjoy"};
  ASSERT_TRUE(put("movie", to_yaml(movie, "movie")));
  const auto understood = own_grammars_->all().front()->understand("movie time");
  ASSERT_TRUE(understood.ok());
  EXPECT_EQ(understood->best.commands, std::vector<std::string>{"turn off the lights"});
  ASSERT_EQ(own_->list().size(), 1U);
  EXPECT_EQ(own_->list()[0].name, "movie");
}

TEST_F(OwnSentencesTest, AreForgottenWhenRemoved) {
  ASSERT_TRUE(put("movie", to_yaml({{"movie time"}, {}, "Enjoy"}, "movie")));
  ASSERT_TRUE(loop_.run_with_pool(own_->remove("en", "movie")));
  EXPECT_FALSE(understands("movie time"));
  EXPECT_EQ(loop_.run_with_pool(own_->remove("en", "movie")).error().code, ErrorCode::not_found);
}

TEST_F(OwnSentencesTest, WithAMistakeAreRefusedWithTheLineAndLeaveTheOldOnes) {
  ASSERT_TRUE(put("movie", to_yaml({{"movie time"}, {}, "Enjoy"}, "movie")));
  const auto refused = put("movie", "intents:\n  A:\n    data:\n      - sentences: [\"turn (on\"]\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "line 4: 'turn (on': at character 6: '(' is never closed");
  EXPECT_TRUE(understands("movie time"));
}

TEST_F(OwnSentencesTest, MayUseRulesOfTheProduct) {
  EXPECT_TRUE(put("x", to_yaml({{"<set> the scene <in> {area}"}, {}, "Done"}, "x")));
}

TEST_F(OwnSentencesTest, CannotLeaveTheirFolder) {
  EXPECT_EQ(put("../x", "").error().code, ErrorCode::invalid);
  EXPECT_EQ(put("x", "", "../en").error().code, ErrorCode::not_found);
  EXPECT_EQ(put("", "").error().code, ErrorCode::invalid);
}

TEST_F(OwnSentencesTest, AreReadWhenAFileChangesOnDisk) {
  std::filesystem::create_directories(folder_.path() / "en");
  std::ofstream(folder_.path() / "en" / "a.yaml") << to_yaml({{"movie time"}, {}, "Enjoy"}, "a");
  EXPECT_FALSE(understands("movie time"));
  loop_.advance(seconds(1));
  while (!understands("movie time") && !HasFatalFailure()) loop_.wait_for_post();  // read, then compiled
  EXPECT_TRUE(understands("movie time"));
}

TEST_F(OwnSentencesTest, AReadingThatIsGivenUpHoldsNothingUp) {
  {
    TaskGroup given_up("test");
    std::optional<Result<void>> loaded;
    given_up.spawn(test::store(own_grammars_->load(), loaded));
    loop_.wait_for_post();  // read, and being compiled
  }
  add("reading lamp", "den", "entente.light.color1", {});
  ASSERT_TRUE(loop_.run_with_pool(own_grammars_->refresh()));
  EXPECT_TRUE(understands("turn on the reading lamp"));
}

TEST(OwnSentence, IsNamedAfterItsFirstWords) {
  EXPECT_EQ(name_for({{"Movie time, [please]!"}, {}, {}}), "movie-time-please");
  EXPECT_EQ(name_for({{"晚安"}, {}, {}}).substr(0, 4), "own-");
}

}  // namespace
}  // namespace entente::assistant
