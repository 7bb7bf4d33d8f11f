// SPDX-License-Identifier: GPL-3.0-or-later
// The last intent, meant for something else: another room, another device, another value. Pure.
#pragma once

#include "model/intent.h"
#include "services/assistant/talk/session.h"
#include "services/home/home.h"

namespace entente::assistant {

// `deed` again with what `change` says: a slot "name" or "area" takes the place of what it was about, "value" the place
// of its number, any other slot the place of the one of that name. The reply is left to the skill.
model::Intent changed(const Deed& deed, const model::Intent& change, const home::Home& home);

// `intent` for these devices.
model::Intent meant_for(model::Intent intent, const std::vector<model::DeviceId>& devices, std::string text);

}  // namespace entente::assistant
