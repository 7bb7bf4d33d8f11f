// SPDX-License-Identifier: GPL-3.0-or-later
// Devices that are found, that move, that tell by themselves.
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

class SightingsTest : public HomeTest {
 protected:
  static Sighting hello(std::string host, std::string hardware_id = "4711") {
    Sighting sighting;
    sighting.address = {"miio", std::move(host), 0, "", "", std::move(hardware_id)};
    return sighting;
  }
  Sighting self_described(std::string name) {
    Sighting sighting;
    sighting.address = {"miio", "broker", 0, "beef", "zigbee-1", ""};
    sighting.model = "mqtt.lamp";
    sighting.name = std::move(name);
    sighting.room = "attic";
    std::vector<std::string> notes;
    sighting.spec = std::make_shared<const model::DeviceSpec>(parse_spec(lamp_spec, "mqtt.lamp", notes).value());
    return sighting;
  }
  void see(Sighting sighting) {
    driver.observer->sighted(std::move(sighting));
    loop.run_ready();
  }
  // A lamp that has answered once and said who it is.
  model::DeviceId proven_lamp() {
    script().hardware_id = "4711";
    const auto id = added(lamp("lamp", "10.0.0.5"));
    script("10.0.0.5").hardware_id = "4711";
    loop.advance(1s);
    return id;
  }
};

TEST_F(SightingsTest, AStrangerIsListedAndToldOnce) {
  see(hello("10.0.0.9"));
  see(hello("10.0.0.9"));
  ASSERT_THAT(home->found(), SizeIs(1));
  EXPECT_EQ(home->found()[0].key, "miio/4711");
  EXPECT_THAT(told, ElementsAre(StartsWith("found ")));
}

TEST_F(SightingsTest, AFoundDeviceIsAddedWithWhatIsKnownOfIt) {
  auto seen = hello("10.0.0.9");
  seen.model = "test.light.lamp";
  see(seen);
  auto wanted = *home->from_found("miio/4711");
  EXPECT_EQ(wanted.model, "test.light.lamp");
  wanted.name = "new lamp";
  wanted.address.token = "beef";
  const auto id = added(wanted);
  EXPECT_EQ(home->device(id)->address.host, "10.0.0.9");
  EXPECT_THAT(home->found(), IsEmpty());
  EXPECT_EQ(home->from_found("miio/4711"), std::nullopt);
}

TEST_F(SightingsTest, ADeviceThatIsSilentAtItsOldAddressIsFollowedToItsNewOne) {
  const auto id = proven_lamp();
  script("10.0.0.5").reach = Reach::offline;
  script("10.0.0.5").failure = Error{ErrorCode::unavailable, "no answer"};
  ASSERT_FALSE(write(id, on, Value{true}).ok());
  see(hello("10.0.0.77"));
  EXPECT_EQ(home->device(id)->address.host, "10.0.0.77");
  EXPECT_TRUE(write(id, on, Value{true}).ok());
  EXPECT_THAT(script("10.0.0.77").writes, SizeIs(1));
  open();
  EXPECT_EQ(home->device(id)->address.host, "10.0.0.77") << "it is in the store";
}

TEST_F(SightingsTest, WhatStandsBehindAGatewayMovesWithIt) {
  const auto gateway = proven_lamp();
  auto switch_behind = lamp("switch", "10.0.0.5");
  switch_behind.address.device_id = "mesh-1";
  const auto behind = added(switch_behind);
  loop.advance(1s);
  script("10.0.0.5").reach = Reach::offline;
  see(hello("10.0.0.77"));
  EXPECT_EQ(home->device(gateway)->address.host, "10.0.0.77");
  EXPECT_EQ(home->device(behind)->address.host, "10.0.0.77");
}

TEST_F(SightingsTest, ADeviceThatAnswersIsNotLuredAwayByAnotherWithItsId) {
  const auto id = proven_lamp();
  see(hello("10.0.0.66"));
  EXPECT_EQ(home->device(id)->address.host, "10.0.0.5");
  EXPECT_THAT(home->device(id)->trouble, HasSubstr("10.0.0.66"));
  see(hello("10.0.0.5"));
  EXPECT_EQ(home->device(id)->trouble, "");
}

TEST_F(SightingsTest, ADeviceAddedByHandIsNoStrangerThoughItHasNotAnsweredYet) {
  script("10.0.0.5").failure = Error{ErrorCode::denied, "the token is wrong"};
  added(lamp("lamp", "10.0.0.5"));
  see(hello("10.0.0.5"));
  EXPECT_THAT(home->found(), IsEmpty());
}

TEST_F(SightingsTest, ALostDeviceIsLookedForAtOnce) {
  const auto id = proven_lamp();
  loop.advance(10s);
  const int before = driver.searches;
  script("10.0.0.5").reach = Reach::offline;
  script("10.0.0.5").failure = Error{ErrorCode::unavailable, "no answer"};
  ASSERT_FALSE(write(id, on, Value{true}).ok());
  EXPECT_EQ(driver.searches, before + 1);
}

TEST_F(SightingsTest, TheProtocolsOwnPortWrittenOutIsTheSamePlace) {
  script("10.0.0.5").hardware_id = "4711";
  auto wanted = lamp("lamp", "10.0.0.5");
  wanted.address.port = 54321;
  const auto id = added(wanted);
  loop.advance(1s);
  see(hello("10.0.0.5"));
  EXPECT_EQ(home->device(id)->trouble, "");
  EXPECT_EQ(home->device(id)->address.port, 54321);
}

TEST_F(SightingsTest, AFloodOfStrangersIsCutOff) {
  for (int i = 0; i < 1500; ++i) see(hello("10.0.0.9", std::to_string(i)));
  EXPECT_THAT(home->found(), SizeIs(1000));
}

class AdoptionTest : public SightingsTest {
 protected:
  AdoptionTest() {
    options.adopt = {"miio"};
    open();
  }
};

TEST_F(AdoptionTest, ADeviceThatDescribesItselfIsTakenInAndKnownAfterARestart) {
  see(self_described("Attic\tlamp\x01"));
  ASSERT_THAT(home->devices(), SizeIs(1));
  EXPECT_EQ(home->devices()[0].name, "Attic lamp");
  EXPECT_EQ(home->devices()[0].room, "attic");
  EXPECT_EQ(home->devices()[0].domain, "light");
  open();
  ASSERT_THAT(home->devices(), SizeIs(1));
  EXPECT_TRUE(write(home->devices()[0].id, brightness, number(40)).ok());
}

TEST_F(AdoptionTest, AnotherOfTheSameNameGetsANumber) {
  added(lamp("attic lamp", "10.0.0.5"));
  see(self_described("Attic lamp"));
  EXPECT_TRUE(home->find("attic lamp 2").has_value());
}

TEST_F(AdoptionTest, ANewDescriptionReplacesTheOldOneAndTheNameStays) {
  see(self_described("lamp"));
  const auto id = home->devices()[0].id;
  ASSERT_TRUE(home->rename(id, "reading light").ok());
  auto changed = self_described("lamp");
  model::DeviceSpec spec = *changed.spec;
  spec.services[1].properties.pop_back();
  changed.spec = std::make_shared<const model::DeviceSpec>(spec);
  told.clear();
  see(changed);
  EXPECT_EQ(home->device(id)->name, "reading light");
  EXPECT_EQ(home->device(id)->spec->property({2, 4}), nullptr);
  EXPECT_THAT(told, Contains(StartsWith("respecified")));
  see(changed);
  EXPECT_THAT(home->devices(), SizeIs(1));
}

TEST_F(AdoptionTest, WhatWasRemovedStaysOutUntilItIsAddedAgain) {
  see(self_described("lamp"));
  ASSERT_TRUE(home->remove(home->devices()[0].id).ok());
  see(self_described("lamp"));
  EXPECT_THAT(home->devices(), IsEmpty());
  open();
  see(self_described("lamp"));
  EXPECT_THAT(home->devices(), IsEmpty()) << "also after a restart";
  ASSERT_THAT(home->found(), SizeIs(1));
  added(*home->from_found(home->found()[0].key));
  open();
  see(self_described("lamp"));
  EXPECT_THAT(home->devices(), SizeIs(1));
}

TEST_F(AdoptionTest, AWithdrawnDeviceStaysAndSaysSoUntilItIsAnnouncedAgain) {
  see(self_described("lamp"));
  const auto id = home->devices()[0].id;
  driver.observer->withdrawn(self_described("lamp").address);
  EXPECT_THAT(home->device(id)->trouble, HasSubstr("announcement"));
  EXPECT_FALSE(write(id, on, Value{true}).ok());
  see(self_described("lamp"));
  EXPECT_TRUE(write(id, on, Value{true}).ok());
}

class TellingTest : public HomeTest {
 protected:
  TellingTest() {
    script().tells = true;
    id = added(lamp("lamp"));
    loop.run_ready();
    told.clear();
  }
  LinkObserver& observer() { return *script().link->observer(); }

  model::DeviceId id;
};

TEST_F(TellingTest, WhatADeviceTellsIsKnownAndOnTheBusAndNobodyPollsIt) {
  observer().told({{on, Value{true}}, {brightness, Error{ErrorCode::failed, "?"}}});
  loop.run_ready();
  EXPECT_EQ(*home->device(id)->known(on), Value{true});
  EXPECT_THAT(told, Contains(HasSubstr(R"("property":"2.1")")));
  loop.advance(10min);
  EXPECT_EQ(script().reads, 0);
}

TEST_F(TellingTest, AnEventGoesOnTheBusWithItsName) {
  observer().happened({2, 1}, {{2, number(12)}});
  observer().happened({2, 9}, {});
  loop.run_ready();
  EXPECT_THAT(told, ElementsAre(R"(event {"arguments":{"2.2":12},"event":"2.1","name":"low-battery"})"))
      << "and what the spec does not have is left out";
}

TEST_F(TellingTest, AChangedReachIsTold) {
  observer().told({});
  script().reach = Reach::offline;
  observer().reach_changed();
  loop.run_ready();
  EXPECT_THAT(told, Contains(HasSubstr("offline")));
}

TEST_F(TellingTest, ARemovedDeviceIsNotHeardAnyMore) {
  ASSERT_TRUE(home->remove(id).ok());
  EXPECT_EQ(script().link, nullptr) << "its link is gone";
}

TEST_F(HomeTest, ANewAddressKeepsTheDevice) {
  const auto id = added(lamp("lamp", "10.0.0.5"));
  ASSERT_TRUE(home->set_address(id, "10.0.0.6", 0, "").ok());
  EXPECT_EQ(home->device(id)->address.host, "10.0.0.6");
  EXPECT_TRUE(write(id, on, Value{true}).ok());
  EXPECT_THAT(script("10.0.0.6").writes, SizeIs(1));
  const auto refused = home->set_address(id, "", 0, "notatoken");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("token"));
  EXPECT_TRUE(write(id, on, Value{false}).ok()) << "the old one holds";
}

TEST_F(HomeTest, AnAddressMayChangeWhileTheDeviceIsAsked) {
  const auto id = added(lamp("lamp", "10.0.0.5"));
  script("10.0.0.5").delay = 2s;
  auto reading = home->read(id, {on});
  ASSERT_TRUE(home->set_address(id, "10.0.0.6", 0, "").ok());
  EXPECT_TRUE(loop.run_through(std::move(reading)).ok());
}

}  // namespace
}  // namespace entente::home
