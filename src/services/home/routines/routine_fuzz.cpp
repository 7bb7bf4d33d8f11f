// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a routine's file: a routine, or problems that say why not.
#include <cstdint>

#include "services/home/routines/routine.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  std::vector<entente::home::RoutineProblem> problems;
  const auto read = entente::home::read_routine(text, "fuzz", problems);
  if (!read && problems.empty()) __builtin_trap();
  return 0;
}
