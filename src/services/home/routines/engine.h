// SPDX-License-Identifier: GPL-3.0-or-later
// Engine is the Routines: see routines.h. In three sources: the routines and their files (engine.cpp), what starts them
// (engine_starts.cpp), what they do (engine_runs.cpp).
//
// A run is a coroutine in a task group of its own, so that it can be ended alone. Nothing ends a run from inside of
// one: what a step starts, pauses or ends waits in `later_` for a turn of its own.
#pragma once

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/task_group.h"
#include "base/wait.h"
#include "infra/bus/bus.h"
#include "services/home/routines.h"
#include "services/home/routines/binding.h"
#include "services/home/routines/rivalry.h"
#include "services/home/routines/routine_rows.h"

namespace entente::home {

// A trigger that waits for a property.
struct Watch {
  explicit Watch(Loop& loop) : timer(loop) {}

  std::string routine;
  std::size_t trigger = 0;  // index into Routine::when
  Slot* slot = nullptr;
  BoundMatch from;
  BoundMatch to;
  Duration lasting{};
  Timer timer;           // runs while the value is what it waits for, until that has lasted long enough
  bool holding = false;  // the value is what it waits for
};

class Engine : public Routines {
 public:
  Engine(Loop& loop, Home& home, RoutineRows rows, bus::Bus& bus, Options options, Outside outside);
  ~Engine() override;

  // Reads the files and begins.
  Result<void> begin();

  std::vector<RoutineView> list() const override;
  std::optional<RoutineView> find(std::string_view name) const override;
  Result<std::string> yaml(std::string_view name) const override;
  std::vector<RoutineProblem> check(std::string_view name, std::string_view yaml) override;
  Result<void> put(std::string_view name, std::string_view yaml) override;
  Result<void> remove(std::string_view name) override;
  Result<std::uint64_t> run(std::string_view name, std::string cause) override;
  Task<Result<RoutineRun>> run_to_end(std::string name, std::string cause) override;
  Result<void> resume(std::string_view name) override;
  std::vector<RoutineRun> runs(std::string_view name) const override;
  std::vector<RoutineSentence> sentences() const override;
  Result<void> set_presence(std::string person, bool home) override;
  std::vector<std::pair<std::string, bool>> presences() const override;

 private:
  enum class Flow { on, stop };

  // Someone who waits for the end of a run; gone when `shot` is null.
  struct Ending {
    OneShot<RoutineRun>* shot = nullptr;
  };
  using SharedEnding = std::shared_ptr<Ending>;

  struct Start {
    std::string cause;
    Chain chain;
    SharedEnding ending;
    std::string seen;  // when its conditions were judged
  };

  struct Run {
    RoutineRun record;
    SharedRoutine routine;
    Chain chain;
    TimePoint began;
    std::vector<SharedEnding> endings;
    std::size_t steps = 0;
    bool any_failed = false;
    TaskGroup task{"routine"};  // last: ends first
  };
  using SharedRun = std::shared_ptr<Run>;

  struct Alarm {
    std::size_t trigger = 0;
    std::optional<WallTime> next;
  };

  struct Entry {
    std::string name;
    std::string yaml;
    SharedRoutine routine;                  // null when it is broken
    std::vector<RoutineProblem> of_file;    // found when it was read
    std::vector<RoutineProblem> of_home;    // found when it was bound
    std::vector<RoutineProblem> of_others;  // conflicts
    std::string paused;
    std::vector<std::unique_ptr<Watch>> watches;
    std::vector<Alarm> alarms;
    std::vector<SharedRun> running;
    std::deque<Start> waiting;
    std::deque<RoutineRun> ran;      // newest last
    std::deque<RoutineRun> did_not;  // not met, skipped
    std::uint64_t runs = 0;
    std::uint64_t skipped = 0;
  };

  struct EventStart {
    std::string routine;
    std::size_t trigger;
    model::EventId event;
  };

  // A condition that a run waits for.
  struct Waiter {
    const Condition* condition;
    OneShot<bool>* met;
  };

  // ---- engine.cpp
  Entry* entry(std::string_view name);
  const Entry* entry(std::string_view name) const;
  std::string state_of_files() const;
  void look_at_files();
  void load(const std::string& name, std::string yaml);
  void unload(const std::string& name);
  void bind_soon();
  void bind_all();
  void bind(Entry& entry, std::vector<Sketch>& sketches);
  Neighbours neighbours() const;
  RoutineView view(const Entry& entry) const;
  void publish(const std::string& name, std::string_view what, Json payload);
  Result<std::filesystem::path> path_of(std::string_view name) const;

  // ---- engine_starts.cpp
  void subscribe();
  void on_device(const bus::Message& message);
  void on_event(std::string_view device, const Json& payload);
  void on_change(Slot& slot, model::Value value);
  void look_at(Watch& watch, const model::Value& before);
  void hold(Watch& watch);
  void fire(const std::string& routine, std::size_t trigger, std::string cause, const Chain* by);
  void arm(Watch& watch);
  void set_alarms(Entry& entry, bool at_start);
  std::optional<WallTime> next_of(const Trigger& trigger, WallTime after) const;
  void wind_clock();
  void tick();
  void remember_time(const Entry& entry, WallTime time);
  Present present() const { return {loop_.wall_time(), loop_.now(), around_}; }

  // ---- engine_runs.cpp
  std::uint64_t start(Entry& entry, Start start);
  std::uint64_t refuse(Entry& entry, Start& start, RunOutcome outcome, std::string reason);
  std::uint64_t launch(Entry& entry, Start start);
  Task<void> execute(Run& run);
  void end(Run& run, RunOutcome outcome);
  void cancel(const SharedRun& run, std::string reason);
  void cancel_all(Entry& entry, const std::string& reason);
  void keep(std::deque<RoutineRun>& records, RoutineRun record) const;
  void pause(const std::string& routine, const std::string& reason);
  void do_later(std::function<void()> what);
  void look_at_waiters();

  Task<Flow> steps(Run& run, const std::vector<Step>& steps, int depth);
  Task<Flow> step(Run& run, const Step& step, int depth);
  Task<Result<void>> set(Run& run, const Step& step);
  Task<Result<void>> act(Run& run, const Step& step);
  Task<Result<void>> say(Run& run, const Step& step);
  Task<Result<void>> scene(const Run& run, const Step& step);
  Task<Result<void>> run_other(Run& run, const Step& step);
  Task<std::optional<std::string>> wait_until(const Step& step);
  Task<Flow> choose(Run& run, const Step& step, int depth);
  Task<Flow> repeat(Run& run, const Step& step, int depth);

  struct Work {
    model::DeviceId device;
    std::string name;
    std::vector<std::pair<model::PropertyId, model::Value>> values;
  };
  std::vector<Work> work_of(const Step& step, std::vector<std::string>& failures);
  Task<std::string> do_work(const Run& run, Work work);
  void note_write(const Run& run, const Work& work, std::size_t index);

  // Constant after construction.
  Loop& loop_;
  Home& home_;
  bus::Bus& bus_;
  const Options options_;
  const Outside outside_;
  const Surroundings around_;

  RoutineRows rows_;
  World world_;
  Rivalry rivalry_;
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;
  std::map<std::string, std::vector<EventStart>, std::less<>> events_;  // by device id
  std::map<std::string, WallTime> last_times_;
  std::list<Waiter> waiters_;
  std::string files_;  // what the files were when they were read
  std::uint64_t last_run_ = 0;
  WallTime ticked_{};

  bus::Subscription devices_;
  bus::Subscription rooms_;
  bus::Subscription groups_;
  bus::Subscription scenes_;
  Timer bind_timer_;
  Timer clock_timer_;
  Timer files_timer_;
  Timer later_timer_;
  std::deque<std::function<void()>> later_;
  std::vector<SharedRun> ended_;  // their coroutines have ended, or are about to
};

}  // namespace entente::home
