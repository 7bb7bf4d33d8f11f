// SPDX-License-Identifier: GPL-3.0-or-later
// A home of devices that the test plays, with routines over it, on a clock that stands still: for tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/wait.h"
#include "infra/bus/bus.h"
#include "infra/store/store.h"
#include "services/home/home.h"
#include "services/home/routines.h"
#include "services/home/spec_library.h"
#include "services/home/spec_names.h"
#include "tests/support/manual_loop.h"
#include "tests/support/temporary_folder.h"

namespace entente::home {

// Central Europe: two hours ahead from 01:00 UTC on 29 March 2026 to 01:00 UTC on 25 October 2026, one otherwise.
inline seconds central_europe(WallTime time) {
  const WallTime spring = WallTime(seconds(1774746000));
  const WallTime autumn = WallTime(seconds(1792890000));
  return time >= spring && time < autumn ? seconds(7200) : seconds(3600);
}

// What a device of the test is asked, in order, as "bedroom lamp.on = true".
class PlayedLink : public Link {
 public:
  struct Stage {
    std::vector<std::string> done;
    std::optional<Error> failure;
    Duration delay{};
  };

  PlayedLink(Loop& loop, Stage& stage, std::string name, const model::DeviceSpec& spec)
      : loop_(loop), stage_(stage), name_(std::move(name)), spec_(spec) {}

  Task<Result<std::vector<Reading>>> read(std::vector<model::PropertyId>) override { co_return std::vector<Reading>(); }
  Task<Result<std::vector<Written>>> write(std::vector<model::PropertyWrite> properties) override {
    if (stage_.delay > Duration::zero()) co_await sleep(loop_, stage_.delay);
    if (stage_.failure) co_return *stage_.failure;
    std::vector<Written> written;
    for (const auto& one : properties) {
      stage_.done.push_back(fmt::format("{}.{} = {}", name_, usual_name(spec_, one.id), model::to_text(one.value)));
      written.push_back({one.id, Result<void>()});
    }
    co_return written;
  }
  Task<Result<std::vector<model::Value>>> act(model::ActionCall call) override {
    if (stage_.failure) co_return *stage_.failure;
    stage_.done.push_back(fmt::format("{}: {}", name_, spec_.action(call.id)->type.name));
    co_return std::vector<model::Value>();
  }
  Reach reach() const override { return Reach::reachable; }
  TimePoint last_sent() const override { return {}; }

 private:
  Loop& loop_;
  Stage& stage_;
  const std::string name_;
  const model::DeviceSpec& spec_;
};

class PlayedDriver : public Driver {
 public:
  explicit PlayedDriver(Loop& loop) : loop_(loop) {}
  std::string_view name() const override { return "played"; }
  Result<std::unique_ptr<Link>> connect(const Address& address, const model::DeviceSpec& spec) override {
    return std::unique_ptr<Link>(std::make_unique<PlayedLink>(loop_, stage, address.host, spec));
  }
  PlayedLink::Stage stage;

 private:
  Loop& loop_;
};

class RoutinesTest : public testing::Test {
 protected:
  RoutinesTest() {
    log::set_level(log::Level::off);
    const std::filesystem::path folders[] = {"specs"};
    specs_ = SpecLibrary::load(folders);
    database = store::Database::open_in_memory().value();
    Home::Options home_options;
    home_options.polling = false;
    home = Home::open(loop, *database, bus, specs_, {&driver}, home_options).value();
    add("bedroom lamp", "bedroom", "entente.light.color1");
    add("hall lamp", "hall", "entente.light.color1");
    add("heater", "bedroom", "entente.heater.panel1");
    add("coffee machine", "kitchen", "entente.plug.power1");
    add("vacuum", "hall", "entente.vacuum.sweeper1");
    options.folder = folder.path() / "routines";
    options.zone = central_europe;
    options.location = Location{52.52, 13.405};  // Berlin
    options.watch_every = Duration::zero();
    set_clock("2026-06-15 12:00");  // a Monday
    open();
  }
  ~RoutinesTest() override {
    routines.reset();
    home.reset();
    log::set_level(log::Level::info);
  }

  void open() {
    routines.reset();
    auto opened = Routines::open(loop, *home, *database, bus, options, outside);
    ASSERT_TRUE(opened) << opened.error().message;
    routines = *std::move(opened);
    loop.run_ready();
  }

  void add(const std::string& name, const std::string& room, const std::string& model) {
    NewDevice device{name, {}, room, model, {}};
    device.address.driver = "played";
    device.address.host = name;
    const auto id = home->add(std::move(device));
    ASSERT_TRUE(id) << id.error().message;
    loop.run_ready();
  }

  // Of the home: what the wall clock shows there, by summer time rules.
  void set_clock(const std::string& local) { loop.set_wall_time(from_local(local_time(local), central_europe)); }
  static LocalSeconds local_time(const std::string& text) {
    std::tm parts{};
    EXPECT_NE(::strptime(text.c_str(), "%Y-%m-%d %H:%M", &parts), nullptr);
    return LocalSeconds(seconds(::timegm(&parts)));
  }
  std::string clock() const { return clock_text(loop.wall_time(), central_europe); }
  void advance_to(const std::string& local) {
    loop.advance(
        std::chrono::duration_cast<Duration>(from_local(local_time(local), central_europe) - loop.wall_time()));
  }

  void put(const std::string& name, const std::string& yaml) {
    const auto put = routines->put(name, yaml);
    ASSERT_TRUE(put) << put.error().message;
    loop.run_ready();
  }
  std::string refusal(const std::string& yaml) {
    const auto put = routines->put("x", yaml);
    return put ? "taken" : put.error().message;
  }

  // The device tells its state, as Home would.
  void tell(const std::string& device, const std::string& property, Json value) {
    const auto view = home->find(device);
    ASSERT_TRUE(view);
    const auto id = property_named(*view->spec, property);
    ASSERT_TRUE(id) << property;
    bus.publish("home/device/" + view->id.text + "/changed",
                Json{{"property", fmt::format("{}.{}", id->service, id->property)}, {"value", std::move(value)}});
    loop.run_ready();
  }
  void tell_event(const std::string& device, const std::string& event) {
    const auto view = home->find(device);
    const auto id = event_named(*view->spec, event);
    ASSERT_TRUE(id);
    bus.publish("home/device/" + view->id.text + "/event",
                Json{{"event", fmt::format("{}.{}", id->service, id->event)}, {"arguments", Json::array()}});
    loop.run_ready();
  }

  // What devices were asked since the last time.
  std::vector<std::string> done() { return std::exchange(driver.stage.done, {}); }
  std::vector<RoutineRun> runs(const std::string& name) { return routines->runs(name); }
  std::string last_outcome(const std::string& name) {
    const auto all = runs(name);
    return all.empty() ? "never" : to_string(all.front().outcome);
  }
  std::string explained(const std::string& name) {
    std::string words;
    const auto all = runs(name);
    if (all.empty()) return "never";
    words = all.front().cause + "\n";
    for (const auto& line : all.front().lines) words += fmt::format("{}: {}\n", line.what, line.came);
    return words + to_string(all.front().outcome) + (all.front().reason.empty() ? "" : ": " + all.front().reason);
  }

  test::ManualLoop loop;
  test::TemporaryFolder folder;
  bus::Bus bus{loop};
  PlayedDriver driver{loop};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<Home> home;
  Routines::Options options;
  Routines::Outside outside;
  std::unique_ptr<Routines> routines;

 private:
  SpecLibrary specs_;
};

}  // namespace entente::home
