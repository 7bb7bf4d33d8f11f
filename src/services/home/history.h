// SPDX-License-Identifier: GPL-3.0-or-later
// History keeps what every property of every device was: raw for a week, in buckets of five minutes for three months,
// of an hour for two years. It hears Home's news on the bus. What it hears is in memory first and on disk with the next
// flush, some seconds later, as one write for all; from then on it survives anything. Loop thread; owned by the app;
// flushes at its end, which comes before the bus and the store.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "services/home/home.h"

namespace entente::home {

class History {
 public:
  struct Options {
    Duration flush_every = seconds(5);
    std::size_t flush_at = 5'000;                    // values that wait
    Duration fold_every = std::chrono::minutes(10);  // from the log of flushes into each property's own chunks
    std::size_t fold_at = 50'000;
    std::chrono::hours keep_raw{24 * 7};
    std::chrono::hours keep_five_minutes{24 * 90};
    std::chrono::hours keep_hours{24 * 730};
  };

  // A moment (raw), or what went on from `at` for a step.
  struct Point {
    WallTime at;
    model::Value value;  // at the end of it
    std::optional<double> low, high;
    std::optional<double> mean;                          // over time; of a switch, the share of time that it was on
    std::vector<std::pair<std::string, double>> shares;  // of lists and texts: how much of the time it was which
  };
  struct Answer {
    Duration step{};  // zero: raw
    std::vector<Point> points;
  };

  struct Statistics {
    std::uint64_t heard = 0;                      // values
    std::uint64_t waiting = 0;                    // of them, not on disk yet
    std::uint64_t dropped = 0;                    // while the clock was not set
    std::uint64_t raw_bytes = 0, raw_values = 0;  // on disk, folded
  };

  static Result<std::unique_ptr<History>> open(Loop& loop, const Home& home, store::Database& database, bus::Bus& bus,
                                               Options options);
  virtual ~History() = default;

  // What is known of the time from `from` to `to`, in at most so many points. Each value holds until the next; the
  // first point says what it was at `from`, where that is known. An error only where the store fails.
  virtual Result<Answer> query(const model::DeviceId& device, model::PropertyId property, WallTime from, WallTime to,
                               std::size_t most_points) = 0;

  // Everything heard so far is on disk when it returns.
  virtual Result<void> flush() = 0;
  // Puts everything in its place at once, instead of by and by: for tests and measuring.
  virtual Result<void> tidy() = 0;
  virtual Statistics statistics() const = 0;
};

}  // namespace entente::home
