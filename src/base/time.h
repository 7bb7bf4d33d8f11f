// SPDX-License-Identifier: GPL-3.0-or-later
// The two clocks. TimePoint is steady and is what deadlines and intervals use; WallTime is what people and files see.
// Nothing above infra reads a clock itself: it asks its Loop, so that tests can hold the time still.
#pragma once

#include <chrono>
#include <string>

namespace entente {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;
using WallTime = std::chrono::system_clock::time_point;

using std::chrono::milliseconds;
using std::chrono::seconds;

// "2026-11-22T16:07:09.123Z"
std::string to_iso8601(WallTime time);

// Milliseconds with fraction, for measurements that people read.
double in_milliseconds(Duration duration);

}  // namespace entente
