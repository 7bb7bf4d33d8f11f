// SPDX-License-Identifier: GPL-3.0-or-later
// A template that parses also compiles or is refused.
#include <array>

#include "base/json.h"
#include "services/language/language.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente;
  const std::string text(reinterpret_cast<const char*>(bytes), std::min<std::size_t>(size, 300));
  const language::SentenceFile file{"fuzz",
                                    "intents: {I: {data: [{sentences: [" + to_text(Json(text)) +
                                        "]}]}}\nlists: {name: {values: [lamp, desk fan]}, any: {wildcard: true}}\n"
                                        "expansion_rules: {the: '[the|my]', loop: 'x <loop>'}\n"};
  const auto set = language::SentenceSet::parse({&file, 1}, "en", 1);
  const auto grammar = language::Grammar::compile(set, {});
  if (!grammar.ok()) return 0;
  (void)(*grammar)->understand("turn on the desk fan");
  (void)(*grammar)->word_graph();
  return 0;
}
