// SPDX-License-Identifier: GPL-3.0-or-later
// Which templates no test says. Every template becomes a block of its own in a copy of the repository, with a number in
// its metadata; the tests are read in that copy, and the numbers of their best readings struck off.
#include <unistd.h>

#include <algorithm>

#include "apps/entente/commands/bench_understanding.h"
#include "base/file.h"
#include "base/yaml.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;

constexpr const char* number_key = "template_number";

// Taken away when it goes.
struct Copy {
  fs::path root = fs::temp_directory_path() / fmt::format("entente-coverage-{}", ::getpid());
  ~Copy() {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }
};

bool lean(const Json& block) { return bool_or(block, "speech_to_phrase", false); }

class Splitter {
 public:
  explicit Splitter(std::vector<std::string>& templates) : templates_(templates) {}

  Result<void> split(const fs::path& from, const fs::path& to, const std::string& title) {
    ENTENTE_TRY(const auto bytes, read_file(from, 4U << 20U));
    ENTENTE_TRY(const auto document, parse_yaml(bytes, from.string()));
    const auto* const data = find(document, "data");
    auto blocks = Json::array();
    if (data != nullptr && data->is_array()) {
      // Lean blocks beside full ones are not loaded.
      const bool full = std::any_of(data->begin(), data->end(), [](const Json& block) { return !lean(block); });
      for (const auto& block : *data) {
        if (block.is_object() && !(full && lean(block))) split_block(block, blocks, title);
      }
    }
    return write_file(to, to_text(Json{{"language", string_or(document, "language", "")}, {"data", blocks}}));
  }

 private:
  void split_block(const Json& block, Json& into, const std::string& title) {
    const auto* const sentences = find(block, "sentences");
    if (sentences == nullptr) return;
    for (const auto& sentence : *sentences) {
      if (!sentence.is_string()) continue;
      auto alone = block;
      alone["sentences"] = {sentence};
      if (!alone["metadata"].is_object()) alone["metadata"] = Json::object();
      alone["metadata"][number_key] = templates_.size();
      templates_.push_back(title + ": " + sentence.get<std::string>());
      into.push_back(std::move(alone));
    }
  }

  std::vector<std::string>& templates_;
};

Result<void> copy_split(const fs::path& from, const fs::path& to, const std::string& language,
                        std::vector<std::string>& templates) {
  const auto sentences = fs::path("sentences") / language;
  ENTENTE_TRY_VOID(make_folder(to / sentences));
  std::error_code error;
  for (const char* shared : {"intents.yaml", "lists", "rules", "responses"}) {
    if (fs::exists(from / shared, error)) fs::create_symlink(fs::absolute(from / shared), to / shared, error);
  }
  ENTENTE_TRY(const auto common, list_files(from / sentences, ".yaml"));
  for (const auto& file : common) {
    fs::create_symlink(fs::absolute(file), to / sentences / file.filename(), error);
  }
  ENTENTE_TRY(const auto combinations, list_files(from / sentences, ".yaml", true));
  Splitter splitter(templates);
  for (const auto& file : combinations) {
    const auto intent = file.parent_path().filename();
    if (file.parent_path() == from / sentences) continue;
    ENTENTE_TRY_VOID(make_folder(to / sentences / intent));
    ENTENTE_TRY_VOID(
        splitter.split(file, to / sentences / intent / file.filename(), intent.string() + "/" + file.stem().string()));
  }
  return {};
}

}  // namespace

Result<Coverage> coverage(const fs::path& repository, const std::string& language, const TestCorpus& corpus) {
  if (!language::is_repository(repository)) return Error{ErrorCode::invalid, "the older layout"};
  const Copy copy;
  std::vector<std::string> templates;
  ENTENTE_TRY_VOID(copy_split(repository, copy.root, language, templates));
  const auto set = language::SentenceSet::load({&copy.root, 1}, language);
  std::set<std::string> hit;
  for (const auto& file : corpus.files) {
    ENTENTE_TRY(const auto grammar, language::Grammar::compile(set, lists_of(file.home)));
    for (const auto& test : file.cases) {
      const auto read = grammar->understand(test.sentence, test.context);
      if (!read) continue;
      const auto number = read->best.metadata.find(number_key);
      if (number == read->best.metadata.end()) continue;
      const auto* const index = std::get_if<std::int64_t>(&number->second);
      if (index != nullptr && static_cast<std::size_t>(*index) < templates.size()) {
        hit.insert(templates[static_cast<std::size_t>(*index)]);
      }
    }
  }
  // Blocks of one file may share a template.
  const std::set<std::string> all(templates.begin(), templates.end());
  Coverage covered{all.size(), {}};
  std::set_difference(all.begin(), all.end(), hit.begin(), hit.end(), std::back_inserter(covered.missed));
  return covered;
}

}  // namespace entente::apps
