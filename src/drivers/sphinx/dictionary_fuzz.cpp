// SPDX-License-Identifier: GPL-3.0-or-later
// Pronunciation dictionaries, and IPA from a Pronouncer.
#include <cstdlib>

#include "drivers/sphinx/ipa.h"
#include "drivers/sphinx/pronunciations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente::sphinx;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  arpabet_from_ipa(bytes);
  auto dictionary = Dictionary::parse(bytes, "fuzz");
  if (!dictionary.ok()) return 0;
  if (dictionary->size() > size) std::abort();
  dictionary->find(bytes.substr(0, bytes.find(' ')));
  dictionary->find("the");
  return 0;
}
