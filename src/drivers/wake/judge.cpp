// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/judge.h"

namespace entente::wake {
namespace {

// Chosen on one word of many speakers, in noise (docs/decisions/0006-wake-word.md).
constexpr double network_weight = 0.5;
constexpr double sum_threshold = -2.0;
constexpr double sensitivity_range = 2.0;  // of the sum, from never to always: a factor of some 30 in alarms each way

}  // namespace

double judge(const Scale& scale, float network, std::optional<double> likeness, double sensitivity) {
  const double eager = (sensitivity - 0.5) * sensitivity_range;
  if (!likeness) return static_cast<double>(network - scale.alone) + eager;
  return network_weight * static_cast<double>(network) + *likeness - sum_threshold + eager;
}

}  // namespace entente::wake
