// SPDX-License-Identifier: GPL-3.0-or-later
// Groups and scenes.
#include "services/home/home_for_test.h"

namespace entente::home {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class CollectionsTest : public HomeTest {
 protected:
  CollectionsTest() {
    first = added(lamp("first", "one"));
    second = added(lamp("second", "two"));
    loop.run_ready();
    told.clear();
  }
  Result<void> activate(const std::string& name) { return loop.run_through(home->activate(name)); }

  model::DeviceId first, second;
};

TEST_F(CollectionsTest, AGroupIsFoundByNameAndAliasAndSurvivesARestart) {
  const Group reading{"Reading  lights", {"book lights"}, {first, second, first}};
  const auto before = home->names_version();
  ASSERT_TRUE(home->set_group(reading).ok());
  EXPECT_GT(home->names_version(), before);
  loop.run_ready();
  open();
  const Group kept{"Reading lights", {"book lights"}, {first, second}};
  EXPECT_EQ(home->group("reading LIGHTS"), kept);
  EXPECT_EQ(home->group("book lights"), kept);
  EXPECT_EQ(home->group("first"), std::nullopt);
  EXPECT_THAT(told, Contains(R"(changed {"name":"Reading lights"})"));
}

TEST_F(CollectionsTest, NamesAreSharedByDevicesGroupsAndScenes) {
  ASSERT_TRUE(home->set_group({"both", {"pair"}, {first, second}}).ok());
  EXPECT_THAT(home->set_group({"first", {}, {first}}).error().message, HasSubstr("belongs to device"));
  EXPECT_THAT(home->set_scene({"pair", {}, {{first, on, Value{true}}}}).error().message, HasSubstr("group 'both'"));
  EXPECT_THAT(home->set_scene({"both", {}, {{first, on, Value{true}}}}).error().message, HasSubstr("group"));
  EXPECT_THAT(home->rename(first, "Pair").error().message, HasSubstr("group 'both'"));
  EXPECT_THAT(home->add(lamp("both")).error().message, HasSubstr("group 'both'"));
  EXPECT_TRUE(home->set_group({"both", {"pair"}, {first}}).ok()) << "it may be made anew";
}

TEST_F(CollectionsTest, AGroupOfNothingOrOfStrangersIsRefused) {
  EXPECT_THAT(home->set_group({"none", {}, {}}).error().message, HasSubstr("no devices"));
  EXPECT_THAT(home->set_group({"some", {}, {{"lamp-none"}}}).error().message, HasSubstr("no device 'lamp-none'"));
  EXPECT_EQ(home->remove_group("none").error().code, ErrorCode::not_found);
}

TEST_F(CollectionsTest, ARemovedDeviceLeavesItsGroupsAndScenesAndEmptyOnesGo) {
  ASSERT_TRUE(home->set_group({"both", {}, {first, second}}).ok());
  ASSERT_TRUE(home->set_group({"alone", {}, {first}}).ok());
  ASSERT_TRUE(home->set_scene({"bright", {}, {{first, on, Value{true}}, {second, on, Value{true}}}}).ok());
  ASSERT_TRUE(home->remove(first).ok());
  open();
  EXPECT_THAT(home->group("both")->members, ElementsAre(second));
  EXPECT_EQ(home->group("alone"), std::nullopt);
  EXPECT_THAT(home->scene("bright")->settings, SizeIs(1));
}

TEST_F(CollectionsTest, ASceneSetsItsDevicesAndSurvivesARestart) {
  ASSERT_TRUE(
      home->set_scene({"movie night", {"film"}, {{first, brightness, number(10)}, {second, on, Value{false}}}}).ok());
  open();
  ASSERT_TRUE(activate("Film").ok());
  EXPECT_EQ(script("one").values[brightness], number(10));
  EXPECT_EQ(script("two").values[on], Value{false});
  EXPECT_THAT(told, Contains(R"(activated {"failed":0,"name":"movie night"})"));
}

TEST_F(CollectionsTest, AWrongValueIsRefusedWhenTheSceneIsMade) {
  EXPECT_THAT(home->set_scene({"x", {}, {{first, {2, 99}, number(1)}}}).error().message, HasSubstr("no property"));
  EXPECT_THAT(home->set_scene({"x", {}, {{first, {2, 3}, number(1)}}}).error().message, HasSubstr("cannot set"));
  EXPECT_THAT(home->set_scene({"x", {}, {}}).error().message, HasSubstr("0 settings"));
  EXPECT_THAT(home->scenes(), IsEmpty());
}

TEST_F(CollectionsTest, WhenADeviceFailsTheOthersAreSetAndTheErrorNamesIt) {
  ASSERT_TRUE(home->set_scene({"all on", {}, {{first, on, Value{true}}, {second, on, Value{true}}}}).ok());
  script("one").failure = Error{ErrorCode::unavailable, "no answer"};
  const auto activated = activate("all on");
  ASSERT_FALSE(activated.ok());
  EXPECT_THAT(activated.error().message, HasSubstr("1 of 2 devices failed: first: no answer"));
  EXPECT_EQ(script("two").values[on], Value{true});
  EXPECT_EQ(activate("nothing").error().code, ErrorCode::not_found);
}

TEST_F(CollectionsTest, TheDevicesOfASceneAreSetSideBySide) {
  script("one").delay = 2s;
  script("two").delay = 2s;
  ASSERT_TRUE(home->set_scene({"slow", {}, {{first, on, Value{true}}, {second, on, Value{true}}}}).ok());
  const auto start = loop.now();
  ASSERT_TRUE(activate("slow").ok());
  EXPECT_EQ(loop.now() - start, 2s);
}

TEST_F(CollectionsTest, ASnapshotIsWhatCanBeSetAgain) {
  ASSERT_TRUE(write(first, on, Value{true}).ok());
  ASSERT_TRUE(write(first, brightness, number(30)).ok());
  ASSERT_TRUE(write(second, on, Value{false}).ok());
  ASSERT_TRUE(write(second, brightness, number(70)).ok());
  const std::vector<Scene::Setting> wanted = {
      {first, on, Value{true}}, {first, brightness, number(30)}, {second, on, Value{false}}};
  EXPECT_EQ(home->snapshot({first, second, {"lamp-none"}}), wanted);
  EXPECT_TRUE(home->set_scene({"as it is", {}, wanted}).ok());
}

TEST_F(CollectionsTest, TheChildLockSurvivesARestart) {
  EXPECT_FALSE(home->child_lock());
  ASSERT_TRUE(home->set_child_lock(true).ok());
  open();
  EXPECT_TRUE(home->child_lock());
}

TEST_F(CollectionsTest, ADeviceThatIsCommandedWildlyIsLeftAloneForAWhileAndTheOthersAreNot) {
  options.command_burst = 3;
  options.commands_per_second = 1;
  open();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(write(first, on, Value{i % 2 == 0}).ok());
  const auto refused = write(first, on, Value{true});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::exhausted);
  EXPECT_THAT(refused.error().message, HasSubstr("first: too many commands"));
  EXPECT_TRUE(write(second, on, Value{true}).ok());
  loop.advance(1s);
  EXPECT_TRUE(write(first, on, Value{true}).ok());
  EXPECT_FALSE(write(first, on, Value{true}).ok());
}

TEST_F(CollectionsTest, AStoreThatRefusesLeavesAllAsItWas) {
  ASSERT_TRUE(home->set_group({"both", {}, {first, second}}).ok());
  break_store();
  EXPECT_FALSE(home->set_group({"both", {}, {first}}).ok());
  EXPECT_FALSE(home->remove_group("both").ok());
  EXPECT_FALSE(home->set_scene({"s", {}, {{first, on, Value{true}}}}).ok());
  mend_store();
  EXPECT_THAT(home->group("both")->members, SizeIs(2));
  EXPECT_THAT(home->scenes(), IsEmpty());
}

}  // namespace
}  // namespace entente::home
