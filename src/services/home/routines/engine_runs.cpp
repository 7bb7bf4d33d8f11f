// SPDX-License-Identifier: GPL-3.0-or-later
// What routines do, and what is written down about it.
#include <algorithm>

#include "base/all.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "services/home/impl/names.h"
#include "services/home/routines/engine.h"
#include "services/home/routines/suggestion.h"
#include "services/home/spec_names.h"

namespace entente::home {
namespace {

constexpr std::size_t most_lines = 200;    // of one run's explanation
constexpr std::size_t most_steps = 5'000;  // of one run
constexpr std::size_t most_linked = 10;    // routines that run one another
constexpr std::size_t breath = 100;        // steps between two turns of the loop
constexpr Duration longest_run = std::chrono::hours(24 * 366);

std::string joined(const std::vector<std::string>& parts) { return text::join(parts, "; "); }

std::string described(const Step& step) {
  std::vector<std::string> targets;
  for (const auto& target : step.targets) targets.push_back(home::described(target));
  std::vector<std::string> settings;
  for (const auto& setting : step.settings) settings.push_back(setting.property + " to " + setting.value.text);
  const std::string where = text::join(targets, ", ");
  switch (step.kind) {
    case Step::Kind::set: return fmt::format("set {}: {}", where, text::join(settings, ", "));
    case Step::Kind::act: return fmt::format("{}: {}", where, step.name);
    case Step::Kind::scene: return fmt::format("scene {}", shown(step.name));
    case Step::Kind::say: return fmt::format("say {}", shown(step.text));
    case Step::Kind::notify: return fmt::format("notify {}", shown(step.text));
    case Step::Kind::wait: return "wait " + to_text(step.duration);
    case Step::Kind::wait_until: return "wait until it is so, at most " + to_text(step.duration);
    case Step::Kind::choose: return "if";
    case Step::Kind::repeat: return fmt::format("repeat {} times", step.times);
    case Step::Kind::run: return fmt::format("run {}", shown(step.name));
    case Step::Kind::stop: return "stop";
  }
  return "step";
}

// One line of the run's explanation; nothing where there are too many already.
struct Line {
  RoutineRun& record;
  std::optional<std::size_t> index;

  static Line begin(RoutineRun& record, WallTime at, int depth, int line, std::string what) {
    if (record.lines.size() > most_lines) return {record, std::nullopt};
    const bool last = record.lines.size() == most_lines;
    record.lines.push_back({at, depth, line, last ? "… and more" : std::move(what), {}, false, {}});
    return {record, last ? std::nullopt : std::optional(record.lines.size() - 1)};
  }
  void end(std::string came, bool failed, Duration took) const {
    if (!index) return;
    RunLine& held = record.lines[*index];
    held.came = std::move(came);
    held.failed = failed;
    held.took = took;
  }
};

// Takes the wait for a run's end back when the waiting task goes.
template <class Ending>
struct Awaited {
  std::shared_ptr<Ending> ending;
  ~Awaited() { ending->shot = nullptr; }
};

}  // namespace

// ---- beginning and end

Result<std::uint64_t> Engine::run(std::string_view name, std::string cause) {
  Entry* held = entry(name);
  if (held == nullptr) return named_error(ErrorCode::not_found, fmt::format("there is no routine {}", shown(name)));
  if (!held->routine) {
    return named_error(ErrorCode::invalid,
                       fmt::format("routine {} cannot run: {}", name, to_text(held->of_file.front())));
  }
  if (!held->paused.empty()) {
    return named_error(ErrorCode::unavailable, fmt::format("routine {} is paused: {}", name, held->paused));
  }
  return start(*held, {std::move(cause), {{std::string(name)}, loop_.now()}, nullptr, {}});
}

Task<Result<RoutineRun>> Engine::run_to_end(std::string name, std::string cause) {
  OneShot<RoutineRun> shot(loop_);
  const auto ending = std::make_shared<Ending>();
  ending->shot = &shot;
  const Awaited<Ending> awaited{ending};
  Entry* held = entry(name);
  if (held == nullptr || !held->routine || !held->paused.empty()) {
    const auto why_not = run(name, cause);
    co_return why_not.error();
  }
  start(*held, {std::move(cause), {{name}, loop_.now()}, ending, {}});
  const auto deadline = Deadline::in(loop_, longest_run);
  co_return co_await shot.wait(deadline, "routine");
}

Result<void> Engine::resume(std::string_view name) {
  Entry* held = entry(name);
  if (held == nullptr) return named_error(ErrorCode::not_found, fmt::format("there is no routine {}", shown(name)));
  if (held->paused.empty()) return {};
  held->paused.clear();
  publish(held->name, "changed", {{"broken", false}});
  return {};
}

// The conditions are judged before the mode: what would do nothing must not end what runs.
std::uint64_t Engine::start(Entry& entry, Start start) {
  if (Rivalry::too_long(start.chain, loop_.now())) {
    const auto& chain = start.chain.routines;
    const std::string reason =
        fmt::format("routines started one another {} times within a minute: {}", chain.size() - 1,
                    text::join(std::vector<std::string>(chain.end() - 4, chain.end()), " → "));
    for (const auto& routine : chain) {
      if (std::count(chain.begin(), chain.end(), routine) < 2) continue;
      do_later([this, routine, reason] { pause(routine, reason); });
    }
    return refuse(entry, start, RunOutcome::skipped, reason);
  }
  const Judgement judged = judge(entry.routine->condition, world_, present());
  if (!judged.met) return refuse(entry, start, RunOutcome::not_met, judged.seen);
  start.seen = judged.seen;
  if (entry.running.empty() && entry.waiting.empty()) return launch(entry, std::move(start));
  const auto most = static_cast<std::size_t>(entry.routine->most);
  const std::size_t now = entry.running.size() + entry.waiting.size();
  switch (entry.routine->mode) {
    case Mode::single: return refuse(entry, start, RunOutcome::skipped, "it was running already");
    case Mode::restart: cancel_all(entry, "it started anew"); return launch(entry, std::move(start));
    case Mode::queued:
      if (now >= most) break;
      entry.waiting.push_back(std::move(start));
      return 0;
    case Mode::parallel:
      if (now >= most) break;
      return launch(entry, std::move(start));
  }
  return refuse(entry, start, RunOutcome::skipped, fmt::format("it was running {} times already", now));
}

std::uint64_t Engine::refuse(Entry& entry, Start& start, RunOutcome outcome, std::string reason) {
  RoutineRun record;
  record.id = ++last_run_;
  record.routine = entry.name;
  record.cause = std::move(start.cause);
  record.chain = std::move(start.chain.routines);
  record.began = loop_.wall_time();
  record.outcome = outcome;
  record.reason = std::move(reason);
  if (outcome == RunOutcome::skipped) ++entry.skipped;
  if (start.ending && start.ending->shot != nullptr) start.ending->shot->fulfil(record);
  keep(entry.did_not, std::move(record));
  return last_run_;
}

std::uint64_t Engine::launch(Entry& entry, Start start) {
  const auto run = std::make_shared<Run>();
  run->record.id = ++last_run_;
  run->record.routine = entry.name;
  run->record.cause = std::move(start.cause);
  run->record.chain = start.chain.routines;
  run->record.began = loop_.wall_time();
  run->routine = entry.routine;
  run->chain = std::move(start.chain);
  run->began = loop_.now();
  if (start.ending) run->endings.push_back(std::move(start.ending));
  if (!entry.routine->condition.of.empty()) {
    const auto line = Line::begin(run->record, run->record.began, 0, entry.routine->condition.place.line, "if");
    line.end("yes: " + start.seen, false, {});
  }
  ++entry.runs;
  entry.running.push_back(run);
  run->task.spawn(execute(*run));
  return run->record.id;
}

Task<void> Engine::execute(Run& run) {
  RunOutcome outcome = RunOutcome::failed;
  try {
    const Flow flow = co_await steps(run, run.routine->then, 0);
    outcome = flow == Flow::stop ? run.record.outcome : run.any_failed ? RunOutcome::with_errors : RunOutcome::done;
  } catch (const std::exception& problem) {
    run.record.reason = problem.what();
  }
  end(run, outcome);
}

// May be called from inside of the run: its coroutine goes later.
void Engine::end(Run& run, RunOutcome outcome) {
  run.record.outcome = outcome;
  run.record.took = loop_.now() - run.began;
  for (const auto& ending : std::exchange(run.endings, {})) {
    if (ending->shot != nullptr) ending->shot->fulfil(run.record);
  }
  publish(run.record.routine, "ran",
          {{"outcome", to_string(outcome)},
           {"cause", run.record.cause},
           {"milliseconds", in_milliseconds(run.record.took)}});
  if (ended_.empty()) {
    do_later([this] { ended_.clear(); });
  }
  Entry* held = entry(run.record.routine);
  if (held == nullptr) return;
  const auto place =
      std::find_if(held->running.begin(), held->running.end(), [&](const SharedRun& one) { return one.get() == &run; });
  if (place == held->running.end()) return;
  keep(held->ran, run.record);
  ended_.push_back(std::move(*place));
  held->running.erase(place);
  if (held->waiting.empty() || !held->running.empty()) return;
  do_later([this, name = held->name] {
    Entry* next = entry(name);
    if (next == nullptr || next->waiting.empty() || !next->running.empty() || !next->routine) return;
    Start start = std::move(next->waiting.front());
    next->waiting.pop_front();
    launch(*next, std::move(start));
  });
}

// Never from inside of a run.
void Engine::cancel(const SharedRun& run, std::string reason) {
  run->task.cancel();
  run->record.reason = std::move(reason);
  end(*run, RunOutcome::cancelled);
}

void Engine::cancel_all(Entry& entry, const std::string& reason) {
  for (auto& start : std::exchange(entry.waiting, {})) refuse(entry, start, RunOutcome::cancelled, reason);
  const auto running = entry.running;
  for (const auto& run : running) cancel(run, reason);
}

void Engine::keep(std::deque<RoutineRun>& records, RoutineRun record) const {
  records.push_back(std::move(record));
  while (records.size() > options_.runs_kept) records.pop_front();
}

void Engine::pause(const std::string& routine, const std::string& reason) {
  Entry* held = entry(routine);
  if (held == nullptr || !held->paused.empty()) return;
  held->paused = reason;
  log::warning("routines", "{} is paused: {}", routine, reason);
  cancel_all(*held, "it was paused: " + reason);
  publish(routine, "paused", {{"reason", reason}});
}

void Engine::do_later(std::function<void()> what) {
  later_.push_back(std::move(what));
  if (later_.size() > 1) return;
  later_timer_.start(Duration::zero(), [this] {
    const auto now = std::exchange(later_, {});
    for (const auto& one : now) one();
  });
}

// ---- steps

Task<Engine::Flow> Engine::steps(Run& run, const std::vector<Step>& steps, int depth) {
  for (const auto& one : steps) {
    if (++run.steps > most_steps) {
      run.record.reason = fmt::format("more than {} steps", most_steps);
      run.record.outcome = RunOutcome::failed;
      co_return Flow::stop;
    }
    if (run.steps % breath == 0) co_await sleep(loop_, Duration::zero());
    const Flow flow = co_await step(run, one, depth);
    if (flow == Flow::stop) co_return flow;
  }
  co_return Flow::on;
}

Task<Engine::Flow> Engine::step(Run& run, const Step& step, int depth) {
  if (step.kind == Step::Kind::choose) co_return co_await choose(run, step, depth);
  if (step.kind == Step::Kind::repeat) co_return co_await repeat(run, step, depth);
  const TimePoint began = loop_.now();
  const auto line = Line::begin(run.record, loop_.wall_time(), depth, step.place.line, described(step));
  if (step.kind == Step::Kind::stop) {
    line.end(step.text, false, {});
    run.record.reason = step.text;
    run.record.outcome = RunOutcome::stopped;
    co_return Flow::stop;
  }
  if (step.kind == Step::Kind::wait) {
    co_await sleep(loop_, step.duration);
    line.end("done", false, loop_.now() - began);
    co_return Flow::on;
  }
  if (step.kind == Step::Kind::wait_until) {
    const auto missing = co_await wait_until(step);
    line.end(missing ? "it did not come: " + *missing : std::string("it came"), missing.has_value(),
             loop_.now() - began);
    if (!missing || !step.must) co_return Flow::on;
    run.record.reason = "what it waited for did not come: " + *missing;
    run.record.outcome = RunOutcome::stopped;
    co_return Flow::stop;
  }
  Result<void> outcome;
  switch (step.kind) {
    case Step::Kind::set: outcome = co_await set(run, step); break;
    case Step::Kind::act: outcome = co_await act(run, step); break;
    case Step::Kind::scene: outcome = co_await scene(run, step); break;
    case Step::Kind::say: outcome = co_await say(run, step); break;
    case Step::Kind::run: outcome = co_await run_other(run, step); break;
    case Step::Kind::notify: {
      const std::string words = filled_in(step.text, world_, [](const std::string&) {});
      log::info("routines", "{}: {}", run.routine->title, words);
      bus_.publish("home/notice", Json{{"text", words}, {"routine", run.record.routine}});
      break;
    }
    default: break;
  }
  line.end(outcome ? "done" : outcome.error().message, !outcome.ok(), loop_.now() - began);
  if (outcome) co_return Flow::on;
  run.any_failed = true;
  if (!run.routine->ends_on_error) co_return Flow::on;
  run.record.reason = outcome.error().message;
  run.record.outcome = RunOutcome::failed;
  co_return Flow::stop;
}

Task<Engine::Flow> Engine::choose(Run& run, const Step& step, int depth) {
  const Judgement judged = judge(step.condition, world_, present());
  const auto line = Line::begin(run.record, loop_.wall_time(), depth, step.place.line, "if");
  line.end(fmt::format("{}: {}", judged.met ? "yes" : "no", judged.seen), false, {});
  const auto& chosen = judged.met ? step.then : step.otherwise;
  co_return co_await steps(run, chosen, depth + 1);
}

Task<Engine::Flow> Engine::repeat(Run& run, const Step& step, int depth) {
  const auto line = Line::begin(run.record, loop_.wall_time(), depth, step.place.line, described(step));
  const TimePoint began = loop_.now();
  for (int i = 0; i < step.times; ++i) {
    const Flow flow = co_await steps(run, step.then, depth + 1);
    line.end(fmt::format("{} of {} done", i + (flow == Flow::on ? 1 : 0), step.times), false, loop_.now() - began);
    if (flow == Flow::stop) co_return flow;
  }
  co_return Flow::on;
}

// ---- what changes devices

std::vector<Engine::Work> Engine::work_of(const Step& step, std::vector<std::string>& failures) {
  std::vector<Work> work;
  for (const auto& target : step.targets) {
    if (const auto there = world_.check(target); !there) {
      failures.push_back(there.error().message);
      continue;
    }
    const bool one = world_.is_one_device(target);
    std::string reason = fmt::format("nothing in {} can be set so", home::described(target));
    bool any = false;
    for (const KnownDevice* device : world_.devices_of(target)) {
      Work made{device->id, device->name, {}};
      for (const auto& setting : step.settings) {
        const auto property = world_.property(*device, setting.property);
        const auto value = property ? world_.value_for(*device, *property, setting.value) : property.error();
        if (value) {
          made.values.emplace_back(*property, *value);
        } else if (one) {
          failures.push_back(value.error().message);
        }
      }
      if (made.values.empty()) continue;
      any = true;
      work.push_back(std::move(made));
    }
    if (!any && !one) failures.push_back(reason);
  }
  return work;
}

// One device's properties in the order written, several devices side by side.
Task<Result<void>> Engine::set(Run& run, const Step& step) {
  std::vector<std::string> failures;
  auto work = work_of(step, failures);
  if (work.size() == 1) {
    auto failure = co_await do_work(run, std::move(work.front()));
    if (!failure.empty()) failures.push_back(std::move(failure));
  } else if (!work.empty()) {
    std::vector<Task<std::string>> tasks;
    tasks.reserve(work.size());
    for (auto& one : work) tasks.push_back(do_work(run, std::move(one)));
    auto ends = co_await all(loop_, std::move(tasks));
    for (auto& failure : ends) {
      if (!failure.empty()) failures.push_back(std::move(failure));
    }
  }
  if (failures.empty()) co_return Result<void>();
  co_return Error{ErrorCode::failed, joined(failures)};
}

Task<std::string> Engine::do_work(const Run& run, Work work) {
  for (std::size_t i = 0; i < work.values.size(); ++i) {
    note_write(run, work, i);
    auto value = work.values[i].second;
    const auto written = co_await home_.write(work.device, work.values[i].first, std::move(value));
    if (!written) co_return written.error().message;
  }
  co_return std::string();
}

void Engine::note_write(const Run& run, const Work& work, std::size_t index) {
  const auto& [property, value] = work.values[index];
  const KnownDevice* device = world_.device_of(work.device);
  const std::string label = device == nullptr ? work.name : world_.label(*device, property);
  const auto fight = rivalry_.wrote(work.device, property, label, value, run.chain, loop_.now());
  if (!fight) return;
  for (const auto& routine : fight->routines) {
    do_later([this, routine, reason = fight->reason] { pause(routine, reason); });
  }
}

Task<Result<void>> Engine::act(Run&, const Step& step) {
  std::vector<std::string> failures;
  bool any = false;
  for (const auto& target : step.targets) {
    if (const auto there = world_.check(target); !there) failures.push_back(there.error().message);
    std::vector<model::DeviceId> ids;  // the devices may change while it waits
    for (const KnownDevice* device : world_.devices_of(target)) ids.push_back(device->id);
    for (const auto& id : ids) {
      const KnownDevice* device = world_.device_of(id);
      const auto action =
          device == nullptr || device->spec == nullptr ? std::nullopt : action_named(*device->spec, step.name);
      if (!action) continue;
      any = true;
      model::ActionCall call{*action, {}};
      const auto& inputs = device->spec->action(*action)->in;
      for (std::size_t i = 0; i < std::min(inputs.size(), step.in.size()); ++i) {
        const auto value = world_.value_for(*device, {action->service, inputs[i]}, step.in[i]);
        call.in.push_back({inputs[i], value ? *value : step.in[i].value});
      }
      const auto acted = co_await home_.act(id, std::move(call));
      if (!acted) failures.push_back(acted.error().message);
    }
  }
  if (!any && failures.empty()) failures.push_back(fmt::format("nothing has the action {}", shown(step.name)));
  if (failures.empty()) co_return Result<void>();
  co_return Error{ErrorCode::failed, joined(failures)};
}

// ---- the rest

Task<Result<void>> Engine::say(Run&, const Step& step) {
  if (!outside_.say) co_return Error{ErrorCode::unsupported, "this program does not speak"};
  auto words = filled_in(step.text, world_, [](const std::string&) {});
  auto language = step.language;
  co_return co_await outside_.say(std::move(words), std::move(language));
}

Task<Result<void>> Engine::scene(const Run& run, const Step& step) {
  if (const auto held = home_.scene(step.name)) {
    for (const auto& setting : held->settings) {
      const KnownDevice* device = world_.device_of(setting.device);
      const Work work{
          setting.device, device == nullptr ? held->name : device->name, {{setting.property, setting.value}}};
      note_write(run, work, 0);
    }
  }
  auto name = step.name;
  co_return co_await home_.activate(std::move(name));
}

// On a turn of its own: it may end runs, this one among them.
Task<Result<void>> Engine::run_other(Run& run, const Step& step) {
  if (run.chain.routines.size() >= most_linked) {
    co_return Error{ErrorCode::exhausted, fmt::format("{} routines run one another already: {}", most_linked,
                                                      text::join(run.chain.routines, " → "))};
  }
  OneShot<RoutineRun> shot(loop_);
  const auto ending = std::make_shared<Ending>();
  ending->shot = &shot;
  const Awaited<Ending> awaited{ending};
  Start begin{fmt::format("{} runs it", shown(run.record.routine)), run.chain, ending, {}};
  begin.chain.routines.push_back(step.name);
  do_later([this, name = step.name, begin = std::move(begin)]() mutable {
    Entry* held = entry(name);
    if (held != nullptr && held->routine && held->paused.empty()) {
      start(*held, std::move(begin));
    } else if (begin.ending->shot != nullptr) {
      RoutineRun none;
      none.outcome = RunOutcome::failed;
      none.reason = held == nullptr  ? fmt::format("there is no routine {}", shown(name))
                    : !held->routine ? "its file is broken"
                                     : "it is paused: " + held->paused;
      begin.ending->shot->fulfil(std::move(none));
    }
  });
  const auto deadline = Deadline::in(loop_, longest_run);
  const auto other = co_await shot.wait(deadline, step.name);
  if (!other) co_return other.error();
  const bool well = other->outcome == RunOutcome::done || other->outcome == RunOutcome::stopped ||
                    other->outcome == RunOutcome::not_met;
  if (well) co_return Result<void>();
  co_return Error{ErrorCode::failed,
                  fmt::format("{}{}{}", to_string(other->outcome), other->reason.empty() ? "" : ": ", other->reason)};
}

// What is missing when the time is over, or nothing. Looks again at each change, and each second for what time brings.
Task<std::optional<std::string>> Engine::wait_until(const Step& step) {
  const auto end = Deadline::in(loop_, step.duration);
  for (;;) {
    const Judgement judged = judge(step.condition, world_, present());
    if (judged.met) co_return std::nullopt;
    if (end.left(loop_) == Duration::zero()) co_return judged.seen;
    OneShot<bool> met(loop_);
    waiters_.push_back({&step.condition, &met});
    const auto mine = std::prev(waiters_.end());
    struct Leave {
      std::list<Waiter>& waiters;
      std::list<Waiter>::iterator mine;
      ~Leave() { waiters.erase(mine); }
    } leave{waiters_, mine};
    const Deadline next{std::min(end.at, loop_.now() + seconds(1))};
    [[maybe_unused]] const auto came = co_await met.wait(next, "condition");
  }
}

void Engine::look_at_waiters() {
  for (const auto& waiter : waiters_) {
    if (judge(*waiter.condition, world_, present()).met) waiter.met->fulfil(true);
  }
}

}  // namespace entente::home
