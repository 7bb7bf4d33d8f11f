// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace entente {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "entente: bug: %s is false at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace entente
