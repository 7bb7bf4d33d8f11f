// SPDX-License-Identifier: GPL-3.0-or-later
// Times and dates as each language says them, through ICU: "3:05 PM", "下午3:05"; "Sunday, November 22, 2026". Pure
// functions, any thread. An empty zone is the system's; an unknown one is an error.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace entente::language {

Result<std::string> say_time(WallTime moment, std::string_view language, std::string_view zone = {});
Result<std::string> say_date(WallTime moment, std::string_view language, std::string_view zone = {});

}  // namespace entente::language
