// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/routine_sentences.h"

#include "base/file.h"
#include "base/json.h"

namespace entente::apps {
namespace {

// JSON is YAML, and escapes whatever people write.
std::string file_of(const std::string& language, const std::string& first,
                    const std::vector<home::RoutineSentence>& sentences) {
  Json blocks = Json::array();
  for (const auto& one : sentences) {
    if ((one.language.empty() ? first : one.language) != language) continue;
    blocks.push_back({{"sentences", {one.sentence}}, {"slots", {{"routine", one.routine}}}});
  }
  if (blocks.empty()) return {};
  return to_text(Json{{"language", language}, {"intents", {{"EntenteRunRoutine", {{"data", blocks}}}}}}, 2) + "\n";
}

}  // namespace

Result<bool> write_routine_sentences(const std::filesystem::path& folder, const std::vector<std::string>& languages,
                                     const std::vector<home::RoutineSentence>& sentences) {
  bool changed = false;
  for (const auto& language : languages) {
    const auto path = folder / language / "routines.yaml";
    const auto wanted = file_of(language, languages.front(), sentences);
    const auto held = read_file(path);
    if ((held ? *held : std::string()) == wanted) continue;
    changed = true;
    if (wanted.empty()) {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
      continue;
    }
    ENTENTE_TRY_VOID(make_folder(path.parent_path()));
    ENTENTE_TRY_VOID(write_file(path, wanted));
  }
  return changed;
}

}  // namespace entente::apps
