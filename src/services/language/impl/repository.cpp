// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/repository.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/file.h"

namespace entente::language {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

// Folders in a folder, sorted.
std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_folder(at->path())) found.push_back(at->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class RepositoryReader {
 public:
  RepositoryReader(const fs::path& root, bool of_user, Source& source, std::vector<Problem>& problems)
      : root_(root), of_user_(of_user), source_(source), problems_(problems) {}

  void run(const std::string& language) {
    const auto sentences = root_ / "sentences" / language;
    if (!is_folder(sentences)) {
      return problems_.push_back({root_.string(), 0, fmt::format("has no sentences in '{}'", language)});
    }
    read(root_ / "lists");
    read(root_ / "lists" / language);
    read(root_ / "rules" / language);
    read(sentences);
    read(root_ / "responses" / language);
    const auto schema = file(root_ / "intents.yaml");
    if (!schema) return;
    std::set<fs::path> known;
    for (const auto& combination : read_combinations(*schema, problems_)) {
      const auto path = sentences / combination.intent / (combination.name + ".yaml");
      std::error_code ignored;
      if (!fs::exists(path, ignored)) continue;
      known.insert(path);
      if (const auto content = file(path)) read_combination(*content, combination, of_user_, source_, problems_);
    }
    for (const auto& intent : folders_in(sentences)) report_unknown(intent, known);
  }

 private:
  void read(const fs::path& folder) {
    if (is_folder(folder)) read_folder(folder, of_user_, source_, problems_);
  }

  std::optional<SentenceFile> file(const fs::path& path) {
    auto bytes = read_file(path, file_limit);
    if (bytes.ok()) return SentenceFile{path.string(), std::move(bytes).value()};
    problems_.push_back({path.string(), 0, bytes.error().message});
    return std::nullopt;
  }

  void report_unknown(const fs::path& folder, const std::set<fs::path>& known) {
    const auto files = list_files(folder, ".yaml");
    if (!files.ok()) return problems_.push_back({folder.string(), 0, files.error().message});
    for (const auto& path : *files) {
      if (known.contains(path)) continue;
      problems_.push_back({path.string(), 0,
                           fmt::format("intents.yaml has no slot combination '{}' of {}", path.stem().string(),
                                       folder.filename().string())});
    }
  }

  const fs::path& root_;
  bool of_user_;
  Source& source_;
  std::vector<Problem>& problems_;
};

}  // namespace

bool is_repository(const fs::path& path) { return is_folder(path / "sentences") && fs::exists(path / "intents.yaml"); }

std::vector<std::string> languages_in(const fs::path& repository) {
  std::vector<std::string> languages;
  for (const auto& folder : folders_in(repository / "sentences")) languages.push_back(folder.filename().string());
  return languages;
}

void read_folder(const fs::path& path, bool of_user, Source& source, std::vector<Problem>& problems) {
  std::vector<fs::path> paths{path};
  if (is_folder(path)) {
    auto listed = list_files(path, ".yaml");
    if (!listed.ok()) return problems.push_back({path.string(), 0, listed.error().message});
    paths = std::move(listed).value();
  }
  for (const auto& one : paths) {
    auto bytes = read_file(one, file_limit);
    if (!bytes.ok()) {
      problems.push_back({one.string(), 0, bytes.error().message});
    } else {
      read_yaml({one.string(), std::move(bytes).value()}, of_user, source, problems);
    }
  }
}

void read_repository(const fs::path& root, std::string_view language, bool of_user, Source& source,
                     std::vector<Problem>& problems) {
  Source own;
  RepositoryReader(root, of_user, own, problems).run(std::string(language));
  if (!of_user) {
    source = std::move(own);
    return;
  }
  auto names = std::make_shared<Names>();
  names->rules = std::move(own.rules);
  names->lists = std::move(own.lists);
  for (auto& block : own.blocks) {
    block.names = names;
    source.blocks.push_back(std::move(block));
  }
  source.ignore_whitespace = source.ignore_whitespace || own.ignore_whitespace;
  source.skip_words.insert(source.skip_words.end(), own.skip_words.begin(), own.skip_words.end());
  // Our replies know what our skills tell them; a repository's are for what we say nothing about.
  for (auto& [intent, replies] : own.replies) source.replies[intent].merge(replies);
  source.refusals.merge(own.refusals);
}

}  // namespace entente::language
