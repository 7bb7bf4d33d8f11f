// SPDX-License-Identifier: GPL-3.0-or-later
// Routines: "when this happens, if that is so, then do this", written in YAML by the household (docs/routines.md). One
// file each in a folder; changed by hand or through here, checked before it counts, explained run by run. A broken file
// leaves the others running. Loop thread; owned by the app; ends by destruction, before Home.
//
// Bus topics: home/routine/<name>/changed, /removed, /ran {outcome, cause, milliseconds}, /paused {reason};
// home/presence/<person> {home}; home/notice {text, routine}.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "services/home/home.h"
#include "services/home/routines/routine.h"

namespace entente::home {

enum class RunOutcome {
  running,
  done,         // every step
  with_errors,  // some steps failed, it went on
  failed,       // a step failed, and it ended there
  stopped,      // by a step of its own
  not_met,      // its conditions did not hold: nothing was done
  skipped,      // it was running already
  cancelled,    // started anew, changed, removed or paused meanwhile
};

const char* to_string(RunOutcome outcome);  // "not_met"

// One line of the explanation.
struct RunLine {
  WallTime at;
  int depth = 0;     // inside of `if`, `repeat` …
  int line = 0;      // of the file; 0 for none
  std::string what;  // "set bedroom lamp: brightness to 40 %"
  std::string came;  // "done", "bedroom lamp: no answer from 192.168.1.20 …"
  bool failed = false;
  Duration took{};
};

struct RoutineRun {
  std::uint64_t id = 0;  // grows
  std::string routine;
  std::string cause;               // "hall motion.motion became true"
  std::vector<std::string> chain;  // the routines that led to it, itself last
  WallTime began;
  Duration took{};
  RunOutcome outcome = RunOutcome::running;
  std::string reason;  // where the outcome needs one
  std::vector<RunLine> lines;
};

// A routine as others see it. A copy.
struct RoutineView {
  enum class State {
    ready,   // waits for what starts it
    off,     // enabled: false
    paused,  // by us: `paused` says why
    broken,  // its file cannot be understood
  };
  std::string name;
  std::string title;
  std::string description;
  State state = State::ready;
  std::string paused;
  Mode mode = Mode::single;
  std::vector<RoutineProblem> problems;
  std::size_t running = 0;  // and waiting for its turn
  std::uint64_t runs = 0;   // since the program started
  std::uint64_t skipped = 0;
  std::optional<WallTime> next;  // when a time starts it
};

const char* to_string(RoutineView::State state);

// "line 4: …"
std::string to_text(const RoutineProblem& problem);

// A sentence that starts a routine.
struct RoutineSentence {
  std::string sentence;  // a template
  std::string language;  // empty: the home's first
  std::string routine;

  bool operator==(const RoutineSentence&) const = default;
};

class Routines {
 public:
  struct Options {
    std::filesystem::path folder;  // <name>.yaml; need not exist
    std::optional<Location> location;
    Zone zone;                             // empty: this machine's
    Duration watch_every = seconds(2);     // how often the files are looked at; zero for never
    Duration late_at_most = seconds(120);  // a time that is further past was missed
    bool dormant = false;                  // nothing starts a routine but run()
    std::size_t runs_kept = 40;            // of each routine
  };
  // What a routine can do beyond the home; what is empty cannot be done.
  struct Outside {
    std::function<Task<Result<void>>(std::string text, std::string language)> say;
  };

  static Result<std::unique_ptr<Routines>> open(Loop& loop, Home& home, store::Database& database, bus::Bus& bus,
                                                Options options, Outside outside);
  virtual ~Routines() = default;

  virtual std::vector<RoutineView> list() const = 0;  // by name
  virtual std::optional<RoutineView> find(std::string_view name) const = 0;
  virtual Result<std::string> yaml(std::string_view name) const = 0;

  // What is wrong with the file in this home; nothing is changed.
  virtual std::vector<RoutineProblem> check(std::string_view name, std::string_view yaml) = 0;
  // Writes the file; when it returns, the routine counts. invalid, with every line that is wrong, where it is broken or
  // names what is not in this home; then what was there before stays.
  virtual Result<void> put(std::string_view name, std::string_view yaml) = 0;
  virtual Result<void> remove(std::string_view name) = 0;

  // Starts it as if something of its `when` had happened; its conditions count. The id of the run.
  virtual Result<std::uint64_t> run(std::string_view name, std::string cause) = 0;
  // The same, and waits for its end.
  virtual Task<Result<RoutineRun>> run_to_end(std::string name, std::string cause) = 0;
  // After a pause.
  virtual Result<void> resume(std::string_view name) = 0;
  // Newest first, running ones among them.
  virtual std::vector<RoutineRun> runs(std::string_view name) const = 0;

  virtual std::vector<RoutineSentence> sentences() const = 0;

  // Who is at home; kept over restarts. A new name makes a new person.
  virtual Result<void> set_presence(std::string person, bool home) = 0;
  virtual std::vector<std::pair<std::string, bool>> presences() const = 0;
};

}  // namespace entente::home
