// SPDX-License-Identifier: GPL-3.0-or-later
// ENTENTE_ASSERT states what can only be false through a bug of ours. It stays on in every build: a process that goes
// on with a broken invariant loses people's data. Input from outside is never asserted, it gets an Error.
#pragma once

namespace entente {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace entente

#define ENTENTE_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::entente::assertion_failed(#condition, __FILE__, __LINE__))
