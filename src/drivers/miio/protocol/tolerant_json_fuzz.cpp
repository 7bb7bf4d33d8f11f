// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/tolerant_json.h"

// Any payload; what was mended must stay as it is when written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto parsed = entente::miio::parse_tolerant({reinterpret_cast<const char*>(bytes), size});
  if (!parsed.ok()) return 0;
  const std::string written = entente::to_text(*parsed);
  const auto again = entente::miio::parse_tolerant(written);
  if (!again.ok() || entente::to_text(*again) != written) __builtin_trap();
  return 0;
}
