// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/history/recorder.h"

#include <algorithm>
#include <limits>

#include "base/json.h"
#include "base/log.h"
#include "services/home/impl/device_news.h"
#include "services/home/spec_names.h"

namespace entente::home {
namespace {

// Before this no clock of ours was set.
constexpr WallTime first_true_time = WallTime(seconds(1'577'836'800));  // 2020
constexpr std::size_t most_waiting = 500'000;                           // where the store fails
constexpr std::uint64_t tag_state = 0, tag_whole = 1, tag_real = 2, tag_text = 3;

void write_value(ByteWriter& out, const model::Value& value) {
  if (const auto* state = std::get_if<bool>(&value)) {
    out.number(tag_state);
    out.number(*state ? 1 : 0);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    out.number(tag_whole);
    out.difference(*whole);
  } else if (const auto* real = std::get_if<double>(&value)) {
    out.number(tag_real);
    out.real(*real);
  } else {
    out.number(tag_text);
    out.text(model::to_text(value));
  }
}

model::Value read_value(ByteReader& in) {
  switch (in.number()) {
    case tag_state: return in.number() != 0;
    case tag_whole: return in.difference();
    case tag_real: return in.real();
    default: return in.text();
  }
}

}  // namespace

Result<std::unique_ptr<History>> History::open(Loop& loop, const Home& home, store::Database& database, bus::Bus& bus,
                                               Options options) {
  ENTENTE_TRY(HistoryRows rows, HistoryRows::open(database));
  auto recorder = std::make_unique<Recorder>(loop, home, rows, bus, options);
  ENTENTE_TRY_VOID(recorder->begin());
  return std::unique_ptr<History>(std::move(recorder));
}

Recorder::Recorder(Loop& loop, const Home& home, HistoryRows rows, bus::Bus& bus, Options options)
    : loop_(loop),
      home_(home),
      options_(options),
      rows_(rows),
      flush_timer_(loop),
      fold_timer_(loop),
      work_timer_(loop) {
  devices_ = bus.subscribe("home/device/#", [this](const bus::Message& message) { on_device(message); });
}

Recorder::~Recorder() {
  if (const auto flushed = flush(); !flushed) log::error("history", "{}", flushed.error().message);
}

// What was in the log goes on where it was.
Result<void> Recorder::begin() {
  ENTENTE_TRY(const auto records, rows_.series());
  for (const auto& record : records) {
    auto& held = series_[record.device.text][record.property];
    held = std::make_unique<Series>();
    held->record = record;
    by_id_[record.id] = held.get();
  }
  ENTENTE_TRY(const auto log, rows_.log());
  for (const auto& [number, data] : log) take_log(number, data);
  fold_timer_.start(std::min<Duration>(options_.fold_every, seconds(60)), [this] { begin_upkeep(); });
  return {};
}

std::int64_t Recorder::now_seconds() const {
  return std::chrono::floor<seconds>(loop_.wall_time()).time_since_epoch().count();
}

// ---- hearing

void Recorder::on_device(const bus::Message& message) {
  const auto news = news_of(message.topic);
  if (!news) return;
  if (news->what == "removed") return forget(news->device);
  if (news->what != "changed") return;
  const auto property = numbers_in(message.json(), "property");
  const Json* value = entente::find(message.json(), "value");
  if (property && value != nullptr)
    record(news->device, {property->service, property->item}, model::value_from_json(*value));
}

void Recorder::record(std::string_view device, model::PropertyId property, model::Value value) {
  if (std::holds_alternative<std::monostate>(value)) return;
  const WallTime now = loop_.wall_time();
  if (now < first_true_time || pending_ >= most_waiting) {
    if (dropped_++ == 0)
      log::warning("history", "values are lost: {}",
                   now < first_true_time ? "the clock is not set" : "the store fails");
    return;
  }
  Series& series = series_of(device, property, value);
  if (!is_news(series, value)) return;
  series.last = value;
  const std::int64_t at = to_tenths(now);
  ++heard_;
  // A device that floods keeps ten values a second.
  const bool replaces = !series.hot.empty() && series.hot.back().log == 0 && series.hot.back().sample.at == at;
  if (replaces) {
    series.hot.back().sample.value = std::move(value);
    return;
  }
  if (series.hot.empty() || series.hot.back().log != 0) touched_.push_back(&series);
  series.hot.push_back({{at, std::move(value)}, 0});
  ++hot_;
  if (++pending_ == 1) {
    flush_timer_.start(options_.flush_every, [this] {
      if (const auto flushed = flush(); !flushed) log::warning("history", "{}", flushed.error().message);
    });
  }
  if (pending_ == options_.flush_at)
    flush_timer_.start(Duration::zero(), [this] {
      if (const auto flushed = flush(); !flushed) log::warning("history", "{}", flushed.error().message);
    });
  if (hot_ >= options_.fold_at && stage_ == Stage::idle) begin_upkeep();
}

SeriesKind Recorder::kind_of(std::string_view device, model::PropertyId property, const model::Value& value) const {
  const auto view = home_.device({std::string(device)});
  const auto* definition = view && view->spec ? view->spec->property(property) : nullptr;
  if (std::holds_alternative<std::string>(value)) return SeriesKind::text;
  if (std::holds_alternative<bool>(value)) return SeriesKind::state;
  return definition != nullptr && !definition->list.empty() ? SeriesKind::listed : SeriesKind::number;
}

const Recorder::Series* Recorder::find(std::string_view device, model::PropertyId property) const {
  const auto held = series_.find(std::string(device));
  if (held == series_.end()) return nullptr;
  const auto found = held->second.find(property);
  return found == held->second.end() ? nullptr : found->second.get();
}

Recorder::Series& Recorder::series_of(std::string_view device, model::PropertyId property, const model::Value& value) {
  auto& held = series_[std::string(device)][property];
  if (held == nullptr) {
    held = std::make_unique<Series>();
    held->record = {0, {std::string(device)}, property, kind_of(device, property, value)};
  }
  return *held;
}

// After a start every device tells its state anew, and most of it is what it was.
bool Recorder::is_news(Series& series, const model::Value& value) const {
  if (!series.last) {
    series.last.emplace();
    if (!series.hot.empty()) {
      series.last = series.hot.back().sample.value;
    } else if (series.record.id != 0) {
      constexpr std::int64_t ever = std::numeric_limits<std::int64_t>::max();
      if (auto held = value_before(series, ever)) series.last = *std::move(held);
    }
  }
  return !same_value(*series.last, value);
}

void Recorder::forget(std::string_view device) {
  const auto held = series_.find(std::string(device));
  if (held == series_.end()) return;
  std::vector<SeriesId> ids;
  for (const auto& [property, series] : held->second) {
    const auto unwritten =
        std::count_if(series->hot.begin(), series->hot.end(), [](const Hot& one) { return one.log == 0; });
    pending_ -= static_cast<std::size_t>(unwritten);
    hot_ -= series->hot.size();
    touched_.erase(std::remove(touched_.begin(), touched_.end(), series.get()), touched_.end());
    by_id_.erase(series->record.id);
    if (series->record.id != 0) ids.push_back(series->record.id);
  }
  series_.erase(held);
  const auto removed = rows_.transact([&]() -> Result<void> {
    for (const auto id : ids) ENTENTE_TRY_VOID(rows_.remove_series(id));
    return {};
  });
  if (!removed) log::warning("history", "{}", removed.error().message);
}

// ---- the log

Result<void> Recorder::flush() {
  flush_timer_.stop();
  if (pending_ == 0) return {};
  auto written = write_pending();
  // Again later: nothing is lost as long as the program lives.
  if (!written) {
    flush_timer_.start(options_.flush_every * 2, [this] {
      if (const auto flushed = flush(); !flushed) log::warning("history", "{}", flushed.error().message);
    });
    return written.error().within("history");
  }
  return {};
}

Result<void> Recorder::write_pending() {
  std::vector<std::pair<Series*, SeriesId>> fresh;
  std::int64_t number = 0;
  const auto written = rows_.transact([&]() -> Result<void> {
    ByteWriter out;
    std::int64_t last = 0;
    for (Series* series : touched_) {
      SeriesId id = series->record.id;
      if (id == 0) {
        ENTENTE_TRY(id, rows_.add_series(series->record));
        fresh.emplace_back(series, id);
      }
      for (const auto& hot : series->hot) {
        if (hot.log != 0) continue;
        out.number(static_cast<std::uint64_t>(id));
        out.difference(hot.sample.at - last);
        last = hot.sample.at;
        write_value(out, hot.sample.value);
      }
    }
    ENTENTE_TRY(number, rows_.add_log(out.take()));
    return {};
  });
  if (!written) return written.error();
  for (const auto& [series, id] : fresh) {
    series->record.id = id;
    by_id_[id] = series;
  }
  for (Series* series : touched_) {
    for (auto& hot : series->hot) {
      if (hot.log == 0) hot.log = number;
    }
  }
  touched_.clear();
  pending_ = 0;
  last_log_ = number;
  return {};
}

void Recorder::take_log(std::int64_t number, const Bytes& data) {
  ByteReader in(data);
  std::int64_t last = 0;
  while (!in.at_end()) {
    const auto id = static_cast<SeriesId>(in.number());
    last += in.difference();
    Sample sample{last, read_value(in)};
    if (in.failed()) {
      log::error("history", "what was kept in log {} cannot be read to its end", number);
      break;
    }
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) continue;  // of a device that was removed
    found->second->hot.push_back({std::move(sample), number});
    ++hot_;
  }
  last_log_ = std::max(last_log_, number);
}

History::Statistics Recorder::statistics() const {
  Statistics made;
  made.heard = heard_;
  made.waiting = pending_;
  made.dropped = dropped_;
  if (const auto size = rows_.raw_size()) {
    made.raw_bytes = size->bytes;
    made.raw_values = size->samples;
  }
  return made;
}

}  // namespace entente::home
