// SPDX-License-Identifier: GPL-3.0-or-later
// State changes through the routines of a large household, and what keeping the history of everything costs. The
// devices are played in this process: what is measured is ours, no network.
#include <unistd.h>

#include <random>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/wait.h"
#include "infra/store/store.h"
#include "services/home/history.h"
#include "services/home/routines.h"
#include "services/home/spec_names.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Does at once what it is told, and notes when.
struct Stage {
  std::vector<TimePoint> writes;
};

class PlayedLink : public home::Link {
 public:
  PlayedLink(Loop& loop, Stage& stage) : loop_(loop), stage_(stage) {}
  Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId>) override {
    co_return std::vector<home::Reading>();
  }
  Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) override {
    stage_.writes.push_back(loop_.now());
    std::vector<home::Written> written;
    for (const auto& one : properties) written.push_back({one.id, Result<void>()});
    co_return written;
  }
  Task<Result<std::vector<model::Value>>> act(model::ActionCall) override { co_return std::vector<model::Value>(); }
  home::Reach reach() const override { return home::Reach::reachable; }
  TimePoint last_sent() const override { return {}; }

 private:
  Loop& loop_;
  Stage& stage_;
};

class PlayedDriver : public home::Driver {
 public:
  explicit PlayedDriver(Loop& loop) : loop_(loop) {}
  std::string_view name() const override { return "played"; }
  Result<std::unique_ptr<home::Link>> connect(const home::Address&, const model::DeviceSpec&) override {
    return std::unique_ptr<home::Link>(std::make_unique<PlayedLink>(loop_, stage));
  }
  Stage stage;

 private:
  Loop& loop_;
};

// A home in a folder that goes with it.
struct Household {
  Household(net::EventLoop& its_loop, const Settings& settings) : loop(its_loop), bus(its_loop), driver(its_loop) {
    folder = fs::temp_directory_path() / fmt::format("entente-bench-{}", ::getpid());
    const fs::path specs_folders[] = {settings.data_folder / "specs"};
    specs = home::SpecLibrary::load(specs_folders);
  }
  ~Household() {
    home.reset();
    database.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  Result<void> open(int devices) {
    ENTENTE_TRY_VOID(make_folder(folder));
    ENTENTE_TRY(database, store::Database::open(folder / "home.db"));
    home::Home::Options options;
    options.polling = false;
    ENTENTE_TRY(home, home::Home::open(loop, *database, bus, specs, {&driver}, options));
    for (int i = 0; i < devices; ++i) {
      home::NewDevice device{fmt::format("lamp {}", i), {}, fmt::format("room {}", i % 20), "entente.light.color1", {}};
      device.address.driver = "played";
      device.address.host = std::to_string(i);
      ENTENTE_TRY(const auto id, home->add(std::move(device)));
      ids.push_back(id);
    }
    return {};
  }

  void tell(std::size_t device, const char* property, Json value) {
    bus.publish("home/device/" + ids[device].text + "/changed",
                Json{{"property", property}, {"value", std::move(value)}});
  }

  net::EventLoop& loop;
  bus::Bus bus;
  home::SpecLibrary specs;
  PlayedDriver driver;
  fs::path folder;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<home::Home> home;
  std::vector<model::DeviceId> ids;
};

// ---- routines

struct RoutinesOutcome {
  std::vector<double> latency_ms;  // from the change to the write at the link
  double busy_percent = 0;         // of one core, at 1,000 changes a second
  double changes_per_second = 0;   // as many as go through
  std::size_t missing = 0;         // writes that never came
};

// Every third has conditions, every fifth waits for something to last.
std::string routine_yaml(int index, int devices) {
  std::string yaml =
      fmt::format("mode: parallel\nmax: 100\nwhen: {{device: lamp {}, property: brightness, above: 50{}}}\n",
                  index % devices, index % 5 == 4 ? ", for: 1 hour" : "");
  if (index % 3 == 0) {
    yaml += fmt::format("if: [{{device: lamp {}, property: color_temperature, below: 9000}}, {{days: daily}}]\n",
                        (index + 1) % devices);
  }
  return yaml + fmt::format("then: {{set: lamp {}, to: {{color_temperature: {}}}}}\n", (index + 1) % devices,
                            3000 + index % 3000);
}

Task<Result<RoutinesOutcome>> run_routines(Household& household, int devices, int count, int length) {
  net::EventLoop& loop = household.loop;
  home::Routines::Options options;
  options.folder = household.folder / "routines";
  options.watch_every = Duration::zero();
  ENTENTE_CO_TRY_VOID(make_folder(options.folder));
  for (int i = 0; i < count; ++i) {
    ENTENTE_CO_TRY_VOID(write_file(options.folder / fmt::format("r{}.yaml", i), routine_yaml(i, devices)));
  }
  ENTENTE_CO_TRY(const auto routines,
                 home::Routines::open(loop, *household.home, *household.database, household.bus, options, {}));
  for (std::size_t i = 0; i < household.ids.size(); ++i) {
    household.tell(i, "2.2", 1);
    household.tell(i, "2.3", 4000);
  }
  co_await sleep(loop, 50ms);

  RoutinesOutcome outcome;
  auto& writes = household.driver.stage.writes;
  // One by one: each change brings one command of a routine that does not wait.
  std::size_t next = 0;
  const auto before = processor_time();
  const auto began = loop.now();
  const auto changes = static_cast<std::size_t>(length) * 1000;
  std::size_t told = 0;
  std::size_t expected = 0;
  while (told < changes) {
    const auto due = static_cast<std::size_t>((loop.now() - began) / 1ms);
    const std::size_t until = std::min(due, changes);
    for (; told < until; ++told) {
      const std::size_t device = next++ % household.ids.size();
      const bool rises = (next / household.ids.size()) % 2 == 0;
      const std::size_t from = writes.size();
      const auto at = loop.now();
      household.tell(device, "2.2", rises ? 100 : 1);
      co_await sleep(loop, Duration::zero());
      co_await sleep(loop, Duration::zero());
      if (rises && device % 5 != 4 && static_cast<int>(device) < count) {
        ++expected;
        if (writes.size() > from) outcome.latency_ms.push_back(in_milliseconds(writes[from] - at));
      }
    }
    co_await sleep(loop, 1ms);
  }
  outcome.missing = expected - std::min(expected, outcome.latency_ms.size());
  outcome.busy_percent = 100 * in_milliseconds(processor_time() - before) / in_milliseconds(loop.now() - began);

  // As many as go through, a hundred at a time.
  const auto flood_began = loop.now();
  constexpr int flood = 50'000;
  for (int i = 0; i < flood; ++i) {
    household.tell(static_cast<std::size_t>(i) % household.ids.size(), "2.2", i / devices % 2 == 0 ? 100 : 1);
    if (i % 100 == 99) co_await sleep(loop, Duration::zero());
  }
  co_await sleep(loop, Duration::zero());
  outcome.changes_per_second = flood / (in_milliseconds(loop.now() - flood_began) / 1000);
  co_return outcome;
}

// ---- history

// The loop's own time, and a clock on the wall that the bench turns on.
class TurnedClock : public Loop {
 public:
  explicit TurnedClock(Loop& loop) : loop_(loop), wall_(loop.wall_time()) {}
  TimePoint now() const override { return loop_.now(); }
  WallTime wall_time() const override { return wall_; }
  void post(Callback callback) override { loop_.post(std::move(callback)); }
  TimerId after(Duration delay, Callback callback) override { return loop_.after(delay, std::move(callback)); }
  void cancel(TimerId timer) override { loop_.cancel(timer); }
  void turn_on(Duration by) { wall_ += std::chrono::duration_cast<WallTime::duration>(by); }

 private:
  Loop& loop_;
  WallTime wall_;
};

struct HistoryOutcome {
  double write_us = 0;    // of processor time a value, everything counted
  double elapsed_us = 0;  // the same by the clock
  double longest_ms = 0;  // a flush
  double fold_us = 0;     // a value, later
  double bytes = 0;       // a value, raw
  double kept = 0;        // values
  double query_ms = 0;    // a day of one property
};

Task<void> a_turn(Loop& loop) {
  co_await sleep(loop, Duration::zero());
  co_await sleep(loop, Duration::zero());
}

// A switch, a dimmer, and a sensor that drifts.
void tell_something(Household& household, std::mt19937& random, std::vector<int>& drift) {
  const auto device = static_cast<std::size_t>(random()) % household.ids.size();
  switch (random() % 3) {
    case 0: household.tell(device, "2.1", random() % 2 == 0); break;
    case 1: household.tell(device, "2.2", random() % 100 + 1); break;
    default:
      drift[device] += static_cast<int>(random() % 5) - 2;
      household.tell(device, "3.1", 21.0 + drift[device] * 0.1);
      break;
  }
}

Result<HistoryOutcome> run_history(Household& household, const HistoryBenchOptions& bench) {
  home::History::Options options;
  options.flush_every = std::chrono::hours(1);  // by hand
  options.flush_at = 10'000'000;
  options.fold_at = 100'000'000;
  TurnedClock clock(household.loop);
  ENTENTE_TRY(const auto history,
              home::History::open(clock, *household.home, *household.database, household.bus, options));
  std::mt19937 random(1);
  std::vector<int> drift(household.ids.size());
  HistoryOutcome outcome;
  const auto before = processor_time();
  const auto began = clock.now();
  const Duration apart = std::chrono::duration_cast<Duration>(1s) / bench.rate;
  for (int told = 0; told < bench.values;) {
    for (int i = 0; i < 5 * bench.rate && told < bench.values; ++i, ++told) {
      tell_something(household, random, drift);
      clock.turn_on(apart);
      if (i % 10 == 9) household.loop.run_until_complete(a_turn(household.loop));
    }
    household.loop.run_until_complete(a_turn(household.loop));
    const auto flushing = clock.now();
    ENTENTE_TRY_VOID(history->flush());
    outcome.longest_ms = std::max(outcome.longest_ms, in_milliseconds(clock.now() - flushing));
  }
  const auto heard = static_cast<double>(history->statistics().heard);
  outcome.write_us = 1000 * in_milliseconds(processor_time() - before) / heard;
  outcome.elapsed_us = 1000 * in_milliseconds(clock.now() - began) / heard;
  const auto folding = clock.now();
  ENTENTE_TRY_VOID(history->tidy());
  outcome.fold_us = 1000 * in_milliseconds(clock.now() - folding) / heard;
  const auto statistics = history->statistics();
  outcome.kept = static_cast<double>(statistics.raw_values);
  outcome.bytes = static_cast<double>(statistics.raw_bytes) / std::max(outcome.kept, 1.0);
  const auto asking = clock.now();
  const WallTime now = clock.wall_time();
  for (std::size_t i = 0; i < 20; ++i) {
    ENTENTE_TRY(const auto answer, history->query(household.ids[i], {2, 2}, now - 24h, now, 500));
    if (answer.points.empty()) return Error{ErrorCode::failed, "history: nothing was kept"};
  }
  outcome.query_ms = in_milliseconds(clock.now() - asking) / 20;
  return outcome;
}

}  // namespace

int bench_routines(const CommonOptions& common, const RoutinesBenchOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::error);
  net::EventLoop loop;
  Household household(loop, *settings);
  if (const auto opened = household.open(options.devices); !opened) return fail(opened.error());
  const auto outcome =
      loop.run_until_complete(run_routines(household, options.devices, options.routines, options.seconds));
  if (!outcome) return exit_failed;
  if (!*outcome) return fail(outcome->error());
  const auto& result = **outcome;
  Figures figures(fmt::format("{} routines over {} devices", options.routines, options.devices));
  figures.add("change_to_command_p50", percentile(result.latency_ms, 50), "ms", "at 1,000 state changes a second");
  figures.add("change_to_command_p99", percentile(result.latency_ms, 99), "ms");
  figures.add("change_to_command_max", percentile(result.latency_ms, 100), "ms");
  figures.add("commands", static_cast<double>(result.latency_ms.size()), "", "of routines, in that time");
  figures.add("commands_missing", static_cast<double>(result.missing), "");
  figures.add("busy", result.busy_percent, "%", "of one core, at 1,000 a second");
  figures.add("state_changes", result.changes_per_second, "1/s", "as many as go through");
  figures.print(common.json);
  return result.missing == 0 ? exit_done : exit_failed;
}

int bench_history(const CommonOptions& common, const HistoryBenchOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::error);
  net::EventLoop loop;
  Household household(loop, *settings);
  if (const auto opened = household.open(options.devices); !opened) return fail(opened.error());
  const auto outcome = run_history(household, options);
  if (!outcome) return fail(outcome.error());
  Figures figures(
      fmt::format("history of {} values of {} devices, {} a second", options.values, options.devices, options.rate));
  figures.add("write", outcome->write_us, "us", "of processor time a value: bus, memory, and on disk");
  figures.add("write_elapsed", outcome->elapsed_us, "us", "the same by the clock, waits for the disk included");
  figures.add("longest_flush", outcome->longest_ms, "ms", "five seconds' worth");
  figures.add("put_in_place", outcome->fold_us, "us", "a value, later, a little each turn");
  figures.add("raw", outcome->bytes, "bytes", "a value, times included");
  figures.add("kept", outcome->kept, "", "of them; more than ten a second of one property are not");
  figures.add("query", outcome->query_ms, "ms", "a day of one property");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
