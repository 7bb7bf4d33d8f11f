// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/household_for_test.h"

namespace entente::home {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// ---- what starts them

TEST_F(RoutinesTest, AStateChangeStartsARoutine) {
  put("a", "when: {device: hall lamp, property: on, to: on}\nthen: {turn_on: bedroom lamp}");
  tell("hall lamp", "on", false);
  EXPECT_THAT(done(), IsEmpty());
  tell("hall lamp", "on", true);
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.on = true"));
  tell("hall lamp", "on", true);
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(RoutinesTest, WhatBecomesKnownForTheFirstTimeIsNoChange) {
  put("a", "when: {device: hall lamp, property: on, to: on}\nthen: {turn_on: bedroom lamp}");
  tell("hall lamp", "on", true);
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(RoutinesTest, ANumberStartsARoutineWhereItCrossesTheLine) {
  put("a", "when: {device: heater, property: temperature, above: 25}\nthen: {turn_off: heater}\nmode: parallel");
  tell("heater", "temperature", 24.5);
  tell("heater", "temperature", 25.5);
  tell("heater", "temperature", 26.5);
  EXPECT_THAT(done(), SizeIs(1));
  tell("heater", "temperature", 24);
  tell("heater", "temperature", 30);
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, FromAndToNameBothSidesOfAChange) {
  put("a",
      "when: {device: vacuum, property: status, from: Sweeping, to: [Charging, Idle]}\nthen: {turn_on: hall lamp}");
  tell("vacuum", "status", 1);
  tell("vacuum", "status", 3);
  tell("vacuum", "status", 2);
  EXPECT_THAT(done(), IsEmpty());
  tell("vacuum", "status", 1);
  tell("vacuum", "status", 2);
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, AnEventOfADeviceStartsARoutine) {
  put("a", "when: {device: vacuum, event: low-battery}\nthen: {act: vacuum, action: dock}");
  tell_event("vacuum", "low-battery");
  EXPECT_THAT(done(), ElementsAre("vacuum: start-charge"));
  EXPECT_THAT(explained("a"), HasSubstr("vacuum says low-battery"));
}

TEST_F(RoutinesTest, ForWaitsUntilItHasLasted) {
  put("a", "when: {device: hall lamp, property: on, to: on, for: 5 minutes}\nthen: {turn_off: hall lamp}");
  tell("hall lamp", "on", false);
  tell("hall lamp", "on", true);
  loop.advance(4min);
  tell("hall lamp", "on", false);
  loop.advance(10min);
  EXPECT_THAT(done(), IsEmpty());
  tell("hall lamp", "on", true);
  loop.advance(299s);
  EXPECT_THAT(done(), IsEmpty());
  loop.advance(1s);
  EXPECT_THAT(done(), ElementsAre("hall lamp.on = false"));
  EXPECT_THAT(explained("a"), HasSubstr("hall lamp.on was on for 5 minutes"));
}

TEST_F(RoutinesTest, ForGoesOnWhileTheValueStaysWhereItIsWaitedFor) {
  put("a", "when: {device: heater, property: temperature, above: 25, for: 10 minutes}\nthen: {turn_off: heater}");
  tell("heater", "temperature", 20);
  tell("heater", "temperature", 26);
  loop.advance(6min);
  tell("heater", "temperature", 27);
  loop.advance(4min);
  EXPECT_THAT(done(), SizeIs(1));
  loop.advance(1h);
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(RoutinesTest, ForOutlastsARenameOfAnotherDevice) {
  put("a", "when: {device: hall lamp, property: on, to: on, for: 5 minutes}\nthen: {turn_off: hall lamp}");
  tell("hall lamp", "on", false);
  tell("hall lamp", "on", true);
  loop.advance(3min);
  ASSERT_TRUE(home->rename(home->find("heater")->id, "stove"));
  loop.run_ready();
  loop.advance(2min);
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, ATimeOfDayStartsARoutine) {
  put("a", "when: {time: '07:30', days: weekdays}\nthen: {turn_on: coffee machine}");
  advance_to("2026-06-16 07:29");
  EXPECT_THAT(done(), IsEmpty());
  advance_to("2026-06-16 07:31");
  EXPECT_THAT(done(), ElementsAre("coffee machine.on = true"));
  advance_to("2026-06-22 07:29");  // three weekdays, a weekend
  EXPECT_THAT(done(), SizeIs(3));
}

TEST_F(RoutinesTest, AnIntervalStartsARoutineAtRoundTimes) {
  advance_to("2026-06-15 12:07");
  put("a", "when: {every: 15 minutes}\nthen: {turn_on: coffee machine}");
  advance_to("2026-06-15 12:14");
  EXPECT_THAT(done(), IsEmpty());
  advance_to("2026-06-15 12:46");
  EXPECT_THAT(done(), SizeIs(3));
}

TEST_F(RoutinesTest, SunsetStartsARoutine) {
  put("a", "when: {sun: sunset, offset: -30 minutes}\nthen: {turn_on: hall lamp}");
  advance_to("2026-06-15 20:55");
  EXPECT_THAT(done(), IsEmpty());
  advance_to("2026-06-15 21:05");  // the sun sets at 21:31 in Berlin
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, ATimeThatTheClockJumpsOverComesWhenItJumps) {
  set_clock("2026-03-28 12:00");
  open();
  put("a", "when: {time: '02:30'}\nthen: {turn_on: hall lamp}");
  advance_to("2026-03-29 01:59");
  EXPECT_THAT(done(), IsEmpty());
  loop.advance(61s);
  EXPECT_EQ(clock(), "Sun 03:00:01");
  EXPECT_THAT(done(), SizeIs(1));
  advance_to("2026-03-30 02:31");
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, ATimeThatComesTwiceCountsOnce) {
  set_clock("2026-10-24 12:00");
  open();
  put("a", "when: {time: '02:30'}\nthen: {turn_on: hall lamp}");
  advance_to("2026-10-25 02:31");
  EXPECT_THAT(done(), SizeIs(1));
  advance_to("2026-10-26 02:29");
  EXPECT_THAT(done(), IsEmpty());
  advance_to("2026-10-26 02:31");
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, AMissedTimeIsLeftOut) {
  put("a", "when: {time: '12:30'}\nthen: {turn_on: hall lamp}");
  loop.set_wall_time(loop.wall_time() + 2h);  // the machine slept
  loop.advance(1min);
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_EQ(last_outcome("a"), "never");
}

TEST_F(RoutinesTest, AMissedTimeIsMadeUpForWhereTheRoutineSaysSo) {
  put("a", "when: {time: '12:30'}\nthen: {turn_on: hall lamp}\ncatch_up: true");
  routines.reset();
  loop.set_wall_time(loop.wall_time() + 50h);  // two of them
  open();
  loop.advance(1min);
  EXPECT_THAT(done(), SizeIs(1));
  EXPECT_THAT(explained("a"), HasSubstr("was missed"));
  loop.advance(10min);
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(RoutinesTest, ANewRoutineMakesUpForNothing) {
  put("a", "when: {time: '11:30'}\nthen: {turn_on: hall lamp}\ncatch_up: true");
  loop.advance(1h);
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(RoutinesTest, AClockSetBackByHoursStartsNothingTwiceButTheNextDayCounts) {
  put("a", "when: {time: '12:30'}\nthen: {turn_on: hall lamp}");
  advance_to("2026-06-15 12:31");
  EXPECT_THAT(done(), SizeIs(1));
  loop.set_wall_time(loop.wall_time() - 72h);
  loop.advance(25h);
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, TheStartOfTheProgramStartsARoutine) {
  put("a", "when: start\nthen: {turn_on: hall lamp}");
  EXPECT_THAT(done(), IsEmpty());
  open();
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, PeopleWhoComeAndGoStartRoutines) {
  put("first", "when: {presence: anybody, to: home}\nthen: {turn_on: hall lamp}");
  put("last", "when: {presence: nobody}\nthen: {turn_off: hall lamp}");
  put("anna", "when: {presence: Anna, to: home}\nthen: {turn_on: bedroom lamp}");
  const auto set = [&](const char* person, bool at_home) {
    ASSERT_TRUE(routines->set_presence(person, at_home));
    loop.run_ready();
  };
  set("anna", false);
  set("bob", false);
  set("bob", true);
  EXPECT_THAT(done(), ElementsAre("hall lamp.on = true"));
  set("anna", true);
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.on = true"));
  set("bob", false);
  EXPECT_THAT(done(), IsEmpty());
  set("anna", false);
  EXPECT_THAT(done(), ElementsAre("hall lamp.on = false"));
}

TEST_F(RoutinesTest, WhoIsAtHomeSurvivesARestart) {
  ASSERT_TRUE(routines->set_presence("Anna", true));
  open();
  EXPECT_THAT(routines->presences(), ElementsAre(std::pair<std::string, bool>("anna", true)));
  EXPECT_FALSE(routines->set_presence("nobody", true));
}

TEST_F(RoutinesTest, SentencesAreListedForTheAssistant) {
  put("night", "when: {sentence: [good night, time to sleep]}\nthen: {turn_off: hall lamp}");
  EXPECT_THAT(routines->sentences(),
              ElementsAre(RoutineSentence{"good night", "", "night"}, RoutineSentence{"time to sleep", "", "night"}));
}

// ---- conditions

TEST_F(RoutinesTest, AConditionThatDoesNotHoldStopsARoutineAndSaysWhatItSaw) {
  put("a",
      "when: {device: hall lamp, property: on, to: on}\nif: {device: heater, property: temperature, below: 18}\n"
      "then: {turn_on: heater}");
  tell("hall lamp", "on", false);
  tell("heater", "temperature", 21.5);
  tell("hall lamp", "on", true);
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_EQ(last_outcome("a"), "not_met");
  EXPECT_EQ(runs("a").front().reason, "heater.temperature is 21.5 °C, not below 18");
  tell("hall lamp", "on", false);
  tell("heater", "temperature", 17);
  tell("hall lamp", "on", true);
  EXPECT_THAT(done(), ElementsAre("heater.on = true"));
}

TEST_F(RoutinesTest, ConditionsKnowTimesDaysSunAndPresence) {
  put("late", "if: {after: '22:00', before: '06:00'}\nthen: {turn_on: hall lamp}");
  put("workday", "if: {days: weekdays}\nthen: {turn_on: hall lamp}");
  put("dark", "if: {sun: down}\nthen: {turn_on: hall lamp}");
  put("not-alone", "if: {presence: anybody}\nthen: {turn_on: hall lamp}");
  const auto holds = [&](const char* name) {
    EXPECT_TRUE(routines->run(name, "test"));
    loop.run_ready();
    return !done().empty();
  };
  EXPECT_FALSE(holds("late"));
  EXPECT_TRUE(holds("workday"));
  EXPECT_FALSE(holds("dark"));
  EXPECT_FALSE(holds("not-alone"));
  ASSERT_TRUE(routines->set_presence("anna", true));
  EXPECT_TRUE(holds("not-alone"));
  advance_to("2026-06-20 23:00");  // a Saturday
  EXPECT_TRUE(holds("late"));
  EXPECT_FALSE(holds("workday"));
  EXPECT_TRUE(holds("dark"));
  advance_to("2026-06-21 05:59");
  EXPECT_TRUE(holds("late"));
}

TEST_F(RoutinesTest, AConditionMayHaveToLast) {
  put("a", "if: {device: hall lamp, property: on, is: on, for: 10 minutes}\nthen: {turn_off: hall lamp}");
  tell("hall lamp", "on", true);
  loop.advance(9min);
  ASSERT_TRUE(routines->run("a", "test"));
  EXPECT_EQ(runs("a").front().reason, "hall lamp.on is on, but only for 9 minutes, not 10 minutes");
  loop.advance(1min);
  ASSERT_TRUE(routines->run("a", "test"));
  EXPECT_THAT(done(), SizeIs(1));
}

// ---- steps

TEST_F(RoutinesTest, StepsFollowOneAnotherAndAreExplained) {
  put("a", R"(
then:
  - set: bedroom lamp
    to: {on: true, brightness: 40}
  - wait: 10 minutes
  - if: {device: heater, property: temperature, below: 18}
    then: {turn_on: heater}
    else: {notify: "It is {heater.temperature}"}
  - repeat: 2
    do: {act: bedroom lamp, action: toggle}
  - stop: enough
  - turn_off: bedroom lamp
)");
  tell("heater", "temperature", 20);
  ASSERT_TRUE(routines->run("a", "test"));
  loop.run_ready();
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.on = true", "bedroom lamp.brightness = 40"));
  EXPECT_EQ(last_outcome("a"), "running");
  loop.advance(10min);
  EXPECT_THAT(done(), ElementsAre("bedroom lamp: toggle", "bedroom lamp: toggle"));
  EXPECT_EQ(explained("a"),
            "test\n"
            "set bedroom lamp: on to true, brightness to 40: done\n"
            "wait 10 minutes: done\n"
            "if: no: heater.temperature is 20 °C, not below 18\n"
            "notify 'It is {heater.temperature}': done\n"
            "repeat 2 times: 2 of 2 done\n"
            "bedroom lamp: toggle: done\n"
            "bedroom lamp: toggle: done\n"
            "stop: enough\n"
            "stopped: enough");
}

TEST_F(RoutinesTest, ARoomMeansThoseOfItsDevicesThatCanDoIt) {
  put("a", "then: {set: {room: bedroom}, to: {brightness: 10}}");
  put("b", "then: {turn_off: {kind: light}}");
  put("c", "then: {turn_off: {room: bedroom}}");
  ASSERT_TRUE(routines->run("a", "test"));
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.brightness = 10"));
  ASSERT_TRUE(routines->run("b", "test"));
  loop.run_ready();
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.on = false", "hall lamp.on = false"));
  ASSERT_TRUE(routines->run("c", "test"));
  loop.run_ready();
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.on = false", "heater.on = false"));
}

TEST_F(RoutinesTest, AFailedStepIsExplainedAndTheOthersGoOn) {
  put("a", "then:\n  - turn_on: hall lamp\n  - notify: done");
  driver.stage.failure = Error{ErrorCode::unavailable, "no answer"};
  ASSERT_TRUE(routines->run("a", "test"));
  EXPECT_EQ(explained("a"), "test\nset hall lamp: on to on: hall lamp: no answer\nnotify 'done': done\nwith_errors");
}

TEST_F(RoutinesTest, ARoutineMayEndAtTheFirstError) {
  put("a", "on_error: stop\nthen:\n  - turn_on: hall lamp\n  - notify: done");
  driver.stage.failure = Error{ErrorCode::unavailable, "no answer"};
  ASSERT_TRUE(routines->run("a", "test"));
  EXPECT_EQ(explained("a"), "test\nset hall lamp: on to on: hall lamp: no answer\nfailed: hall lamp: no answer");
}

TEST_F(RoutinesTest, WaitUntilGoesOnWhenItIsSo) {
  put("a",
      "then:\n  - wait_until: {device: hall lamp, property: on, is: off}\n    at_most: 10 minutes\n"
      "  - turn_on: bedroom lamp");
  tell("hall lamp", "on", true);
  ASSERT_TRUE(routines->run("a", "test"));
  loop.advance(3min);
  EXPECT_THAT(done(), IsEmpty());
  tell("hall lamp", "on", false);
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, WaitUntilGivesUpInTime) {
  const std::string wait = "  - wait_until: {device: hall lamp, property: on, is: off}\n    at_most: 10 minutes\n";
  put("goes-on", "then:\n" + wait + "  - turn_on: bedroom lamp");
  put("stops", "then:\n" + wait + "    otherwise: stop\n  - turn_on: heater");
  tell("hall lamp", "on", true);
  ASSERT_TRUE(routines->run("goes-on", "test"));
  ASSERT_TRUE(routines->run("stops", "test"));
  loop.advance(10min);
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.on = true"));
  EXPECT_EQ(last_outcome("stops"), "stopped");
}

TEST_F(RoutinesTest, ARoutineRunsAnotherAndWaitsForIt) {
  put("inner", "then:\n  - wait: 5 minutes\n  - turn_on: hall lamp");
  put("outer", "then:\n  - run: inner\n  - turn_on: bedroom lamp");
  ASSERT_TRUE(routines->run("outer", "test"));
  loop.advance(4min);
  EXPECT_THAT(done(), IsEmpty());
  loop.advance(2min);
  EXPECT_THAT(done(), ElementsAre("hall lamp.on = true", "bedroom lamp.on = true"));
  EXPECT_THAT(runs("inner").front().chain, ElementsAre("outer", "inner"));
}

TEST_F(RoutinesTest, ScenesAreActivated) {
  Scene scene;
  scene.name = "movie night";
  const auto lamp = home->find("hall lamp");
  scene.settings.push_back({lamp->id, *property_named(*lamp->spec, "brightness"), model::Value{std::int64_t{5}}});
  ASSERT_TRUE(home->set_scene(scene));
  put("a", "then: {scene: movie night}");
  ASSERT_TRUE(routines->run("a", "test"));
  loop.run_ready();
  EXPECT_THAT(done(), ElementsAre("hall lamp.brightness = 5"));
}

TEST_F(RoutinesTest, ANameMayBeThatOfAGroup) {
  ASSERT_TRUE(home->set_group({"all lamps", {}, {home->find("hall lamp")->id, home->find("bedroom lamp")->id}}));
  loop.run_ready();
  put("a", "then: {turn_off: all lamps}");
  ASSERT_TRUE(routines->run("a", "test"));
  loop.run_ready();
  EXPECT_THAT(done(), ElementsAre("hall lamp.on = false", "bedroom lamp.on = false"));
}

// ---- modes

class Modes : public RoutinesTest {
 protected:
  void start_thrice(const std::string& mode) {
    put("a", "mode: " + mode + "\nmax: 2\nthen:\n  - turn_on: hall lamp\n  - wait: 1 minute\n  - turn_off: hall lamp");
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(routines->run("a", "test"));
      loop.advance(10s);
    }
  }
  long switched(const std::string& what) {
    const auto all = done();
    return std::count(all.begin(), all.end(), "hall lamp.on = " + what);
  }
};

TEST_F(Modes, SingleRunsOnce) {
  start_thrice("single");
  EXPECT_EQ(switched("true"), 1);
  EXPECT_EQ(routines->find("a")->skipped, 2U);
}

TEST_F(Modes, RestartEndsWhatRuns) {
  start_thrice("restart");
  EXPECT_EQ(switched("true"), 3);
  loop.advance(10min);
  EXPECT_EQ(switched("false"), 1);
  EXPECT_EQ(runs("a")[1].reason, "it started anew");
}

TEST_F(Modes, QueuedRunsOneAfterTheOther) {
  start_thrice("queued");
  EXPECT_EQ(switched("true"), 1);
  loop.advance(10min);
  EXPECT_EQ(switched("true"), 1) << "two of three: max is 2";
  EXPECT_EQ(routines->find("a")->skipped, 1U);
}

TEST_F(Modes, ParallelRunsSideBySide) {
  start_thrice("parallel");
  EXPECT_EQ(switched("true"), 2);
  EXPECT_EQ(routines->find("a")->running, 2U);
}

TEST_F(RoutinesTest, ARestartIsNotDoneForNothing) {
  put("a",
      "mode: restart\nif: {device: hall lamp, property: on, is: off}\n"
      "then:\n  - wait: 1 minute\n  - turn_on: bedroom lamp");
  tell("hall lamp", "on", false);
  ASSERT_TRUE(routines->run("a", "test"));
  tell("hall lamp", "on", true);
  ASSERT_TRUE(routines->run("a", "test"));
  loop.advance(2min);
  EXPECT_THAT(done(), SizeIs(1));
}

}  // namespace
}  // namespace entente::home
