// SPDX-License-Identifier: GPL-3.0-or-later
// Names Json without paying for nlohmann's header.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace entente {

using Json = nlohmann::json;

}  // namespace entente
