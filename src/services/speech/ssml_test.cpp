// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/ssml.h"

#include <gtest/gtest.h>

namespace entente::speech {
namespace {

using namespace std::chrono_literals;

std::vector<Passage> read(std::string_view body) {
  const auto passages = read_ssml(fmt::format("<speak>{}</speak>", body), "en");
  EXPECT_TRUE(passages.ok()) << passages.error().message;
  return passages.ok() ? *passages : std::vector<Passage>();
}
Passage only(std::string_view body) {
  const auto passages = read(body);
  EXPECT_EQ(passages.size(), 1U);
  return passages.empty() ? Passage{} : passages.front();
}
std::string refusal(std::string_view ssml) {
  const auto passages = read_ssml(ssml, "en");
  return passages.ok() ? "none" : passages.error().message;
}

TEST(Ssml, SaysPlainTextInTheLanguageThatWasAskedFor) {
  EXPECT_EQ(only(" Hello &amp; welcome "), (Passage{"Hello & welcome", "en", "", "", 1, 1, 0, 0ms}));
}

TEST(Ssml, PausesBetweenSentencesAndLongerBetweenParagraphs) {
  const auto passages = read("<p><s>One.</s><s>Two.</s></p><p>Three.</p>");
  ASSERT_EQ(passages.size(), 3U);
  EXPECT_EQ(passages[0].pause, 0ms);
  EXPECT_EQ(passages[1].pause, 250ms);
  EXPECT_EQ(passages[2].pause, 500ms);
}

TEST(Ssml, BreaksForATimeOrAStrength) {
  EXPECT_EQ(read("a<break time='700ms'/>b").at(1).pause, 700ms);
  EXPECT_EQ(read("a<break time='1.5s'/>b").at(1).pause, 1500ms);
  EXPECT_EQ(read("a<break strength='strong'/>b").at(1).pause, 600ms);
  EXPECT_EQ(read("a<break/>b").at(1).pause, 300ms);
}

TEST(Ssml, KeepsAPauseAtTheEnd) {
  const auto passages = read("a<break time='1s'/>");
  ASSERT_EQ(passages.size(), 2U);
  EXPECT_EQ(passages[1].text, "");
  EXPECT_EQ(passages[1].pause, 1000ms);
}

TEST(Ssml, ChangesRatePitchAndVolume) {
  const auto passage = only("<prosody rate='80%' pitch='+2st' volume='-6dB'>slow</prosody>");
  EXPECT_DOUBLE_EQ(passage.speed, 0.8);
  EXPECT_NEAR(passage.pitch, 1.1225, 0.001);
  EXPECT_DOUBLE_EQ(passage.decibels, -6);
  EXPECT_DOUBLE_EQ(only("<prosody rate='fast'>a</prosody>").speed, 1.35);
  EXPECT_DOUBLE_EQ(only("<prosody rate='+50%'>a</prosody>").speed, 1.5);
  EXPECT_DOUBLE_EQ(only("<prosody rate='1.2'>a</prosody>").speed, 1.2);
  EXPECT_LT(only("<prosody volume='silent'>a</prosody>").decibels, -100);
}

TEST(Ssml, MultipliesProsodyThatNestsAndKeepsItInBounds) {
  EXPECT_DOUBLE_EQ(only("<prosody rate='50%'><prosody rate='50%'>a</prosody></prosody>").speed, 0.5);
  EXPECT_DOUBLE_EQ(only("<prosody rate='150%'><prosody rate='120%'>a</prosody></prosody>").speed, 1.8);
}

TEST(Ssml, GoesBackToTheFormerMannerAfterAnElement) {
  const auto passages = read("a <emphasis level='strong'>b</emphasis> c");
  ASSERT_EQ(passages.size(), 3U);
  EXPECT_GT(passages[1].decibels, 0);
  EXPECT_LT(passages[1].speed, 1);
  EXPECT_EQ(passages[2].decibels, 0);
  EXPECT_EQ(passages[2].speed, 1);
}

TEST(Ssml, TellsHowATextIsMeant) {
  EXPECT_EQ(only("<say-as interpret-as='characters'>AC</say-as>").as, "characters");
  EXPECT_EQ(only("<say-as interpret-as='date' format='ymd'>2026-11-22</say-as>").text, "2026-11-22");
}

TEST(Ssml, SaysTheSubstituteInsteadOfTheText) {
  EXPECT_EQ(only("<sub alias='World Wide Web'>WWW</sub>").text, "World Wide Web");
  EXPECT_EQ(only("<sub>WWW</sub>").text, "WWW");
}

TEST(Ssml, ChangesLanguageAndVoice) {
  const auto passages = read("<lang xml:lang='de'>hallo</lang><voice name='espeak' language='fr'>salut</voice>");
  ASSERT_EQ(passages.size(), 2U);
  EXPECT_EQ(passages[0].language, "de");
  EXPECT_EQ(passages[1].language, "fr");
  EXPECT_EQ(passages[1].voice, "espeak");
  EXPECT_EQ(read_ssml("<speak xml:lang='es'>hola</speak>", "en")->front().language, "es");
}

TEST(Ssml, SaysTheTextOfWhatItDoesNotKnow) {
  EXPECT_EQ(only("<phoneme alphabet='ipa' ph='x'>tomato</phoneme>").text, "tomato");
  EXPECT_EQ(only("<bark>woof</bark>").text, "woof");
  EXPECT_TRUE(read("<metadata>secret</metadata>").empty());
}

TEST(Ssml, RefusesWithLineAndReason) {
  EXPECT_EQ(refusal("<p>a</p>"), "ssml: line 1: the document begins with <p>, not <speak>");
  EXPECT_EQ(refusal("<speak>\n\n<p>a</speak>"), "ssml: line 3: mismatched tag");
  EXPECT_EQ(refusal("hello"), "ssml: line 1: syntax error");
  EXPECT_EQ(refusal(""), "ssml: line 1: no element found");
  EXPECT_EQ(refusal("<speak>\xFF</speak>"), "ssml: line 1: not well-formed (invalid token)");
  EXPECT_EQ(refusal("<speak>\n<break time='soon'/></speak>"),
            "ssml: line 2: a break of 'soon' is no time (\"500ms\", \"2s\") and no strength");
  EXPECT_EQ(refusal("<speak><break time='11s'/></speak>"), "ssml: line 1: a break is at most 10 s");
  EXPECT_EQ(refusal("<speak><prosody rate='warp'>a</prosody></speak>"),
            "ssml: line 1: prosody: rate 'warp' is not known");
  EXPECT_EQ(refusal("<speak><prosody rate='-100%'>a</prosody></speak>"),
            "ssml: line 1: prosody: rate '-100%' is not known");
  EXPECT_EQ(refusal("<speak><emphasis level='huge'>a</emphasis></speak>"),
            "ssml: line 1: emphasis: level 'huge' is not known");
}

TEST(Ssml, RefusesADocumentTypeAndItsEntities) {
  EXPECT_EQ(refusal("<!DOCTYPE speak [<!ENTITY a 'aaaa'>]>\n<speak>&a;</speak>"),
            "ssml: line 1: a document type is not allowed");
  EXPECT_EQ(refusal("<speak>&nbsp;</speak>"), "ssml: line 1: undefined entity");
}

TEST(Ssml, RefusesWhatIsTooLargeTooDeepOrTooMuch) {
  EXPECT_EQ(refusal(std::string(max_ssml_bytes + 1, ' ')), "ssml: more than 65536 bytes");
  std::string deep = "<speak>";
  for (int i = 0; i < 40; ++i) deep += "<p>";
  EXPECT_EQ(refusal(deep), "ssml: line 1: elements nest deeper than 30");
  std::string many = "<speak>";
  for (int i = 0; i < 600; ++i) many += "<s>a</s>";
  EXPECT_EQ(refusal(many + "</speak>"), "ssml: line 1: more than 500 passages");
}

TEST(Ssml, CapsPausesThatAddUp) {
  std::string breaks;
  for (int i = 0; i < 5; ++i) breaks += "<break time='9s'/>";
  EXPECT_EQ(only(breaks + "a").pause, 10s);
}

}  // namespace
}  // namespace entente::speech
