// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench_speech_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace entente::apps {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

SpeechCondition condition(const std::string& noise, std::optional<double> ratio, int understood) {
  SpeechCondition made;
  made.noise = noise;
  made.snr_db = ratio;
  made.clips = 10;
  made.understood = understood;
  return made;
}

const std::vector<SpeechCondition> measured{condition("clean", std::nullopt, 10), condition("fan", 24, 10),
                                            condition("fan", 6, 8), condition("music & talk", 24, 6),
                                            condition("music & talk", 6, 2)};

TEST(SpeechCurve, MeansLeaveOutWhatIsClean) {
  EXPECT_DOUBLE_EQ(mean_in_noise(measured), 65);
  EXPECT_DOUBLE_EQ(mean_in_noise(measured, "fan"), 90);
  EXPECT_DOUBLE_EQ(mean_in_noise({}), 0);
}

TEST(SpeechCurve, NamesEachNoiseOnce) { EXPECT_THAT(noises_of(measured), ElementsAre("fan", "music & talk")); }

TEST(SpeechCurve, IsATableWithARowForEachNoise) {
  EXPECT_EQ(table_of(measured),
            "  % understood  24 dB   6 dB   mean\n"
            "  fan           100.0   80.0   90.0\n"
            "  music & talk   60.0   20.0   40.0\n");
}

TEST(SpeechCurve, IsDrawnWithALineForEachNoise) {
  const auto svg = svg_of(measured);
  EXPECT_THAT(svg, HasSubstr("fan (90.0 %)"));
  EXPECT_THAT(svg, HasSubstr("music &#38; talk (40.0 %)"));
  EXPECT_THAT(svg, HasSubstr(">20 %<"));  // down to the worst
  EXPECT_THAT(svg, Not(HasSubstr(">10 %<")));
}

TEST(SpeechCurve, IsDrawnOfNothing) { EXPECT_THAT(svg_of({}), HasSubstr("</svg>")); }

}  // namespace
}  // namespace entente::apps
