// SPDX-License-Identifier: GPL-3.0-or-later
// Devices' JSON is sometimes not quite JSON: ",," and ",}", "result":, without a value, numbers like 00, control
// characters, bytes after a NUL or after the last brace, strings that are not UTF-8. Pure function, any thread.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace entente::miio {

// The payload as JSON, mended where that is all that is wrong with it. ErrorCode::corrupt otherwise, also when nothing
// but NULs and spaces is there. Linear in the payload's length.
Result<Json> parse_tolerant(std::string_view payload);

}  // namespace entente::miio
