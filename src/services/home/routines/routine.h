// SPDX-License-Identifier: GPL-3.0-or-later
// A routine as its file says it: names are names still, and whether they mean anything in this home is binding.h's
// business. Plain value; immutable once read, shared by the runs that go on while the file changes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/value.h"
#include "services/home/routines/moments.h"

namespace entente::home {

struct Place {
  int line = 0;
  int column = 0;
};

// What is wrong with a routine's file, or with what it asks of this home.
struct RoutineProblem {
  Place place;  // line 0: all of it
  std::string reason;
  enum class Weight {
    warning,  // it may be meant so
    missing,  // something that it names is not in this home (now): what does not need it works
    broken,   // it cannot run
  };
  Weight weight = Weight::broken;
};

// A value as written: "off" may mean a switch's state or the name of a mode.
struct WrittenValue {
  Place place;
  model::Value value;
  std::string text;
};

struct PropertyName {
  Place place;
  std::string device;
  std::string property;  // of an event trigger, the event
};

// What a value is compared with. Nothing in it: anything goes.
struct Match {
  std::vector<WrittenValue> one_of;
  std::vector<WrittenValue> none_of;
  std::optional<double> above;
  std::optional<double> below;

  bool anything() const { return one_of.empty() && none_of.empty() && !above && !below; }
};

struct Presence {
  std::string person;  // empty: anybody
  bool home = true;    // or away: of anybody, that nobody is left
};

struct Trigger {
  enum class Kind { property, event, time, every, presence, sentence, start };
  Kind kind = Kind::start;
  Place place;
  PropertyName property;
  Match from;
  Match to;
  Duration lasting{};  // it has to stay so for so long
  DayTime time;
  Days days = every_day;
  Duration every{};
  Presence presence;
  std::vector<std::string> sentences;
  std::string language;  // of the sentences; empty: the home's first
};

struct Condition {
  enum class Kind { all, any, none, property, time, days, sun, presence };
  Kind kind = Kind::all;
  Place place;
  std::vector<Condition> of;
  PropertyName property;
  Match match;
  Duration lasting{};
  std::optional<DayTime> after;
  std::optional<DayTime> before;
  Days days = every_day;
  bool sun_up = true;
  Presence presence;
};

// The devices that a step is for.
struct Target {
  enum class Kind { device, room, floor, everywhere };
  Kind kind = Kind::device;
  Place place;
  std::string name;
  std::string domain;  // "light": only these; empty for all
};

struct Setting {
  Place place;
  std::string property;
  WrittenValue value;
};

struct Step {
  enum class Kind { set, act, scene, say, notify, wait, wait_until, choose, repeat, run, stop };
  Kind kind = Kind::stop;
  Place place;
  std::vector<Target> targets;
  std::vector<Setting> settings;
  std::string name;              // of the action, the scene or the routine
  std::vector<WrittenValue> in;  // of the action
  std::string text;              // to say, to notify, why it stops
  std::string language;
  Duration duration{};  // to wait, or to wait at most
  bool must = false;    // what is waited for has to come: the routine stops otherwise
  int times = 1;
  Condition condition;
  std::vector<Step> then;
  std::vector<Step> otherwise;
};

enum class Mode {
  single,    // while it runs, it is not started again
  restart,   // what runs ends, and it starts anew
  queued,    // one after the other
  parallel,  // side by side
};

const char* to_string(Mode mode);

struct Routine {
  std::string name;   // of the file
  std::string title;  // what people call it; the name where the file does not say
  std::string description;
  Mode mode = Mode::single;
  int most = 10;  // that run or wait at the same time
  bool enabled = true;
  bool catch_up = false;       // a time that was missed is made up for
  bool ends_on_error = false;  // a step that fails ends it
  std::vector<Trigger> when;
  Condition condition;  // all of it
  std::vector<Step> then;
};

using SharedRoutine = std::shared_ptr<const Routine>;

// The file as a routine, or nothing where it is broken. Every problem comes with its place.
std::optional<Routine> read_routine(std::string_view yaml, std::string_view name,
                                    std::vector<RoutineProblem>& problems);

}  // namespace entente::home
