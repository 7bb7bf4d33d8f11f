// SPDX-License-Identifier: GPL-3.0-or-later
// From the log into chunks, from chunks into buckets, and away with what is old: a little each turn, so that nobody
// waits for it.
#include <algorithm>
#include <set>

#include "base/log.h"
#include "services/home/history/recorder.h"

namespace entente::home {
namespace {

constexpr std::size_t folded_at_once = 40;  // properties
constexpr std::size_t rolled_at_once = 20;  // hours of a property
constexpr std::size_t dropped_at_once = 500;
constexpr Duration between_turns = milliseconds(20);

}  // namespace

void Recorder::begin_upkeep() {
  fold_timer_.start(options_.fold_every, [this] { begin_upkeep(); });
  if (stage_ != Stage::idle) return;
  stage_ = Stage::fold;
  fold_upto_ = last_log_;
  to_fold_.clear();
  for (const auto& [id, series] : by_id_) {
    if (!series->hot.empty()) to_fold_.push_back(id);
  }
  work_timer_.start(Duration::zero(), [this] { keep_up(); });
}

void Recorder::keep_up() {
  const auto more = step();
  if (!more) {
    log::warning("history", "{}", more.error().message);
    stage_ = Stage::idle;  // the next upkeep begins again
  } else if (*more == More::yes) {
    work_timer_.start(between_turns, [this] { keep_up(); });
  }
}

Result<Recorder::More> Recorder::step() {
  Stage next = Stage::idle;
  Result<More> more = More::no;
  switch (stage_) {
    case Stage::idle: return More::no;
    case Stage::fold:
      more = fold();
      next = Stage::roll;
      break;
    case Stage::roll:
      more = roll();
      next = Stage::drop;
      break;
    case Stage::drop: more = drop_old(); break;
  }
  if (!more || *more == More::yes) return more;
  stage_ = next;
  return next == Stage::idle ? More::no : More::yes;
}

Result<void> Recorder::tidy() {
  ENTENTE_TRY_VOID(flush());
  work_timer_.stop();
  stage_ = Stage::idle;
  begin_upkeep();
  work_timer_.stop();
  for (;;) {
    const auto more = step();
    if (!more) {
      stage_ = Stage::idle;
      return more.error().within("history");
    }
    if (*more == More::no) return {};
  }
}

// ---- the log into chunks

Result<Recorder::More> Recorder::fold() {
  std::vector<Series*> turn;
  while (!to_fold_.empty() && turn.size() < folded_at_once) {
    const auto found = by_id_.find(to_fold_.back());
    to_fold_.pop_back();
    if (found != by_id_.end()) turn.push_back(found->second);
  }
  const auto kept = rows_.transact([&]() -> Result<void> {
    for (Series* series : turn) ENTENTE_TRY_VOID(fold_one(*series));
    if (to_fold_.empty()) ENTENTE_TRY_VOID(rows_.remove_log(fold_upto_));
    return {};
  });
  if (!kept) return kept.error();
  for (Series* series : turn) {
    const auto before = series->hot.size();
    series->hot.erase(std::remove_if(series->hot.begin(), series->hot.end(),
                                     [this](const Hot& one) { return one.log != 0 && one.log <= fold_upto_; }),
                      series->hot.end());
    hot_ -= before - series->hot.size();
  }
  return to_fold_.empty() ? More::no : More::yes;
}

Result<void> Recorder::fold_one(Series& series) {
  std::map<std::int64_t, std::vector<const Hot*>> hours;
  for (const auto& hot : series.hot) {
    if (hot.log != 0 && hot.log <= fold_upto_) hours[start_of(hot.sample.at, hour_seconds * 10) / 10].push_back(&hot);
  }
  for (const auto& [hour, fresh] : hours) {
    ENTENTE_TRY(auto held, rows_.chunks(series.record.id, hour, hour + 1));
    Chunk chunk;
    chunk.start = hour;
    std::vector<Sample> samples;
    if (!held.empty()) {
      chunk = std::move(held.front());
      auto read = decode(chunk.data, hour * 10);
      if (!read) log::error("history", "an hour of {} cannot be read; it begins anew", series.record.device.text);
      samples = read ? *std::move(read) : std::vector<Sample>();
    }
    for (const Hot* hot : fresh) {
      if (hot->log > chunk.upto) samples.push_back(hot->sample);
    }
    // A clock that was set back.
    std::stable_sort(samples.begin(), samples.end(),
                     [](const auto& left, const auto& right) { return left.at < right.at; });
    chunk.upto = fold_upto_;
    chunk.data = encode(samples, hour * 10);
    ENTENTE_TRY_VOID(rows_.put_chunk(series.record.id, chunk, samples.size()));
  }
  return {};
}

// ---- chunks into buckets

Result<Recorder::More> Recorder::roll() {
  const std::int64_t over = now_seconds() - hour_seconds - 60;
  ENTENTE_TRY(const auto hours, rows_.unrolled(over, rolled_at_once));
  const auto kept = rows_.transact([&]() -> Result<void> {
    for (const auto& [id, start] : hours) {
      const auto found = by_id_.find(id);
      if (found != by_id_.end()) ENTENTE_TRY_VOID(roll_one(*found->second, start));
      ENTENTE_TRY_VOID(rows_.set_rolled(id, start));
    }
    return {};
  });
  if (!kept) return kept.error();
  return hours.size() < rolled_at_once ? More::no : More::yes;
}

Result<void> Recorder::roll_one(const Series& series, std::int64_t start) {
  ENTENTE_TRY(const auto held, rows_.chunks(series.record.id, start, start + 1));
  if (held.empty()) return {};
  const auto samples = decode(held.front().data, start * 10);
  if (!samples || samples->empty()) return {};
  ENTENTE_TRY(const model::Value before, value_before(series, start));
  const std::int64_t end = (start + hour_seconds) * 10;
  for (const auto width : {five_minutes, hour_seconds}) {
    ENTENTE_TRY_VOID(
        put_rolled(series, width, start, summarise(*samples, before, end, width * 10, series.record.kind)));
  }
  return {};
}

// In the place of what stood for that hour.
Result<void> Recorder::put_rolled(const Series& series, std::int64_t width, std::int64_t hour,
                                  std::vector<Bucket> made) {
  const std::int64_t shelf = start_of(hour, shelf_of(width));
  ENTENTE_TRY(auto all, stored(series, width, shelf, shelf + 1));
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const Bucket& one) {
                             return one.index >= hour / width && one.index < (hour + hour_seconds) / width;
                           }),
            all.end());
  all.insert(all.end(), std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
  std::sort(all.begin(), all.end(), [](const Bucket& left, const Bucket& right) { return left.index < right.index; });
  return rows_.put_buckets(series.record.id, width, shelf, encode(all, shelf / width, series.record.kind));
}

// ---- what is old

Result<Recorder::More> Recorder::drop_old() {
  const std::int64_t now = now_seconds();
  const auto before = [&](std::chrono::hours kept, std::int64_t whole) {
    return now - std::chrono::duration_cast<seconds>(kept).count() - whole;
  };
  ENTENTE_TRY(const auto chunks, rows_.remove_chunks(before(options_.keep_raw, hour_seconds), dropped_at_once));
  ENTENTE_TRY(const auto days,
              rows_.remove_buckets(five_minutes, before(options_.keep_five_minutes, day_seconds), dropped_at_once));
  ENTENTE_TRY(const auto months,
              rows_.remove_buckets(hour_seconds, before(options_.keep_hours, month_seconds), dropped_at_once));
  return std::max({chunks, days, months}) < dropped_at_once ? More::no : More::yes;
}

}  // namespace entente::home
