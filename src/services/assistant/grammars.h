// SPDX-License-Identifier: GPL-3.0-or-later
// Grammars keeps one compiled grammar for each language of the home, made from the sentence files and the names that
// the devices have now. When a name changes on the bus, or a file of the user's on disk, it compiles again on the pool
// and swaps; the old one serves until then. Loop thread; ends by destruction.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/pool.h"
#include "base/task_group.h"
#include "infra/bus/bus.h"
#include "services/home/home.h"
#include "services/language/language.h"

namespace entente::assistant {

using SharedGrammar = std::shared_ptr<const language::Grammar>;

class Grammars {
 public:
  struct Options {
    std::vector<std::string> languages = {"en"};  // in order of preference; "en", "zh-CN"
    // The product's first. Each has a folder per language, or is laid out as the Home Assistant intents repository.
    std::vector<std::filesystem::path> sentence_folders;
    std::vector<std::filesystem::path> extra_files;  // sentence files for the first language, the user's own
    Duration watch_every = seconds(1);               // how often the user's files are looked at; zero for never
  };

  Grammars(Loop& loop, Pool& pool, bus::Bus& bus, const home::Home& home, Options options);

  // Reads the files and compiles everything; what is wrong in them is logged and kept in problems(). Where that fails
  // the grammars stay as they were.
  Task<Result<void>> load();

  // In order of preference. Empty before load().
  const std::vector<SharedGrammar>& all() const { return grammars_; }
  // The grammar of the language or of its family ("en" for "en-GB"); null when the home does not speak it.
  SharedGrammar of(std::string_view language) const;

  const std::vector<language::Problem>& problems() const { return problems_; }

  // What would be wrong with this file among the user's files of the language.
  Task<std::vector<language::Problem>> check(std::string language, std::filesystem::path file);

  // Called after each swap, with the languages' new grammars already in all().
  void on_swapped(std::function<void()> callback) { swapped_ = std::move(callback); }

  // Compiles again until the names are those of now.
  Task<Result<void>> refresh();

 private:
  struct Wanted {
    std::string language;
    std::vector<std::filesystem::path> paths;
    std::vector<std::filesystem::path> watched;  // of these, the user's own
  };
  std::vector<Wanted> wanted() const;
  static std::string state_of_files(const std::vector<Wanted>& wanted);
  Task<Result<void>> compile();
  Task<void> refresh_in_background();
  Task<void> watch();

  Loop& loop_;
  Pool& pool_;
  const home::Home& home_;
  const Options options_;
  std::vector<language::SentenceSet> sets_;  // read last
  std::vector<SharedGrammar> grammars_;
  std::vector<language::Problem> problems_;
  std::function<void()> swapped_;
  std::uint64_t compiled_version_ = 0;    // of the home's names
  std::uint64_t started_ = 0, used_ = 0;  // compilations, in order: an older one never replaces a newer one
  bool refreshing_ = false;
  bus::Subscription devices_changed_, rooms_changed_, groups_changed_, scenes_changed_;
  std::string files_;  // what the user's files were when they were read
  TaskGroup tasks_{"grammars"};
};

// The lists "name", "area" (rooms and floors) and "floor" as sentences use them. A name's value is the device id; its
// context is domain and area.
language::Lists vocabulary(const home::Home& home);

}  // namespace entente::assistant
