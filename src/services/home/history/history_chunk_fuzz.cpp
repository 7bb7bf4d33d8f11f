// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a chunk of history or as its buckets: values or nothing; what was read can be written and read again.
#include <cstdint>

#include "services/home/history/buckets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente::home;
  const Bytes held(bytes, bytes + size);
  if (const auto samples = decode(held, 17'000'000'000)) {
    if (decode(encode(*samples, 0), 0)->size() != samples->size()) __builtin_trap();
    summarise(*samples, {}, 17'000'036'000, 3'000, SeriesKind::number);
  }
  for (const auto kind : {SeriesKind::number, SeriesKind::state, SeriesKind::listed, SeriesKind::text}) {
    const auto buckets = decode(held, 5'000'000, kind);
    if (buckets && !decode(encode(*buckets, 0, kind), 0, kind)) __builtin_trap();
  }
  return 0;
}
