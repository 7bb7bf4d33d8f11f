// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers with which MIoT devices, and gateways before them, say what was wrong, in words. Pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace entente::miio {

// 0 is done; 1 is accepted and not yet done.
constexpr std::int64_t accepted = 1;
inline bool is_success(std::int64_t code) { return code == 0 || code == accepted; }

// `what`: the thing asked for, "brightness". For a code that is no success. `said`: the device's own words, if any.
Error to_error(std::int64_t code, std::string_view what, std::string_view said = {});

}  // namespace entente::miio
