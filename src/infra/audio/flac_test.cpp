// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/flac.h"

#include <FLAC/stream_encoder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/audio/read_audio.h"

namespace entente::audio {
namespace {

using Samples = std::vector<std::int16_t>;
using Wide = std::vector<FLAC__int32>;

// A FLAC stream as an encoder writes it that cannot seek back.
std::string encode(const Wide& samples, unsigned rate, unsigned channels, unsigned bits, bool length_known = false) {
  std::string bytes;
  const auto write = [](const FLAC__StreamEncoder*, const FLAC__byte buffer[], std::size_t size, std::uint32_t,
                        std::uint32_t, void* client) {
    static_cast<std::string*>(client)->append(reinterpret_cast<const char*>(buffer), size);
    return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
  };
  auto* encoder = FLAC__stream_encoder_new();
  FLAC__stream_encoder_set_channels(encoder, channels);
  FLAC__stream_encoder_set_bits_per_sample(encoder, bits);
  FLAC__stream_encoder_set_sample_rate(encoder, rate);
  FLAC__stream_encoder_set_streamable_subset(encoder, 0);
  FLAC__stream_encoder_set_blocksize(encoder, 256);
  if (length_known) FLAC__stream_encoder_set_total_samples_estimate(encoder, samples.size() / channels);
  EXPECT_EQ(FLAC__stream_encoder_init_stream(encoder, write, nullptr, nullptr, nullptr, &bytes),
            FLAC__STREAM_ENCODER_INIT_STATUS_OK);
  EXPECT_TRUE(FLAC__stream_encoder_process_interleaved(encoder, samples.data(),
                                                       static_cast<unsigned>(samples.size() / channels)) != 0);
  FLAC__stream_encoder_finish(encoder);
  FLAC__stream_encoder_delete(encoder);
  return bytes;
}
Wide ramp(int count) {
  Wide samples;
  for (int i = 0; i < count; ++i) samples.push_back(i * 7919 % 20'001 - 10'000);
  return samples;
}

TEST(Flac, GivesTheSamplesThatWentIn) {
  const auto wide = ramp(5'000);
  const auto audio = read_flac(encode(wide, 44'100, 2, 16), "clip.flac");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio->pcm.samples, Samples(wide.begin(), wide.end()));
  EXPECT_EQ(audio->pcm.rate, 44'100);
  EXPECT_EQ(audio->pcm.channels, 2);
  EXPECT_FALSE(audio->truncated);
}

TEST(Flac, BringsOtherWidthsToSixteenBits) {
  EXPECT_EQ(read_flac(encode({-128, 0, 127}, 8'000, 1, 8), "x")->pcm.samples, (Samples{-32768, 0, 32512}));
  EXPECT_EQ(read_flac(encode({-8388608, 511, 8388607}, 96'000, 1, 24), "x")->pcm.samples, (Samples{-32768, 1, 32767}));
}

TEST(Flac, CutShortItGivesWhatIsThere) {
  const auto whole = encode(ramp(5'000), 16'000, 1, 16, true);
  const auto audio = read_flac(std::string_view(whole).substr(0, whole.size() / 2), "clip.flac");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_TRUE(audio->truncated);
  EXPECT_GT(audio->pcm.frames(), 1'000U);
  EXPECT_LT(audio->pcm.frames(), 5'000U);
}

TEST(Flac, DamagedInTheMiddleItLeavesThatOut) {
  auto bytes = encode(ramp(5'000), 16'000, 1, 16, true);
  for (std::size_t i = 0; i < 40; ++i) bytes[bytes.size() / 2 + i] = '\x55';
  const auto audio = read_flac(bytes, "clip.flac");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_TRUE(audio->truncated);
  EXPECT_GT(audio->pcm.frames(), 4'000U);
}

TEST(Flac, WithoutOneGoodFrameItIsRefused) {
  const auto whole = encode(ramp(500), 16'000, 1, 16);
  auto nonsense = std::string(5'000, 'x');
  nonsense.replace(0, 4, "fLaC");
  for (const auto& bytes : {std::string("fLaC"), whole.substr(0, 60), nonsense}) {
    const auto audio = read_flac(bytes, "clip.flac");
    ASSERT_FALSE(audio.ok());
    EXPECT_EQ(audio.error().message, "audio: clip.flac: FLAC without one good frame");
  }
}

TEST(Flac, MoreSamplesThanAllowedAreRefused) {
  const auto audio = read_flac(encode(ramp(5'000), 16'000, 1, 16), "clip.flac", 4'999);
  ASSERT_FALSE(audio.ok());
  EXPECT_EQ(audio.error().code, ErrorCode::exhausted);
}

TEST(ReadAudio, TellsTheKindByItsBytes) {
  const auto wide = ramp(300);
  EXPECT_EQ(read_audio(encode(wide, 16'000, 1, 16), "a.wav")->pcm.frames(), 300U);
  EXPECT_EQ(read_audio(write_wav(Pcm{16'000, 1, {1, 2, 3}}), "a.flac")->pcm.frames(), 3U);
}

TEST(ReadAudio, ReadsFlacBehindATag) {
  const std::string tag("ID3\x04\0\0\0\0\0\x05title", 15);
  const auto audio = read_audio(tag + encode(ramp(300), 16'000, 1, 16), "a.flac");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio->pcm.frames(), 300U);
}

TEST(ReadAudio, NamesWhatItCannotRead) {
  EXPECT_EQ(read_audio("ID3\x04 and so on", "clip.mp3").error().message, "audio: clip.mp3: neither WAV nor FLAC");
  EXPECT_EQ(read_audio("", "clip.mp3").error().message, "audio: clip.mp3: empty");
  EXPECT_EQ(read_audio("ID3", "clip.mp3").error().code, ErrorCode::unsupported);
  EXPECT_THAT(read_audio_file("/none/clip.wav").error().message, ::testing::HasSubstr("/none/clip.wav: no such file"));
}

}  // namespace
}  // namespace entente::audio
