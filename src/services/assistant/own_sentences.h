// SPDX-License-Identifier: GPL-3.0-or-later
// The household's own sentences: files in a folder with one folder per language, which people write by hand or add
// through the API. A file with a mistake is refused with its line, and what was there before stays. Loop thread; owned
// by the app; Grammars reads what it writes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "services/assistant/grammars.h"

namespace entente::assistant {

// "when somebody says one of these, do this": becomes a file of one block.
struct OwnSentence {
  std::vector<std::string> sentences;  // templates
  std::vector<std::string> commands;   // sentences that are done, one after the other
  std::string reply;                   // a template; empty: what the commands say
};

class OwnSentences {
 public:
  // `folder` need not exist. `grammars` outlives this.
  OwnSentences(std::filesystem::path folder, std::vector<std::string> languages, Grammars& grammars);

  struct File {
    std::string language, name;  // "en", "evening"
    std::string yaml;
  };
  std::vector<File> list() const;

  // Writes the file and has it read: when it returns, the sentences count. invalid, with "line N: reason", where the
  // file cannot be used as a whole; not_found for a language that this home does not speak.
  Task<Result<void>> put(File file);
  Task<Result<void>> remove(std::string language, std::string name);

 private:
  Result<std::filesystem::path> path_of(std::string_view language, std::string_view name) const;

  const std::filesystem::path folder_;
  const std::vector<std::string> languages_;
  Grammars& grammars_;
};

// The file that says it; the intent is named after the file.
std::string to_yaml(const OwnSentence& sentence, std::string_view name);
// A file name for it, from its first sentence: "movie time" -> "movie-time".
std::string name_for(const OwnSentence& sentence);

}  // namespace entente::assistant
