// SPDX-License-Identifier: GPL-3.0-or-later
// SampleRing carries samples from one thread that only writes to one that only reads, without locks, waits or
// allocation: what an audio thread may touch. Owned by something that outlives both threads' use of it.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace entente::audio {

// The padding keeps each side's counter on a cache line of its own.
class SampleRing {  // NOLINT(clang-analyzer-optin.performance.Padding)
 public:
  // Room for at least `capacity` samples.
  explicit SampleRing(std::size_t capacity) : samples_(std::bit_ceil(std::max<std::size_t>(capacity, 2))) {}

  std::size_t capacity() const { return samples_.size(); }
  // What is there to read, for the two sides alone. The reader may find more, the writer less, by the time it looks.
  std::size_t size() const { return written_.load(std::memory_order_acquire) - read_.load(std::memory_order_acquire); }

  // Writer: how many of the first samples fitted.
  std::size_t write(std::span<const std::int16_t> samples) {
    const std::size_t end = written_.load(std::memory_order_relaxed);
    const std::size_t room = samples_.size() - (end - read_.load(std::memory_order_acquire));
    const std::size_t count = std::min(room, samples.size());
    for (std::size_t i = 0; i < count; ++i) samples_[(end + i) & mask()] = samples[i];
    written_.store(end + count, std::memory_order_release);
    return count;
  }

  // Reader: how many samples were there to fill the front of `samples`.
  std::size_t read(std::span<std::int16_t> samples) {
    const std::size_t begin = read_.load(std::memory_order_relaxed);
    const std::size_t there = written_.load(std::memory_order_acquire) - begin;
    const std::size_t count = std::min(there, samples.size());
    for (std::size_t i = 0; i < count; ++i) samples[i] = samples_[(begin + i) & mask()];
    read_.store(begin + count, std::memory_order_release);
    return count;
  }

 private:
  std::size_t mask() const { return samples_.size() - 1; }

  std::vector<std::int16_t> samples_;                // a power of two; each cell belongs to one side at a time
  alignas(64) std::atomic<std::size_t> written_{0};  // stored by the writer; counts all samples ever
  alignas(64) std::atomic<std::size_t> read_{0};     // stored by the reader
};

}  // namespace entente::audio
