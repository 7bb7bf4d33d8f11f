// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/senone_scorer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

// Slow and obvious: all densities, not the best four.
double oracle(const AcousticModel& model, const Features& features, std::uint16_t senone) {
  constexpr std::array weights{0.3, 0.6, 0.8};
  double score = 0;
  for (int stream = 0; stream < stream_count; ++stream) {
    const Codebook& book = model.codebook(model.codebook_of(senone), stream);
    double likelihood = 0;
    for (std::size_t d = 0; d < density_count; ++d) {
      double log = static_cast<double>(book.constant[d]);
      for (std::size_t i = 0; i < cepstrum_size; ++i) {
        const double x = static_cast<double>(features[static_cast<std::size_t>(stream)][i] - book.mean[i][d]);
        log -= x * x * static_cast<double>(book.precision[i][d]);
      }
      likelihood += std::exp(log - 0.10239 * model.mixtures(stream, static_cast<int>(d))[senone]);
    }
    score += weights[static_cast<std::size_t>(stream)] * std::log(likelihood);
  }
  return score;
}

TEST(SenoneScorer, AgreesWithTheSumOverAllDensities) {
  const auto& model = installed_model();
  SenoneScorer scorer(model);
  Features features{};
  for (std::size_t i = 0; i < cepstrum_size; ++i) features[0][i] = static_cast<float>(i) - 6;
  scorer.begin_frame(features);
  for (std::uint16_t senone = 0; senone < 5000; senone = static_cast<std::uint16_t>(senone + 317)) {
    const double exact = oracle(model, features, senone);
    EXPECT_NEAR(static_cast<double>(scorer.score(senone)), exact, 2) << senone;
    EXPECT_LT(static_cast<double>(scorer.score(senone)), exact + 0.05) << senone;
  }
}

TEST(SenoneScorer, ForgetsTheFrameBefore) {
  SenoneScorer scorer(installed_model());
  Features features{};
  scorer.begin_frame(features);
  const float first = scorer.score(100);
  features[0][0] = 30;
  scorer.begin_frame(features);
  EXPECT_NE(scorer.score(100), first);
}

}  // namespace
}  // namespace entente::sphinx
