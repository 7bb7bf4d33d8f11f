// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a sentence file: problems, never a crash; what is left of it works.
#include "services/language/language.h"

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente;
  const language::SentenceFile file{
      "fuzz", std::string(reinterpret_cast<const char*>(bytes), std::min<std::size_t>(size, 8192))};
  const auto set = language::SentenceSet::parse({&file, 1}, "en", 1);
  for (const auto& intent : set.intents()) (void)set.responses().render(intent, "default", Json::object());
  const auto grammar = language::Grammar::compile(set, {{"name", {{"lamp", {}, {}}}}});
  if (grammar.ok()) (void)(*grammar)->understand("turn on the lamp please");
  return 0;
}
