// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/impl/phrases.h"

#include <gtest/gtest.h>

namespace entente::speech {
namespace {

using Parts = std::vector<std::string>;

TEST(Phrases, LeaveAShortSentenceWhole) { EXPECT_EQ(phrases_of("Yes, it is on."), Parts{"Yes, it is on."}); }

TEST(Phrases, CutALongSentenceAfterItsFirstClause) {
  EXPECT_EQ(phrases_of("The lamp in the bedroom is on, the one in the kitchen is off, and the fan runs."),
            (Parts{"The lamp in the bedroom is on,", "the one in the kitchen is off, and the fan runs."}));
}

TEST(Phrases, DoNotCutWithinFiguresOrTooEarly) {
  const std::string sentence = "Well, it takes 1,234,567 watt hours to do what has never been done before.";
  EXPECT_EQ(phrases_of(sentence), Parts{sentence});
}

TEST(Phrases, CutChineseAfterItsOwnComma) {
  EXPECT_EQ(phrases_of("卧室的灯现在已经打开了，厨房里的温度是二十一摄氏度左右吧。"),
            (Parts{"卧室的灯现在已经打开了，", "厨房里的温度是二十一摄氏度左右吧。"}));
}

TEST(Phrases, LeaveALongSentenceWithoutAMarkWhole) {
  const std::string sentence(200, 'a');
  EXPECT_EQ(phrases_of(sentence), Parts{sentence});
}

}  // namespace
}  // namespace entente::speech
