// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/front_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

std::vector<std::int16_t> tone(double hertz, std::size_t samples) {
  std::vector<std::int16_t> out(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    out[i] = static_cast<std::int16_t>(8000 * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / 16000));
  }
  return out;
}

std::vector<MelFrame> frames_of(std::span<const std::int16_t> samples, std::size_t chunk) {
  FrontEnd front_end{FrontEndParameters{}};
  std::vector<MelFrame> frames;
  for (std::size_t at = 0; at < samples.size(); at += chunk) {
    front_end.feed(samples.subspan(at, std::min(chunk, samples.size() - at)), frames);
  }
  return frames;
}

TEST(FrontEnd, MakesOneHundredFramesASecond) {
  EXPECT_EQ(frames_of(tone(440, 16000), 16000).size(), (16000U - frame_length) / frame_shift + 1);
}

TEST(FrontEnd, HasNoFrameOfLessSoundThanItsWindow) {
  EXPECT_TRUE(frames_of(tone(440, frame_length - 1), 1000).empty());
  EXPECT_EQ(frames_of(tone(440, frame_length), 1000).size(), 1U);
}

TEST(FrontEnd, DoesNotCareHowSoundIsCutIntoChunks) {
  auto sound = clip("turn_on_the_kitchen_light");
  auto whole = frames_of(sound, sound.size());
  EXPECT_EQ(frames_of(sound, 7), whole);
  EXPECT_EQ(frames_of(sound, 1601), whole);
}

TEST(FrontEnd, PutsAToneIntoItsBand) {
  auto loudest = [](double hertz) {
    auto frame = frames_of(tone(hertz, 800), 800).back();
    return std::max_element(frame.begin(), frame.end()) - frame.begin();
  };
  EXPECT_LT(loudest(200), 3);
  EXPECT_GT(loudest(6000), 21);
  EXPECT_LT(loudest(1000), loudest(2000));
}

TEST(FrontEnd, StaysFiniteInDigitalSilence) {
  const auto frame = frames_of(std::vector<std::int16_t>(1000), 1000).front();
  for (float band : frame) EXPECT_TRUE(std::isfinite(band));
}

TEST(CepstralTransform, KeepsASmoothSpectrumThereAndBack) {
  CepstralTransform transform(22);
  Cepstrum cepstrum{};
  for (std::size_t i = 0; i < cepstrum_size; ++i) cepstrum[i] = static_cast<float>(10 - static_cast<int>(i));
  auto again = transform.forward(transform.inverse(cepstrum));
  for (std::size_t i = 0; i < cepstrum_size; ++i) EXPECT_NEAR(again[i], cepstrum[i], 1e-3F);
}

TEST(Features, AreDifferencesOfTheFramesAround) {
  std::vector<Cepstrum> cepstra(9);
  for (std::size_t t = 0; t < cepstra.size(); ++t) cepstra[t].fill(static_cast<float>(t * t));
  auto features = features_at(cepstra, 4);
  EXPECT_FLOAT_EQ(features[0][0], 16);
  EXPECT_FLOAT_EQ(features[1][0], 36 - 4);
  EXPECT_FLOAT_EQ(features[2][0], (49 - 9) - (25 - 1));
}

TEST(Features, RepeatTheEdges) {
  std::vector<Cepstrum> cepstra(1);
  cepstra[0].fill(5);
  auto features = features_at(cepstra, 0);
  EXPECT_FLOAT_EQ(features[0][3], 5);
  EXPECT_FLOAT_EQ(features[1][3], 0);
  EXPECT_FLOAT_EQ(features[2][3], 0);
}

TEST(FrontEndParameters, ReadWhatTheModelWasTrainedWith) {
  auto parameters = FrontEndParameters::parse("-lowerf 100\n-upperf 7000\n-lifter 20\n-transform dct\n", "feat.params");
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->lowest, 100);
  EXPECT_EQ(parameters->highest, 7000);
  EXPECT_EQ(parameters->lifter, 20);
}

TEST(FrontEndParameters, RefuseFeaturesThatWeDoNotCompute) {
  for (std::string line : {"-transform legacy", "-feat s3_1x39", "-nfilt 40", "-lifter 0", "-lifter x", "-lowerf -3",
                           "-upperf 1e9", "-lowerf 6790", "-lowerf nan"}) {
    auto parameters = FrontEndParameters::parse(line, "x/feat.params");
    ASSERT_FALSE(parameters.ok()) << line;
    EXPECT_THAT(parameters.error().message, testing::HasSubstr("acoustic model: x/feat.params: ")) << line;
  }
}

}  // namespace
}  // namespace entente::sphinx
