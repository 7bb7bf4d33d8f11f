// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/openai_audio/protocol/speech_reader.h"

#include <gtest/gtest.h>

namespace entente::openai_audio {
namespace {

using Sound = std::vector<std::int16_t>;

Result<Sound> read(std::string_view bytes, std::size_t piece, int rate = 24'000) {
  SpeechReader reader(rate);
  Sound sound;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    ENTENTE_TRY_VOID(reader.feed(bytes.substr(0, piece), sound));
  }
  ENTENTE_TRY_VOID(reader.finish(sound));
  return sound;
}

const Sound three = {1, -2, 300};

TEST(SpeechReader, ReadsWavAsItComes) {
  const auto wav = audio::write_wav({24'000, 1, three});
  for (const std::size_t piece : {1U, 3U, 1'000U}) EXPECT_EQ(read(wav, piece).value_or({}), three);
}

TEST(SpeechReader, ReadsWavWhoseLengthIsNotKnown) {
  EXPECT_EQ(read(audio::wav_stream_header(24'000, 1) + audio::to_wire(three), 10).value_or({}), three);
}

TEST(SpeechReader, ReadsRawSamplesCutAnywhere) {
  for (const std::size_t piece : {1U, 3U, 1'000U}) EXPECT_EQ(read(audio::to_wire(three), piece).value_or({}), three);
}

TEST(SpeechReader, GivesTheWantedRateInMono) {
  const auto sound = read(audio::write_wav({44'100, 2, Sound(88'200)}), 4'096);
  ASSERT_TRUE(sound.ok());
  EXPECT_NEAR(static_cast<double>(sound->size()), 24'000, 2);
}

TEST(SpeechReader, NamesOtherKindsOfSound) {
  EXPECT_EQ(read("ID3\x04 and so on", 100).error().message, "the server sends MP3, though WAV was asked for");
  EXPECT_EQ(read("OggS and so on", 1).error().code, ErrorCode::unsupported);
}

TEST(SpeechReader, WhatIsNoSoundIsRefused) {
  for (const auto* bytes : {"", "R", "{\"error\": 1}", "<!DOCTYPE html>", "RIFF\x04\0\0\0junk"}) {
    EXPECT_EQ(read(bytes, 5).error().code, ErrorCode::corrupt) << bytes;
  }
}

TEST(SpeechReader, SpeechWithoutAnEndIsRefused) {
  SpeechReader reader(24'000);
  Sound sound;
  Result<void> fed;
  for (int i = 0; fed && i < 100; ++i) {
    fed = reader.feed(std::string(1'000'000, '\0'), sound);
    sound.clear();
  }
  ASSERT_FALSE(fed.ok());
  EXPECT_EQ(fed.error().code, ErrorCode::exhausted);
}

}  // namespace
}  // namespace entente::openai_audio
