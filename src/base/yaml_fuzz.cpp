// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a YAML document: a value or an error, and JSON text of the value can be made.
#include <cstdint>

#include "base/json.h"
#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto parsed = entente::parse_yaml(text, "fuzz");
  if (parsed.ok() && entente::to_text(*parsed).empty()) __builtin_trap();
  return 0;
}
