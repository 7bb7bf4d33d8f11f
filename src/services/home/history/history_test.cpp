// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/history.h"

#include <gtest/gtest.h>

#include <random>

#include "services/home/history/buckets.h"
#include "services/home/routines/household_for_test.h"

namespace entente::home {
namespace {

using namespace std::chrono_literals;

Bytes coded(const std::vector<Sample>& samples) { return encode(samples, 0); }

TEST(Samples, ComeBackAsTheyWent) {
  const std::vector<Sample> samples = {{17'000'000'000, true},
                                       {17'000'000'300, false},
                                       {17'000'000'300, 21.5},
                                       {17'000'000'600, 21.55},
                                       {17'000'000'000, 0.1},
                                       {17'000'000'001, std::string("idle")},
                                       {17'000'000'002, std::string("busy")},
                                       {17'000'000'003, std::string("idle")},
                                       {17'000'000'004, 1.0 / 3},
                                       {17'000'000'005, 1e300}};
  EXPECT_EQ(decode(encode(samples, 17'000'000'000), 17'000'000'000), samples);
}

TEST(Samples, KeepNumbersOfEverySize) {
  std::mt19937_64 random(1);
  std::vector<Sample> samples;
  for (int i = 0; i < 2000; ++i) {
    const auto whole = static_cast<std::int64_t>(random() >> (random() % 50 + 14U));
    samples.push_back({static_cast<std::int64_t>(random() % 1000), random() % 2 == 0 ? whole : -whole});
  }
  EXPECT_EQ(decode(coded(samples), 0), samples);
}

TEST(Samples, OfASensorCostThreeBytes) {
  std::vector<Sample> samples;
  for (int i = 0; i < 1000; ++i) samples.push_back({i * 300, 21.0 + 0.1 * ((i * 7) % 9 + 1)});
  EXPECT_LE(coded(samples).size(), 3200U);
}

TEST(Samples, ThatAreCutOffReadAsAnErrorOrAsFewer) {
  const Bytes whole = coded({{1, true}, {500, 21.5}, {900, std::string("idle")}});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto read = decode(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)), 0);
    EXPECT_TRUE(!read || read->size() < 3);
  }
}

TEST(Samples, OfAnotherAgeAreRefused) {
  ByteWriter out;
  out.difference(INT64_MIN / 2);
  out.number(1);
  EXPECT_FALSE(decode(out.take(), 17'000'000'000));
}

TEST(Buckets, WeighValuesByTheTimeThatTheyHeld) {
  // A minute of 10, then 20 until the end of five minutes.
  const auto made = summarise({{600, 20.0}}, 10.0, 1'000'000, 3000, SeriesKind::number);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_DOUBLE_EQ(made[0].mean, (10.0 * 600 + 20.0 * 2400) / 3000);
  EXPECT_EQ(made[0].low, 10);
  EXPECT_EQ(made[0].high, 20);
}

TEST(Buckets, OfASwitchSayHowLongItWasOn) {
  const auto made = summarise({{0, true}, {1000, false}}, {}, 1'000'000, 3000, SeriesKind::state);
  EXPECT_NEAR(made[0].mean, 1.0 / 3, 1e-9);
}

TEST(Buckets, OfAListSayHowLongItWasWhich) {
  const auto made = summarise({{0, std::int64_t{2}}, {750, std::int64_t{1}}}, {}, 1'000'000, 3000, SeriesKind::listed);
  ASSERT_EQ(made[0].shares.size(), 2U);
  EXPECT_EQ(made[0].shares[0], (std::pair<std::string, double>("1", 0.75)));
  const auto back = decode(encode(made, 0, SeriesKind::listed), 0, SeriesKind::listed);
  ASSERT_TRUE(back);
  EXPECT_EQ((*back)[0].last, model::Value{std::int64_t{1}});
  EXPECT_EQ((*back)[0].shares, made[0].shares);
}

TEST(Buckets, WidenAsIfTheyHadBeenMadeSo) {
  std::mt19937 random(7);
  std::vector<Sample> samples;
  for (std::int64_t at = 0; at < 36'000 * 5; at += static_cast<std::int64_t>(random() % 5000 + 1)) {
    samples.push_back({at, static_cast<double>(random() % 100)});
  }
  const std::int64_t end = 36'000 * 5;
  const auto wide = summarise(samples, {}, end, 36'000, SeriesKind::number);
  const auto widened_ones = widened(summarise(samples, {}, end, 3'000, SeriesKind::number), 12, SeriesKind::number);
  ASSERT_EQ(wide.size(), widened_ones.size());
  for (std::size_t i = 0; i < wide.size(); ++i) {
    EXPECT_NEAR(wide[i].mean, widened_ones[i].mean, 1e-6);
    EXPECT_EQ(wide[i].low, widened_ones[i].low);
    EXPECT_EQ(wide[i].last, widened_ones[i].last);
  }
}

TEST(Buckets, ComeBackNearlyAsTheyWent) {
  std::vector<Sample> samples;
  for (int i = 0; i < 300; ++i) samples.push_back({i * 997, 20 + 0.1 * (i % 30)});
  const auto made = summarise(samples, {}, 1'000'000, 3'000, SeriesKind::number);
  const auto bytes = encode(made, 0, SeriesKind::number);
  const auto back = decode(bytes, 0, SeriesKind::number);
  ASSERT_TRUE(back && back->size() == made.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_NEAR((*back)[i].mean, made[i].mean, 0.01);
    EXPECT_EQ((*back)[i].low, made[i].low);
    EXPECT_TRUE(same_value((*back)[i].last, made[i].last));
  }
  EXPECT_LT(bytes.size(), made.size() * 9);
}

// ---- the whole

class HistoryTest : public RoutinesTest {
 protected:
  HistoryTest() {
    routines.reset();
    set_clock("2026-06-15 12:00");
    begin();
    heater = *home->find("heater");
    lamp = *home->find("hall lamp");
    temperature = *property_named(*heater.spec, "temperature");
    on = *property_named(*lamp.spec, "on");
  }
  ~HistoryTest() override { history.reset(); }

  void begin() {
    history.reset();
    auto opened = History::open(loop, *home, *database, bus, history_options);
    ASSERT_TRUE(opened) << opened.error().message;
    history = *std::move(opened);
  }
  // As after kill -9: what is not on disk is gone.
  void crash() {
    ASSERT_TRUE(
        database->execute("CREATE TEMP TRIGGER lost BEFORE INSERT ON history_log BEGIN SELECT RAISE(ABORT, 'x'); END"));
    history.reset();
    ASSERT_TRUE(database->execute("DROP TRIGGER lost"));
    begin();
  }
  void warm(double degrees) { tell("heater", "temperature", degrees); }
  History::Answer ask(const DeviceView& device, model::PropertyId property, Duration back, std::size_t most = 1000) {
    const WallTime now = loop.wall_time();
    const auto answer =
        history->query(device.id, property, now - std::chrono::duration_cast<WallTime::duration>(back), now, most);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : History::Answer{};
  }
  std::string temperatures(Duration back) {
    std::string words;
    for (const auto& point : ask(heater, temperature, back).points) words += model::to_text(point.value) + " ";
    return words;
  }

  History::Options history_options;
  std::unique_ptr<History> history;
  DeviceView heater, lamp;
  model::PropertyId temperature, on;
};

TEST_F(HistoryTest, KnowsWhatWasToldAtOnce) {
  warm(20);
  loop.advance(1min);
  warm(20.5);
  EXPECT_EQ(temperatures(1h), "20 20.5 ");
  EXPECT_EQ(history->statistics().waiting, 1U);
}

TEST_F(HistoryTest, WhatIsFlushedSurvivesACrash) {
  warm(20);
  loop.advance(6s);
  EXPECT_EQ(history->statistics().waiting, 0U);
  warm(21);
  crash();
  EXPECT_EQ(temperatures(1h), "20 ");
}

TEST_F(HistoryTest, WhatIsToldAgainAfterARestartIsNoNews) {
  warm(20);
  begin();
  warm(20);
  ASSERT_TRUE(history->tidy());
  begin();
  warm(20);
  loop.advance(1min);
  warm(21);
  EXPECT_EQ(temperatures(1h), "20 21 ");
}

TEST_F(HistoryTest, TheEndFlushes) {
  warm(20);
  begin();
  EXPECT_EQ(temperatures(1h), "20 ");
}

TEST_F(HistoryTest, NothingCountsTwiceAfterACrashWhileItIsPutInPlace) {
  warm(20);
  loop.advance(1min);
  warm(21);
  ASSERT_TRUE(history->flush());
  ASSERT_TRUE(database->execute("CREATE TEMP TABLE kept AS SELECT * FROM history_log"));
  ASSERT_TRUE(history->tidy());
  ASSERT_TRUE(
      database->execute("INSERT OR IGNORE INTO history_log SELECT * FROM kept"));  // as if that had not been reached
  crash();
  EXPECT_EQ(temperatures(1h), "20 21 ");
  ASSERT_TRUE(history->tidy());
  EXPECT_EQ(temperatures(1h), "20 21 ");
  EXPECT_EQ(history->statistics().raw_values, 2U);
}

TEST_F(HistoryTest, AWriteThatFailsIsTriedAgain) {
  warm(20);
  ASSERT_TRUE(database->execute("PRAGMA query_only = 1"));
  loop.advance(1min);
  EXPECT_EQ(history->statistics().waiting, 1U);
  ASSERT_TRUE(database->execute("PRAGMA query_only = 0"));
  loop.advance(1min);
  EXPECT_EQ(history->statistics().waiting, 0U);
}

TEST_F(HistoryTest, TheFirstPointSaysWhatItWasBefore) {
  warm(20);
  loop.advance(3h);
  ASSERT_TRUE(history->tidy());
  warm(22);
  loop.advance(10min);
  EXPECT_EQ(temperatures(30min), "20 22 ");
  EXPECT_EQ(temperatures(5min), "22 ");
}

TEST_F(HistoryTest, ManyPointsBecomeFewer) {
  for (int i = 0; i < 500; ++i) {
    warm(20 + i % 2);
    loop.advance(10s);
  }
  const auto answer = ask(heater, temperature, 2h, 60);
  EXPECT_EQ(answer.step, 300s);
  ASSERT_LE(answer.points.size(), 60U);
  EXPECT_EQ(answer.points[3].low, 20);
  EXPECT_EQ(answer.points[3].high, 21);
  EXPECT_NEAR(*answer.points[3].mean, 20.5, 0.1);
}

TEST_F(HistoryTest, GrowsCoarserWithAgeAndIsForgottenInTheEnd) {
  for (int i = 0; i < 48; ++i) {
    warm(20 + i % 3);
    loop.advance(7min);
  }
  const auto count_of = [&](const char* table) {
    return database->query(fmt::format("SELECT COUNT(*) FROM {}", table))->front().integer(0);
  };
  loop.advance(24h * 8);
  ASSERT_TRUE(history->tidy());
  EXPECT_EQ(count_of("history_chunk"), 0);
  EXPECT_EQ(ask(heater, temperature, 24h * 10).step, 300s);
  EXPECT_EQ(ask(heater, temperature, 24h * 10).points.size(), 48U);
  loop.set_wall_time(loop.wall_time() + 24h * 100);
  ASSERT_TRUE(history->tidy());
  const auto hourly = ask(heater, temperature, 24h * 120);
  EXPECT_EQ(hourly.step, 1h);
  EXPECT_EQ(hourly.points.size(), 6U);
  loop.set_wall_time(loop.wall_time() + 24h * 800);
  ASSERT_TRUE(history->tidy());
  EXPECT_EQ(count_of("history_bucket"), 0);
}

TEST_F(HistoryTest, SwitchesAndListsAreKept) {
  tell("hall lamp", "on", true);
  loop.advance(20min);
  tell("hall lamp", "on", false);
  tell("vacuum", "status", 1);
  loop.advance(24h * 8);
  ASSERT_TRUE(history->tidy());
  loop.set_wall_time(loop.wall_time() + 24h * 100);
  const auto lamps = ask(lamp, on, 24h * 120);
  ASSERT_EQ(lamps.points.size(), 1U);
  EXPECT_NEAR(*lamps.points[0].mean, 1.0 / 3, 0.01);
  EXPECT_EQ(lamps.points[0].value, model::Value{false});
  const auto vacuum = *home->find("vacuum");
  const auto status = ask(vacuum, *property_named(*vacuum.spec, "status"), 24h * 120);
  ASSERT_EQ(status.points.size(), 1U);
  EXPECT_EQ(status.points[0].shares[0].first, "1");
}

TEST_F(HistoryTest, AClockThatIsSetBackSpoilsNothing) {
  warm(20);
  loop.advance(10min);
  warm(21);
  ASSERT_TRUE(history->tidy());
  loop.set_wall_time(loop.wall_time() - 5min);
  warm(22);
  ASSERT_TRUE(history->tidy());
  loop.advance(20min);
  EXPECT_EQ(temperatures(1h), "20 22 21 ");
}

TEST_F(HistoryTest, AClockThatWasNeverSetIsNotBelieved) {
  loop.set_wall_time(WallTime(1000s));
  warm(20);
  EXPECT_EQ(history->statistics().dropped, 1U);
}

TEST_F(HistoryTest, AFloodKeepsTenValuesASecond) {
  for (int i = 0; i < 1000; ++i) tell("hall lamp", "brightness", i % 100 + 1);
  EXPECT_EQ(history->statistics().waiting, 1U);
}

TEST_F(HistoryTest, ADeviceThatIsRemovedTakesItsHistoryAlong) {
  warm(20);
  ASSERT_TRUE(history->tidy());
  warm(21);
  ASSERT_TRUE(home->remove(heater.id));
  loop.run_ready();
  ASSERT_TRUE(history->tidy());
  EXPECT_EQ(history->statistics().raw_values, 0U);
  EXPECT_TRUE(ask(heater, temperature, 1h).points.empty());
}

TEST_F(HistoryTest, AChunkThatIsSpoiledCostsItsHourAlone) {
  warm(20);
  ASSERT_TRUE(history->tidy());
  ASSERT_TRUE(database->execute("UPDATE history_chunk SET data = x'ffffff'"));
  loop.advance(2h);
  warm(21);
  ASSERT_TRUE(history->tidy());
  EXPECT_EQ(temperatures(3h), "21 ");
}

}  // namespace
}  // namespace entente::home
