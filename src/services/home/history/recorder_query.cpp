// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>

#include "services/home/history/recorder.h"

namespace entente::home {
namespace {

constexpr std::int64_t nice_steps[] = {1,     2,     5,      10,     15,        30,        60,    120,
                                       300,   600,   900,    1800,   3600,      7200,      10800, 21600,
                                       43200, 86400, 172800, 604800, 2'592'000, 31'536'000};

// The first of the usual steps (seconds) that cuts the time into few enough pieces, in whole multiples of `unit`.
std::int64_t step_for(std::int64_t span, std::size_t most, std::int64_t unit) {
  for (const auto step : nice_steps) {
    if (step % unit == 0 && span / step + 2 <= static_cast<std::int64_t>(most)) return step;
  }
  return nice_steps[std::size(nice_steps) - 1];
}

bool by_time(const Sample& left, const Sample& right) { return left.at < right.at; }

}  // namespace

Result<History::Answer> Recorder::query(const model::DeviceId& device, model::PropertyId property, WallTime from,
                                        WallTime to, std::size_t most_points) {
  const Series* series = find(device.text, property);
  to = std::min(to, loop_.wall_time() + seconds(1));
  const std::size_t most = std::clamp<std::size_t>(most_points, 10, 10'000);
  if (series == nullptr || from >= to) return Answer{};
  const std::int64_t first = to_tenths(from);
  const std::int64_t last = to_tenths(to) + 1;  // what was told this moment counts
  const WallTime now = loop_.wall_time();
  if (from >= now - options_.keep_raw) {
    ENTENTE_TRY(Stretch held, stretch(*series, first, last));
    if (held.samples.size() < most) return raw_answer(std::move(held), from);
    const std::int64_t step = step_for((last - first) / 10, most, 1);
    return bucket_answer(summarise(held.samples, held.before, last, step * 10, series->record.kind), step);
  }
  const std::int64_t width = from >= now - options_.keep_five_minutes ? five_minutes : hour_seconds;
  ENTENTE_TRY(auto buckets, with_latest(*series, width, first / 10, last / 10));
  if (buckets.size() <= most) return bucket_answer(buckets, width);
  const std::int64_t step = step_for((last - first) / 10, most, width);
  return bucket_answer(widened(buckets, step / width, series->record.kind), step);
}

// Raw, from the chunks and from what is in no chunk yet.
Result<Recorder::Stretch> Recorder::stretch(const Series& series, std::int64_t from, std::int64_t to) const {
  const std::int64_t first_hour = start_of(from, hour_seconds * 10) / 10;
  std::vector<Chunk> chunks;
  if (series.record.id != 0) {
    ENTENTE_TRY(chunks, rows_.chunks(series.record.id, first_hour, (to + 9) / 10));
  }
  std::vector<Sample> all;
  std::map<std::int64_t, std::int64_t> upto;  // of the log, by hour
  for (const auto& chunk : chunks) {
    upto[chunk.start] = chunk.upto;
    if (auto samples = decode(chunk.data, chunk.start * 10)) all.insert(all.end(), samples->begin(), samples->end());
  }
  const Sample* latest_before = nullptr;  // of what is in no chunk
  for (const auto& hot : series.hot) {
    if (hot.sample.at >= to) continue;
    const std::int64_t hour = start_of(hot.sample.at, hour_seconds * 10) / 10;
    if (hour < first_hour) {
      if (latest_before == nullptr || latest_before->at <= hot.sample.at) latest_before = &hot.sample;
      continue;
    }
    const auto folded = upto.find(hour);
    if (hot.log == 0 || folded == upto.end() || hot.log > folded->second) all.push_back(hot.sample);
  }
  std::stable_sort(all.begin(), all.end(), by_time);
  Stretch made;
  if (latest_before != nullptr) {
    made.before = latest_before->value;
  } else if (series.record.id != 0) {
    ENTENTE_TRY(made.before, value_before(series, first_hour));
  }
  for (auto& sample : all) {
    if (sample.at < from) {
      made.before = std::move(sample.value);
    } else if (sample.at < to) {
      made.samples.push_back(std::move(sample));
    }
  }
  return made;
}

// The last value of the hours before; monostate where nobody knows.
Result<model::Value> Recorder::value_before(const Series& series, std::int64_t hour) const {
  ENTENTE_TRY(const auto chunk, rows_.chunk_before(series.record.id, hour));
  if (!chunk) return model::Value();
  const auto samples = decode(chunk->data, chunk->start * 10);
  if (!samples || samples->empty()) return model::Value();
  return samples->back().value;
}

// Of the shelves that begin in [from, to).
Result<std::vector<Bucket>> Recorder::stored(const Series& series, std::int64_t width, std::int64_t from,
                                             std::int64_t to) const {
  std::vector<Bucket> all;
  if (series.record.id == 0) return all;
  ENTENTE_TRY(const auto shelves, rows_.buckets(series.record.id, width, from, to));
  for (const auto& [start, data] : shelves) {
    auto held = decode(data, start / width, series.record.kind);
    if (held) all.insert(all.end(), std::make_move_iterator(held->begin()), std::make_move_iterator(held->end()));
  }
  return all;
}

// The hours that have no buckets yet are counted from what they hold.
Result<std::vector<Bucket>> Recorder::with_latest(const Series& series, std::int64_t width, std::int64_t from,
                                                  std::int64_t to) {
  ENTENTE_TRY(auto all, stored(series, width, start_of(from, shelf_of(width)), to));
  std::int64_t fresh_from = std::numeric_limits<std::int64_t>::max();
  for (const auto& hot : series.hot) fresh_from = std::min(fresh_from, start_of(hot.sample.at, hour_seconds * 10) / 10);
  const std::int64_t latest = now_seconds() - 2 * hour_seconds;
  fresh_from = std::max(std::min(fresh_from, start_of(latest, hour_seconds)), start_of(from, hour_seconds));
  if (fresh_from < to) {
    ENTENTE_TRY(const Stretch raw, stretch(series, fresh_from * 10, to * 10));
    auto fresh = summarise(raw.samples, raw.before, to * 10, width * 10, series.record.kind);
    // A raw stretch begins where the week does.
    const std::int64_t first = fresh.empty() ? std::numeric_limits<std::int64_t>::max() : fresh.front().index;
    all.erase(std::remove_if(all.begin(), all.end(), [&](const Bucket& one) { return one.index >= first; }), all.end());
    all.insert(all.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  }
  all.erase(
      std::remove_if(all.begin(), all.end(),
                     [&](const Bucket& one) { return (one.index + 1) * width <= from || one.index * width >= to; }),
      all.end());
  return all;
}

History::Answer Recorder::raw_answer(Stretch stretch, WallTime from) {
  Answer made;
  if (!std::holds_alternative<std::monostate>(stretch.before)) {
    made.points.push_back({from, std::move(stretch.before), {}, {}, {}, {}});
  }
  for (auto& sample : stretch.samples) {
    made.points.push_back({from_tenths(sample.at), std::move(sample.value), {}, {}, {}, {}});
  }
  return made;
}

History::Answer Recorder::bucket_answer(const std::vector<Bucket>& buckets, std::int64_t step_seconds) {
  Answer made;
  made.step = seconds(step_seconds);
  for (const auto& bucket : buckets) {
    Point point;
    point.at = WallTime(seconds(bucket.index * step_seconds));
    point.value = bucket.last;
    point.shares = bucket.shares;
    if (bucket.shares.empty()) {
      point.low = bucket.low;
      point.high = bucket.high;
      point.mean = bucket.mean;
    }
    made.points.push_back(std::move(point));
  }
  return made;
}

}  // namespace entente::home
