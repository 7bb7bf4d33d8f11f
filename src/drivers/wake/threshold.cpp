// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/threshold.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "drivers/wake/search.h"

namespace entente::wake {
namespace {

constexpr double frames_per_hour = 50 * 3600;
constexpr double candidates_per_hour = 1500;  // of speech: each costs a second look
constexpr double alarms_per_hour = 0.1;
constexpr std::size_t tail = 30;  // false scores from which the tail is drawn
constexpr std::size_t least_scores = 2 * tail;
constexpr float lowest_score = -5;
constexpr float lowest_candidate = -3.6F, highest_candidate = -1.5F;
constexpr float lowest_alone = -2, highest_alone = -0.05F;

// Best first.
std::vector<float> false_scores(const std::vector<Chain>& chains, const Background& background) {
  Search search(chains);
  Picker picker(lowest_score);
  std::vector<float> scores;
  for (std::size_t at = 0; at < background.frames(); ++at) {
    if (const auto match = picker.take(search.take(fit_of(background.frame(at))))) scores.push_back(match->score);
  }
  std::sort(scores.begin(), scores.end(), std::greater<>());
  return scores;
}

}  // namespace

Scale scale_of(const std::vector<Chain>& chains, const Background& background) {
  const auto scores = false_scores(chains, background);
  if (scores.size() < least_scores) return {};
  const double hours = static_cast<double>(background.frames()) / frames_per_hour;
  const auto rank = std::min(static_cast<std::size_t>(candidates_per_hour * hours), scores.size() - 1);
  // Above its 30th the scores fall off like exp(-(s - s30) / mean excess).
  double excess = 0;
  for (std::size_t i = 0; i < tail; ++i) excess += static_cast<double>(scores[i] - scores[tail]);
  excess = std::max(excess / static_cast<double>(tail), 0.02);
  const double rate = static_cast<double>(tail) / hours;
  const double alone = static_cast<double>(scores[tail]) + excess * std::log(rate / alarms_per_hour);
  return {std::clamp(scores[rank], lowest_candidate, highest_candidate),
          std::clamp(static_cast<float>(alone), lowest_alone, highest_alone)};
}

}  // namespace entente::wake
