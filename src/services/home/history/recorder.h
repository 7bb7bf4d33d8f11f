// SPDX-License-Identifier: GPL-3.0-or-later
// Recorder is the History: see history.h. What it hears goes three steps: into memory and, with the next flush, into
// the log; every ten minutes from there into chunks, some properties a turn of the loop; once an hour is over, its
// buckets are made. Each step can be repeated after a crash without anything counting twice: chunks remember how much
// of the log they hold, and buckets are made from whole chunks.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/wait.h"
#include "infra/bus/bus.h"
#include "services/home/history.h"
#include "services/home/history/history_rows.h"

namespace entente::home {

class Recorder : public History {
 public:
  Recorder(Loop& loop, const Home& home, HistoryRows rows, bus::Bus& bus, Options options);
  ~Recorder() override;

  Result<void> begin();

  Result<Answer> query(const model::DeviceId& device, model::PropertyId property, WallTime from, WallTime to,
                       std::size_t most_points) override;
  Result<void> flush() override;
  Result<void> tidy() override;
  Statistics statistics() const override;

 private:
  struct Hot {
    Sample sample;
    std::int64_t log = 0;  // the flush that wrote it; 0: none yet
  };
  struct Series {
    SeriesRecord record;               // id 0: not in the store yet
    std::vector<Hot> hot;              // not in a chunk yet
    std::optional<model::Value> last;  // nothing until somebody looked
  };
  // Samples and what came before the first.
  struct Stretch {
    model::Value before;
    std::vector<Sample> samples;
  };
  enum class More { yes, no };

  // ---- recorder.cpp
  void on_device(const bus::Message& message);
  void record(std::string_view device, model::PropertyId property, model::Value value);
  Series& series_of(std::string_view device, model::PropertyId property, const model::Value& value);
  const Series* find(std::string_view device, model::PropertyId property) const;
  SeriesKind kind_of(std::string_view device, model::PropertyId property, const model::Value& value) const;
  bool is_news(Series& series, const model::Value& value) const;
  void forget(std::string_view device);
  Result<void> write_pending();
  void take_log(std::int64_t number, const Bytes& data);
  std::int64_t now_seconds() const;

  // ---- recorder_upkeep.cpp: one turn's worth each
  void begin_upkeep();
  void keep_up();
  Result<More> step();
  Result<More> fold();
  Result<void> fold_one(Series& series);
  Result<More> roll();
  Result<void> roll_one(const Series& series, std::int64_t start);
  Result<void> put_rolled(const Series& series, std::int64_t width, std::int64_t hour, std::vector<Bucket> made);
  Result<More> drop_old();

  // ---- recorder_query.cpp
  Result<Stretch> stretch(const Series& series, std::int64_t from, std::int64_t to) const;
  Result<model::Value> value_before(const Series& series, std::int64_t hour) const;
  Result<std::vector<Bucket>> stored(const Series& series, std::int64_t width, std::int64_t from,
                                     std::int64_t to) const;
  Result<std::vector<Bucket>> with_latest(const Series& series, std::int64_t width, std::int64_t from, std::int64_t to);
  static Answer raw_answer(Stretch stretch, WallTime from);
  static Answer bucket_answer(const std::vector<Bucket>& buckets, std::int64_t step_seconds);

  // Constant after construction.
  Loop& loop_;
  const Home& home_;
  const Options options_;

  HistoryRows rows_;
  std::unordered_map<std::string, std::map<model::PropertyId, std::unique_ptr<Series>>> series_;  // by device id
  std::unordered_map<SeriesId, Series*> by_id_;
  std::vector<Series*> touched_;  // with samples that are in no log yet
  std::size_t pending_ = 0;
  std::size_t hot_ = 0;
  std::int64_t last_log_ = 0;
  std::uint64_t heard_ = 0;
  std::uint64_t dropped_ = 0;

  enum class Stage { idle, fold, roll, drop };
  Stage stage_ = Stage::idle;
  std::int64_t fold_upto_ = 0;
  std::vector<SeriesId> to_fold_;

  bus::Subscription devices_;
  Timer flush_timer_;
  Timer fold_timer_;
  Timer work_timer_;
};

constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t five_minutes = 300;
constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t month_seconds = 30 * day_seconds;

// The beginning of the step that holds it.
constexpr std::int64_t start_of(std::int64_t time, std::int64_t step) {
  return (time / step - (time % step < 0 ? 1 : 0)) * step;
}
// Where buckets of a width stand together.
constexpr std::int64_t shelf_of(std::int64_t width) { return width == five_minutes ? day_seconds : month_seconds; }

}  // namespace entente::home
