// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/own_sentences.h"

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace entente::assistant {
namespace {

constexpr std::size_t name_limit = 60;
constexpr std::size_t yaml_limit = 1U << 20U;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= name_limit && name.front() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

std::string in_lines(const std::vector<language::Problem>& problems) {
  std::string all;
  for (const auto& problem : problems) {
    if (!all.empty()) all += "; ";
    all += problem.line > 0 ? fmt::format("line {}: {}", problem.line, problem.reason) : problem.reason;
  }
  return all;
}

}  // namespace

OwnSentences::OwnSentences(std::filesystem::path folder, std::vector<std::string> languages, Grammars& grammars)
    : folder_(std::move(folder)), languages_(std::move(languages)), grammars_(grammars) {}

std::vector<OwnSentences::File> OwnSentences::list() const {
  std::vector<File> files;
  for (const auto& language : languages_) {
    const auto paths = list_files(folder_ / language, ".yaml");
    if (!paths) continue;
    for (const auto& path : *paths) {
      auto yaml = read_file(path, yaml_limit);
      if (yaml) files.push_back({language, path.stem().string(), *std::move(yaml)});
    }
  }
  return files;
}

Result<std::filesystem::path> OwnSentences::path_of(std::string_view language, std::string_view name) const {
  if (std::find(languages_.begin(), languages_.end(), language) == languages_.end()) {
    return Error{ErrorCode::not_found, fmt::format("this home does not speak '{}'; it speaks {}",
                                                   text::shorten(language, 20), text::join(languages_, ", "))};
  }
  if (!is_name(name)) {
    return Error{ErrorCode::invalid,
                 fmt::format("'{}' is no name for a file of sentences: up to {} of a-z, 0-9, - and _",
                             text::shorten(text::to_valid_utf8(name), 80), name_limit)};
  }
  return folder_ / language / (std::string(name) + ".yaml");
}

Task<Result<void>> OwnSentences::put(File file) {
  ENTENTE_CO_TRY(const auto path, path_of(file.language, file.name));
  if (file.yaml.size() > yaml_limit) {
    co_return Error{ErrorCode::exhausted, fmt::format("{} bytes; {} are the limit", file.yaml.size(), yaml_limit)};
  }
  ENTENTE_CO_TRY_VOID(make_folder(path.parent_path()));
  const auto draft = path.parent_path() / (file.name + ".draft");  // no name that is read by itself
  ENTENTE_CO_TRY_VOID(write_file(draft, file.yaml));
  const auto problems = co_await grammars_.check(file.language, draft);
  std::error_code error;
  if (problems.empty()) std::filesystem::rename(draft, path, error);
  std::error_code ignored;
  std::filesystem::remove(draft, ignored);
  if (!problems.empty()) co_return Error{ErrorCode::invalid, in_lines(problems)};
  if (error) co_return Error{ErrorCode::failed, fmt::format("{}: {}", path.string(), error.message())};
  co_return co_await grammars_.load();
}

Task<Result<void>> OwnSentences::remove(std::string language, std::string name) {
  ENTENTE_CO_TRY(const auto path, path_of(language, name));
  std::error_code error;
  if (!std::filesystem::remove(path, error)) {
    co_return Error{ErrorCode::not_found, fmt::format("there are no sentences '{}' in {}", name, language)};
  }
  co_return co_await grammars_.load();
}

std::string to_yaml(const OwnSentence& sentence, std::string_view name) {
  // JSON is YAML, and escapes whatever people write.
  Json block{{"sentences", sentence.sentences}};
  if (!sentence.commands.empty()) block["commands"] = sentence.commands;
  const auto intent = "Own-" + std::string(name);
  Json file{{"intents", {{intent, {{"data", Json::array({block})}}}}}};
  if (!sentence.reply.empty()) file["responses"]["intents"][intent]["default"] = sentence.reply;
  return to_text(file, 2) + "\n";
}

std::string name_for(const OwnSentence& sentence) {
  std::string name;
  const auto first = sentence.sentences.empty() ? std::string() : text::to_lower_ascii(sentence.sentences.front());
  for (const char c : first) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter && name.size() < 40) name += c;
    if (!letter && !name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  if (!name.empty()) return name;
  return fmt::format("own-{:x}", std::hash<std::string>()(first) & 0xFFFFFFU);
}

}  // namespace entente::assistant
