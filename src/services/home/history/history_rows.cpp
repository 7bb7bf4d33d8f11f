// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/history/history_rows.h"

namespace entente::home {
namespace {

constexpr store::Migration migrations[] = {{1, R"(
  CREATE TABLE history_series (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    service INTEGER NOT NULL,
    property INTEGER NOT NULL,
    kind TEXT NOT NULL,
    UNIQUE (device, service, property)
  );
  CREATE TABLE history_log (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
  );
  CREATE TABLE history_chunk (
    series INTEGER NOT NULL,
    start INTEGER NOT NULL,
    upto INTEGER NOT NULL,
    rolled INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (series, start)
  );
  CREATE INDEX history_chunk_by_start ON history_chunk (start);
  CREATE INDEX history_chunk_unrolled ON history_chunk (start) WHERE rolled = 0;
  CREATE TABLE history_bucket (
    series INTEGER NOT NULL,
    width INTEGER NOT NULL,
    start INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (series, width, start)
  );
  CREATE INDEX history_bucket_by_start ON history_bucket (width, start);
  CREATE TABLE history_sequence (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
  );
  INSERT INTO history_sequence (name, last) VALUES ('log', 0);
)"}};

Result<void> done(const Result<std::int64_t>& changed) {
  if (!changed.ok()) return changed.error();
  return {};
}

}  // namespace

Result<HistoryRows> HistoryRows::open(store::Database& database) {
  ENTENTE_TRY_VOID(database.migrate("history", migrations));
  return HistoryRows(database);
}

Result<std::vector<SeriesRecord>> HistoryRows::series() const {
  ENTENTE_TRY(const store::Rows rows,
              database_->query("SELECT id, device, service, property, kind FROM history_series"));
  std::vector<SeriesRecord> records;
  records.reserve(rows.size());
  for (const auto& row : rows) {
    const std::string& kind = row.text(4);
    const model::PropertyId property{static_cast<std::int32_t>(row.integer(2)),
                                     static_cast<std::int32_t>(row.integer(3))};
    records.push_back(
        {row.integer(0), {row.text(1)}, property, kind.empty() ? SeriesKind::number : SeriesKind{kind[0]}});
  }
  return records;
}

Result<SeriesId> HistoryRows::add_series(const SeriesRecord& record) {
  ENTENTE_TRY(
      const store::Rows rows,
      database_->query("INSERT INTO history_series (device, service, property, kind) VALUES ($1, $2, $3, $4) "
                       "RETURNING id",
                       {record.device.text, std::int64_t{record.property.service},
                        std::int64_t{record.property.property}, std::string(1, static_cast<char>(record.kind))}));
  if (rows.empty()) return Error{ErrorCode::failed, "history: the store gave no id"};
  return rows[0].integer(0);
}

Result<void> HistoryRows::remove_series(SeriesId id) {
  for (const auto* sql : {"DELETE FROM history_chunk WHERE series = $1", "DELETE FROM history_bucket WHERE series = $1",
                          "DELETE FROM history_series WHERE id = $1"}) {
    ENTENTE_TRY_VOID(done(database_->execute(sql, {id})));
  }
  return {};
}

// Numbers are never given twice: a chunk remembers up to which one it holds.
Result<std::int64_t> HistoryRows::add_log(const Bytes& data) {
  ENTENTE_TRY(const store::Rows rows,
              database_->query("UPDATE history_sequence SET last = last + 1 WHERE name = 'log' RETURNING last"));
  if (rows.empty()) return Error{ErrorCode::corrupt, "history: the log has no number"};
  const std::int64_t id = rows[0].integer(0);
  ENTENTE_TRY_VOID(done(database_->execute("INSERT INTO history_log (id, data) VALUES ($1, $2)", {id, data})));
  return id;
}

Result<std::vector<std::pair<std::int64_t, Bytes>>> HistoryRows::log() const {
  ENTENTE_TRY(const store::Rows rows, database_->query("SELECT id, data FROM history_log ORDER BY id"));
  std::vector<std::pair<std::int64_t, Bytes>> held;
  for (const auto& row : rows) held.emplace_back(row.integer(0), row.blob(1));
  return held;
}

Result<void> HistoryRows::remove_log(std::int64_t upto) {
  return done(database_->execute("DELETE FROM history_log WHERE id <= $1", {upto}));
}

Result<std::vector<Chunk>> HistoryRows::chunks(SeriesId series, std::int64_t from, std::int64_t to) const {
  ENTENTE_TRY(const store::Rows rows,
              database_->query("SELECT start, upto, rolled, data FROM history_chunk "
                               "WHERE series = $1 AND start >= $2 AND start < $3 ORDER BY start",
                               {series, from, to}));
  std::vector<Chunk> held;
  held.reserve(rows.size());
  for (const auto& row : rows) held.push_back({row.integer(0), row.integer(1), row.integer(2) != 0, row.blob(3)});
  return held;
}

Result<std::optional<Chunk>> HistoryRows::chunk_before(SeriesId series, std::int64_t start) const {
  ENTENTE_TRY(const store::Rows rows, database_->query("SELECT start, upto, rolled, data FROM history_chunk "
                                                       "WHERE series = $1 AND start < $2 ORDER BY start DESC LIMIT 1",
                                                       {series, start}));
  if (rows.empty()) return std::optional<Chunk>();
  const auto& row = rows[0];
  return std::optional(Chunk{row.integer(0), row.integer(1), row.integer(2) != 0, row.blob(3)});
}

Result<void> HistoryRows::put_chunk(SeriesId series, const Chunk& chunk, std::size_t samples) {
  return done(database_->execute(
      "INSERT INTO history_chunk (series, start, upto, rolled, samples, data) VALUES ($1, $2, $3, 0, $4, $5) "
      "ON CONFLICT (series, start) DO UPDATE SET upto = excluded.upto, rolled = 0, samples = excluded.samples, "
      "data = excluded.data",
      {series, chunk.start, chunk.upto, static_cast<std::int64_t>(samples), chunk.data}));
}

Result<void> HistoryRows::set_rolled(SeriesId series, std::int64_t start) {
  return done(
      database_->execute("UPDATE history_chunk SET rolled = 1 WHERE series = $1 AND start = $2", {series, start}));
}

Result<std::vector<std::pair<SeriesId, std::int64_t>>> HistoryRows::unrolled(std::int64_t before,
                                                                             std::size_t most) const {
  ENTENTE_TRY(const store::Rows rows,
              database_->query("SELECT series, start FROM history_chunk WHERE rolled = 0 AND start < $1 "
                               "ORDER BY start LIMIT $2",
                               {before, static_cast<std::int64_t>(most)}));
  std::vector<std::pair<SeriesId, std::int64_t>> held;
  for (const auto& row : rows) held.emplace_back(row.integer(0), row.integer(1));
  return held;
}

Result<std::vector<std::pair<std::int64_t, Bytes>>> HistoryRows::buckets(SeriesId series, std::int64_t width,
                                                                         std::int64_t from, std::int64_t to) const {
  ENTENTE_TRY(const store::Rows rows,
              database_->query("SELECT start, data FROM history_bucket "
                               "WHERE series = $1 AND width = $2 AND start >= $3 AND start < $4 ORDER BY start",
                               {series, width, from, to}));
  std::vector<std::pair<std::int64_t, Bytes>> held;
  for (const auto& row : rows) held.emplace_back(row.integer(0), row.blob(1));
  return held;
}

Result<void> HistoryRows::put_buckets(SeriesId series, std::int64_t width, std::int64_t start, const Bytes& data) {
  return done(
      database_->execute("INSERT INTO history_bucket (series, width, start, data) VALUES ($1, $2, $3, $4) "
                         "ON CONFLICT (series, width, start) DO UPDATE SET data = excluded.data",
                         {series, width, start, data}));
}

Result<std::size_t> HistoryRows::remove_chunks(std::int64_t before, std::size_t most) {
  ENTENTE_TRY(const std::int64_t gone,
              database_->execute("DELETE FROM history_chunk WHERE (series, start) IN "
                                 "(SELECT series, start FROM history_chunk WHERE start < $1 LIMIT $2)",
                                 {before, static_cast<std::int64_t>(most)}));
  return static_cast<std::size_t>(gone);
}

Result<std::size_t> HistoryRows::remove_buckets(std::int64_t width, std::int64_t before, std::size_t most) {
  ENTENTE_TRY(
      const std::int64_t gone,
      database_->execute("DELETE FROM history_bucket WHERE (series, width, start) IN (SELECT series, width, start "
                         "FROM history_bucket WHERE width = $1 AND start < $2 LIMIT $3)",
                         {width, before, static_cast<std::int64_t>(most)}));
  return static_cast<std::size_t>(gone);
}

Result<HistoryRows::Size> HistoryRows::raw_size() const {
  ENTENTE_TRY(const store::Rows rows,
              database_->query("SELECT COALESCE(SUM(LENGTH(data)), 0), COALESCE(SUM(samples), 0) FROM history_chunk"));
  return Size{static_cast<std::uint64_t>(rows[0].integer(0)), static_cast<std::uint64_t>(rows[0].integer(1))};
}

}  // namespace entente::home
