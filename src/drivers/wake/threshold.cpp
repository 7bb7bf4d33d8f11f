// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/threshold.h"

#include <algorithm>
#include <cmath>

#include "drivers/wake/search.h"

namespace entente::wake {
namespace {

constexpr float highest = -0.05F, lowest = -3;
constexpr double frames_per_hour = 50 * 3600;
constexpr std::size_t tail = 30;  // false scores that the tail is drawn from
constexpr std::size_t least_frames = 5000;

}  // namespace

float threshold_of(const std::vector<Chain>& chains, const Network& network, double sensitivity) {
  const double wanted = 0.1 * std::pow(3.0, (std::clamp(sensitivity, 0.0, 1.0) - 0.5) * 10);  // an hour
  const Background& background = network.background();
  if (background.frames() < least_frames) return -1;
  Search search(chains);
  Picker picker(-5);
  std::vector<float> scores;
  for (std::size_t at = 0; at < background.frames(); ++at) {
    if (const auto match = picker.take(search.take(fit_of(background.frame(at))))) scores.push_back(match->score);
  }
  if (scores.size() < 2 * tail) return -1;
  std::sort(scores.begin(), scores.end(), std::greater<>());
  // Above its 30th the scores fall off like exp(-(s - s30) / mean excess).
  double excess = 0;
  for (std::size_t i = 0; i < tail; ++i) excess += scores[i] - scores[tail];
  excess = std::max(excess / static_cast<double>(tail), 0.02);
  const double hours = static_cast<double>(background.frames()) / frames_per_hour;
  const double rate = static_cast<double>(tail) / hours;
  const double threshold = scores[tail] + excess * std::log(rate / wanted);
  return std::clamp(static_cast<float>(threshold), lowest, highest);
}

}  // namespace entente::wake
