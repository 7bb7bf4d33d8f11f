// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/import_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  (void)entente::apps::parse_device_export({reinterpret_cast<const char*>(bytes), size}, "fuzz");
  return 0;
}
