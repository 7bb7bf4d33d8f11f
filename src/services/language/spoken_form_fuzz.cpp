// SPDX-License-Identifier: GPL-3.0-or-later
// Any text in English and Chinese by our own tables: no crash, no figure of ASCII left. Run from the repository's root.
#include <cstdlib>

#include "services/language/spoken_form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using entente::language::SpokenForm;
  static const std::filesystem::path english[] = {"sentences/en/speech"};
  static const std::filesystem::path chinese[] = {"sentences/zh-CN/speech"};
  static const auto en = SpokenForm::load(english, "en");
  static const auto zh = SpokenForm::load(chinese, "zh-CN");
  if (size == 0 || size > 2'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  static constexpr const char* kinds[] = {"", "date", "time", "ordinal", "characters", "telephone"};
  const auto* kind = kinds[bytes[0] % std::size(kinds)];
  for (const auto* form : {&en, &zh}) {
    const auto said = form->say(text, kind);
    if (said.find_first_of("0123456789") != std::string::npos) std::abort();
    (void)entente::language::sentences_of(said, "en");
  }
  return 0;
}
