// SPDX-License-Identifier: GPL-3.0-or-later
// Mistakes, devices that go, routines that quarrel, files.
#include "services/home/routines/household_for_test.h"

namespace entente::home {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(RoutinesTest, WhatAFileNamesIsCheckedWithLineAndSuggestion) {
  EXPECT_EQ(refusal("then:\n  - turn_on: bedrom lamp"),
            "line 2: there is no device 'bedrom lamp'; did you mean 'bedroom lamp'?");
  EXPECT_EQ(refusal("then:\n  - set: hall lamp\n    to: {brigthness: 5}"),
            "line 3: hall lamp has no property 'brigthness'; did you mean 'brightness'?");
  EXPECT_EQ(refusal("then:\n  - set: hall lamp\n    to: {brightness: 400}"),
            "line 3: hall lamp: brightness takes 1 to 100");
  EXPECT_EQ(refusal("then:\n  - set: hall lamp\n    to: {mode: Disco}"),
            "line 3: hall lamp: mode takes Color, White, Night, Reading");
  EXPECT_EQ(refusal("then: {set: heater, to: {temperature: 20}}"), "line 1: heater.temperature cannot be set");
  EXPECT_EQ(refusal("then: {turn_on: {room: bedrom}}"), "line 1: there is no room 'bedrom'; did you mean 'bedroom'?");
  EXPECT_THAT(refusal("then: {act: vacuum, action: dok}"), HasSubstr("did you mean 'dock'?"));
  EXPECT_THAT(refusal("then: {run: y}"), HasSubstr("there is no routine 'y'"));
  EXPECT_THAT(refusal("when: {device: vacuum, event: x}\nthen: stop"), HasSubstr("there is battery.low-battery"));
  EXPECT_FALSE(routines->find("x"));
}

TEST_F(RoutinesTest, AFileIsCheckedAgainstTheHomeAsItIsNow) {
  EXPECT_THAT(routines->check("x", "then: {turn_on: hall lamp}"), IsEmpty());
  add("attic lamp", "attic", "entente.light.color1");
  EXPECT_THAT(routines->check("x", "then: {turn_on: attic lamp}"), IsEmpty());
}

TEST_F(RoutinesTest, ABrokenFileLeavesTheOthersRunning) {
  put("good", "then: {turn_on: hall lamp}");
  ASSERT_TRUE(write_file(options.folder / "bad.yaml", "when: [\n"));
  open();
  ASSERT_EQ(routines->list().size(), 2U);
  EXPECT_EQ(routines->find("bad")->state, RoutineView::State::broken);
  EXPECT_FALSE(routines->run("bad", "test"));
  EXPECT_TRUE(routines->run("good", "test"));
  EXPECT_THAT(done(), SizeIs(1));
}

TEST_F(RoutinesTest, ADeviceThatGoesMakesTheRoutineSaySo) {
  put("a", "then:\n  - turn_on: hall lamp\n  - turn_on: bedroom lamp");
  ASSERT_TRUE(home->remove(home->find("hall lamp")->id));
  loop.run_ready();
  ASSERT_THAT(routines->find("a")->problems, SizeIs(1));
  EXPECT_THAT(routines->find("a")->problems[0].reason, HasSubstr("there is no device 'hall lamp'"));
  ASSERT_TRUE(routines->run("a", "test"));
  loop.run_ready();
  EXPECT_THAT(done(), ElementsAre("bedroom lamp.on = true"));
  EXPECT_THAT(explained("a"), HasSubstr("there is no device 'hall lamp'"));
  add("hall lamp", "hall", "entente.light.color1");
  EXPECT_THAT(routines->find("a")->problems, IsEmpty());
}

TEST_F(RoutinesTest, ADeviceRemovedWhileARoutineWaitsForItDoesNoHarm) {
  put("a", "when: {device: hall lamp, property: on, to: on, for: 5 minutes}\nthen: {turn_off: hall lamp}");
  tell("hall lamp", "on", false);
  tell("hall lamp", "on", true);
  ASSERT_TRUE(home->remove(home->find("hall lamp")->id));
  loop.run_ready();
  loop.advance(10min);
  EXPECT_EQ(last_outcome("a"), "never");
}

TEST_F(RoutinesTest, RoutinesThatStartOneAnotherAreNamedBeforeTheyRun) {
  put("up", "when: {device: hall lamp, property: on, to: off}\nthen: {turn_on: hall lamp}");
  const auto problems =
      routines->check("down", "when: {device: hall lamp, property: on, to: on}\nthen: {turn_off: hall lamp}");
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].weight, RoutineProblem::Weight::warning);
  EXPECT_THAT(problems[0].reason, HasSubstr("may go round without end: 'up' sets hall lamp.on to on, which starts "
                                            "'down'; 'down' sets hall lamp.on to off, which starts 'up'"));
}

TEST_F(RoutinesTest, RoutinesThatStartOneAnotherArePausedWhileTheyRun) {
  put("up", "when: {device: hall lamp, property: on, to: off}\nthen: {turn_on: hall lamp}");
  put("down", "when: {device: hall lamp, property: on, to: on}\nthen: {turn_off: hall lamp}");
  tell("hall lamp", "on", true);
  tell("hall lamp", "on", false);  // Home itself tells what was written from here on
  loop.advance(1s);
  EXPECT_LT(done().size(), 20U);
  EXPECT_EQ(routines->find("up")->state, RoutineView::State::paused);
  EXPECT_EQ(routines->find("down")->state, RoutineView::State::paused);
  EXPECT_THAT(routines->find("up")->paused, HasSubstr("set hall lamp.on to opposite values 6 times in 1 second"));
  ASSERT_TRUE(routines->resume("up"));
  EXPECT_EQ(routines->find("up")->state, RoutineView::State::ready);
}

TEST_F(RoutinesTest, RoutinesThatFightOverADeviceArePausedAndNamed) {
  put("warm", "when: {every: 1 s}\nthen: {set: heater, to: {target_temperature: 25}}");
  put("cold", "when: {every: 1 s}\nthen: {set: heater, to: {target_temperature: 16}}");
  loop.advance(10s);
  EXPECT_EQ(routines->find("warm")->state, RoutineView::State::paused);
  EXPECT_THAT(routines->find("cold")->paused, HasSubstr("heater.target_temperature to opposite values 6 times"));
}

TEST_F(RoutinesTest, ARoutineThatStartsItselfWithoutEndIsPaused) {
  put("flicker",
      "when: {device: hall lamp, property: brightness}\nthen:\n"
      "  - if: {device: hall lamp, property: brightness, above: 50}\n"
      "    then: {set: hall lamp, to: {brightness: 10}}\n    else: {set: hall lamp, to: {brightness: 90}}");
  tell("hall lamp", "brightness", 60);
  tell("hall lamp", "brightness", 70);
  loop.advance(1min);
  EXPECT_LT(done().size(), 15U);
  EXPECT_EQ(routines->find("flicker")->state, RoutineView::State::paused);
  EXPECT_THAT(routines->find("flicker")->paused, HasSubstr("started one another 10 times within a minute"));
}

TEST_F(RoutinesTest, ARoutineThatRunsItselfEnds) {
  put("a", "mode: parallel\nmax: 100\nthen: {run: a}");
  ASSERT_TRUE(routines->run("a", "test"));
  loop.advance(1min);
  EXPECT_EQ(routines->find("a")->running, 0U);
  EXPECT_LE(routines->find("a")->runs, 11U);
}

TEST_F(RoutinesTest, RepeatsInRepeatsEnd) {
  put("a",
      "then:\n  - repeat: 1000\n    do:\n      - repeat: 1000\n        do:\n          - repeat: 1000\n            do: "
      "{notify: x}");
  ASSERT_TRUE(routines->run("a", "test"));
  loop.advance(1min);
  EXPECT_EQ(last_outcome("a"), "failed");
  EXPECT_EQ(runs("a").front().reason, "more than 5000 steps");
  EXPECT_LE(runs("a").front().lines.size(), 201U);
}

// ---- files

TEST_F(RoutinesTest, FilesSurviveARestartAndFollowTheDisk) {
  put("a", "name: Evening\nthen: {turn_on: hall lamp}");
  options.watch_every = 2s;
  open();
  ASSERT_TRUE(routines->find("a"));
  EXPECT_EQ(routines->find("a")->title, "Evening");
  ASSERT_TRUE(write_file(options.folder / "b.yaml", "then: {turn_on: bedroom lamp}"));
  loop.advance(3s);
  EXPECT_TRUE(routines->find("b"));
  std::filesystem::remove(options.folder / "b.yaml");
  loop.advance(3s);
  EXPECT_FALSE(routines->find("b"));
}

TEST_F(RoutinesTest, NamesOfFilesCannotLeaveTheFolder) {
  for (const char* name : {"../x", "", "a/b", "A", "-x", "a.b"}) {
    EXPECT_FALSE(routines->put(name, "then: stop")) << name;
  }
}

TEST_F(RoutinesTest, ARemovedRoutineEndsItsRuns) {
  put("a", "then:\n  - wait: 5 minutes\n  - turn_on: hall lamp");
  ASSERT_TRUE(routines->run("a", "test"));
  ASSERT_TRUE(routines->remove("a"));
  loop.advance(10min);
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_FALSE(routines->find("a"));
  EXPECT_FALSE(routines->remove("a"));
}

TEST_F(RoutinesTest, TheEndOfTheEngineEndsItsRuns) {
  put("a", "then:\n  - wait: 5 minutes\n  - turn_on: hall lamp");
  put("b", "then: {run: a}");
  ASSERT_TRUE(routines->run("b", "test"));
  loop.run_ready();
  routines.reset();
  loop.advance(10min);
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(RoutinesTest, WhoeverAsksCanWaitForTheEnd) {
  put("a", "then:\n  - wait: 5 minutes\n  - turn_on: hall lamp");
  const auto run = loop.run_through(routines->run_to_end("a", "test"));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->outcome, RunOutcome::done);
  EXPECT_FALSE(loop.run(routines->run_to_end("none", "test")));
}

TEST_F(RoutinesTest, ADisabledRoutineWaitsForNothing) {
  put("a", "enabled: false\nwhen: {device: hall lamp, property: on, to: on}\nthen: {turn_on: bedroom lamp}");
  tell("hall lamp", "on", false);
  tell("hall lamp", "on", true);
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_EQ(routines->find("a")->state, RoutineView::State::off);
}

}  // namespace
}  // namespace entente::home
