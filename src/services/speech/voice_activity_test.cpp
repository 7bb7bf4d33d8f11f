// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/voice_activity.h"

#include <gtest/gtest.h>

#include "services/speech/impl/test_sound.h"

namespace entente::speech {
namespace {

using test_sound::babble;
using test_sound::noise;
using test_sound::silence;

// The share of frames that are taken for speech, those before `from` left out.
double voiced_share(VoiceActivity& activity, const std::vector<std::int16_t>& sound,
                    milliseconds from = milliseconds(0)) {
  std::size_t voiced = 0;
  std::size_t frames = 0;
  for (std::size_t at = 0; at + VoiceActivity::frame_samples <= sound.size(); at += VoiceActivity::frame_samples) {
    const bool is_voiced = activity.is_voiced(Samples(sound).subspan(at, VoiceActivity::frame_samples));
    if (at < static_cast<std::size_t>(from.count()) * 16) continue;
    voiced += is_voiced ? 1U : 0U;
    ++frames;
  }
  return static_cast<double>(voiced) / static_cast<double>(frames);
}

TEST(VoiceActivity, HearsNothingInDigitalSilence) {
  VoiceActivity activity;
  EXPECT_EQ(voiced_share(activity, silence(milliseconds(3'000))), 0);
}

TEST(VoiceActivity, TakesConstantNoiseOfAnyLevelForSilence) {
  for (const double level : {0.0005, 0.005, 0.05, 0.3}) {
    VoiceActivity activity;
    EXPECT_LT(voiced_share(activity, noise(milliseconds(5'000), level)), 0.01) << level;
  }
}

TEST(VoiceActivity, HearsSpeechInSilence) {
  VoiceActivity activity;
  voiced_share(activity, silence(milliseconds(500)));
  EXPECT_GT(voiced_share(activity, babble(milliseconds(2'000), 0.1)), 0.5);
}

TEST(VoiceActivity, HearsQuietSpeech) {
  VoiceActivity activity;
  voiced_share(activity, noise(milliseconds(500), 0.0003));
  EXPECT_GT(voiced_share(activity, babble(milliseconds(2'000), 0.008)), 0.4);
}

TEST(VoiceActivity, HearsSpeechAboveNoise) {
  VoiceActivity activity;
  voiced_share(activity, noise(milliseconds(1'000), 0.01));
  auto sound = babble(milliseconds(2'000), 0.1);
  test_sound::add(sound, noise(milliseconds(2'000), 0.01));
  EXPECT_GT(voiced_share(activity, sound), 0.4);
}

TEST(VoiceActivity, IsSilentAgainSoonAfterSpeech) {
  VoiceActivity activity;
  voiced_share(activity, noise(milliseconds(500), 0.002));
  voiced_share(activity, babble(milliseconds(2'000), 0.1));
  EXPECT_EQ(voiced_share(activity, noise(milliseconds(1'000), 0.002), milliseconds(60)), 0);
}

TEST(VoiceActivity, GetsUsedToNoiseThatBegins) {
  VoiceActivity activity;
  voiced_share(activity, noise(milliseconds(2'000), 0.001));
  EXPECT_EQ(voiced_share(activity, noise(milliseconds(5'000), 0.05), milliseconds(2'000)), 0);
}

TEST(VoiceActivity, HearsSpeechAfterLoudNoiseHasEnded) {
  VoiceActivity activity;
  voiced_share(activity, noise(milliseconds(3'000), 0.2));
  voiced_share(activity, silence(milliseconds(300)));
  EXPECT_GT(voiced_share(activity, babble(milliseconds(2'000), 0.05)), 0.5);
}

TEST(VoiceActivity, IgnoresHum) {
  VoiceActivity activity;
  EXPECT_LT(voiced_share(activity, test_sound::tone(milliseconds(4'000), 50, 0.2)), 0.02);
}

}  // namespace
}  // namespace entente::speech
