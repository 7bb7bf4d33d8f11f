// SPDX-License-Identifier: GPL-3.0-or-later
// The history on disk: a log of flushes, each with all that was heard between two; from it, by and by, a chunk of
// samples for each property and hour; from those, buckets of five minutes by the day and of an hour by the month. What
// belongs together is done in one transact() of the caller.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "infra/store/store.h"
#include "model/device.h"
#include "services/home/history/buckets.h"

namespace entente::home {

using SeriesId = std::int64_t;

struct SeriesRecord {
  SeriesId id = 0;
  model::DeviceId device;
  model::PropertyId property;
  SeriesKind kind = SeriesKind::number;
};

struct Chunk {
  std::int64_t start = 0;  // seconds since 1970, a whole hour
  std::int64_t upto = 0;   // of the log it holds everything so far
  bool rolled = false;     // its buckets are made
  Bytes data;
};

class HistoryRows {
 public:
  static Result<HistoryRows> open(store::Database& database);

  Result<void> transact(const std::function<Result<void>()>& work) { return database_->transact(work); }

  Result<std::vector<SeriesRecord>> series() const;
  Result<SeriesId> add_series(const SeriesRecord& record);
  Result<void> remove_series(SeriesId id);

  Result<std::int64_t> add_log(const Bytes& data);  // its number, which grows
  Result<std::vector<std::pair<std::int64_t, Bytes>>> log() const;
  Result<void> remove_log(std::int64_t upto);

  // Of the hours that begin in [from, to), in order.
  Result<std::vector<Chunk>> chunks(SeriesId series, std::int64_t from, std::int64_t to) const;
  Result<std::optional<Chunk>> chunk_before(SeriesId series, std::int64_t start) const;
  Result<void> put_chunk(SeriesId series, const Chunk& chunk, std::size_t samples);
  Result<void> set_rolled(SeriesId series, std::int64_t start);
  // Whose hour has ended and has no buckets yet.
  Result<std::vector<std::pair<SeriesId, std::int64_t>>> unrolled(std::int64_t before, std::size_t most) const;

  Result<std::vector<std::pair<std::int64_t, Bytes>>> buckets(SeriesId series, std::int64_t width, std::int64_t from,
                                                              std::int64_t to) const;
  Result<void> put_buckets(SeriesId series, std::int64_t width, std::int64_t start, const Bytes& data);

  // How many went.
  Result<std::size_t> remove_chunks(std::int64_t before, std::size_t most);
  Result<std::size_t> remove_buckets(std::int64_t width, std::int64_t before, std::size_t most);

  struct Size {
    std::uint64_t bytes = 0, samples = 0;
  };
  Result<Size> raw_size() const;

 private:
  explicit HistoryRows(store::Database& database) : database_(&database) {}

  store::Database* database_;
};

}  // namespace entente::home
