// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as something said, in a grammar with every kind of list.
#include "services/language/language.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente;
  static const auto grammar = [] {
    const language::SentenceFile file{"fuzz", R"(
intents:
  A: {data: [{sentences: ["turn (on|off) [the] {name}", "l'{name}'s", "set {name} to {0..100:n}[%]", "play {x} by {y}", "{x} {y} now"]}]}
lists: {x: {wildcard: true}, y: {wildcard: true}}
skip_words: [please, could you]
)"};
    const auto set = language::SentenceSet::parse({&file, 1}, "en", 1);
    return *language::Grammar::compile(set, {{"name", {{"lamp", {}, {}}, {"desk lamp", {}, {}}, {"TV 2", {}, {}}}}});
  }();
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  (void)grammar->understand(text);
  const language::Hypothesis heard{text, 0};
  (void)grammar->understand_tolerantly({&heard, 1});
  return 0;
}
