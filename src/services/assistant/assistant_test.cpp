// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences against a home of scripted devices, with the product's own sentences and specs.
#include "services/assistant/home_for_test.h"

namespace entente::assistant {
namespace {

using model::Outcome;
using AssistantTest = ScriptedHome;

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
  ASSERT_TRUE(home_->rename(home_->find("coffee machine")->id, "windmill"));
  const auto refreshed = loop_.run_with_pool(grammars_->refresh());
  ASSERT_TRUE(refreshed);
  EXPECT_EQ(ask("turn on the windmill").outcome, Outcome::done);
  EXPECT_EQ(ask("turn on the coffee machine").outcome, Outcome::not_understood);
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
