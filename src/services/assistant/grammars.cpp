// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/grammars.h"

#include "base/log.h"

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

std::string_view family_of(std::string_view language) { return language.substr(0, language.find('-')); }

}  // namespace

language::Lists vocabulary(const home::Home& home) {
  language::Lists lists;
  auto& names = lists["name"];
  for (const auto& device : home.devices()) {
    std::map<std::string, model::Value> context{{"domain", device.domain}};
    if (!device.room.empty()) context["area"] = device.room;
    names.push_back({as_literal(device.name), device.id.text, context});
    for (const auto& alias : device.aliases) names.push_back({as_literal(alias), device.id.text, context});
  }
  auto& areas = lists["area"];
  for (const auto& room : home.rooms()) areas.push_back({as_literal(room), room, {}});
  return lists;
}

Grammars::Grammars(Pool& pool, bus::Bus& bus, const home::Home& home, Options options)
    : pool_(pool), home_(home), options_(std::move(options)) {
  names_changed_ = bus.subscribe("home/device/+/+", [this](const bus::Message&) {
    if (refreshing_ || grammars_.empty() || home_.names_version() == compiled_version_) return;
    refreshing_ = true;
    tasks_.spawn(refresh_in_background());
  });
}

Task<Result<void>> Grammars::load() {
  struct Wanted {
    std::string language;
    std::vector<std::filesystem::path> paths;
  };
  std::vector<Wanted> wanted;
  for (const auto& language : options_.languages) {
    Wanted one{language, {}};
    for (const auto& folder : options_.sentence_folders) {
      // The product's own folder must be there, a user's need not.
      if (one.paths.empty() || std::filesystem::exists(folder / language)) one.paths.push_back(folder / language);
    }
    if (wanted.empty()) one.paths.insert(one.paths.end(), options_.extra_files.begin(), options_.extra_files.end());
    wanted.push_back(std::move(one));
  }
  auto job = [wanted = std::move(wanted)] {
    std::vector<language::SentenceSet> sets;
    for (const auto& one : wanted) sets.push_back(language::SentenceSet::load(one.paths, one.language));
    return sets;
  };
  sets_ = co_await pool_.run(std::move(job));
  problems_.clear();
  for (const auto& set : sets_) problems_.insert(problems_.end(), set.problems().begin(), set.problems().end());
  for (const auto& problem : problems_) log::warning("sentences", "{}", language::to_string(problem));
  co_return co_await compile();
}

Task<Result<void>> Grammars::compile() {
  const auto version = home_.names_version();
  auto job = [sets = sets_, lists = vocabulary(home_)] { return compile_all(sets, lists); };
  auto compiled = co_await pool_.run(std::move(job));
  if (compiled.error) co_return *compiled.error;
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
