// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/ring.h"

#include <gtest/gtest.h>

#include <thread>

namespace entente::audio {
namespace {

using Samples = std::vector<std::int16_t>;

TEST(SampleRing, TakesOnlyWhatFits) {
  SampleRing ring(4);
  EXPECT_EQ(ring.write(Samples{1, 2, 3, 4, 5, 6}), 4U);
  EXPECT_EQ(ring.write(Samples{7}), 0U);
  Samples out(3);
  EXPECT_EQ(ring.read(out), 3U);
  EXPECT_EQ(out, (Samples{1, 2, 3}));
  EXPECT_EQ(ring.write(Samples{8, 9}), 2U);
  EXPECT_EQ(ring.read(out), 3U);
  EXPECT_EQ(out, (Samples{4, 8, 9}));
  EXPECT_EQ(ring.read(out), 0U);
}

TEST(SampleRing, CarriesASequenceBetweenTwoThreadsUnbroken) {
  constexpr int count = 400'000;
  SampleRing ring(64);
  std::thread writer([&] {
    for (int next = 0; next < count;) {
      const Samples piece{static_cast<std::int16_t>(next), static_cast<std::int16_t>(next + 1)};
      const auto written = ring.write(std::span(piece).first(next + 1 < count ? 2 : 1));
      if (written == 0) std::this_thread::yield();
      next += static_cast<int>(written);
    }
  });
  int expected = 0;
  int wrong = 0;
  Samples out(7);
  while (expected < count) {
    const auto got = ring.read(out);
    if (got == 0) std::this_thread::yield();
    for (std::size_t i = 0; i < got; ++i) wrong += out[i] == static_cast<std::int16_t>(expected++) ? 0 : 1;
  }
  writer.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace entente::audio
