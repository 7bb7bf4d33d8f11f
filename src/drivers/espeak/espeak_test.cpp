// SPDX-License-Identifier: GPL-3.0-or-later
// Against the real library and its data.
#include "drivers/espeak/espeak.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace entente::espeak {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

class Espeak : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    faces_ = std::move(*opened);
  }
  std::vector<std::int16_t> say(std::string text, std::string language, double speed = 1.0) {
    std::vector<std::int16_t> sound;
    const auto said =
        faces_.synthesiser->speak({std::move(text), std::move(language), speed}, [&](speech::Samples piece) {
          sound.insert(sound.end(), piece.begin(), piece.end());
          return true;
        });
    EXPECT_TRUE(said.ok()) << said.error().message;
    return sound;
  }
  Error refusal(std::string text, std::string language, double speed = 1.0) {
    const auto said = faces_.synthesiser->speak({std::move(text), std::move(language), speed}, [](speech::Samples) {
      ADD_FAILURE() << "a sound came";
      return true;
    });
    EXPECT_FALSE(said.ok());
    return said.ok() ? Error{} : said.error();
  }
  double seconds_of(const std::vector<std::int16_t>& sound) const {
    return static_cast<double>(sound.size()) / faces_.synthesiser->rate();
  }
  static double loudness(const std::vector<std::int16_t>& sound) {
    double sum = 0;
    for (const auto sample : sound) sum += static_cast<double>(sample) * sample;
    return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(sound.size(), 1)));
  }
  std::string pronunciation(std::string_view word, std::string_view language) {
    const auto said = faces_.pronouncer->pronounce(word, language);
    EXPECT_TRUE(said.ok()) << said.error().message;
    return said.ok() ? said->front() : "";
  }

  Faces faces_;
};

TEST_F(Espeak, SaysAnEnglishSentenceInAboutTheTimeAPersonTakes) {
  const auto sound = say("The lamp in the bedroom is on.", "en");
  EXPECT_THAT(seconds_of(sound), AllOf(Ge(1.0), Le(4.0)));
  EXPECT_GT(loudness(sound), 500);
}

TEST_F(Espeak, SaysMandarin) {
  const auto sound = say("卧室的灯已经打开了。", "zh-CN");
  EXPECT_THAT(seconds_of(sound), AllOf(Ge(1.0), Le(5.0)));
  EXPECT_GT(loudness(sound), 500);
}

TEST_F(Espeak, SaysMoreThanAHundredLanguagesByTheirTags) {
  for (const auto* language :
       {"en",    "en-US", "en-GB", "en-AU", "zh-CN", "zh-Hans-CN", "zh-Hant-TW", "zh-HK",      "yue", "de",
        "de-AT", "fr",    "fr-CA", "es-MX", "pt-BR", "pt-PT",      "no",         "nb-NO",      "nn",  "he",
        "iw",    "ja",    "ko-KR", "ru",    "ar-EG", "hi-IN",      "sr-Latn-RS", "zh_CN.UTF-8"}) {
    EXPECT_TRUE(faces_.synthesiser->supports(language)) << language;
  }
}

TEST_F(Espeak, DoesNotClaimALanguageItDoesNotKnow) {
  for (const auto* language : {"", "xx", "tlh-XX", "-", "../../etc/passwd", "mb/mb-de1"}) {
    EXPECT_FALSE(faces_.synthesiser->supports(language)) << language;
  }
  EXPECT_FALSE(faces_.synthesiser->supports(std::string(100'000, 'e')));
}

TEST_F(Espeak, NamesTheLanguageThatItCannotSpeak) {
  EXPECT_EQ(refusal("hello", "xx").message, "espeak: no voice for the language 'xx'");
}

TEST_F(Espeak, SpeaksFasterWhenAsked) {
  const std::string text = "The vacuum cleaner goes back to its dock.";
  const auto normal = seconds_of(say(text, "en"));
  EXPECT_LT(seconds_of(say(text, "en", 1.5)), 0.8 * normal);
  EXPECT_GT(seconds_of(say(text, "en", 0.7)), 1.2 * normal);
}

TEST_F(Espeak, RefusesASpeedOutOfItsRange) {
  for (const double speed : {0.0, -1.0, 0.4, 3.0, std::nan("")}) {
    EXPECT_EQ(refusal("hello", "en", speed).code, ErrorCode::invalid);
  }
}

TEST_F(Espeak, GivesTheFirstSoundLongBeforeTheLast) {
  std::size_t pieces = 0;
  std::size_t first = 0;
  std::size_t all = 0;
  ASSERT_TRUE(faces_.synthesiser
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

TEST_F(Espeak, StopsWhenTheSinkHasEnough) {
  int pieces = 0;
  const auto said = faces_.synthesiser->speak({"One lamp is on. Two lamps are off.", "en", 1.0},
                                              [&](speech::Samples) { return ++pieces < 3; });
  EXPECT_TRUE(said.ok()) << said.error().message;
  EXPECT_EQ(pieces, 3);
}

TEST_F(Espeak, SpeaksTheWholeTextAfterAnInterruptedOne) {
  const auto whole = say("One lamp is on.", "en").size();
  ASSERT_TRUE(faces_.synthesiser->speak({"Two lamps are off.", "en", 1.0}, [](speech::Samples) { return false; }).ok());
  EXPECT_EQ(say("One lamp is on.", "en").size(), whole);
}

TEST_F(Espeak, LetsTheSinksOwnExceptionThrough) {
  const auto speak = [&] {
    return faces_.synthesiser->speak({"One lamp is on.", "en", 1.0},
                                     [](speech::Samples) -> bool { throw std::runtime_error("full"); });
  };
  EXPECT_THROW((void)speak(), std::runtime_error);
  EXPECT_GT(say("One lamp is on.", "en").size(), 0U);
}

TEST_F(Espeak, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(refusal("lamp \xFF\xFE", "en").message, "speech: the text is not UTF-8");
}

TEST_F(Espeak, RefusesEmptyAndEndlessText) {
  EXPECT_EQ(refusal("  ", "en").code, ErrorCode::invalid);
  EXPECT_EQ(refusal(std::string(1'000'000, 'a'), "en").code, ErrorCode::exhausted);
}

TEST_F(Espeak, ReadsMarkupAndItsOwnCommandsAsText) {
  const auto plain = seconds_of(say("b", "en"));
  EXPECT_GT(seconds_of(say("<break time=\"60s\"/> b", "en")), plain);
  EXPECT_LT(seconds_of(say("<break time=\"60s\"/> b", "en")), 20);
  EXPECT_GT(seconds_of(say("[[h@'loU]] b", "en")), plain);
}

TEST_F(Espeak, PronouncesAnEnglishWord) {
  EXPECT_EQ(pronunciation("lamp", "en"), "læmp");
  EXPECT_EQ(pronunciation("bedroom", "en"), "bɛdɹum");
}

TEST_F(Espeak, LeavesMarksOutOfPronunciations) {
  for (const auto* word : {"xiaomi", "yeelight", "philips", "3d", "roborock", "déjà"}) {
    const auto said = pronunciation(word, "en");
    EXPECT_FALSE(said.empty()) << word;
    for (const auto* mark : {"ˈ", "ˌ", "ː", "(", ")", " ", "\n", "_"}) {
      EXPECT_EQ(said.find(mark), std::string::npos) << said;
    }
  }
}

TEST_F(Espeak, PronouncesMandarinWithoutTones) {
  EXPECT_THAT(pronunciation("灯", "zh-CN"), testing::Not(testing::ContainsRegex("[0-9]")));
}

TEST_F(Espeak, RefusesWordsThatHaveNoSound) {
  EXPECT_EQ(faces_.pronouncer->pronounce("", "en").error().code, ErrorCode::invalid);
  EXPECT_EQ(faces_.pronouncer->pronounce("\xC3", "en").error().code, ErrorCode::invalid);
  EXPECT_EQ(faces_.pronouncer->pronounce("lamp", "xx").error().code, ErrorCode::unsupported);
  EXPECT_EQ(faces_.pronouncer->pronounce(std::string(10'000, 'a'), "en").error().code, ErrorCode::exhausted);
}

TEST_F(Espeak, PronouncesWhileItSpeaks) {
  const auto alone = say("One lamp is on.", "en").size();
  std::thread pronouncing([&] {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(pronunciation("lamp", i % 2 == 0 ? "en" : "de").front(), 'l');
  });
  for (int i = 0; i < 10; ++i) EXPECT_EQ(say("One lamp is on.", "en").size(), alone);
  pronouncing.join();
}

TEST_F(Espeak, SharesOneEngineBetweenAllWhoOpenIt) {
  auto again = open();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->synthesiser->rate(), faces_.synthesiser->rate());
}

TEST_F(Espeak, CannotUseTwoSetsOfDataInOneProcess) {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("espeak_test.{}", getpid());
  ASSERT_TRUE(std::filesystem::create_directory(folder));
  std::ofstream(folder / "phontab") << "x";
  const auto opened = open(folder);
  std::filesystem::remove_all(folder);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::exists);
}

TEST(EspeakWithoutData, SaysWhereItLooked) {
  const auto opened = open("/nonexistent");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().message, "espeak: no voice data in /nonexistent: 'phontab' is missing");
}

}  // namespace
}  // namespace entente::espeak
