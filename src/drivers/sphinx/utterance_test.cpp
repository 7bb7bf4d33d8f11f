// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/utterance.h"

#include <cmath>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

const Engine& engine() {
  static const auto made = [] {
    const Options options;
    auto model = AcousticModel::open(options.model_folder);
    auto parameters = FrontEndParameters::open(options.model_folder / "feat.params");
    if (!model.ok() || !parameters.ok()) throw std::runtime_error("no acoustic model");
    return std::make_unique<const Engine>(std::move(model).value(), *parameters, small_dictionary(), options);
  }();
  return *made;
}

const SearchGraph& lamps() {
  static const auto graph = *SearchGraph::compile(
      sentences({"turn on the kitchen light", "turn off the kitchen light", "turn on the hall lamp",
                 "turn off the bedroom light", "turn off the thermostat"}),
      engine().model, engine().pronunciations);
  return *graph;
}

// As loud as `factor` makes it; what no longer fits clips.
speech::Recognition hear(const std::string& name, double factor = 1) {
  auto samples = clip(name);
  for (auto& sample : samples) {
    sample = static_cast<std::int16_t>(std::clamp(std::round(factor * sample), -32768.0, 32767.0));
  }
  FrontEnd front_end(engine().parameters);
  std::vector<MelFrame> frames;
  front_end.feed(samples, frames);
  return recognise(engine(), lamps(), frames, 3);
}

std::string best(const speech::Recognition& recognition) {
  return recognition.hypotheses.empty() ? "" : recognition.hypotheses.front().text;
}

double loudest_of(const std::string& name) {
  double loudest = 1;
  for (const double sample : clip(name)) loudest = std::max(loudest, std::abs(sample));
  return loudest;
}

TEST(Utterance, IsHeardAtMinusFortyDecibels) {
  const auto heard = hear("turn_on_the_kitchen_light", 327.68 / loudest_of("turn_on_the_kitchen_light"));
  EXPECT_EQ(best(heard), "turn on the kitchen light");
  EXPECT_GT(heard.confidence, 0.8);
}

TEST(Utterance, IsHeardWhenItsPeaksAreCutOff) {
  const auto heard = hear("turn_on_the_kitchen_light", 4 * 32768 / loudest_of("turn_on_the_kitchen_light"));
  EXPECT_EQ(best(heard), "turn on the kitchen light");
  EXPECT_GT(heard.confidence, 0.8);
}

TEST(Utterance, IsDoubtedWhenItIsNoSentenceOfTheGraph) { EXPECT_LT(hear("we_went_home_last_sunday").confidence, 0.2); }

TEST(Utterance, IsDoubtedAlikeHoweverLoud) {
  const double normal = hear("we_went_home_last_sunday").confidence;
  EXPECT_NEAR(hear("we_went_home_last_sunday", 0.1).confidence, normal, 0.1);
}

}  // namespace
}  // namespace entente::sphinx
