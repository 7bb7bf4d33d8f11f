// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/engine.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "services/home/impl/names.h"
#include "services/home/routines/suggestion.h"

namespace entente::home {
namespace {

namespace fs = std::filesystem;
using Weight = RoutineProblem::Weight;

constexpr std::size_t longest_name = 60;
constexpr std::size_t most_routines = 2000;
constexpr std::size_t most_people = 100;
constexpr std::size_t most_bytes = 256U << 10U;

bool is_file_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && name.front() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

Error no_routine(std::string_view name) {
  return named_error(ErrorCode::not_found, fmt::format("there is no routine {}", shown(name)));
}

std::string in_lines(const std::vector<RoutineProblem>& problems) {
  std::string all;
  for (const auto& problem : problems) {
    if (problem.weight == Weight::warning) continue;
    all += (all.empty() ? "" : "; ") + to_text(problem);
  }
  return all;
}

Surroundings surroundings_of(const Routines::Options& options) {
  return {options.zone ? options.zone : system_zone(), options.location};
}

}  // namespace

const char* to_string(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::running: return "running";
    case RunOutcome::done: return "done";
    case RunOutcome::with_errors: return "with_errors";
    case RunOutcome::failed: return "failed";
    case RunOutcome::stopped: return "stopped";
    case RunOutcome::not_met: return "not_met";
    case RunOutcome::skipped: return "skipped";
    case RunOutcome::cancelled: return "cancelled";
  }
  return "failed";
}

const char* to_string(RoutineView::State state) {
  switch (state) {
    case RoutineView::State::ready: return "ready";
    case RoutineView::State::off: return "off";
    case RoutineView::State::paused: return "paused";
    case RoutineView::State::broken: return "broken";
  }
  return "broken";
}

std::string to_text(const RoutineProblem& problem) {
  return problem.place.line > 0 ? fmt::format("line {}: {}", problem.place.line, problem.reason) : problem.reason;
}

Result<std::unique_ptr<Routines>> Routines::open(Loop& loop, Home& home, store::Database& database, bus::Bus& bus,
                                                 Options options, Outside outside) {
  ENTENTE_TRY(RoutineRows rows, RoutineRows::open(database));
  auto engine = std::make_unique<Engine>(loop, home, rows, bus, std::move(options), std::move(outside));
  ENTENTE_TRY_VOID(engine->begin());
  return std::unique_ptr<Routines>(std::move(engine));
}

Engine::Engine(Loop& loop, Home& home, RoutineRows rows, bus::Bus& bus, Options options, Outside outside)
    : loop_(loop),
      home_(home),
      bus_(bus),
      options_(std::move(options)),
      outside_(std::move(outside)),
      around_(surroundings_of(options_)),
      rows_(rows),
      world_(loop, home),
      bind_timer_(loop),
      clock_timer_(loop),
      files_timer_(loop),
      later_timer_(loop) {}

// Runs refer to nearly everything here, and to each other's ends.
Engine::~Engine() {
  for (auto& [name, entry] : entries_) {
    for (const auto& run : entry->running) run->task.cancel();
  }
}

Result<void> Engine::begin() {
  ENTENTE_TRY(const auto people, rows_.people());
  for (const auto& [person, home] : people) world_.set_present(person, home);
  ENTENTE_TRY(last_times_, rows_.last_times());
  ticked_ = loop_.wall_time();
  subscribe();
  look_at_files();
  bind_all();
  for (auto& [name, entry] : entries_) {
    for (std::size_t i = 0; entry->routine && i < entry->routine->when.size(); ++i) {
      if (entry->routine->when[i].kind != Trigger::Kind::start) continue;
      do_later([this, routine = name, i] { fire(routine, i, "the program started", nullptr); });
    }
  }
  return {};
}

// ---- the files

Engine::Entry* Engine::entry(std::string_view name) {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second.get();
}

const Engine::Entry* Engine::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second.get();
}

// Everything that changes when somebody writes a file.
std::string Engine::state_of_files() const {
  std::string state;
  const auto files = list_files(options_.folder, ".yaml");
  if (!files) return state;
  for (const auto& file : *files) {
    std::error_code ignored;
    const auto written = fs::last_write_time(file, ignored).time_since_epoch().count();
    state += fmt::format("{} {} {}\n", file.string(), written, fs::file_size(file, ignored));
  }
  return state;
}

void Engine::look_at_files() {
  if (options_.watch_every > Duration::zero()) {
    files_timer_.start(options_.watch_every, [this] { look_at_files(); });
  }
  auto state = state_of_files();
  if (state == files_) return;
  files_ = std::move(state);
  std::set<std::string> there;
  const auto files = list_files(options_.folder, ".yaml");
  if (files) {
    for (const auto& file : *files) {
      const std::string name = file.stem().string();
      if (there.size() >= most_routines || !text::is_valid_utf8(name)) continue;
      auto bytes = read_file(file, most_bytes);
      if (!bytes) log::warning("routines", "{}", bytes.error().message);
      there.insert(name);
      load(name, bytes ? *std::move(bytes) : "# " + bytes.error().message);
    }
  }
  std::vector<std::string> gone;
  for (const auto& [name, entry] : entries_) {
    if (there.count(name) == 0) gone.push_back(name);
  }
  for (const auto& name : gone) unload(name);
  bind_all();
}

void Engine::load(const std::string& name, std::string yaml) {
  auto& held = entries_[name];
  if (held != nullptr && held->yaml == yaml) return;
  const bool fresh = held == nullptr;
  if (fresh) held = std::make_unique<Entry>();
  Entry& entry = *held;
  cancel_all(entry, "the routine was changed");
  entry.name = name;
  entry.yaml = std::move(yaml);
  entry.paused.clear();
  entry.of_file.clear();
  auto read = read_routine(entry.yaml, name, entry.of_file);
  entry.routine = read ? std::make_shared<const Routine>(*std::move(read)) : nullptr;
  entry.watches.clear();
  set_alarms(entry, fresh);
  for (const auto& problem : entry.of_file) log::warning("routines", "{}: {}", name, to_text(problem));
  publish(name, "changed", {{"broken", entry.routine == nullptr}});
}

void Engine::unload(const std::string& name) {
  Entry* held = entry(name);
  if (held == nullptr) return;
  cancel_all(*held, "the routine was removed");
  world_.forget_watches();
  entries_.erase(name);
  last_times_.erase(name);
  if (const auto forgotten = rows_.forget(name); !forgotten) {
    log::warning("routines", "{}", forgotten.error().message);
  }
  publish(name, "removed", Json::object());
}

Result<fs::path> Engine::path_of(std::string_view name) const {
  if (is_file_name(name)) return options_.folder / (std::string(name) + ".yaml");
  return named_error(ErrorCode::invalid, fmt::format("{} is no name for a routine: up to {} of a-z, 0-9, - and _",
                                                     shown(name), longest_name));
}

std::vector<RoutineProblem> Engine::check(std::string_view name, std::string_view yaml) {
  std::vector<RoutineProblem> problems;
  const auto read = read_routine(yaml, name, problems);
  if (!read) return problems;
  world_.refresh();  // the device may have been added a moment ago
  auto around = neighbours();
  around.routines.emplace_back(name);
  Bound bound = bind_routine(*read, world_, around);
  problems.insert(problems.end(), bound.problems.begin(), bound.problems.end());
  // What it would do to the others.
  std::vector<Sketch> sketches;
  for (const auto& [other, entry] : entries_) {
    if (other != name && entry->routine && entry->routine->enabled) {
      sketches.push_back(bind_routine(*entry->routine, world_, around).sketch);
    }
  }
  sketches.push_back(std::move(bound.sketch));
  for (auto& conflict : find_conflicts(sketches)) {
    const auto& names = conflict.routines;
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    problems.push_back({{}, std::move(conflict.reason), Weight::warning});
  }
  return problems;
}

Result<void> Engine::put(std::string_view name, std::string_view yaml) {
  ENTENTE_TRY(const auto path, path_of(name));
  if (entries_.size() >= most_routines && entry(name) == nullptr) {
    return named_error(ErrorCode::exhausted, fmt::format("{} routines are the limit", most_routines));
  }
  const auto problems = check(name, yaml);
  if (auto wrong = in_lines(problems); !wrong.empty()) return Error{ErrorCode::invalid, std::move(wrong)};
  ENTENTE_TRY_VOID(make_folder(options_.folder));
  ENTENTE_TRY_VOID(write_file(path, yaml));
  files_ = state_of_files();
  load(std::string(name), std::string(yaml));
  bind_all();
  return {};
}

Result<void> Engine::remove(std::string_view name) {
  if (entry(name) == nullptr) return no_routine(name);
  std::error_code error;
  fs::remove(options_.folder / (std::string(name) + ".yaml"), error);
  if (error) return named_error(ErrorCode::failed, fmt::format("routine {}: {}", name, error.message()));
  files_ = state_of_files();
  unload(std::string(name));
  bind_all();
  return {};
}

// ---- what they mean in this home

void Engine::bind_soon() {
  bind_timer_.start(Duration::zero(), [this] { bind_all(); });
}

Neighbours Engine::neighbours() const {
  Neighbours around;
  for (const auto& [name, entry] : entries_) around.routines.push_back(name);
  for (const auto& scene : home_.scenes()) around.scenes.push_back(scene.name);
  around.has_location = options_.location.has_value();
  around.speaks = outside_.say != nullptr;
  return around;
}

void Engine::bind_all() {
  bind_timer_.stop();
  world_.refresh();
  world_.forget_watches();
  events_.clear();
  std::vector<Sketch> sketches;
  for (auto& [name, entry] : entries_) bind(*entry, sketches);
  for (const auto& conflict : find_conflicts(sketches)) {
    for (const auto& name : conflict.routines) {
      Entry* held = entry(name);
      if (held != nullptr) held->of_others.push_back({{}, conflict.reason, Weight::warning});
    }
  }
  wind_clock();
}

void Engine::bind(Entry& entry, std::vector<Sketch>& sketches) {
  const auto before = std::exchange(entry.of_home, {});
  entry.of_others.clear();
  entry.watches.clear();
  if (!entry.routine || !entry.routine->enabled) return;
  Bound bound = bind_routine(*entry.routine, world_, neighbours());
  entry.of_home = std::move(bound.problems);
  for (const auto& problem : entry.of_home) {
    const bool known = std::any_of(before.begin(), before.end(),
                                   [&](const RoutineProblem& one) { return one.reason == problem.reason; });
    if (!known) log::warning("routines", "{}: {}", entry.name, to_text(problem));
  }
  for (auto& start : bound.properties) {
    auto watch = std::make_unique<Watch>(loop_);
    watch->routine = entry.name;
    watch->trigger = start.trigger;
    watch->slot = start.slot;
    watch->from = std::move(start.from);
    watch->to = std::move(start.to);
    watch->lasting = entry.routine->when[start.trigger].lasting;
    start.slot->watches.push_back(watch.get());
    arm(*watch);
    entry.watches.push_back(std::move(watch));
  }
  for (const auto& start : bound.events) {
    events_[start.device.text].push_back({entry.name, start.trigger, start.event});
  }
  sketches.push_back(std::move(bound.sketch));
}

// ---- as others see it

RoutineView Engine::view(const Entry& entry) const {
  RoutineView made;
  made.name = made.title = entry.name;
  made.problems = entry.of_file;
  made.problems.insert(made.problems.end(), entry.of_home.begin(), entry.of_home.end());
  made.problems.insert(made.problems.end(), entry.of_others.begin(), entry.of_others.end());
  made.paused = entry.paused;
  made.running = entry.running.size() + entry.waiting.size();
  made.runs = entry.runs;
  made.skipped = entry.skipped;
  made.state = RoutineView::State::broken;
  if (!entry.routine) return made;
  made.title = entry.routine->title;
  made.description = entry.routine->description;
  made.mode = entry.routine->mode;
  made.state = !entry.routine->enabled ? RoutineView::State::off
               : entry.paused.empty()  ? RoutineView::State::ready
                                       : RoutineView::State::paused;
  if (made.state != RoutineView::State::ready) return made;
  for (const auto& alarm : entry.alarms) {
    if (alarm.next && (!made.next || *alarm.next < *made.next)) made.next = alarm.next;
  }
  return made;
}

std::vector<RoutineView> Engine::list() const {
  std::vector<RoutineView> views;
  for (const auto& [name, entry] : entries_) views.push_back(view(*entry));
  return views;
}

std::optional<RoutineView> Engine::find(std::string_view name) const {
  const Entry* held = entry(name);
  if (held == nullptr) return std::nullopt;
  return view(*held);
}

Result<std::string> Engine::yaml(std::string_view name) const {
  const Entry* held = entry(name);
  if (held == nullptr) return no_routine(name);
  return held->yaml;
}

std::vector<RoutineRun> Engine::runs(std::string_view name) const {
  std::vector<RoutineRun> records;
  const Entry* held = entry(name);
  if (held == nullptr) return records;
  records.insert(records.end(), held->ran.begin(), held->ran.end());
  records.insert(records.end(), held->did_not.begin(), held->did_not.end());
  for (const auto& run : held->running) {
    records.push_back(run->record);
    records.back().took = loop_.now() - run->began;
  }
  std::sort(records.begin(), records.end(), [](const auto& left, const auto& right) { return left.id > right.id; });
  return records;
}

std::vector<RoutineSentence> Engine::sentences() const {
  std::vector<RoutineSentence> made;
  for (const auto& [name, entry] : entries_) {
    if (!entry->routine || !entry->routine->enabled) continue;
    for (const auto& trigger : entry->routine->when) {
      for (const auto& sentence : trigger.sentences) made.push_back({sentence, trigger.language, name});
    }
  }
  return made;
}

void Engine::publish(const std::string& name, std::string_view what, Json payload) {
  bus_.publish(fmt::format("home/routine/{}/{}", name, what), std::move(payload));
}

// ---- who is at home

Result<void> Engine::set_presence(std::string person, bool home) {
  ENTENTE_TRY(const std::string clean, clean_name(person, "home: person"));
  const std::string key = name_key(clean);
  if (clean.find_first_of("/#+") != std::string::npos || key == "anybody" || key == "somebody" || key == "nobody") {
    return named_error(ErrorCode::invalid, fmt::format("{} is no name for a person", shown(clean)));
  }
  const auto& people = world_.people();
  if (people.count(key) == 0 && people.size() >= most_people) {
    return named_error(ErrorCode::exhausted, fmt::format("{} people are the limit", most_people));
  }
  ENTENTE_TRY_VOID(rows_.set_present(key, home));
  world_.set_present(key, home);
  on_change(world_.presence({key, true}), home);
  on_change(world_.presence({{}, true}), world_.present({}));
  bus_.publish("home/presence/" + key, Json{{"home", home}});
  return {};
}

std::vector<std::pair<std::string, bool>> Engine::presences() const {
  return {world_.people().begin(), world_.people().end()};
}

}  // namespace entente::home
