// SPDX-License-Identifier: GPL-3.0-or-later
// Against the real library and voice.
#include "drivers/flite/flite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "drivers/flite/impl/english_letters.h"

namespace entente::flite {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;

class Flite : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    voice_ = std::move(*opened);
  }
  std::vector<std::int16_t> say(std::string text, double speed = 1.0) {
    std::vector<std::int16_t> sound;
    const auto said = voice_->speak({std::move(text), "en", speed}, [&](speech::Samples piece) {
      sound.insert(sound.end(), piece.begin(), piece.end());
      return true;
    });
    EXPECT_TRUE(said.ok()) << said.error().message;
    return sound;
  }
  Error refusal(std::string text, std::string language = "en", double speed = 1.0) {
    const auto said = voice_->speak({std::move(text), std::move(language), speed}, [](speech::Samples) {
      ADD_FAILURE() << "a sound came";
      return true;
    });
    EXPECT_FALSE(said.ok());
    return said.ok() ? Error{} : said.error();
  }
  double seconds_of(const std::vector<std::int16_t>& sound) const {
    return static_cast<double>(sound.size()) / voice_->rate();
  }

  std::unique_ptr<speech::Synthesiser> voice_;
};

TEST_F(Flite, SaysASentenceInAboutTheTimeAPersonTakes) {
  const auto sound = say("The lamp in the bedroom is on.");
  EXPECT_THAT(seconds_of(sound), AllOf(Ge(1.0), Le(4.0)));
  double sum = 0;
  for (const auto sample : sound) sum += static_cast<double>(sample) * sample;
  EXPECT_GT(std::sqrt(sum / static_cast<double>(sound.size())), 500);
}

TEST_F(Flite, SaysTheSameInTheSameTime) {
  EXPECT_NEAR(seconds_of(say("The lamp is on.")), seconds_of(say("The lamp is on.")), 0.05);
}

TEST_F(Flite, SaysEverySentenceOfAText) {
  const auto one = say("The lamp is on.").size();
  EXPECT_GT(say("The lamp is on. The lamp is on. The lamp is on.").size(), 2 * one);
}

TEST_F(Flite, BeginsWithoutSilence) {
  const auto sound = say("The lamp is on.");
  const auto first = std::find_if(sound.begin(), sound.end(), [](int sample) { return std::abs(sample) > 100; });
  EXPECT_LE(first - sound.begin(), 480);
}

TEST_F(Flite, SpeaksFasterWhenAsked) {
  const auto normal = seconds_of(say("The vacuum cleaner goes back to its dock."));
  EXPECT_LT(seconds_of(say("The vacuum cleaner goes back to its dock.", 1.5)), 0.8 * normal);
  EXPECT_GT(seconds_of(say("The vacuum cleaner goes back to its dock.", 0.7)), 1.2 * normal);
}

// The voice's pitch: the median over loud frames of 40 ms of where the frame is most like itself.
double pitch_of(const std::vector<std::int16_t>& sound) {
  constexpr std::size_t frame = 640;
  std::vector<double> found;
  for (std::size_t at = 0; at + 2 * frame < sound.size(); at += frame) {
    const auto likeness = [&](std::size_t lag) {
      double sum = 0;
      for (std::size_t i = 0; i < frame; ++i) sum += static_cast<double>(sound[at + i]) * sound[at + i + lag];
      return sum;
    };
    std::size_t best = 60;
    for (std::size_t lag = 60; lag <= 250; ++lag) best = likeness(lag) > likeness(best) ? lag : best;
    if (likeness(0) > 640.0 * 1'000 * 1'000) found.push_back(16'000.0 / static_cast<double>(best));
  }
  std::sort(found.begin(), found.end());
  return found.empty() ? 0 : found[found.size() / 2];
}

TEST_F(Flite, SpeaksHigherAndAsFast) {
  std::vector<std::int16_t> high;
  ASSERT_TRUE(voice_
                  ->speak({"One lamp is on in the hall.", "en", 1.0, 1.3},
                          [&](speech::Samples piece) {
                            high.insert(high.end(), piece.begin(), piece.end());
                            return true;
                          })
                  .ok());
  const auto usual = say("One lamp is on in the hall.");
  EXPECT_NEAR(seconds_of(high), seconds_of(usual), 0.2);
  EXPECT_GT(pitch_of(high), 1.15 * pitch_of(usual));
}

TEST_F(Flite, GivesTheFirstSoundLongBeforeTheLast) {
  std::size_t pieces = 0;
  std::size_t first = 0;
  std::size_t all = 0;
  ASSERT_TRUE(voice_
                  ->speak({"One lamp is on. Two lamps are off. Three plugs do not answer.", "en", 1.0},
                          [&](speech::Samples piece) {
                            if (pieces++ == 0) first = piece.size();
                            all += piece.size();
                            return true;
                          })
                  .ok());
  EXPECT_GT(pieces, 10U);
  EXPECT_LT(first * 10, all);
}

TEST_F(Flite, StopsWhenTheSinkHasEnough) {
  int pieces = 0;
  const auto said =
      voice_->speak({"One lamp is on. Two lamps are off.", "en", 1.0}, [&](speech::Samples) { return ++pieces < 3; });
  EXPECT_TRUE(said.ok()) << said.error().message;
  EXPECT_EQ(pieces, 3);
}

TEST_F(Flite, SpeaksTheWholeTextAfterAnInterruptedOne) {
  const auto whole = seconds_of(say("One lamp is on."));
  ASSERT_TRUE(voice_->speak({"Two lamps are off.", "en", 1.0}, [](speech::Samples) { return false; }).ok());
  EXPECT_NEAR(seconds_of(say("One lamp is on.")), whole, 0.05);
}

TEST_F(Flite, LetsTheSinksOwnExceptionThrough) {
  const auto speak = [&] {
    return voice_->speak({"One lamp is on.", "en", 1.0},
                         [](speech::Samples) -> bool { throw std::runtime_error("full"); });
  };
  EXPECT_THROW((void)speak(), std::runtime_error);
  EXPECT_FALSE(say("One lamp is on.").empty());
}

TEST_F(Flite, SpeaksEnglishOfAnyRegionAndNothingElse) {
  for (const auto* language : {"en", "EN", "en-US", "en-GB", "en_US.UTF-8"}) EXPECT_TRUE(voice_->supports(language));
  for (const auto* language : {"", "e", "eng-x", "enm", "zh-CN", "de"}) EXPECT_FALSE(voice_->supports(language));
  EXPECT_EQ(refusal("hallo", "de").message, "flite: no voice for the language 'de'");
}

TEST_F(Flite, RefusesWhatItCannotSay) {
  EXPECT_EQ(refusal("lamp \xFF").message, "speech: the text is not UTF-8");
  EXPECT_EQ(refusal("").code, ErrorCode::invalid);
  EXPECT_EQ(refusal(std::string(1'000'000, 'a')).code, ErrorCode::exhausted);
  EXPECT_EQ(refusal("hello", "en", 0.1).code, ErrorCode::invalid);
  EXPECT_EQ(refusal("hello", "en", std::nan("")).code, ErrorCode::invalid);
}

TEST_F(Flite, LeavesTextOfOtherScriptsToAnotherVoice) {
  EXPECT_EQ(refusal("卧室").message, "flite: nothing in the text can be said in English");
}

TEST_F(Flite, SurvivesStrangeText) {
  for (const std::string text : {"a",
                                 "...a",
                                 "1",
                                 "12345678901234567890123456789",
                                 "$",
                                 "100%",
                                 "a$b%c^d&e",
                                 "</speak> a",
                                 "10:61",
                                 "1/0",
                                 "-5",
                                 "((((a",
                                 "\"a\" 'b' `c`",
                                 "A.B.C.",
                                 "http://x.y/z?q=1",
                                 "x\\y",
                                 "IV. XLII.",
                                 "3.14.15",
                                 "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
                                 "..",
                                 "?",
                                 "1st 2nd"}) {
    const auto said = voice_->speak({text, "en", 1.0}, [](speech::Samples) { return true; });
    EXPECT_TRUE(said.ok() || said.error().code == ErrorCode::unsupported) << text;
  }
}

TEST(EnglishLetters, TakesAccentsOff) {
  EXPECT_EQ(english_letters("Café Ångström Łódź naïve"), "Cafe Angstrom Lodz naive");
}

TEST(EnglishLetters, ReadsSignsAsWords) {
  EXPECT_EQ(english_letters("21°"), "21 degrees ");
  EXPECT_EQ(english_letters("it’s “on”"), "it's \"on\"");
  EXPECT_EQ(english_letters("5€"), "5 euros ");
}

TEST(EnglishLetters, MapsEveryLatinLetterToItsOwnBase) {
  EXPECT_EQ(english_letters("ĀāČčĐđĞğİıŃńŐőŘřŠšŢţŪūŴŵŶŷŸŹźŻżŽž"), "AaCcDdGgIiNnOoRrSsTtUuWwYyYZzZzZz");
  EXPECT_EQ(english_letters("ÀÇÉÍÑÖÜÝ àçéíñöüýÿ"), "ACEINOUY aceinouyy");
}

TEST(EnglishLetters, KeepsWhatItKnowsOfMixedText) { EXPECT_EQ(english_letters("灯 lamp"), "  lamp"); }

TEST(EnglishLetters, HoldsNothingWhereNoLetterIs) { EXPECT_EQ(english_letters("…“”！"), ""); }

}  // namespace
}  // namespace entente::flite
