// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/spoken_text.h"

#include <gtest/gtest.h>

namespace entente::speech {
namespace {

TEST(SpokenText, CollapsesWhiteSpaceOfEveryKind) {
  EXPECT_EQ(spoken_text("  the\tlamp \r\n\u00A0\u3000is  on ").value(), "the lamp is on");
}

TEST(SpokenText, DropsWhatAnEngineCouldTakeForACommand) {
  EXPECT_EQ(spoken_text("\x01"
                        "50S the\x07 la\u200Bmp\u202E")
                .value(),
            "50S the lamp");
}

TEST(SpokenText, KeepsEveryScript) { EXPECT_EQ(spoken_text("卧室的灯 开了。 😀").value(), "卧室的灯 开了。 😀"); }

TEST(SpokenText, KeepsTheNonJoinerThatPersianWordsNeed) {
  EXPECT_EQ(spoken_text("می\u200Cخواهم").value(), "می\u200Cخواهم");
}

TEST(SpokenText, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(spoken_text("lamp \xC3(").error().message, "speech: the text is not UTF-8");
}

TEST(SpokenText, RefusesTextThatHoldsNothing) {
  for (const auto* text : {"", "   ", "\n\x01", "\u200B"}) {
    EXPECT_EQ(spoken_text(text).error().message, "speech: there is no text to say");
  }
}

TEST(SpokenText, CountsCharactersAndNotBytes) {
  std::string text;
  for (std::size_t i = 0; i < max_spoken_characters; ++i) text += "灯";
  EXPECT_TRUE(spoken_text(text).ok());
  EXPECT_EQ(spoken_text(text + "灯").error().code, ErrorCode::exhausted);
}

TEST(SpokenText, RefusesAMegabyteWithoutReadingIt) {
  EXPECT_EQ(spoken_text(std::string(1'000'000, ' ')).error().message, "speech: the text has more than 5000 characters");
}

TEST(SpokenText, TakesCharactersOfOneToFourBytes) {
  std::string_view text = "aé灯😀";
  EXPECT_EQ(take_character(text), U'a');
  EXPECT_EQ(take_character(text), U'é');
  EXPECT_EQ(take_character(text), U'灯');
  EXPECT_EQ(take_character(text), U'😀');
  EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace entente::speech
