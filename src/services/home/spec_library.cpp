// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/spec_library.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

namespace entente::home {
namespace {

constexpr std::size_t max_file = 8U << 20U;

struct Loaded {
  model::DeviceSpec spec;
  std::vector<std::string> notes;
};

Result<Loaded> load_file(const std::filesystem::path& file) {
  ENTENTE_TRY(const std::string json, read_file(file, max_file));
  Loaded loaded;
  ENTENTE_TRY(loaded.spec, parse_spec(json, file.string(), loaded.notes));
  return loaded;
}

}  // namespace

SpecLibrary SpecLibrary::load(std::span<const std::filesystem::path> folders) {
  SpecLibrary library;
  for (const auto& folder : folders) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored)) continue;
    const auto files = list_files(folder, ".json");
    if (!files.ok()) {
      log::warning("home", "{}", files.error().within("device specs").message);
      continue;
    }
    for (const auto& file : *files) library.files_[file.stem().string()] = file;
  }
  return library;
}

Result<std::shared_ptr<const model::DeviceSpec>> SpecLibrary::find(std::string_view model) const {
  if (const auto held = loaded_.find(model); held != loaded_.end()) return held->second;
  const auto file = files_.find(model);
  if (file == files_.end()) {
    return Error{ErrorCode::not_found,
                 fmt::format("no spec for model {}: put its MIoT-spec instance as {}.json into the specs folder",
                             text::shorten(model, 80), text::shorten(model, 80))};
  }
  ENTENTE_TRY(Loaded loaded, load_file(file->second));
  for (const auto& note : loaded.notes) log::debug("home", "{}: {}", file->second.string(), note);
  auto spec = std::make_shared<const model::DeviceSpec>(std::move(loaded.spec));
  loaded_.emplace(model, spec);
  return spec;
}

std::vector<std::string> SpecLibrary::models() const {
  std::vector<std::string> names;
  names.reserve(files_.size());
  for (const auto& entry : files_) names.push_back(entry.first);
  return names;
}

std::vector<SpecLibrary::Problem> SpecLibrary::check() const {
  std::vector<Problem> problems;
  for (const auto& entry : files_) {
    const auto loaded = load_file(entry.second);
    if (!loaded.ok()) {
      problems.push_back({entry.second, loaded.error().message, false});
      continue;
    }
    for (const auto& note : loaded->notes) problems.push_back({entry.second, note, true});
  }
  return problems;
}

}  // namespace entente::home
