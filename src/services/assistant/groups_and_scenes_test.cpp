// SPDX-License-Identifier: GPL-3.0-or-later
// Groups and scenes by their names, and what the child lock forbids.
#include "services/assistant/home_for_test.h"

namespace entente::assistant {
namespace {

using home::Trait;
using model::Outcome;
using model::Value;

class GroupsAndScenes : public ScriptedHome {
 protected:
  model::DeviceId id_of(const std::string& name) { return home_->find(name)->id; }
  void compile() { ASSERT_TRUE(loop_.run_with_pool(grammars_->refresh())); }
  home::Scene::Setting setting(const std::string& name, Trait trait, Value value) {
    const auto device = home_->find(name);
    return {device->id, *home::find_property(*device->spec, trait), std::move(value)};
  }
  void make_movie_night() {
    const auto made = home_->set_scene(
        {"movie night",
         {"film time"},
         {setting("bedroom lamp", Trait::brightness, std::int64_t{10}), setting("kitchen light", Trait::on, false)}});
    ASSERT_TRUE(made) << made.error().message;
    compile();
  }
};

TEST_F(GroupsAndScenes, AGroupIsItsDevicesInOneWord) {
  ASSERT_TRUE(home_->set_group({"reading lights", {}, {id_of("bedroom lamp"), id_of("kitchen light")}}));
  compile();
  const auto reply = ask("turn on the reading lights");
  EXPECT_EQ(reply.outcome, Outcome::done) << reply.text;
  EXPECT_EQ(value("bedroom lamp", Trait::on), Value(true));
  EXPECT_EQ(value("kitchen light", Trait::on), Value(true));
  EXPECT_EQ(ask("set the reading lights to 40 percent").outcome, Outcome::done);
  EXPECT_EQ(value("kitchen light", Trait::brightness), Value(std::int64_t{40}));
}

TEST_F(GroupsAndScenes, AGroupOfDifferentThingsIsSwitched) {
  ASSERT_TRUE(home_->set_group({"breakfast", {}, {id_of("coffee machine"), id_of("kitchen light")}}));
  compile();
  EXPECT_EQ(ask("turn on breakfast").outcome, Outcome::done);
  EXPECT_EQ(value("coffee machine", Trait::on), Value(true));
  EXPECT_EQ(value("kitchen light", Trait::on), Value(true));
}

TEST_F(GroupsAndScenes, ASceneIsActivatedByNameOrAliasInAnyLanguage) {
  make_movie_night();
  set("kitchen light", Trait::on, true);
  const auto reply = ask("activate movie night");
  EXPECT_EQ(reply.outcome, Outcome::done);
  EXPECT_EQ(reply.text, "Movie night.");
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value(std::int64_t{10}));
  EXPECT_EQ(value("kitchen light", Trait::on), Value(false));
  EXPECT_EQ(ask("film time scene").outcome, Outcome::done);
  EXPECT_EQ(ask("打开movie night模式").outcome, Outcome::done);
}

TEST_F(GroupsAndScenes, ASceneIsTakenBackToWhatWasBefore) {
  make_movie_night();
  ASSERT_EQ(ask("turn on the kitchen light").outcome, Outcome::done);
  ASSERT_EQ(ask("set the bedroom lamp to 80 percent").outcome, Outcome::done);
  ASSERT_EQ(ask("activate movie night").outcome, Outcome::done);
  EXPECT_EQ(ask("undo").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value(std::int64_t{80}));
  EXPECT_EQ(value("kitchen light", Trait::on), Value(true));
}

TEST_F(GroupsAndScenes, ASceneWhoseDeviceFailsSaysWhichOne) {
  make_movie_night();
  driver_.scripts["kitchen light"].failure = Error{ErrorCode::unavailable, "no answer"};
  const auto reply = ask("activate movie night");
  EXPECT_EQ(reply.outcome, Outcome::failed);
  EXPECT_NE(reply.text.find("kitchen light"), std::string::npos) << reply.text;
}

TEST_F(GroupsAndScenes, TheChildLockForbidsWhatWouldBeAskedBack) {
  add("front door", "hall", "entente.lock.door1", {});
  compile();
  ASSERT_TRUE(home_->set_child_lock(true));
  EXPECT_EQ(ask("unlock the front door").text, "That is not possible while the child lock is on.");
  EXPECT_EQ(ask("turn on the bedroom lamp").outcome, Outcome::done);
  ASSERT_TRUE(home_->set_child_lock(false));
  EXPECT_EQ(ask("unlock the front door").outcome, Outcome::answered) << "it is asked whether it is meant";
  ASSERT_TRUE(home_->set_child_lock(true));
  EXPECT_EQ(ask("yes").outcome, Outcome::refused) << "the lock came between the question and the answer";
}

}  // namespace
}  // namespace entente::assistant
