// SPDX-License-Identifier: GPL-3.0-or-later
// The version of the program: the one place that says it.
#pragma once

namespace entente {

inline constexpr const char* version = "0.1.0";

}  // namespace entente
