// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the parts of a routine's file. Every mistake is noted with its place and the reading goes on, so that all of
// them are shown at once. Pure, used once for one file.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "services/home/routines/routine.h"

namespace entente::home {

class RoutineReader {
 public:
  explicit RoutineReader(std::vector<RoutineProblem>& problems) : problems_(problems) {}

  Routine routine(const Yaml& root, std::string_view name);

 private:
  using Words = std::initializer_list<std::string_view>;

  // ---- reader.cpp: the file, what starts it
  void heading(const Yaml& root, Routine& made);
  void triggers(const Yaml& node, std::vector<Trigger>& into);
  void trigger(const Yaml& node, std::vector<Trigger>& into);
  void device_trigger(const Yaml& node, std::vector<Trigger>& into);
  void time_trigger(const Yaml& node, std::vector<Trigger>& into);
  void sentence_trigger(const Yaml& node, std::vector<Trigger>& into);

  // ---- reader_conditions.cpp
  Condition conditions(const Yaml& node, int depth);
  Condition condition(const Yaml& node, int depth);
  void device_condition(const Yaml& node, Condition& made);
  Match match(const Yaml& node, std::string_view is, std::string_view is_not);

  // ---- reader_steps.cpp
  std::vector<Step> steps(const Yaml& node, int depth);
  void step(const Yaml& node, std::vector<Step>& into, int depth);
  void set_step(const Yaml& node, Step& made);
  void switch_step(const Yaml& node, std::string_view word, Step& made);
  void act_step(const Yaml& node, Step& made);
  void wait_until_step(const Yaml& node, Step& made, int depth);
  std::vector<Target> targets(const Yaml& node);
  void target(const Yaml& node, std::vector<Target>& into);

  // ---- reader_values.cpp: single values; each notes what is wrong and goes on with a default
  void problem(const Yaml& node, std::string reason);
  bool is_map(const Yaml& node, std::string_view what);
  void only(const Yaml& node, std::string_view what, Words known);
  std::string text_of(const Yaml& node, std::string_view what, std::size_t limit = 200);
  std::vector<std::string> texts_of(const Yaml& node, std::string_view what);
  std::string needed_text(const Yaml& node, std::string_view key, std::string_view what);
  bool boolean(const Yaml& node, std::string_view what, bool fallback);
  int whole(const Yaml& node, std::string_view what, int fallback, int low, int high);
  std::optional<double> number(const Yaml& node, std::string_view what);
  Duration duration(const Yaml& node, std::string_view what, Duration least = {});
  DayTime day_time(const Yaml& node, std::string_view what);
  Days days(const Yaml& node);
  Presence presence(const Yaml& node, std::string_view word);
  WrittenValue value(const Yaml& node, std::string_view what);
  std::vector<WrittenValue> values(const Yaml& node, std::string_view what);
  static Place place(const Yaml& node) { return {node.line(), node.column()}; }

  std::vector<RoutineProblem>& problems_;
  int items_ = 0;  // triggers, conditions and steps so far
  bool afford(const Yaml& node);
};

}  // namespace entente::home
