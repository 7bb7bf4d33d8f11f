// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.h"

#include <fmt/chrono.h>

namespace entente {

std::string to_iso8601(WallTime time) {
  const auto ms = std::chrono::floor<milliseconds>(time);
  const auto whole = std::chrono::floor<seconds>(ms);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)),
                     (ms - whole).count());
}

double in_milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

}  // namespace entente
