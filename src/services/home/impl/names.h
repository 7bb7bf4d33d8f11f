// SPDX-License-Identifier: GPL-3.0-or-later
// Names as people give them. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "services/home/driver.h"

namespace entente::home {

// Without space at its ends and with single spaces inside. Refused: ill-formed UTF-8, control characters, more than 80
// bytes. `what` names it in the error: "device name". Empty names are refused unless `may_be_empty`.
enum class Emptiness { refused, allowed };
Result<std::string> clean_name(std::string_view name, std::string_view what, Emptiness emptiness = Emptiness::refused);

// Equal for names that differ only in case. Only ASCII letters have case here; what needs more is language's.
std::string name_key(std::string_view name);

// A name that comes from a device: what clean_name would refuse is mended or, when nothing is left, empty.
std::string mended_name(std::string_view name);

// The same for the same thing, wherever it is: "miio/260426251".
std::string key_of(const Address& address);

Error named_error(ErrorCode code, std::string message);  // "home: …"
Error no_such_device(std::string_view id);

}  // namespace entente::home
