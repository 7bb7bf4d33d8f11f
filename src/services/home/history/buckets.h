// SPDX-License-Identifier: GPL-3.0-or-later
// What became of a property in each five minutes or hour: the least, the most, the mean over time, the last; of
// switches the share of time that they were on; of lists and texts how long it was which. A step in which nothing
// changed has no bucket. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/home/history/samples.h"

namespace entente::home {

enum class SeriesKind : char { number = 'n', state = 'b', listed = 'l', text = 't' };

struct Bucket {
  std::int64_t index = 0;  // of its step, counted from 1970
  double low = 0;
  double high = 0;
  double mean = 0;
  model::Value last;
  std::vector<std::pair<std::string, double>> shares;  // of listed and text alone, greatest first
};

// The samples in order of time, and what it was before the first; counted up to `end`. Times and step in tenths.
std::vector<Bucket> summarise(const std::vector<Sample>& samples, const model::Value& before, std::int64_t end,
                              std::int64_t step, SeriesKind kind);

// Each `factor` of them as one.
std::vector<Bucket> widened(const std::vector<Bucket>& buckets, std::int64_t factor, SeriesKind kind);

Bytes encode(const std::vector<Bucket>& buckets, std::int64_t first_index, SeriesKind kind);
std::optional<std::vector<Bucket>> decode(const Bytes& bytes, std::int64_t first_index, SeriesKind kind);

}  // namespace entente::home
