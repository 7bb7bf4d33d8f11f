// SPDX-License-Identifier: GPL-3.0-or-later
// Home over a database in memory and a driver that the test plays.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/json.h"
#include "base/wait.h"
#include "infra/bus/bus.h"
#include "infra/store/store.h"
#include "services/home/home.h"
#include "services/home/spec_library.h"
#include "tests/support/manual_loop.h"

namespace entente::home {

using model::PropertyId;
using model::Value;

inline constexpr PropertyId on = {2, 1};
inline constexpr PropertyId brightness = {2, 2};
inline constexpr model::ActionId toggle = {2, 1};

inline Value number(std::int64_t value) { return Value{value}; }

// What the test wants the devices to do, by host.
struct Script {
  Reach reach = Reach::reachable;
  std::optional<Error> failure;
  Duration delay{};
  std::map<PropertyId, Value> values;
  std::map<PropertyId, Error> refusals;

  int reads = 0;
  std::vector<PropertyId> last_read;
  std::vector<model::PropertyWrite> writes;
  int actions = 0;
  bool tells = false;
  std::string hardware_id;
  class ScriptedLink* link = nullptr;  // the newest
};

class ScriptedLink : public Link {
 public:
  ScriptedLink(Loop& loop, Script& script) : loop_(loop), script_(script) { script.link = this; }
  ~ScriptedLink() override {
    if (script_.link == this) script_.link = nullptr;
  }

  Task<Result<std::vector<Reading>>> read(std::vector<PropertyId> properties) override {
    ++script_.reads;
    script_.last_read = properties;
    if (script_.delay > Duration::zero()) co_await sleep(loop_, script_.delay);
    if (script_.failure) co_return *script_.failure;
    std::vector<Reading> readings;
    for (const auto id : properties) {
      const auto refusal = script_.refusals.find(id);
      if (refusal != script_.refusals.end()) {
        readings.push_back({id, refusal->second});
      } else {
        readings.push_back({id, script_.values[id]});
      }
    }
    co_return readings;
  }
  Task<Result<std::vector<Written>>> write(std::vector<model::PropertyWrite> properties) override {
    if (script_.delay > Duration::zero()) co_await sleep(loop_, script_.delay);
    if (script_.failure) co_return *script_.failure;
    std::vector<Written> outcomes;
    for (const auto& one : properties) {
      script_.writes.push_back(one);
      const auto refusal = script_.refusals.find(one.id);
      if (refusal == script_.refusals.end()) script_.values[one.id] = one.value;
      outcomes.push_back({one.id, refusal == script_.refusals.end() ? Result<void>() : Result<void>(refusal->second)});
    }
    co_return outcomes;
  }
  Task<Result<std::vector<Value>>> act(model::ActionCall) override {
    ++script_.actions;
    if (script_.failure) co_return *script_.failure;
    co_return std::vector<Value>();
  }
  Reach reach() const override { return script_.reach; }
  TimePoint last_sent() const override { return TimePoint{}; }
  std::string hardware_id() const override { return script_.hardware_id; }
  bool tells() const override { return script_.tells; }
  LinkObserver* observer() const { return observer_; }

 private:
  Loop& loop_;
  Script& script_;
};

class ScriptedDriver : public Driver {
 public:
  explicit ScriptedDriver(Loop& loop) : loop_(loop) {}
  std::string_view name() const override { return "miio"; }
  Result<std::unique_ptr<Link>> connect(const Address& address, const model::DeviceSpec&) override {
    if (address.token.size() != 4) return Error{ErrorCode::invalid, "the token must have four digits"};
    return std::unique_ptr<Link>(std::make_unique<ScriptedLink>(loop_, scripts[address.host]));
  }

  void search(SightingObserver* wanted) override {
    observer = wanted;
    ++searches;
  }

  std::map<std::string, Script> scripts;
  SightingObserver* observer = nullptr;
  int searches = 0;

 private:
  Loop& loop_;
};

inline constexpr std::string_view lamp_spec =
    R"({"type":"urn:miot-spec-v2:device:light:0000A001:test-lamp:1","services":[
  {"iid":1,"type":"urn:miot-spec-v2:service:device-information:00007801","properties":[
    {"iid":2,"type":"urn:miot-spec-v2:property:model:00000002","format":"string","access":["read"]}]},
  {"iid":2,"type":"urn:miot-spec-v2:service:light:00007802","properties":[
    {"iid":1,"type":"urn:miot-spec-v2:property:on:00000006","format":"bool","access":["read","write","notify"]},
    {"iid":2,"type":"urn:miot-spec-v2:property:brightness:0000000D","format":"uint8","unit":"percentage",
     "access":["read","write"],"value-range":[1,100,1]},
    {"iid":3,"type":"urn:miot-spec-v2:property:fault:00000009","format":"uint8","access":["read"]},
    {"iid":4,"type":"urn:test-spec:property:own:00000001","format":"uint8","access":["read"]}],
   "actions":[{"iid":1,"type":"urn:miot-spec-v2:action:toggle:00002811","in":[],"out":[]}],
   "events":[{"iid":1,"type":"urn:miot-spec-v2:event:low-battery:00005003","arguments":[2]}]}]})";

class HomeTest : public testing::Test {
 protected:
  HomeTest() {
    folder_ = std::filesystem::path(testing::TempDir()) /
              fmt::format("home-{}-{}", ::getpid(), testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "test.light.lamp.json") << lamp_spec;
    specs_ = SpecLibrary::load(std::vector<std::filesystem::path>{folder_});
    database_ = store::Database::open_in_memory().value();
    open();
    subscription_ = bus_.subscribe("home/#", [this](const bus::Message& message) {
      const auto topic = message.topic;
      told.push_back(topic.substr(topic.find_last_of('/') + 1) + " " + to_text(message.json()));
    });
  }
  ~HomeTest() override {
    home.reset();
    std::filesystem::remove_all(folder_);
  }

  void open(std::vector<Driver*> drivers) {
    home.reset();
    home = Home::open(loop, *database_, bus_, specs_, std::move(drivers), options).value();
  }
  void open() { open({&driver}); }
  static NewDevice lamp(std::string name, std::string host = "lamp") {
    return {std::move(name), {}, "bedroom", "test.light.lamp", {"miio", std::move(host), 0, "beef", ""}};
  }
  model::DeviceId added(NewDevice device) {
    const auto id = home->add(std::move(device));
    EXPECT_TRUE(id.ok()) << (id.ok() ? "" : id.error().message);
    return id.ok() ? *id : model::DeviceId{};
  }
  Script& script(const std::string& host = "lamp") { return driver.scripts[host]; }
  Result<void> write(const model::DeviceId& id, PropertyId property, Value value) {
    return loop.run_through(home->write(id, property, std::move(value)));
  }
  // Home's own SQL refused from now on, as on a full disk or in a folder that is read-only.
  void break_store() { ASSERT_TRUE(database_->execute("PRAGMA query_only = 1").ok()); }
  void mend_store() { ASSERT_TRUE(database_->execute("PRAGMA query_only = 0").ok()); }

  test::ManualLoop loop;
  ScriptedDriver driver{loop};
  Home::Options options;
  std::unique_ptr<Home> home;
  std::vector<std::string> told;

 private:
  std::filesystem::path folder_;
  SpecLibrary specs_;
  std::unique_ptr<store::Database> database_;
  bus::Bus bus_{loop};
  bus::Subscription subscription_;
};

}  // namespace entente::home
