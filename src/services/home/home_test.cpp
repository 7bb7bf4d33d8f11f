// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/home_for_test.h"

namespace entente::home {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(HomeTest, AnAddedDeviceIsFoundByIdNameAndAlias) {
  auto wanted = lamp("Bedroom  Lamp ");
  wanted.aliases = {"night light"};
  const auto id = added(wanted);
  EXPECT_THAT(id.text, testing::MatchesRegex("light-[0-9a-f]{4}"));
  EXPECT_EQ(home->find(id.text)->name, "Bedroom Lamp");
  EXPECT_EQ(home->find("bedroom lamp")->id, id);
  EXPECT_EQ(home->find("NIGHT LIGHT")->id, id);
  EXPECT_EQ(home->find("kitchen lamp"), std::nullopt);
}

TEST_F(HomeTest, DevicesSurviveARestartInTheirOrder) {
  auto first = lamp("one");
  first.aliases = {"eins"};
  const auto id = added(first);
  added(lamp("two"));
  open();
  ASSERT_THAT(home->devices(), SizeIs(2));
  const auto kept = home->devices()[0];
  EXPECT_EQ(kept.id, id);
  EXPECT_EQ(kept.name, "one");
  EXPECT_THAT(kept.aliases, ElementsAre("eins"));
  EXPECT_EQ(kept.room, "bedroom");
  EXPECT_EQ(kept.domain, "light");
  EXPECT_EQ(kept.address.host, "lamp");
  EXPECT_EQ(home->devices()[1].name, "two");
}

TEST_F(HomeTest, NobodyIsShownTheToken) {
  const auto id = added(lamp("lamp"));
  EXPECT_EQ(home->device(id)->address.token, "");
}

TEST_F(HomeTest, NamesAreUniqueIgnoringCaseAndAliasesCount) {
  auto first = lamp("Lamp");
  first.aliases = {"Sun"};
  added(first);
  for (const auto* name : {"lamp", "LAMP", "sun"}) {
    const auto again = home->add(lamp(name));
    ASSERT_FALSE(again.ok()) << name;
    EXPECT_EQ(again.error().code, ErrorCode::exists);
  }
  const auto second = added(lamp("other"));
  EXPECT_EQ(home->rename(second, "Sun").error().code, ErrorCode::exists);
  EXPECT_TRUE(home->rename(second, "OTHER").ok());
}

TEST_F(HomeTest, WhatIsNoNameIsRefused) {
  for (const std::string name : {"", "  ", "a\nb", "\xff", "x\x01"}) EXPECT_FALSE(home->add(lamp(name)).ok()) << name;
  EXPECT_FALSE(home->add(lamp(std::string(81, 'x'))).ok());
  EXPECT_THAT(home->devices(), IsEmpty());
}

TEST_F(HomeTest, AddingSaysWhatIsWrong) {
  auto unknown_model = lamp("lamp");
  unknown_model.model = "acme.lamp.x";
  EXPECT_THAT(home->add(unknown_model).error().message, HasSubstr("home: add lamp: no spec for model acme.lamp.x"));
  auto bad_token = lamp("lamp");
  bad_token.address.token = "";
  EXPECT_THAT(home->add(bad_token).error().message, HasSubstr("home: add lamp: the token must have"));
  auto other_driver = lamp("lamp");
  other_driver.address.driver = "zigbee";
  EXPECT_THAT(home->add(other_driver).error().message, HasSubstr("no driver 'zigbee'"));
  EXPECT_THAT(home->devices(), IsEmpty());
}

TEST_F(HomeTest, ADeviceWithoutDriverStaysAndSaysWhy) {
  const auto id = added(lamp("lamp"));
  open({});
  const auto view = home->device(id);
  ASSERT_TRUE(view.has_value());
  EXPECT_THAT(view->trouble, HasSubstr("no driver 'miio'"));
  EXPECT_THAT(write(id, on, Value{true}).error().message, HasSubstr("home: lamp: there is no driver"));
  open();
  EXPECT_EQ(home->device(id)->trouble, "");
}

TEST_F(HomeTest, RenamingKeepsTheIdAndIsRemembered) {
  const auto id = added(lamp("old"));
  ASSERT_TRUE(home->rename(id, "new").ok());
  ASSERT_TRUE(home->set_room(id, "kitchen").ok());
  open();
  EXPECT_EQ(home->device(id)->name, "new");
  EXPECT_EQ(home->device(id)->room, "kitchen");
  EXPECT_EQ(home->find("old"), std::nullopt);
}

TEST_F(HomeTest, RoomsAreListedOnceIgnoringCase) {
  added(lamp("a"));
  const auto second = added(lamp("b"));
  const auto third = added(lamp("c"));
  ASSERT_TRUE(home->set_room(second, "Bedroom").ok());
  ASSERT_TRUE(home->set_room(third, "attic").ok());
  EXPECT_THAT(home->rooms(), ElementsAre(Room{"attic", ""}, Room{"bedroom", ""}));
}

TEST_F(HomeTest, ARoomIsOnAFloor) {
  const auto id = added(lamp("lamp"));
  const auto version = home->names_version();
  ASSERT_TRUE(home->set_floor("BEDROOM", "upstairs").ok());
  EXPECT_GT(home->names_version(), version);
  EXPECT_THAT(home->rooms(), ElementsAre(Room{"bedroom", "upstairs"}));
  EXPECT_EQ(home->device(id)->floor, "upstairs");
  ASSERT_TRUE(home->set_floor("bedroom", "").ok());
  EXPECT_EQ(home->device(id)->floor, "");
}

TEST_F(HomeTest, ARoomWhereNothingStandsHasNoFloor) {
  added(lamp("lamp"));
  EXPECT_EQ(home->set_floor("cellar", "below").error().code, ErrorCode::not_found);
  EXPECT_EQ(home->set_floor("", "below").error().code, ErrorCode::not_found);
}

TEST_F(HomeTest, ARemovedDeviceIsGoneForGood) {
  const auto id = added(lamp("lamp"));
  ASSERT_TRUE(home->remove(id).ok());
  EXPECT_EQ(home->device(id), std::nullopt);
  EXPECT_EQ(home->remove(id).error().code, ErrorCode::not_found);
  EXPECT_TRUE(home->add(lamp("lamp")).ok());
  open();
  EXPECT_THAT(home->devices(), SizeIs(1));
}

TEST_F(HomeTest, TheNamesVersionGrowsWithEachChangeOfNames) {
  const auto start = home->names_version();
  const auto id = added(lamp("lamp"));
  (void)home->rename(id, "light");
  (void)home->set_room(id, "attic");
  (void)home->rename(id, "");
  (void)home->remove(id);
  EXPECT_EQ(home->names_version(), start + 4);
}

TEST_F(HomeTest, AStoreThatRefusesLeavesMemoryAsItWas) {
  const auto id = added(lamp("lamp"));
  const auto version = home->names_version();
  break_store();
  EXPECT_FALSE(home->add(lamp("other")).ok());
  EXPECT_FALSE(home->rename(id, "new").ok());
  EXPECT_FALSE(home->set_room(id, "attic").ok());
  EXPECT_FALSE(home->remove(id).ok());
  EXPECT_THAT(home->devices(), SizeIs(1));
  EXPECT_EQ(home->device(id)->name, "lamp");
  EXPECT_EQ(home->device(id)->room, "bedroom");
  EXPECT_EQ(home->names_version(), version);
  mend_store();
  EXPECT_TRUE(home->rename(id, "new").ok());
}

TEST_F(HomeTest, WritingConvertsAndRemembersTheDevicesWord) {
  const auto id = added(lamp("lamp"));
  ASSERT_TRUE(write(id, brightness, number(400)).ok());
  ASSERT_THAT(script().writes, SizeIs(1));
  EXPECT_EQ(script().writes[0].value, number(100));
  EXPECT_EQ(*home->device(id)->known(brightness), number(100));
}

TEST_F(HomeTest, WhatTheDeviceRefusesIsNotRemembered) {
  const auto id = added(lamp("lamp"));
  loop.advance(1s);
  script().values[on] = Value{false};
  script().refusals[on] = Error{ErrorCode::failed, "on: not now"};
  EXPECT_EQ(write(id, on, Value{true}).error().message, "lamp: on: not now");
  EXPECT_NE(home->device(id)->known(on), nullptr);
  EXPECT_NE(*home->device(id)->known(on), Value{true});
}

TEST_F(HomeTest, WritesThatTheSpecForbidsDoNotReachTheDevice) {
  const auto id = added(lamp("lamp"));
  EXPECT_THAT(write(id, {9, 9}, Value{true}).error().message, HasSubstr("lamp has no property 9.9"));
  EXPECT_THAT(write(id, {2, 3}, number(1)).error().message, HasSubstr("lamp cannot set property 2.3"));
  EXPECT_THAT(write(id, brightness, Value{"dim"}).error().message, HasSubstr("lamp: brightness takes 1 to 100"));
  EXPECT_THAT(script().writes, IsEmpty());
}

TEST_F(HomeTest, AnActionGoesThroughAndThePollFollows) {
  const auto id = added(lamp("lamp"));
  loop.run_ready();
  const auto reads = script().reads;
  ASSERT_TRUE(loop.run(home->act(id, {toggle, {}})).ok());
  EXPECT_EQ(script().actions, 1);
  loop.advance(1s);
  EXPECT_EQ(script().reads, reads + 1);
  EXPECT_THAT(loop.run(home->act(id, {{2, 7}, {}})).error().message, HasSubstr("lamp has no action 2.7"));
}

TEST_F(HomeTest, APollAsksForStandardPropertiesThatCanBeRead) {
  added(lamp("lamp"));
  loop.run_ready();
  EXPECT_THAT(script().last_read, ElementsAre(on, brightness, PropertyId{2, 3}));
}

TEST_F(HomeTest, PollsAreRareInQuietTimesAndQuickAfterACommand) {
  const auto id = added(lamp("lamp"));
  loop.advance(1s);
  EXPECT_EQ(script().reads, 1);
  loop.advance(5min);
  const auto quiet = script().reads - 1;
  EXPECT_GE(quiet, 10);
  EXPECT_LE(quiet, 11);
  ASSERT_TRUE(write(id, on, Value{true}).ok());
  const auto before = script().reads;
  loop.advance(8s);
  EXPECT_EQ(script().reads, before + 3);  // after 1, 3 and 7 seconds
}

TEST_F(HomeTest, ManyNewDevicesAreNotAskedInOneBreath) {
  for (int i = 0; i < 100; ++i) added(lamp(fmt::format("lamp {}", i)));
  loop.run_ready();
  EXPECT_EQ(script().reads, 1);
  loop.advance(1s);
  EXPECT_EQ(script().reads, 100);
}

TEST_F(HomeTest, WhatTheDeviceDoesNotHaveIsNotPolledAgain) {
  script().refusals[PropertyId{2, 3}] = Error{ErrorCode::not_found, "fault: does not exist in this device"};
  added(lamp("lamp"));
  loop.advance(1min);
  EXPECT_THAT(script().last_read, ElementsAre(on, brightness));
}

TEST_F(HomeTest, AChangeIsToldOnceWithTheValue) {
  const auto id = added(lamp("lamp"));
  script().values = {{on, Value{true}}, {brightness, number(30)}, {PropertyId{2, 3}, number(0)}};
  loop.advance(1s);
  told.clear();
  script().values[brightness] = number(31);
  ASSERT_TRUE(loop.run(home->read(id, {on, brightness})).ok());
  loop.run_ready();
  EXPECT_THAT(told, ElementsAre(R"(changed {"property":"2.2","value":31})"));
}

TEST_F(HomeTest, EveryChangeOfTheRecordIsTold) {
  options.polling = false;
  open();
  const auto id = added(lamp("lamp"));
  (void)home->rename(id, "light");
  (void)home->remove(id);
  loop.run_ready();
  EXPECT_THAT(told, ElementsAre(R"(added {"model":"test.light.lamp","name":"lamp"})",
                                R"(renamed {"name":"light","room":"bedroom"})", R"(removed {"name":"light"})"));
}

TEST_F(HomeTest, AWrongTokenIsSaidWithWhatToDo) {
  script().reach = Reach::token_wrong;
  script().failure = Error{ErrorCode::denied, "lamp: the token is wrong"};
  const auto id = added(lamp("lamp"));
  loop.run_ready();
  EXPECT_EQ(home->device(id)->reach, Reach::token_wrong);
  EXPECT_THAT(home->device(id)->trouble, HasSubstr("the token is wrong: lamp is there"));
  EXPECT_THAT(told, testing::Contains(HasSubstr(R"(reach {"reach":"token_wrong")")));
}

TEST_F(HomeTest, AnOfflineDeviceIsKeptAndComesBack) {
  script().reach = Reach::offline;
  script().failure = Error{ErrorCode::unavailable, "no answer at all"};
  const auto id = added(lamp("lamp"));
  loop.advance(5min);
  EXPECT_THAT(home->device(id)->trouble, HasSubstr("no answer from lamp: check that it has power"));
  EXPECT_EQ(write(id, on, Value{true}).error().code, ErrorCode::unavailable);
  script().reach = Reach::reachable;
  script().failure.reset();
  loop.advance(1min);
  EXPECT_EQ(home->device(id)->trouble, "");
  EXPECT_EQ(home->device(id)->reach, Reach::reachable);
}

TEST_F(HomeTest, ADeviceRemovedWhileItAnswersHurtsNobody) {
  const auto id = added(lamp("lamp"));
  loop.run_ready();
  script().delay = 2s;
  std::optional<Result<void>> outcome;
  TaskGroup group("test");
  const auto waits = [](Home& from, model::DeviceId which, std::optional<Result<void>>& into) -> Task<void> {
    into = co_await from.write(which, on, Value{true});
  };
  group.spawn(waits(*home, id, outcome));
  ASSERT_TRUE(home->remove(id).ok());
  told.clear();
  loop.advance(10s);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->ok());
  EXPECT_THAT(told, ElementsAre(HasSubstr("removed")));
}

TEST_F(HomeTest, ClosingInTheMiddleOfAPollLeavesNothingBehind) {
  script().delay = 2s;
  added(lamp("lamp"));
  loop.run_ready();
  home.reset();
  EXPECT_EQ(loop.timers(), 0U);
}

TEST_F(HomeTest, AnUnknownDeviceIsAnErrorThatNamesIt) {
  EXPECT_EQ(write({"ghost-1"}, on, Value{true}).error().message, "home: no device 'ghost-1'");
  EXPECT_EQ(loop.run(home->read({"ghost-1"}, {on})).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace entente::home
