// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/judge.h"

namespace entente::wake {
namespace {

// Learned on one word of many speakers (docs/decisions/0006-wake-word.md).
constexpr double network_weight = 0.5;
constexpr double verdict_threshold = 0.0;
constexpr double sensitivity_range = 2.0;  // from never to always

}  // namespace

double judge(const Scale& scale, float network, std::optional<double> likeness, double sensitivity) {
  const double alone = static_cast<double>(network - scale.alone);
  const double eager = (sensitivity - 0.5) * sensitivity_range;
  if (!likeness) return alone + eager;
  return network_weight * alone + *likeness - verdict_threshold + eager;
}

}  // namespace entente::wake
