// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences against a home of scripted devices, with the product's own sentences and specs.
#include "services/assistant/assistant.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "infra/store/store.h"
#include "services/assistant/skills/clock/clock.h"
#include "services/assistant/skills/conversation/conversation.h"
#include "services/assistant/skills/device_control/device_control.h"
#include "services/assistant/skills/device_query/device_query.h"
#include "services/home/spec_library.h"
#include "tests/support/manual_loop.h"

namespace entente::assistant {
namespace {

using model::Outcome;

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

class AssistantTest : public ::testing::Test {
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

  void load(std::vector<std::string> languages, std::vector<std::filesystem::path> extra_files) {
    Grammars::Options options;
    options.languages = std::move(languages);
    options.sentence_folders = {"sentences"};
    options.extra_files = std::move(extra_files);
    grammars_.emplace(pool_, bus_, *home_, std::move(options));
    std::vector<std::unique_ptr<Skill>> skills;
    skills.push_back(std::make_unique<DeviceControl>(loop_, *home_));
    skills.push_back(std::make_unique<DeviceQuery>(loop_, *home_));
    skills.push_back(std::make_unique<ClockSkill>());
    skills.push_back(std::make_unique<ConversationSkill>());
    assistant_.emplace(loop_, *grammars_, std::move(skills));
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

TEST_F(AssistantTest, TurnsOnADeviceByItsName) {
  const auto reply = ask("Turn on the bedroom lamp, please!");
  EXPECT_EQ(reply.outcome, Outcome::done) << reply.text;
  EXPECT_EQ(value("bedroom lamp", home::Trait::on), model::Value{true});
  EXPECT_NE(reply.text.find("bedroom lamp"), std::string::npos);
}

TEST_F(AssistantTest, TurnsOffAllLightsAndNothingElse) {
  for (const auto* name : {"bedroom lamp", "kitchen light", "coffee machine"}) set(name, home::Trait::on, true);
  EXPECT_EQ(ask("turn off all the lights").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", home::Trait::on), model::Value{false});
  EXPECT_EQ(value("kitchen light", home::Trait::on), model::Value{false});
  EXPECT_EQ(value("coffee machine", home::Trait::on), model::Value{true});
}

TEST_F(AssistantTest, TheLightsAreThoseOfTheSpeakersRoom) {
  EXPECT_EQ(ask("turn on the lights", "kitchen").outcome, Outcome::done);
  EXPECT_EQ(value("kitchen light", home::Trait::on), model::Value{true});
  EXPECT_EQ(value("bedroom lamp", home::Trait::on), model::Value{});
}

TEST_F(AssistantTest, DimmingALampTurnsItOn) {
  EXPECT_EQ(ask("set the bedroom lamp to forty percent").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", home::Trait::brightness), model::Value{std::int64_t{40}});
  EXPECT_EQ(value("bedroom lamp", home::Trait::on), model::Value{true});
}

TEST_F(AssistantTest, ZeroPercentTurnsALampOff) {
  EXPECT_EQ(ask("set the bedroom lamp to 0 percent").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", home::Trait::on), model::Value{false});
}

TEST_F(AssistantTest, ColoursAreRedGreenAndBlue) {
  const auto reply = ask("make the bedroom lamp blue");
  EXPECT_EQ(reply.outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", home::Trait::color), model::Value{std::int64_t{0x0000ff}});
  EXPECT_EQ(reply.text, "The bedroom lamp is blue now.");
}

TEST_F(AssistantTest, AVacuumCleanerStartsAndGoesHome) {
  EXPECT_EQ(ask("start the vacuum cleaner").outcome, Outcome::done);
  EXPECT_EQ(ask("send the vacuum cleaner home").outcome, Outcome::done);
  EXPECT_EQ(driver_.scripts["vacuum cleaner"].calls.size(), 2U);
}

TEST_F(AssistantTest, AnswersWhetherALampIsOn) {
  set("bedroom lamp", home::Trait::on, true);
  EXPECT_EQ(ask("is the bedroom lamp on").text, "Yes, the bedroom lamp is on.");
  set("bedroom lamp", home::Trait::on, false);
  EXPECT_EQ(ask("is the bedroom lamp on").text, "No, the bedroom lamp is off.");
}

TEST_F(AssistantTest, NamesTheLightsThatAreOn) {
  set("kitchen light", home::Trait::on, true);
  EXPECT_EQ(ask("which lights are on").text, "Only the kitchen light.");
}

TEST_F(AssistantTest, TellsHowCleanTheAirIs) {
  set("air purifier", home::Trait::pm2_5, 12.0);
  const auto reply = ask("how clean is the air");
  EXPECT_EQ(reply.outcome, Outcome::answered);
  EXPECT_NE(reply.text.find("12"), std::string::npos) << reply.text;
  EXPECT_NE(reply.text.find("good"), std::string::npos) << reply.text;
}

TEST_F(AssistantTest, SaysThatADeviceDoesNotAnswer) {
  driver_.scripts["bedroom lamp"].failure = Error{ErrorCode::unavailable, "no answer"};
  const auto reply = ask("turn on the bedroom lamp");
  EXPECT_EQ(reply.outcome, Outcome::failed);
  EXPECT_NE(reply.text.find("does not answer"), std::string::npos) << reply.text;
}

TEST_F(AssistantTest, TellsAWrongTokenFromSilence) {
  driver_.scripts["bedroom lamp"].failure = Error{ErrorCode::denied, "token wrong"};
  EXPECT_NE(ask("turn on the bedroom lamp").text.find("token"), std::string::npos);
}

TEST_F(AssistantTest, SaysHowManyOfAllDidIt) {
  driver_.scripts["bedroom lamp"].failure = Error{ErrorCode::unavailable, "no answer"};
  const auto reply = ask("turn on all the lights");
  EXPECT_EQ(reply.outcome, Outcome::failed);
  EXPECT_EQ(reply.text, "1 of 2 devices did it; 1 did not.");
}

TEST_F(AssistantTest, WhatIsNotUnderstoodIsNamed) {
  const auto reply = ask("sing me a song");
  EXPECT_EQ(reply.outcome, Outcome::not_understood);
  EXPECT_NE(reply.text.find("sing me a song"), std::string::npos) << reply.text;
}

TEST_F(AssistantTest, ARoomWithoutTheThingIsNamed) {
  const auto reply = ask("turn off the lights in the hall");
  EXPECT_EQ(reply.outcome, Outcome::refused);
  EXPECT_EQ(reply.text, "There is no light in the hall.");
}

TEST_F(AssistantTest, HostileTextGetsAReply) {
  EXPECT_EQ(ask("\xff\xfe\x80").outcome, Outcome::not_understood);
  EXPECT_EQ(ask(std::string(1U << 20U, 'a')).outcome, Outcome::not_understood);
  EXPECT_EQ(ask("").outcome, Outcome::not_understood);
}

TEST_F(AssistantTest, FindsTheLanguageOfASentence) {
  const auto reply = ask("打开卧室灯");
  EXPECT_EQ(reply.outcome, Outcome::done) << reply.text;
  EXPECT_EQ(reply.language, "zh-CN");
  EXPECT_NE(reply.text.find("卧室灯"), std::string::npos) << reply.text;
  EXPECT_EQ(value("bedroom lamp", home::Trait::on), model::Value{true});
}

TEST_F(AssistantTest, ARenamedDeviceIsKnownByItsNewName) {
  ASSERT_TRUE(home_->rename(home_->find("fan")->id, "windmill"));
  const auto refreshed = loop_.run_with_pool(grammars_->refresh());
  ASSERT_TRUE(refreshed);
  EXPECT_EQ(ask("turn on the windmill").outcome, Outcome::done);
  EXPECT_EQ(ask("turn on the fan").outcome, Outcome::not_understood);
}

TEST_F(AssistantTest, TheFirstReadingThatIsUnderstoodCounts) {
  const model::Utterance utterance{"turn on the bad room ramp", "en", ""};
  const std::vector<std::string> others{"turn on the bedroom lamp"};
  const auto reply = loop_.run(assistant_->answer(utterance, others));
  EXPECT_EQ(reply.outcome, Outcome::done);
  EXPECT_EQ(reply.heard, "turn on the bedroom lamp");
}

TEST_F(AssistantTest, NamesWithTemplateSignsAreJustNames) {
  add("lamp (left) [old]", "office", "entente.light.color1", {});
  ASSERT_TRUE(loop_.run_with_pool(grammars_->refresh()));
  EXPECT_EQ(ask("turn on the lamp (left) [old]").outcome, Outcome::done);
}

}  // namespace
}  // namespace entente::assistant
