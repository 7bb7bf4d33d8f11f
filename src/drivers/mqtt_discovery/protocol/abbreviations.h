// SPDX-License-Identifier: GPL-3.0-or-later
// The short names that small devices write in their announcements, and "~", the topic that others begin or end with.
// Pure functions.
#pragma once

#include "base/json.h"

namespace entente::mqtt_discovery {

// The same object with long names, in it, its device, its origin, its availability and its components. What has both
// names keeps the long one. A component without a "~" of its own has that of the whole.
Json with_long_names(const Json& payload);

}  // namespace entente::mqtt_discovery
