// SPDX-License-Identifier: GPL-3.0-or-later
// What a request needs to be allowed. A pure function.
#pragma once

#include <string_view>

#include "doors/console/access.h"

namespace entente::console {

// A request that nobody thought of needs the owner.
Scope needed_scope(std::string_view method, std::string_view path);

}  // namespace entente::console
