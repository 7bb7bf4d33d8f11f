// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/grammars.h"

#include <algorithm>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/wait.h"
#include "services/assistant/skills/targets.h"
#include "services/assistant/talk/session.h"

namespace entente::assistant {
namespace {

struct Compiled {
  std::vector<SharedGrammar> grammars;
  std::optional<Error> error;
};

Compiled compile_all(const std::vector<language::SentenceSet>& sets, const language::Lists& lists) {
  Compiled compiled;
  for (const auto& set : sets) {
    auto grammar = language::Grammar::compile(set, lists);
    if (!grammar) {
      compiled.error = grammar.error().within("language " + set.language());
      return compiled;
    }
    compiled.grammars.push_back(*grammar);
  }
  return compiled;
}

// A name is text, not a template: what the template syntax would read as its own is escaped.
std::string as_literal(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (std::string_view("()[]{}<>|@;\\").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

using Context = std::map<std::string, model::Value>;

template <class T>
void add_names(const T& named, const std::string& value, const Context& context,
               std::vector<language::ListValue>& names) {
  names.push_back({as_literal(named.name), value, context});
  for (const auto& alias : named.aliases) names.push_back({as_literal(alias), value, context});
}

// A group is its devices, said in one word; what all of them are is what it is.
Context context_of(const home::Home& home, const home::Group& group) {
  const auto first = home.device(group.members.front());
  if (!first) return {};
  Context context{{"domain", first->domain}};
  if (!first->room.empty()) context["area"] = first->room;
  for (const auto& member : group.members) {
    const auto device = home.device(member);
    if (!device) continue;
    if (device->domain != first->domain) context["domain"] = std::string("switch");
    if (device->room != first->room) context.erase("area");
  }
  return context;
}

void add_names(const home::Home& home, std::vector<language::ListValue>& names) {
  for (const auto& device : home.devices()) {
    Context context{{"domain", device.domain}};
    if (!device.room.empty()) context["area"] = device.room;
    add_names(device, device.id.text, context, names);
  }
  for (const auto& group : home.groups()) add_names(group, joined(group.members), context_of(home, group), names);
  for (const auto& scene : home.scenes()) {
    add_names(scene, std::string(scene_mark) + scene.name, {{"domain", std::string("scene")}}, names);
  }
}

std::string_view family_of(std::string_view language) { return language.substr(0, language.find('-')); }

}  // namespace

language::Lists vocabulary(const home::Home& home) {
  language::Lists lists;
  add_names(home, lists["name"]);
  auto& areas = lists["area"];
  // A floor is a place like a room, and where a sentence speaks of floors alone a list of its own.
  auto& levels = lists["floor"];
  std::map<std::string, std::string> floors;
  for (const auto& room : home.rooms()) {
    areas.push_back({as_literal(room.name), room.name, {}});
    if (!room.floor.empty()) floors.emplace(text::to_lower_ascii(room.floor), room.floor);
  }
  for (const auto& [key, floor] : floors) {
    areas.push_back({as_literal(floor), floor, {}});
    levels.push_back({as_literal(floor), floor, {}});
  }
  return lists;
}

Grammars::Grammars(Loop& loop, Pool& pool, bus::Bus& bus, const home::Home& home, Options options)
    : loop_(loop), pool_(pool), home_(home), options_(std::move(options)) {
  const auto follow = [this](const bus::Message&) {
    if (refreshing_ || grammars_.empty() || home_.names_version() == compiled_version_) return;
    refreshing_ = true;
    tasks_.spawn(refresh_in_background());
  };
  devices_changed_ = bus.subscribe("home/device/+/+", follow);
  rooms_changed_ = bus.subscribe("home/room/+", follow);
  groups_changed_ = bus.subscribe("home/group/+", follow);
  scenes_changed_ = bus.subscribe("home/scene/changed", follow);
  if (options_.watch_every > Duration::zero()) tasks_.spawn(watch());
}

std::vector<Grammars::Wanted> Grammars::wanted() const {
  std::vector<Wanted> wanted;
  for (const auto& language : options_.languages) {
    Wanted one{language, {}, {}};
    for (const auto& folder : options_.sentence_folders) {
      const bool repository = language::is_repository(folder);
      const auto path = repository ? folder : folder / language;
      const bool of_product = one.paths.empty();
      std::error_code ignored;
      if (!of_product && !std::filesystem::exists(path, ignored)) continue;  // a user's folder need not be there
      one.paths.push_back(path);
      if (!of_product && !repository) one.watched.push_back(path);
    }
    if (wanted.empty()) {
      one.paths.insert(one.paths.end(), options_.extra_files.begin(), options_.extra_files.end());
      one.watched.insert(one.watched.end(), options_.extra_files.begin(), options_.extra_files.end());
    }
    wanted.push_back(std::move(one));
  }
  return wanted;
}

// The user's own files, with their times and sizes; those that come with the program or in a repository are not looked
// at again.
std::string Grammars::state_of_files(const std::vector<Wanted>& wanted) {
  std::string all;
  const auto add = [&](const std::filesystem::path& path) {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    const auto size = std::filesystem::file_size(path, error);
    if (!error) all += fmt::format("{} {} {}\n", path.string(), time.time_since_epoch().count(), size);
  };
  for (const auto& one : wanted) {
    for (const auto& path : one.watched) {
      if (const auto files = list_files(path, ".yaml")) {
        std::for_each(files->begin(), files->end(), add);
      } else {
        add(path);
      }
    }
  }
  return all;
}

Task<Result<void>> Grammars::load() {
  auto wanted_now = wanted();
  auto files = state_of_files(wanted_now);
  auto job = [wanted = std::move(wanted_now)] {
    std::vector<language::SentenceSet> sets;
    for (const auto& one : wanted) sets.push_back(language::SentenceSet::load(one.paths, one.language));
    return sets;
  };
  auto sets = co_await pool_.run(std::move(job));
  files_ = std::move(files);
  problems_.clear();
  for (const auto& set : sets) problems_.insert(problems_.end(), set.problems().begin(), set.problems().end());
  for (const auto& problem : problems_) log::warning("sentences", "{}", language::to_string(problem));
  auto before = std::exchange(sets_, std::move(sets));
  auto compiled = co_await compile();
  if (!compiled) sets_ = std::move(before);
  co_return compiled;
}

Task<std::vector<language::Problem>> Grammars::check(std::string language, std::filesystem::path file) {
  std::vector<std::filesystem::path> paths;
  for (const auto& one : wanted()) {
    if (one.language == language) paths = one.paths;
  }
  paths.push_back(file);
  auto job = [paths = std::move(paths), language = std::move(language)] {
    return language::SentenceSet::load(paths, language);
  };
  const auto set = co_await pool_.run(std::move(job));
  std::vector<language::Problem> problems;
  for (const auto& problem : set.problems()) {
    if (problem.file == file.string()) problems.push_back(problem);
  }
  co_return problems;
}

Task<Result<void>> Grammars::compile() {
  const auto number = ++started_;
  const auto version = home_.names_version();
  auto job = [sets = sets_, lists = vocabulary(home_)] { return compile_all(sets, lists); };
  auto compiled = co_await pool_.run(std::move(job));
  if (compiled.error) co_return *compiled.error;
  if (used_ > number) co_return Result<void>();
  used_ = number;
  for (const auto& grammar : compiled.grammars) {
    for (const auto& problem : grammar->problems()) log::warning("names", "{}", language::to_string(problem));
  }
  grammars_ = std::move(compiled.grammars);
  compiled_version_ = version;
  if (swapped_) swapped_();
  co_return Result<void>();
}

Task<Result<void>> Grammars::refresh() {
  while (compiled_version_ != home_.names_version()) ENTENTE_CO_TRY_VOID(co_await compile());
  co_return Result<void>();
}

Task<void> Grammars::watch() {
  while (true) {
    co_await sleep(loop_, options_.watch_every);
    if (grammars_.empty() || state_of_files(wanted()) == files_) continue;
    log::info("sentences", "your sentences have changed; reading them again");
    if (const auto loaded = co_await load(); !loaded) {
      log::error("sentences", "the old sentences stay: {}", loaded.error().message);
    }
  }
}

Task<void> Grammars::refresh_in_background() {
  const auto refreshed = co_await refresh();
  refreshing_ = false;
  if (!refreshed) log::error("sentences", "the old names stay: {}", refreshed.error().message);
}

SharedGrammar Grammars::of(std::string_view language) const {
  for (const auto& grammar : grammars_) {
    if (grammar->language() == language) return grammar;
  }
  for (const auto& grammar : grammars_) {
    if (family_of(grammar->language()) == family_of(language)) return grammar;
  }
  return nullptr;
}

}  // namespace entente::assistant
