// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/protocol/answers.h"

#include <gtest/gtest.h>

#include "drivers/wyoming/protocol/messages.h"
#include "infra/audio/wav.h"

namespace entente::wyoming {
namespace {

Event event(std::string type, Json data = Json::object(), std::string payload = {}) {
  return {std::move(type), std::move(data), std::move(payload)};
}

TEST(Transcript, IsTheTextOfTheServer) {
  Transcript transcript;
  ASSERT_TRUE(transcript.receive(event("info")).ok());
  EXPECT_FALSE(transcript.done());
  ASSERT_TRUE(transcript.receive(event("transcript", {{"text", "Turn on the lamp."}})).ok());
  EXPECT_TRUE(transcript.done());
  EXPECT_EQ(transcript.text(), "Turn on the lamp.");
}

TEST(Transcript, GrowsWhereTheServerStreams) {
  Transcript transcript;
  ASSERT_TRUE(transcript.receive(event("transcript-start")).ok());
  ASSERT_TRUE(transcript.receive(event("transcript-chunk", {{"text", "turn "}})).ok());
  ASSERT_TRUE(transcript.receive(event("transcript-chunk", {{"text", "on"}})).ok());
  EXPECT_EQ(transcript.text(), "turn on");
  EXPECT_FALSE(transcript.done());
  ASSERT_TRUE(transcript.receive(event("transcript-stop")).ok());
  EXPECT_TRUE(transcript.done());
}

TEST(Transcript, AnErrorOfTheServerIsOne) {
  Transcript transcript;
  EXPECT_EQ(transcript.receive(event("error", {{"text", "no such model"}})).error().message,
            "wyoming: the server says: no such model");
}

TEST(Transcript, WithoutATextIsRefused) {
  EXPECT_EQ(Transcript().receive(event("transcript")).error().code, ErrorCode::corrupt);
}

TEST(Transcript, WithoutAnEndIsRefused) {
  Transcript transcript;
  Result<void> received;
  for (int i = 0; received && i < 100; ++i) {
    received = transcript.receive(event("transcript-chunk", {{"text", std::string(1'000, 'x')}}));
  }
  ASSERT_FALSE(received.ok());
  EXPECT_EQ(received.error().code, ErrorCode::exhausted);
}

Json format(int rate, int channels = 1, int width = 2) {
  return {{"rate", rate}, {"width", width}, {"channels", channels}};
}

class SpokenSoundTest : public testing::Test {
 protected:
  void receive(const Event& each) {
    const auto received = spoken.receive(each, sound);
    EXPECT_TRUE(received.ok()) << received.error().message;
  }
  std::vector<std::int16_t> sound;
  SpokenSound spoken{22'050, SpokenSound::Ends::with_the_sound};
};

TEST_F(SpokenSoundTest, IsTheServersSamples) {
  receive(event("audio-start", format(22'050)));
  receive(event("audio-chunk", format(22'050), audio::to_wire(std::vector<std::int16_t>{1, -2})));
  receive(event("audio-chunk", format(22'050), audio::to_wire(std::vector<std::int16_t>{3})));
  EXPECT_EQ(sound, (std::vector<std::int16_t>{1, -2, 3}));
  EXPECT_FALSE(spoken.done());
  receive(event("audio-stop"));
  EXPECT_TRUE(spoken.done());
}

TEST_F(SpokenSoundTest, SamplesMayBeCutAnywhere) {
  receive(event("audio-start", format(22'050)));
  receive(event("audio-chunk", format(22'050), "\x01"));
  receive(event("audio-chunk", format(22'050), std::string("\0\x02", 2)));
  receive(event("audio-chunk", format(22'050), std::string("\0", 1)));
  EXPECT_EQ(sound, (std::vector<std::int16_t>{1, 2}));
}

TEST_F(SpokenSoundTest, ComesOutAtTheWantedRateAndInMono) {
  receive(event("audio-start", format(44'100, 2)));
  receive(event("audio-chunk", format(44'100, 2), std::string(44'100 * 4, '\0')));
  receive(event("audio-stop"));
  EXPECT_NEAR(static_cast<double>(sound.size()), 22'050, 2);
}

TEST_F(SpokenSoundTest, ARateThatCannotBeIsRefused) {
  for (const auto& wrong : {format(0), format(1'000'000), format(-16'000), format(16'000, 0), format(16'000, 1'000),
                            format(16'000, 1, 3), Json::object(), Json{{"rate", "16000"}}}) {
    EXPECT_EQ(spoken.receive(event("audio-start", wrong), sound).error().code, ErrorCode::unsupported) << wrong;
  }
}

TEST_F(SpokenSoundTest, SpeechWithoutAnEndIsRefused) {
  receive(event("audio-start", format(8'000)));
  Result<void> received;
  for (int i = 0; received && i < 100; ++i) {
    received = spoken.receive(event("audio-chunk", format(8'000), std::string(200'000, '\0')), sound);
    sound.clear();
  }
  ASSERT_FALSE(received.ok());
  EXPECT_EQ(received.error().code, ErrorCode::exhausted);
}

TEST(SpokenSound, WhereTheServerStreamsASoundsEndIsNotTheEnd) {
  SpokenSound spoken(22'050, SpokenSound::Ends::when_said);
  std::vector<std::int16_t> sound;
  for (int sentence = 0; sentence < 2; ++sentence) {
    ASSERT_TRUE(spoken.receive(event("audio-start", format(22'050)), sound).ok());
    ASSERT_TRUE(spoken.receive(event("audio-chunk", format(22'050), "abcd"), sound).ok());
    ASSERT_TRUE(spoken.receive(event("audio-stop"), sound).ok());
    EXPECT_FALSE(spoken.done());
  }
  ASSERT_TRUE(spoken.receive(event("synthesize-stopped"), sound).ok());
  EXPECT_TRUE(spoken.done());
  EXPECT_EQ(sound.size(), 4U);
}

TEST(ServerInfo, SaysWhatAServerCanDo) {
  const auto info = read_info(Json::parse(R"({
    "asr": [{"name": "whisper", "models": [{"name": "tiny", "languages": ["en", "zh_CN"], "installed": true},
                                           {"name": "big", "languages": ["de"], "installed": false}]}],
    "tts": [{"name": "piper", "voices": [{"name": "amy", "languages": ["en_US"]}],
             "supports_synthesize_streaming": true}],
    "wake": [{"models": [{"name": "ok_nabu_v0.1", "phrase": "okay nabu"}, {"name": "hey_jarvis_v2"}]}],
    "mic": []})"));
  EXPECT_TRUE(info.hears && info.speaks && info.wakes && info.speech_streams);
  ASSERT_EQ(info.asr.size(), 1U);
  EXPECT_EQ(language_for("zh-CN", info.asr), "zh_CN");
  EXPECT_EQ(language_for("en-GB", info.asr), "en");
  EXPECT_EQ(language_for("de-AT", info.asr), "de");
  EXPECT_FALSE(knows_language("de", info.asr));
  EXPECT_EQ(language_for("en", info.voices), "en_US");
  EXPECT_EQ(wake_model_for("Okay Nabu", info), "ok_nabu_v0.1");
  EXPECT_EQ(wake_model_for("hey, Jarvis!", info), "hey_jarvis_v2");
  EXPECT_EQ(wake_model_for("hey entente", info), std::nullopt);
  EXPECT_EQ(wake_model_for("", info), std::nullopt);
}

TEST(ServerInfo, WhatIsMalformedIsLeftOut) {
  const auto info = read_info(Json::parse(R"({"asr": {}, "tts": [3, {"voices": [null, {"name": 7}, {"name": "a",
    "languages": [1, "en"]}]}], "wake": "x"})"));
  EXPECT_FALSE(info.hears);
  EXPECT_FALSE(info.wakes);
  ASSERT_EQ(info.voices.size(), 1U);
  EXPECT_EQ(info.voices[0].languages, std::vector<std::string>{"en"});
}

TEST(Messages, AVoiceByNameGoesBeforeTheLanguage) {
  EXPECT_EQ(synthesize("hi", {"amy", "2", "en"}).data["voice"], (Json{{"name", "amy"}, {"speaker", "2"}}));
  EXPECT_EQ(synthesize("hi", {"", "", "en"}).data["voice"], (Json{{"language", "en"}}));
  EXPECT_FALSE(synthesize("hi", {}).data.contains("voice"));
}

}  // namespace
}  // namespace entente::wyoming
