// SPDX-License-Identifier: GPL-3.0-or-later
// Which of the engine's voices says a language. Constant after construction; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace entente::espeak {

class Languages {
 public:
  // The voice `file` says `language` ("pt-br"); the lowest priority is the best voice.
  void add(std::string_view language, int priority, std::string_view file);

  // The voice's file for a BCP 47 tag, or for the closest language that has one: "zh-Hant-TW" finds Mandarin, "fr-CA"
  // French. Empty when nothing is close.
  std::string find(std::string_view language) const;

  std::size_t size() const { return voices_.size(); }

 private:
  struct Voice {
    std::string file;
    int priority = 0;
  };
  const Voice* lookup(const std::string& language) const;

  std::map<std::string, Voice, std::less<>> voices_;  // by language, lower case
};

}  // namespace entente::espeak
