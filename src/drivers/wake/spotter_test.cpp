// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/spotter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/file.h"

namespace entente::wake {
namespace {

using speech::WakeDetection;
using Sound = std::vector<std::int16_t>;

std::vector<std::string> small_dictionary(std::string_view word, std::string_view) {
  if (word == "determination") return {"D IH T ER M AH N EY SH AH N"};
  if (word == "lights") return {"L AY T S"};
  if (word == "please") return {"P L IY Z"};
  if (word == "elephants") return {"EH L AH F AH N T S"};
  return {};
}

// Says the same of whatever it is asked for, and keeps where that was.
struct FakeVerifier : speech::WakeVerifier {
  explicit FakeVerifier(double says) : answer(says) {}
  std::optional<double> likeness(speech::Samples sound, std::size_t from, std::size_t to,
                                 std::span<const std::string> pronunciations) const override {
    EXPECT_LE(from, to);
    EXPECT_LE(to, sound.size());
    EXPECT_LE(sound.size(), 4U * 16000 + 1600);
    asked.assign(pronunciations.begin(), pronunciations.end());
    return answer;
  }
  double answer;
  mutable std::vector<std::string> asked;
};

std::unique_ptr<speech::WakeSpotter> spotter(std::shared_ptr<const speech::WakeVerifier> verifier = nullptr) {
  Options options{"models/wake/phones.bin", small_dictionary, std::move(verifier)};
  auto opened = open(std::move(options));
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

// "lights please determination", the last word from 0.94 to 1.96 s, with silence before and after.
Sound spoken() {
  const auto bytes = read_file("src/drivers/wake/testdata/lights_please_determination.raw");
  if (!bytes) throw std::runtime_error(bytes.error().message);
  Sound sound(bytes->size() / 2);
  std::memcpy(sound.data(), bytes->data(), sound.size() * 2);
  sound.resize(sound.size() + 12000);
  return sound;
}

std::vector<WakeDetection> fed(speech::WakeStream& stream, speech::Samples sound, std::size_t chunk = 1600) {
  std::vector<WakeDetection> found;
  for (std::size_t at = 0; at < sound.size(); at += chunk) {
    auto detection = stream.feed(sound.subspan(at, std::min(chunk, sound.size() - at)));
    for (; detection; detection = stream.feed({})) found.push_back(*detection);
  }
  return found;
}

std::vector<WakeDetection> heard(speech::WakeSpotter& engine, const std::vector<std::string>& texts, const Sound& sound,
                                 std::size_t chunk = 1600) {
  std::vector<speech::WakePhrase> phrases;
  for (const auto& text : texts) phrases.push_back({text, "en", 0.5, false, {}});
  const auto model = engine.prepare(phrases);
  if (!model) throw std::runtime_error(model.error().message);
  return fed(*engine.start(*model), sound, chunk);
}

// The best score that the phrase gets anywhere in the sound.
WakeDetection best(const std::string& text, const Sound& sound) {
  const auto engine = spotter();
  const speech::WakePhrase phrases[] = {{text, "en", 0.5, false, {}}};
  const auto model = prepare_to_measure(*engine, phrases);
  if (!model) throw std::runtime_error(model.error().message);
  WakeDetection top{0, -100, 0, 0};
  for (const auto& found : fed(*engine->start(*model), sound)) top = found.score > top.score ? found : top;
  return top;
}

TEST(Spotter, FindsAWordThatItNeverLearned) {
  const auto found = best("determination", spoken());
  EXPECT_GT(found.score, best("elephants", spoken()).score + 0.3);
  EXPECT_NEAR(static_cast<double>(found.begin) / 16000, 0.95, 0.2);
  EXPECT_NEAR(static_cast<double>(found.end) / 16000, 1.92, 0.2);
}

TEST(Spotter, TakesWhatTheSecondLookConfirms) {
  const auto engine = spotter(std::make_shared<FakeVerifier>(5));
  const auto found = heard(*engine, {"determination"}, spoken());
  ASSERT_FALSE(found.empty());
  EXPECT_GT(found.front().score, 0);
}

TEST(Spotter, DropsWhatTheSecondLookDenies) {
  const auto verifier = std::make_shared<FakeVerifier>(-5);
  const auto engine = spotter(verifier);
  EXPECT_TRUE(heard(*engine, {"determination"}, spoken()).empty());
  EXPECT_THAT(verifier->asked, testing::ElementsAre("D IH T ER M AH N EY SH AH N"));
}

TEST(Spotter, WaitsForSeveralPhrasesAtOnce) {
  const auto engine = spotter(std::make_shared<FakeVerifier>(5));
  const auto found = heard(*engine, {"lights please", "determination"}, spoken());
  const auto is = [&](std::size_t phrase) {
    return std::any_of(found.begin(), found.end(), [&](const auto& one) { return one.phrase == phrase; });
  };
  EXPECT_TRUE(is(0));
  EXPECT_TRUE(is(1));
}

TEST(Spotter, HearsTheSameHoweverTheSoundIsCut) {
  const auto engine = spotter(std::make_shared<FakeVerifier>(5));
  const auto sound = spoken();
  const auto whole = heard(*engine, {"determination"}, sound, sound.size());
  for (const std::size_t chunk : {161U, 512U, 4000U}) {
    const auto cut = heard(*engine, {"determination"}, sound, chunk);
    ASSERT_EQ(cut.size(), whole.size()) << chunk;
    for (std::size_t i = 0; i < cut.size(); ++i) {
      EXPECT_EQ(cut[i].begin, whole[i].begin);
      EXPECT_EQ(cut[i].end, whole[i].end);
      EXPECT_EQ(cut[i].score, whole[i].score);
    }
  }
}

TEST(Spotter, HearsNothingInSoundsThatAreNoSpeech) {
  const auto engine = spotter();
  Sound silence(80000, 0), constant(80000, 12000), noise(80000), square(80000);
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < noise.size(); ++i) {
    state = state * 1664525U + 1013904223U;
    noise[i] = static_cast<std::int16_t>(static_cast<int>(state >> 18U) - 8192);
    square[i] = static_cast<std::int16_t>(i / 40 % 2 == 0 ? 32767 : -32768);
  }
  for (const auto& sound : {silence, constant, noise, square}) {
    EXPECT_TRUE(heard(*engine, {"determination", "elephants"}, sound).empty());
  }
}

TEST(Spotter, WakesMoreEasilyTheMoreSensitiveItIs) {
  const auto engine = spotter(std::make_shared<FakeVerifier>(0));
  std::vector<double> scores;
  for (const double sensitivity : {0.0, 0.5, 1.0}) {
    const speech::WakePhrase phrases[] = {{"determination", "en", sensitivity, false, {}}};
    const auto model = prepare_to_measure(*engine, phrases);
    ASSERT_TRUE(model);
    double top = -100;
    for (const auto& found : fed(*engine->start(*model), spoken())) top = std::max(top, found.score);
    scores.push_back(top);
  }
  EXPECT_LT(scores[0], scores[1]);
  EXPECT_LT(scores[1], scores[2]);
}

TEST(Spotter, NamesThePhraseThatCannotBeSaid) {
  const auto engine = spotter();
  const speech::WakePhrase phrases[] = {{"xyzzy", "en", 0.5, false, {}}};
  const auto model = engine->prepare(phrases);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::invalid);
  EXPECT_THAT(model.error().message, testing::HasSubstr("xyzzy"));
}

TEST(Spotter, RefusesMorePhrasesThanItCanHear) {
  const auto engine = spotter();
  const std::vector<speech::WakePhrase> phrases(17, {"elephants", "en", 0.5, false, {}});
  EXPECT_FALSE(engine->prepare(phrases));
}

TEST(Spotter, SaysWhichWeightsAreMissing) {
  const auto opened = open(Options{"/nowhere.bin", small_dictionary, nullptr});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, testing::HasSubstr("/nowhere.bin"));
}

}  // namespace
}  // namespace entente::wake
