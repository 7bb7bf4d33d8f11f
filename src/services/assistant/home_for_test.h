// SPDX-License-Identifier: GPL-3.0-or-later
// A home of scripted devices with the product's own sentences and specs, and an assistant to talk to: for tests.
#pragma once

#include <gtest/gtest.h>

#include "base/json.h"
#include "infra/store/store.h"
#include "services/assistant/assistant.h"
#include "services/assistant/skills/clock/clock.h"
#include "services/assistant/skills/conversation/conversation.h"
#include "services/assistant/skills/device_control/device_control.h"
#include "services/assistant/skills/device_query/device_query.h"
#include "services/home/spec_library.h"
#include "tests/support/manual_loop.h"

namespace entente::assistant {

// What the scripted devices hold and were asked, by host.
struct Script {
  std::map<model::PropertyId, model::Value> values;
  std::vector<model::ActionId> calls;
  std::optional<Error> failure;
};

class ScriptedLink : public home::Link {
 public:
  explicit ScriptedLink(Script& script) : script_(script) {}

  Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId> properties) override {
    if (script_.failure) co_return *script_.failure;
    std::vector<home::Reading> readings;
    for (const auto id : properties) readings.push_back({id, script_.values[id]});
    co_return readings;
  }
  Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) override {
    if (script_.failure) co_return *script_.failure;
    std::vector<home::Written> written;
    for (const auto& one : properties) {
      script_.values[one.id] = one.value;
      written.push_back({one.id, Result<void>()});
    }
    co_return written;
  }
  Task<Result<std::vector<model::Value>>> act(model::ActionCall call) override {
    if (script_.failure) co_return *script_.failure;
    script_.calls.push_back(call.id);
    co_return std::vector<model::Value>();
  }
  home::Reach reach() const override { return home::Reach::reachable; }
  TimePoint last_sent() const override { return {}; }

 private:
  Script& script_;
};

class ScriptedDriver : public home::Driver {
 public:
  std::string_view name() const override { return "scripted"; }
  Result<std::unique_ptr<home::Link>> connect(const home::Address& address, const model::DeviceSpec&) override {
    return std::unique_ptr<home::Link>(std::make_unique<ScriptedLink>(scripts[address.host]));
  }
  std::map<std::string, Script> scripts;
};

class ScriptedHome : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path folders[] = {"specs"};
    specs_ = home::SpecLibrary::load(folders);
    database_ = store::Database::open_in_memory().value();
    home::Home::Options options;
    options.polling = false;
    home_ = home::Home::open(loop_, *database_, bus_, specs_, {&driver_}, options).value();
    add("bedroom lamp", "bedroom", "entente.light.color1", {"卧室灯"});
    add("kitchen light", "kitchen", "entente.light.color1", {});
    add("coffee machine", "kitchen", "entente.plug.power1", {});
    add("fan", "living room", "entente.fan.tower1", {});
    add("air purifier", "bedroom", "entente.airpurifier.home1", {});
    add("vacuum cleaner", "hall", "entente.vacuum.sweeper1", {});
    load({"en", "zh-CN"}, {});
  }

  void add(const std::string& name, const std::string& room, const std::string& model,
           std::vector<std::string> aliases) {
    home::NewDevice device{name, std::move(aliases), room, model, {}};
    device.address.driver = "scripted";
    device.address.host = name;
    const auto id = home_->add(std::move(device));
    ASSERT_TRUE(id) << id.error().message;
    loop_.run_ready();
  }

  void load(std::vector<std::string> languages, std::vector<std::filesystem::path> extra_files,
            Replies replies = Replies::full) {
    Grammars::Options options;
    options.watch_every = Duration::zero();
    options.languages = std::move(languages);
    options.sentence_folders = {"sentences"};
    options.extra_files = std::move(extra_files);
    grammars_.emplace(loop_, pool_, bus_, *home_, std::move(options));
    std::vector<std::unique_ptr<Skill>> skills;
    skills.push_back(std::make_unique<DeviceControl>(loop_, *home_));
    skills.push_back(std::make_unique<DeviceQuery>(loop_, *home_));
    skills.push_back(std::make_unique<ClockSkill>());
    skills.push_back(std::make_unique<ConversationSkill>(*home_));
    assistant_.emplace(loop_, *home_, *grammars_, std::move(skills), replies);
    const auto loaded = loop_.run_with_pool(grammars_->load());
    ASSERT_TRUE(loaded) << loaded.error().message;
  }

  model::Reply ask(std::string text, std::string area = {}) {
    model::Utterance utterance;
    utterance.text = std::move(text);
    utterance.area = std::move(area);
    return loop_.run(assistant_->answer(std::move(utterance)));
  }

  model::Value value(const std::string& name, home::Trait trait) {
    const auto device = home_->find(name);
    return driver_.scripts[name].values[*home::find_property(*device->spec, trait)];
  }
  void set(const std::string& name, home::Trait trait, model::Value wanted) {
    const auto device = home_->find(name);
    driver_.scripts[name].values[*home::find_property(*device->spec, trait)] = std::move(wanted);
  }

  test::ManualLoop loop_;
  bus::Bus bus_{loop_};
  home::SpecLibrary specs_;
  std::unique_ptr<store::Database> database_;
  ScriptedDriver driver_;
  std::unique_ptr<home::Home> home_;
  Pool pool_{loop_, 1, "test"};
  std::optional<Grammars> grammars_;
  std::optional<Assistant> assistant_;
};

}  // namespace entente::assistant
