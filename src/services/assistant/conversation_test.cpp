// SPDX-License-Identifier: GPL-3.0-or-later
// Talks of several sentences, with the product's own sentences and specs.
#include <unistd.h>

#include <fstream>

#include "services/assistant/home_for_test.h"

namespace entente::assistant {
namespace {

using home::Trait;
using model::Outcome;
using model::Value;

class Conversation : public ScriptedHome {
 protected:
  void SetUp() override {
    ScriptedHome::SetUp();
    for (const auto* name : {"bedroom lamp", "kitchen light", "coffee machine", "fan", "air purifier"}) {
      set(name, Trait::on, false);
    }
  }
  bool on(const std::string& name) { return value(name, Trait::on) == Value{true}; }
};

// ---- several commands in one sentence

TEST_F(Conversation, SeveralCommandsAreDoneInOrder) {
  const auto reply = ask("turn on the bedroom lamp and turn on the coffee machine");
  EXPECT_EQ(reply.outcome, Outcome::done) << reply.text;
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_TRUE(on("coffee machine"));
}

TEST_F(Conversation, ThreeCommandsWithACommaAndAnAnd) {
  const auto reply = ask("turn on the fan, set the bedroom lamp to 40 percent and start the vacuum cleaner");
  EXPECT_EQ(reply.outcome, Outcome::done) << reply.text;
  EXPECT_TRUE(on("fan"));
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value{std::int64_t{40}});
  EXPECT_EQ(driver_.scripts["vacuum cleaner"].calls.size(), 1U);
}

TEST_F(Conversation, TheVerbIsInherited) {
  EXPECT_EQ(ask("turn on the bedroom lamp and the coffee machine").outcome, Outcome::done);
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_TRUE(on("coffee machine"));
}

TEST_F(Conversation, TheEndIsShared) {
  EXPECT_EQ(ask("turn on the kitchen and bedroom lights").outcome, Outcome::done);
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_TRUE(on("kitchen light"));
}

TEST_F(Conversation, ANameWithAnAndIsOneThing) {
  add("salt and pepper", "kitchen", "entente.plug.power1", {});
  ASSERT_TRUE(loop_.run_with_pool(grammars_->refresh()));
  EXPECT_EQ(ask("turn on the salt and pepper").outcome, Outcome::done);
  EXPECT_TRUE(on("salt and pepper"));
}

TEST_F(Conversation, WhatIsImpossibleIsNamedAndTheRestIsDone) {
  const auto reply = ask("turn on the bedroom lamp and turn on the heater in the kitchen");
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_EQ(reply.outcome, Outcome::refused);
  EXPECT_NE(reply.text.find("no heater in the kitchen"), std::string::npos) << reply.text;
}

TEST_F(Conversation, HalfASentenceThatIsNoCommandStopsTheOtherHalf) {
  const auto reply = ask("turn on the bedroom lamp and make me a sandwich");
  EXPECT_EQ(reply.outcome, Outcome::not_understood);
  EXPECT_FALSE(on("bedroom lamp"));
  EXPECT_NE(reply.text.find("make me a sandwich"), std::string::npos) << reply.text;
}

TEST_F(Conversation, OneStrangePartOfManyIsNamedAndLeftOut) {
  const auto reply = ask("turn on the bedroom lamp, turn on the fan and make me a sandwich");
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_TRUE(on("fan"));
  EXPECT_NE(reply.text.find("make me a sandwich"), std::string::npos) << reply.text;
}

TEST_F(Conversation, AConditionIsNoCommand) {
  EXPECT_EQ(ask("if it rains, turn on the bedroom lamp").outcome, Outcome::not_understood);
  EXPECT_FALSE(on("bedroom lamp"));
}

// ---- it, and what about

TEST_F(Conversation, ItIsWhatWasTalkedAbout) {
  ask("turn on the bedroom lamp");
  EXPECT_EQ(ask("turn it off again").outcome, Outcome::done);
  EXPECT_FALSE(on("bedroom lamp"));
}

TEST_F(Conversation, ItIsWhatTheSameSentenceHasNamed) {
  EXPECT_EQ(ask("turn on the bedroom lamp and set its brightness to 30").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value{std::int64_t{30}});
}

TEST_F(Conversation, ItIsNothingOutOfTheBlue) { EXPECT_EQ(ask("turn it off").outcome, Outcome::not_understood); }

TEST_F(Conversation, ItIsForgottenAfterAWhile) {
  ask("turn on the bedroom lamp");
  loop_.advance(std::chrono::minutes(3));
  EXPECT_EQ(ask("turn it off").outcome, Outcome::not_understood);
  EXPECT_TRUE(on("bedroom lamp"));
}

TEST_F(Conversation, EachSpeakerHasATalkOfItsOwn) {
  ask("turn on the bedroom lamp", "bedroom");
  EXPECT_EQ(ask("turn it off", "kitchen").outcome, Outcome::not_understood);
}

TEST_F(Conversation, BrighterIsAStepFromWhereItIs) {
  set("bedroom lamp", Trait::brightness, std::int64_t{40});
  ask("turn on the bedroom lamp");
  EXPECT_EQ(ask("make it a bit brighter").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value{std::int64_t{50}});
}

TEST_F(Conversation, AndInTheOtherRoom) {
  ask("turn on the lights in the bedroom");
  EXPECT_EQ(ask("and in the kitchen?").outcome, Outcome::done);
  EXPECT_TRUE(on("kitchen light"));
}

TEST_F(Conversation, AndTheOtherDevice) {
  ask("turn on the bedroom lamp");
  EXPECT_EQ(ask("and the coffee machine?").outcome, Outcome::done);
  EXPECT_TRUE(on("coffee machine"));
}

TEST_F(Conversation, AQuestionIsAskedOfTheOtherOne) {
  set("kitchen light", Trait::on, true);
  EXPECT_EQ(ask("is the bedroom lamp on").text, "No, the bedroom lamp is off.");
  EXPECT_EQ(ask("and the kitchen light?").text, "Yes, the kitchen light is on.");
}

TEST_F(Conversation, TheOtherOne) {
  ask("turn on the bedroom lamp");
  EXPECT_EQ(ask("and the other one").outcome, Outcome::done);
  EXPECT_TRUE(on("kitchen light"));
}

// ---- corrections, undo

TEST_F(Conversation, ACorrectionTakesBackAndDoesTheRightThing) {
  ask("turn on the lights in the bedroom");
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_EQ(ask("no, the kitchen").outcome, Outcome::done);
  EXPECT_FALSE(on("bedroom lamp"));
  EXPECT_TRUE(on("kitchen light"));
}

TEST_F(Conversation, ACorrectedDevice) {
  ask("turn on the bedroom lamp");
  ask("I meant the coffee machine");
  EXPECT_FALSE(on("bedroom lamp"));
  EXPECT_TRUE(on("coffee machine"));
}

TEST_F(Conversation, ACorrectedNumber) {
  ask("set the bedroom lamp to 40 percent");
  EXPECT_EQ(ask("no, 60 percent").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value{std::int64_t{60}});
}

TEST_F(Conversation, UndoRestoresWhatWas) {
  set("bedroom lamp", Trait::brightness, std::int64_t{70});
  ask("set the bedroom lamp to 20 percent and turn on the fan");
  EXPECT_EQ(ask("undo that").outcome, Outcome::done);
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value{std::int64_t{70}});
  EXPECT_FALSE(on("bedroom lamp"));
  EXPECT_FALSE(on("fan"));
}

TEST_F(Conversation, UndoWithNothingDoneSaysSo) { EXPECT_EQ(ask("undo that").outcome, Outcome::refused); }

TEST_F(Conversation, RepeatSaysTheSameAgain) {
  const auto first = ask("turn on the bedroom lamp");
  EXPECT_EQ(ask("repeat that").text, first.text);
}

TEST_F(Conversation, StopTellsTheProgramToBeSilent) { EXPECT_TRUE(ask("stop").stops); }

// ---- questions

TEST_F(Conversation, AsksWhichOfSeveralAndTakesTheAnswer) {
  const auto asked = ask("turn on the light");
  EXPECT_TRUE(asked.asks);
  EXPECT_EQ(asked.text, "Which one: bedroom lamp or kitchen light?");
  EXPECT_FALSE(on("bedroom lamp"));
  const auto reply = ask("the second one");
  EXPECT_EQ(reply.outcome, Outcome::done) << reply.text;
  EXPECT_FALSE(reply.asks);
  EXPECT_TRUE(on("kitchen light"));
  EXPECT_FALSE(on("bedroom lamp"));
}

TEST_F(Conversation, AQuestionIsAnsweredByNameOrRoom) {
  ask("turn on the light");
  ask("the bedroom lamp");
  EXPECT_TRUE(on("bedroom lamp"));
  ask("turn off the light");
  ask("in the bedroom");
  EXPECT_FALSE(on("bedroom lamp"));
}

TEST_F(Conversation, BothAreBoth) {
  ask("turn on the light");
  EXPECT_EQ(ask("both").outcome, Outcome::done);
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_TRUE(on("kitchen light"));
}

TEST_F(Conversation, AQuestionIsDroppedWhenSomethingElseIsSaid) {
  ask("turn on the light");
  ask("turn on the fan");
  EXPECT_EQ(ask("the second one").outcome, Outcome::not_understood);
}

TEST_F(Conversation, NoIsNo) {
  ask("turn on the light");
  EXPECT_EQ(ask("no").outcome, Outcome::answered);
  EXPECT_FALSE(on("bedroom lamp"));
  EXPECT_EQ(ask("the second one").outcome, Outcome::not_understood);
}

TEST_F(Conversation, TheSpeakersRoomAnswersByItself) {
  EXPECT_EQ(ask("turn on the fan", "living room").outcome, Outcome::done);
  EXPECT_TRUE(on("fan"));
}

// ---- what cannot be undone

class Guarded : public Conversation {
 protected:
  void SetUp() override {
    Conversation::SetUp();
    add("front door", "hall", "entente.lock.door1", {});
    add("garage door", "garage", "entente.garage.door1", {});
    ASSERT_TRUE(loop_.run_with_pool(grammars_->refresh()));
    set("front door", Trait::locked, true);
    set("garage door", Trait::position, std::int64_t{0});
  }
};

TEST_F(Guarded, AsksBeforeItUnlocks) {
  const auto asked = ask("unlock the front door");
  EXPECT_TRUE(asked.asks);
  EXPECT_EQ(asked.text, "Do you really want to unlock the front door?");
  EXPECT_EQ(value("front door", Trait::locked), Value{true});
  EXPECT_EQ(ask("yes").outcome, Outcome::done);
  EXPECT_EQ(value("front door", Trait::locked), Value{false});
}

TEST_F(Guarded, LocksWithoutAsking) {
  set("front door", Trait::locked, false);
  EXPECT_EQ(ask("lock the front door").outcome, Outcome::done);
  EXPECT_EQ(value("front door", Trait::locked), Value{true});
}

TEST_F(Guarded, TellsWhetherThingsAreOpenOrLocked) {
  EXPECT_EQ(ask("is the front door locked").text, "Yes, the front door is locked.");
  EXPECT_EQ(ask("is the garage door open").text, "No, the garage door is closed.");
}

TEST_F(Guarded, NoLeavesItShut) {
  ask("open the garage door");
  EXPECT_EQ(ask("no").outcome, Outcome::answered);
  EXPECT_EQ(value("garage door", Trait::position), Value{std::int64_t{0}});
  EXPECT_EQ(ask("yes").outcome, Outcome::not_understood);
}

TEST_F(Guarded, AYesThatComesTooLateOpensNothing) {
  ask("open the garage door");
  loop_.advance(std::chrono::minutes(3));
  EXPECT_EQ(ask("yes").outcome, Outcome::not_understood);
}

TEST_F(Guarded, AQuestionInTheMiddleOfASentenceLeavesTheRestToBeDone) {
  const auto reply = ask("open the garage door and turn on the bedroom lamp");
  EXPECT_TRUE(reply.asks);
  EXPECT_TRUE(on("bedroom lamp"));
  ask("yes");
  EXPECT_EQ(value("garage door", Trait::position), Value{std::int64_t{100}});
}

TEST_F(Guarded, EverythingOffOpensNoLock) {
  EXPECT_EQ(ask("turn off everything everywhere").outcome, Outcome::done);
  EXPECT_EQ(value("front door", Trait::locked), Value{true});
}

// ---- Chinese

TEST_F(Conversation, ChineseCommandsAreSplitToo) {
  EXPECT_EQ(ask("打开卧室灯，然后把它调到百分之三十").outcome, Outcome::done);
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_EQ(value("bedroom lamp", Trait::brightness), Value{std::int64_t{30}});
}

TEST_F(Conversation, ChinesePronounsAndUndo) {
  ask("打开卧室灯");
  EXPECT_EQ(ask("关掉它").outcome, Outcome::done);
  EXPECT_FALSE(on("bedroom lamp"));
  const auto reply = ask("撤销");
  EXPECT_EQ(reply.outcome, Outcome::done) << reply.text;
  EXPECT_EQ(reply.language, "zh-CN");
  EXPECT_TRUE(on("bedroom lamp"));
}

// ---- reasons

TEST_F(Conversation, TooMuchIsRefusedWithTheLimits) {
  const auto reply = ask("set the bedroom lamp to 150 percent");
  EXPECT_EQ(reply.outcome, Outcome::refused);
  EXPECT_EQ(reply.text, "The bedroom lamp only takes 0 to 100 percent.");
  EXPECT_FALSE(on("bedroom lamp"));
}

TEST_F(Conversation, WhatADeviceCannotIsRefused) {
  const auto reply = ask("set the fan to red");
  EXPECT_EQ(reply.outcome, Outcome::refused);
  EXPECT_EQ(reply.text, "The fan can't do that.");
}

TEST_F(Conversation, AnUnknownRoomIsRefusedByItsName) {
  EXPECT_EQ(ask("turn on the lights in the garage").text, "I don't know a room called garage.");
}

TEST_F(Conversation, ANameInTheWrongRoomIsNotTheOneElsewhere) {
  const auto reply = ask("turn on the coffee machine in the bedroom");
  EXPECT_EQ(reply.text, "There is no coffee machine in the bedroom.");
  EXPECT_FALSE(on("coffee machine"));
}

TEST_F(Conversation, AKindInTheRightRoomGoesBeforeANameOfAnotherRoom) {
  add("desk fan", "bedroom", "entente.fan.tower1", {});
  ASSERT_TRUE(loop_.run_with_pool(grammars_->refresh()));
  EXPECT_EQ(ask("turn on the fan in the bedroom").outcome, Outcome::done);
  EXPECT_TRUE(on("desk fan"));
  EXPECT_FALSE(on("fan"));
}

TEST_F(Conversation, EverywhereExceptOneRoom) {
  for (const auto* name : {"bedroom lamp", "kitchen light", "fan"}) set(name, Trait::on, true);
  EXPECT_EQ(ask("turn off all the lights except in the kitchen").outcome, Outcome::done);
  EXPECT_FALSE(on("bedroom lamp"));
  EXPECT_TRUE(on("kitchen light"));
  EXPECT_TRUE(on("fan"));
}

TEST_F(Conversation, AFloorIsItsRooms) {
  for (const auto* room : {"bedroom", "living room"}) ASSERT_TRUE(home_->set_floor(room, "upstairs").ok());
  ASSERT_TRUE(home_->set_floor("kitchen", "ground floor").ok());
  add("desk lamp", "living room", "entente.light.color1", {});
  ASSERT_TRUE(loop_.run_with_pool(grammars_->refresh()));
  EXPECT_EQ(ask("turn on the lights upstairs").outcome, Outcome::done);
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_TRUE(on("desk lamp"));
  EXPECT_FALSE(on("kitchen light"));
  EXPECT_EQ(ask("and on the ground floor").outcome, Outcome::done);
  EXPECT_TRUE(on("kitchen light"));
  EXPECT_EQ(ask("turn off all the lights except on the ground floor").outcome, Outcome::done);
  EXPECT_FALSE(on("bedroom lamp"));
  EXPECT_FALSE(on("desk lamp"));
  EXPECT_TRUE(on("kitchen light"));
}

TEST_F(Conversation, AllButOneDevice) {
  for (const auto* name : {"bedroom lamp", "kitchen light"}) set(name, Trait::on, true);
  EXPECT_EQ(ask("turn off all lights but the bedroom lamp").outcome, Outcome::done);
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_FALSE(on("kitchen light"));
}

// ---- a household's own sentences

class Household : public Conversation {
 protected:
  // English alone, with this file of the household.
  void load_with(const std::string& yaml) {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("entente-household-{}.yaml", ::getpid());
    std::ofstream(file) << yaml;
    load({"en"}, {file});
    std::filesystem::remove(file);
  }
};

TEST_F(Household, ASentenceMayStandForSeveralCommands) {
  load_with(R"(
language: en
intents:
  Evening:
    data:
      - sentences: ["good evening"]
        commands: ["turn on the bedroom lamp", "turn on the fan and the coffee machine"]
responses:
  intents:
    Evening: {default: "Have a nice evening."}
)");
  const auto reply = ask("good evening");
  EXPECT_EQ(reply.text, "Have a nice evening.");
  EXPECT_TRUE(on("bedroom lamp"));
  EXPECT_TRUE(on("fan"));
  EXPECT_TRUE(on("coffee machine"));
  EXPECT_EQ(ask("undo that").outcome, Outcome::done);
  EXPECT_FALSE(on("fan"));
}

TEST_F(Household, CommandsThatStandForEachOtherEnd) {
  load_with(R"(
language: en
intents:
  Loop:
    data:
      - sentences: ["go round"]
        commands: ["go round", "go round", "go round"]
)");
  EXPECT_EQ(ask("go round").outcome, Outcome::failed);
}

}  // namespace
}  // namespace entente::assistant
