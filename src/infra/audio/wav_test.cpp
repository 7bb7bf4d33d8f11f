// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/wav.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>

namespace entente::audio {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Samples = std::vector<std::int16_t>;

template <class T>
std::string little(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return bytes;
}
std::string chunk(const std::string& kind, const std::string& content) {
  return kind + little(static_cast<std::uint32_t>(content.size())) + content + (content.size() % 2 != 0 ? "\0"s : "");
}

struct Format {
  std::uint16_t encoding = 1;
  std::uint16_t channels = 1;
  std::uint32_t rate = 16'000;
  std::uint16_t bits = 16;
  std::uint16_t frame_bytes = 0;  // 0: as it should be
};
std::string format_content(const Format& format) {
  const auto frame = static_cast<std::uint16_t>((format.bits + 7) / 8 * format.channels);
  const auto frame_bytes = format.frame_bytes != 0 ? format.frame_bytes : frame;
  return little(format.encoding) + little(format.channels) + little(format.rate) + little(format.rate * frame_bytes) +
         little(frame_bytes) + little(format.bits);
}
std::string riff(const std::string& chunks) {
  return "RIFF" + little(static_cast<std::uint32_t>(chunks.size() + 4)) + "WAVE" + chunks;
}
std::string wav(const Format& format, const std::string& sound) {
  return riff(chunk("fmt ", format_content(format)) + chunk("data", sound));
}
template <class Real, class Bits>
std::string reals(std::initializer_list<Real> values) {
  std::string bytes;
  for (const auto value : values) bytes += little(std::bit_cast<Bits>(value));
  return bytes;
}

struct SampleCase {
  const char* what;
  Format format;
  std::string sound;
  Samples samples;
};
void PrintTo(const SampleCase& item, std::ostream* out) { *out << item.what; }

class WavSamples : public ::testing::TestWithParam<SampleCase> {};
TEST_P(WavSamples, ComeOutAsSixteenBits) {
  const auto& item = GetParam();
  const auto audio = read_wav(wav(item.format, item.sound), "clip.wav");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio->pcm.samples, item.samples);
  EXPECT_EQ(audio->pcm.rate, static_cast<int>(item.format.rate));
  EXPECT_EQ(audio->pcm.channels, item.format.channels);
  EXPECT_FALSE(audio->truncated);
}
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
INSTANTIATE_TEST_SUITE_P(
    Wav, WavSamples,
    ::testing::Values(
        SampleCase{"8 bits", {1, 1, 8'000, 8}, "\x00\x80\xFF\x81"s, {-32768, 0, 32512, 256}},
        SampleCase{"16 bits", {1, 1, 16'000, 16}, "\x01\x00\xFF\x7F\x00\x80"s, {1, 32767, -32768}},
        SampleCase{"16 bits in stereo", {1, 2, 44'100, 16}, "\x01\x00\x02\x00\x03\x00\x04\x00"s, {1, 2, 3, 4}},
        SampleCase{"24 bits", {1, 1, 48'000, 24}, "\xAA\x01\x00\xBB\xFF\x7F\xCC\x00\x80"s, {1, 32767, -32768}},
        SampleCase{"20 bits in 24", {1, 1, 48'000, 20}, "\xA0\x01\x00"s, {1}},
        SampleCase{"32 bits", {1, 1, 192'000, 32}, "\xAA\xAA\x01\x00\xBB\xBB\xFF\x7F"s, {1, 32767}},
        SampleCase{"12 bits in 16", {1, 1, 16'000, 12}, "\x10\x00"s, {16}},
        SampleCase{"float",
                   {3, 1, 16'000, 32},
                   reals<float, std::uint32_t>({0.0F, 0.5F, -1.0F, 1.0F}),
                   {0, 16384, -32768, 32767}},
        SampleCase{"float beyond full scale",
                   {3, 1, 16'000, 32},
                   reals<float, std::uint32_t>({7.0F, -1e30F, infinity, -infinity, not_a_number}),
                   {32767, -32768, 32767, -32768, 0}},
        SampleCase{"double", {3, 1, 16'000, 64}, reals<double, std::uint64_t>({0.25, -0.25}), {8192, -8192}},
        SampleCase{"A-law", {6, 1, 8'000, 8}, "\xD5\x55\xAA\x2A"s, {8, -8, 32256, -32256}},
        SampleCase{"mu-law", {7, 1, 8'000, 8}, "\xFF\x7F\x80\x00"s, {0, 0, 32124, -32124}},
        SampleCase{"thirty-two channels", {1, 32, 16'000, 8}, std::string(32, '\x81'), Samples(32, 256)}));

TEST(Wav, ReadsAnExtensibleFormat) {
  const auto extensible = format_content({0xFFFE, 1, 16'000, 16}) + little(std::uint16_t{22}) +
                          little(std::uint16_t{16}) + little(std::uint32_t{4}) + little(std::uint16_t{1}) +
                          "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71"s;
  const auto audio = read_wav(riff(chunk("fmt ", extensible) + chunk("data", "\x05\x00"s)), "clip.wav");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_THAT(audio->pcm.samples, ElementsAre(5));
}

TEST(Wav, SkipsChunksItDoesNotKnow) {
  const auto bytes = riff(chunk("LIST", "odd") + chunk("fmt ", format_content({}) + "\0\0"s) + chunk("fact", "1234") +
                          chunk("none", "") + chunk("data", "\x07\x00"s) + chunk("LIST", "after"));
  const auto audio = read_wav(bytes, "clip.wav");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_THAT(audio->pcm.samples, ElementsAre(7));
  EXPECT_FALSE(audio->truncated);
}

class WavLength : public ::testing::TestWithParam<std::uint32_t> {};
TEST_P(WavLength, ThatNobodyKnewMeansUntilTheEnd) {
  const auto bytes = "RIFF" + little(GetParam()) + "WAVE" + chunk("fmt ", format_content({})) + "data" +
                     little(GetParam()) + "\x07\x00\x08\x00"s;
  const auto audio = read_wav(bytes, "clip.wav");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_THAT(audio->pcm.samples, ElementsAre(7, 8));
  EXPECT_FALSE(audio->truncated);
}
INSTANTIATE_TEST_SUITE_P(Wav, WavLength, ::testing::Values(0U, 0xFFFFFFFFU, 0x7FFFFFFFU, 0x7FFFF000U, 0x80000000U));

TEST(Wav, NoSoundBeforeAnotherChunkIsNoSound) {
  const auto audio = read_wav(riff(chunk("fmt ", format_content({})) + chunk("data", "") + chunk("LIST", "tags")), "x");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_TRUE(audio->pcm.empty());
}

TEST(Wav, AnUnfinishedHeaderBeforeSoundIsNoObstacle) {
  const auto audio = read_wav(wav({}, "") + "\x07\x00"s, "x");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_THAT(audio->pcm.samples, ElementsAre(7));
}

TEST(Wav, ReadsRf64) {
  const auto bytes = "RF64\xFF\xFF\xFF\xFFWAVE"s + chunk("ds64", std::string(28, '\0')) +
                     chunk("fmt ", format_content({})) + "data\xFF\xFF\xFF\xFF\x09\x00"s;
  const auto audio = read_wav(bytes, "clip.wav");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_THAT(audio->pcm.samples, ElementsAre(9));
}

TEST(Wav, CutShortItGivesWhatIsThere) {
  const auto whole = wav({1, 2, 16'000, 16}, std::string(400, '\x01'));
  for (const std::size_t missing : {1U, 2U, 3U, 4U, 200U, 400U}) {
    const auto audio = read_wav(std::string_view(whole).substr(0, whole.size() - missing), "clip.wav");
    ASSERT_TRUE(audio.ok()) << audio.error().message;
    EXPECT_TRUE(audio->truncated);
    EXPECT_EQ(audio->pcm.frames(), (400 - missing) / 4);
    EXPECT_EQ(audio->pcm.samples.size() % 2, 0U);
  }
}

TEST(Wav, AnAnnouncedLengthTakesNoMemory) {
  const auto bytes = riff(chunk("fmt ", format_content({})) + "data" + little(0x7FFE0000U) + "\x01\x00"s);
  const auto audio = read_wav(bytes, "clip.wav");
  ASSERT_TRUE(audio.ok());
  EXPECT_TRUE(audio->truncated);
  EXPECT_LT(audio->pcm.samples.capacity(), 1000U);
}

TEST(Wav, NoSoundIsStillASound) {
  const auto audio = read_wav(wav({}, ""), "clip.wav");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_TRUE(audio->pcm.empty());
}

TEST(Wav, MoreSamplesThanAllowedAreRefused) {
  const auto audio = read_wav(wav({1, 1, 8'000, 8}, std::string(1001, 'x')), "clip.wav", 1000);
  ASSERT_FALSE(audio.ok());
  EXPECT_EQ(audio.error().code, ErrorCode::exhausted);
  EXPECT_EQ(audio.error().message, "audio: clip.wav: more than 1000 samples");
}

struct BrokenCase {
  std::string bytes;
  const char* cause;
};
void PrintTo(const BrokenCase& item, std::ostream* out) { *out << item.cause; }

class BrokenWav : public ::testing::TestWithParam<BrokenCase> {};
TEST_P(BrokenWav, IsRefusedWithItsCause) {
  const auto audio = read_wav(GetParam().bytes, "clip.wav");
  ASSERT_FALSE(audio.ok());
  EXPECT_EQ(audio.error().message, std::string("audio: clip.wav: ") + GetParam().cause);
}
std::string with_format(const std::string& content) { return riff(chunk("fmt ", content) + chunk("data", "1234")); }
INSTANTIATE_TEST_SUITE_P(
    Wav, BrokenWav,
    ::testing::Values(
        BrokenCase{"", "empty"}, BrokenCase{"RIFF", "not a WAV file"},
        BrokenCase{"RIFX\0\0\0\0WAVE"s, "not a WAV file"}, BrokenCase{"RIFF\0\0\0\0AVI "s, "not a WAV file"},
        BrokenCase{riff(""), "ends before any sound"}, BrokenCase{riff(chunk("LIST", "x")), "ends before any sound"},
        BrokenCase{riff("LIST\xFF\xFF\xFF\xFFxyz"), "ends before any sound"},
        BrokenCase{riff(chunk("data", "1234")), "no 'fmt ' chunk before the samples"},
        BrokenCase{with_format("short"), "a 'fmt ' chunk of 5 bytes"},
        BrokenCase{riff("fmt \x10\x00\x00\x00\x01\x00"s), "ends before any sound"},
        BrokenCase{riff(chunk("fmt ", format_content({})) + chunk("fmt ", format_content({}))), "two 'fmt ' chunks"},
        BrokenCase{with_format(format_content({1, 0, 16'000, 16, 2})), "0 channels; 1 to 32 can be read"},
        BrokenCase{with_format(format_content({1, 65'535, 16'000, 8})), "65535 channels; 1 to 32 can be read"},
        BrokenCase{with_format(format_content({1, 1, 0, 16})), "0 Hz; 1000 to 768000 can be read"},
        BrokenCase{with_format(format_content({1, 1, 0xFFFFFFFF, 16})), "4294967295 Hz; 1000 to 768000 can be read"},
        BrokenCase{with_format(format_content({1, 1, 16'000, 0, 2})), "0 bits a sample in encoding 1"},
        BrokenCase{with_format(format_content({1, 1, 16'000, 64})), "64 bits a sample in encoding 1"},
        BrokenCase{with_format(format_content({3, 1, 16'000, 16})), "16 bits a sample in encoding 3"},
        BrokenCase{with_format(format_content({7, 1, 16'000, 16})), "16 bits a sample in encoding 7"},
        BrokenCase{with_format(format_content({1, 2, 16'000, 16, 2})), "frames of 2 bytes, but 2 channels of 16 bits"},
        BrokenCase{with_format(format_content({85, 1, 16'000, 16})),
                   "encoding 0x0055; PCM, float, A-law and µ-law can be read"},
        BrokenCase{with_format(format_content({0xFFFE, 1, 16'000, 16})), "an extensible format that ends too early"}));

TEST(Wav, AFormatThatLooksLikeNothingElseIsRefused) {
  EXPECT_THAT(read_wav("fLaC and more bytes", "x").error().message, HasSubstr("not a WAV file"));
}

TEST(Wav, ReadsWhatItWrites) {
  const Pcm sound{22'050, 2, {1, -1, 32767, -32768, 0, 5}};
  const auto audio = read_wav(write_wav(sound), "clip.wav");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio->pcm.samples, sound.samples);
  EXPECT_EQ(audio->pcm.rate, 22'050);
  EXPECT_EQ(audio->pcm.channels, 2);
  EXPECT_FALSE(audio->truncated);
}

TEST(Wav, TheHeaderOfAStreamHasNoLength) {
  const Samples samples{1, 2, 3};
  const auto audio = read_wav(wav_stream_header(16'000, 1) + to_wire(samples), "stream");
  ASSERT_TRUE(audio.ok()) << audio.error().message;
  EXPECT_EQ(audio->pcm.samples, samples);
  EXPECT_FALSE(audio->truncated);
}

TEST(WavReader, GivesTheSameHoweverTheBytesAreCut) {
  const auto whole = riff(chunk("LIST", "odd") + chunk("fmt ", format_content({1, 2, 48'000, 24})) +
                          chunk("data", std::string("abcdefghijklmnopqrstuvwx")));
  const auto expected = read_wav(whole, "clip.wav")->pcm.samples;
  ASSERT_EQ(expected.size(), 8U);
  for (std::size_t piece = 1; piece < whole.size(); ++piece) {
    WavReader reader("clip.wav");
    Samples samples;
    for (std::size_t at = 0; at < whole.size(); at += piece) {
      ASSERT_TRUE(reader.feed(std::string_view(whole).substr(at, piece), samples).ok());
    }
    EXPECT_EQ(samples, expected) << "in pieces of " << piece;
    EXPECT_TRUE(reader.done());
    EXPECT_FALSE(*reader.finish());
  }
}

TEST(WavReader, KnowsTheFormatBeforeTheSound) {
  WavReader reader("-");
  Samples samples;
  ASSERT_TRUE(reader.feed(wav_stream_header(44'100, 2), samples).ok());
  EXPECT_TRUE(reader.has_format());
  EXPECT_EQ(reader.rate(), 44'100);
  EXPECT_EQ(reader.channels(), 2);
  EXPECT_FALSE(reader.done());
}

TEST(WavReader, StaysBrokenOnceItIsBroken) {
  WavReader reader("-");
  Samples samples;
  EXPECT_FALSE(reader.feed("this is no sound at all", samples).ok());
  (void)reader.feed(write_wav(Pcm{16'000, 1, {1, 2}}), samples);
  EXPECT_TRUE(samples.empty());
  EXPECT_FALSE(reader.finish().ok());
}

}  // namespace
}  // namespace entente::audio
