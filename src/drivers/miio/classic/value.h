// SPDX-License-Identifier: GPL-3.0-or-later
// The values of a classic device and of its spec, one as the other: "on" and true, 231 and 23.1 °C, "silent" and the
// mode that is called Sleep. Pure functions.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "drivers/miio/classic/family.h"
#include "model/device.h"

namespace entente::miio {

// What the device said, as the property's value. An Error when that has no place in the property.
Result<model::Value> from_classic(const ClassicProperty& entry, const model::Property& property, const Json& said);
Result<Json> to_classic(const ClassicProperty& entry, const model::Property& property, const model::Value& value);

// The same thing, whether as number or as text: 3 and "3", "On" and "on".
bool same_word(const Json& left, const Json& right);
// Whether a meaning of the table ("sleep", 3, true) is this value of the property.
bool means(const model::Property& property, const Json& meaning, const model::Value& value);

}  // namespace entente::miio
