// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "services/home/routines/routine.h"
#include "services/home/routines/suggestion.h"

namespace entente::home {
namespace {

// All that is wrong, a line each.
std::string wrong(std::string_view yaml) {
  std::vector<RoutineProblem> problems;
  const auto read = read_routine(yaml, "x", problems);
  std::string words;
  for (const auto& problem : problems) words += fmt::format("{}: {}\n", problem.place.line, problem.reason);
  EXPECT_EQ(read.has_value(), words.empty());
  return words;
}

Routine right(std::string_view yaml) {
  EXPECT_EQ(wrong(yaml), "");
  std::vector<RoutineProblem> problems;
  return read_routine(yaml, "x", problems).value_or(Routine{});
}

TEST(RoutineFile, ReadsAWholeRoutine) {
  const auto routine = right(R"(
name: Evening light
description: Light where somebody walks
mode: restart
when:
  - device: [hall motion, stairs motion]
    property: motion
    to: true
  - sun: sunset
    offset: -15 minutes
    days: weekdays
if:
  - device: hall lamp
    property: on
    is: off
  - any:
      - {after: "22:00", before: sunrise}
      - {sun: down}
then:
  - set: hall lamp
    to: {on: true, brightness: 40}
  - wait: 5 minutes
  - turn_off: [hall lamp, {room: stairs, kind: light}]
)");
  EXPECT_EQ(routine.title, "Evening light");
  EXPECT_EQ(routine.mode, Mode::restart);
  ASSERT_EQ(routine.when.size(), 3U);
  EXPECT_EQ(routine.when[1].property.device, "stairs motion");
  EXPECT_EQ(to_text(routine.when[2].time), "sunset - 15 minutes");
  ASSERT_EQ(routine.condition.of.size(), 2U);
  EXPECT_EQ(routine.condition.of[1].kind, Condition::Kind::any);
  ASSERT_EQ(routine.then.size(), 3U);
  EXPECT_EQ(routine.then[0].settings.size(), 2U);
  EXPECT_EQ(routine.then[2].targets[1].domain, "light");
}

TEST(RoutineFile, NamesEveryMistakeWithItsLine) {
  EXPECT_EQ(wrong("mode: sinlge\nthen:\n  - wait: 5\n  - turn_onn: lamp\n  - set: lamp\n"),
            "1: 'sinlge' is no mode: single, restart, queued or parallel\n"
            "3: wait has no unit: '5 seconds' or '5 minutes'?\n"
            "4: 'turn_onn' is no step; did you mean 'turn_on'?\n"
            "5: a set step needs 'to': the properties and their values, 'to: {brightness: 40}'\n");
}

TEST(RoutineFile, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(wrong("trigger: x\nthen: stop"),
            "1: 'trigger' is not known in a routine; there is name, description, mode, max, enabled, catch_up, "
            "on_error, when, if, then\n");
  EXPECT_EQ(wrong("then: stop\nthen: stop"), "2: 'then' stands twice\n");
  EXPECT_EQ(wrong("[]"), "1: a routine is a map: when, if, then …\n");
  EXPECT_EQ(wrong("when: {tiem: '07:30'}\nthen: stop"), "1: 'tiem' is no trigger; did you mean 'time'?\n");
  EXPECT_EQ(wrong("when: {time: '25:00'}\nthen: stop"),
            "1: time is a time of day like '07:30', 'sunset' or 'sunrise + 20 minutes'\n");
  EXPECT_EQ(wrong("if: {after: noon}\nthen: stop"),
            "1: after is a time of day like '07:30', 'sunset' or 'sunrise + 20 minutes'\n");
  EXPECT_EQ(wrong("if: {device: a, property: b}\nthen: stop"),
            "1: the condition needs 'is', 'is_not', 'above' or 'below'\n");
  EXPECT_EQ(wrong("if: {property: b, is: 1}\nthen: stop"),
            "1: 'property' belongs to a 'device', which is missing\n1: 'is' belongs to a 'device', which is missing\n"
            "1: the condition says nothing\n");
  EXPECT_EQ(wrong("then:\n  - wait_until: {sun: up}\n"), "2: wait_until needs 'at_most': how long it waits\n");
  EXPECT_EQ(wrong("when: start"), "1: a routine needs 'then': what is done\n");
}

TEST(RoutineFile, IsBounded) {
  std::string deep = "then: ";
  for (int i = 0; i < 40; ++i) deep += "{repeat: 2, do: ";
  EXPECT_NE(wrong(deep + "stop" + std::string(40, '}')), "");
  std::string many = "then:\n";
  for (int i = 0; i < 1500; ++i) many += "  - stop\n";
  EXPECT_EQ(wrong(many), "1001: more than 1000 triggers, conditions and steps\n");
}

TEST(RoutineFile, KeepsAValueAsItIsWritten) {
  const auto routine = right("then: {set: fan, to: {mode: off}}");
  EXPECT_EQ(routine.then[0].settings[0].value.text, "off");
  EXPECT_EQ(routine.then[0].settings[0].value.value, model::Value{false});
}

TEST(Suggestion, FindsWhatIsNear) {
  const std::vector<std::string> names = {"bedroom lamp", "hall lamp", "coffee machine"};
  EXPECT_EQ(nearest("bedrom lamp", names), "bedroom lamp");
  EXPECT_EQ(nearest("Lamp Hall", names), "hall lamp");
  EXPECT_EQ(nearest("coffee", names), "coffee machine");
  EXPECT_EQ(nearest("garage door", names), "");
}

}  // namespace
}  // namespace entente::home
