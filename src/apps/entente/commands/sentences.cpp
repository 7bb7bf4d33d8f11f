// SPDX-License-Identifier: GPL-3.0-or-later
// `entente sentences check`: what is wrong with sentence files, and what they hold.
#include <algorithm>

#include "apps/entente/commands/commands.h"
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"
#include "services/language/language.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;

struct Checked {
  std::string language;
  fs::path path;
  std::vector<std::string> problems;
  std::size_t intents = 0, templates = 0;
  double load_ms = 0, compile_ms = 0;
  language::Grammar::Size size;
};

// Devices, rooms and floors come from a home, not from files: one of each, so that what mentions them is compiled.
language::Lists stand_ins() {
  language::Lists lists;
  for (const char* list : {"name", "area", "floor"}) lists[list].push_back({"zyxwut", {}, {}});
  return lists;
}

Checked check(const fs::path& path, const std::string& language) {
  Checked checked;
  checked.language = language;
  checked.path = path;
  const auto started = Clock::now();
  const auto set = language::SentenceSet::load({&path, 1}, language);
  const auto loaded = Clock::now();
  const auto grammar = language::Grammar::compile(set, stand_ins());
  checked.load_ms = in_milliseconds(loaded - started);
  checked.compile_ms = in_milliseconds(Clock::now() - loaded);
  for (const auto& problem : set.problems()) checked.problems.push_back(language::to_string(problem));
  checked.intents = set.intents().size();
  checked.templates = set.sentence_count();
  if (!grammar) {
    checked.problems.push_back(grammar.error().message);
    return checked;
  }
  for (const auto& problem : (*grammar)->problems()) checked.problems.push_back(language::to_string(problem));
  checked.size = (*grammar)->size();
  checked.size.list_values -= std::min<std::size_t>(checked.size.list_values, stand_ins().size());
  return checked;
}

// "language: de" of a classic file, or English.
std::string language_of(const fs::path& file) {
  const auto bytes = read_file(file, 4U << 20U);
  if (!bytes) return "en";
  const auto document = parse_yaml(*bytes, file.string());
  return document ? string_or(*document, "language", "en") : "en";
}

bool has_files(const fs::path& folder) {
  const auto files = list_files(folder, ".yaml");
  return files.ok() && !files->empty();
}

// A file, a folder of files, a repository, or a folder with one folder per language.
std::vector<std::pair<fs::path, std::string>> languages_at(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {{path, language_of(path)}};
  std::vector<std::pair<fs::path, std::string>> found;
  if (language::is_repository(path)) {
    for (auto& language : language::languages_in(path)) found.emplace_back(path, std::move(language));
    return found;
  }
  if (const auto files = list_files(path, ".yaml"); files.ok() && !files->empty()) {
    return {{path, language_of(files->front())}};
  }
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (at->is_directory(ignored) && has_files(at->path())) found.emplace_back(at->path(), at->path().filename());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Json to_json(const Checked& checked) {
  return {{"language", checked.language},
          {"problems", checked.problems},
          {"intents", checked.intents},
          {"templates", checked.templates},
          {"list_values", checked.size.list_values},
          {"states", checked.size.states},
          {"bytes", checked.size.bytes},
          {"load_ms", checked.load_ms},
          {"compile_ms", checked.compile_ms}};
}

void print(const std::vector<Checked>& all) {
  for (const auto& checked : all) {
    for (const auto& problem : checked.problems) fmt::print("{}\n", problem);
  }
  fmt::print("{:<10}{:>9}{:>11}{:>13}{:>10}{:>11}{:>11}{:>10}\n", "language", "intents", "templates", "list values",
             "states", "load", "compile", "problems");
  Checked sum;
  std::size_t problems = 0;
  const auto line = [](const std::string& name, const Checked& one, std::size_t wrong) {
    fmt::print("{:<10}{:>9}{:>11}{:>13}{:>10}{:>8.0f} ms{:>8.0f} ms{:>10}\n", name, one.intents, one.templates,
               one.size.list_values, one.size.states, one.load_ms, one.compile_ms, wrong);
  };
  for (const auto& checked : all) {
    line(checked.language, checked, checked.problems.size());
    sum.intents = std::max(sum.intents, checked.intents);
    sum.templates += checked.templates;
    sum.size.list_values += checked.size.list_values;
    sum.size.states += checked.size.states;
    sum.load_ms += checked.load_ms;
    sum.compile_ms += checked.compile_ms;
    problems += checked.problems.size();
  }
  if (all.size() > 1) line(fmt::format("all {}", all.size()), sum, problems);
}

}  // namespace

int sentences_check(const CommonOptions& common, const SentencesCheckOptions& options) {
  if (!settings_of(common)) return exit_usage;
  std::error_code ignored;
  if (!fs::exists(options.path, ignored)) {
    return fail({ErrorCode::not_found, fmt::format("{}: no such file or folder", options.path.string())});
  }
  auto languages = languages_at(options.path);
  if (!options.language.empty()) {
    const auto other = [&](const auto& one) { return one.second != options.language; };
    if (languages.size() == 1 && !language::is_repository(options.path)) languages.front().second = options.language;
    languages.erase(std::remove_if(languages.begin(), languages.end(), other), languages.end());
  }
  if (languages.empty()) {
    return fail({ErrorCode::not_found, fmt::format("{}: no sentence files{}", options.path.string(),
                                                   options.language.empty() ? "" : " in '" + options.language + "'")});
  }
  std::vector<Checked> all;
  for (const auto& [path, language] : languages) all.push_back(check(path, language));
  const bool clean = std::all_of(all.begin(), all.end(), [](const Checked& one) { return one.problems.empty(); });
  if (common.json) {
    auto list = Json::array();
    for (const auto& checked : all) list.push_back(to_json(checked));
    fmt::print("{}\n", to_text(list, 2));
  } else {
    print(all);
  }
  return clean ? exit_done : exit_failed;
}

}  // namespace entente::apps
