// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON that the console's API speaks, from and to our values. Pure functions, any thread. docs/api.md describes it
// for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"
#include "model/intent.h"
#include "model/reply.h"
#include "services/assistant/own_sentences.h"
#include "services/home/home.h"

namespace entente::console {

Json to_json(const Error& error);  // {"error": {"code", "message"}}
int status_of(ErrorCode code);     // HTTP's

Json to_json(const model::Reply& reply);
Json to_json(const home::DeviceView& device);  // without the token
Json to_json(const home::FoundDevice& found);
Json to_json(const model::DeviceSpec& spec);                                     // its properties and actions, by name
std::string property_name(const model::DeviceSpec& spec, model::PropertyId id);  // "light.brightness"

Result<model::Utterance> utterance_from(const Json& body);
// What the body leaves out stays as `start` has it; a device that describes itself needs no token.
Result<home::NewDevice> new_device_from(const Json& body, home::NewDevice start);
Result<std::uint16_t> port_from(const Json& body, std::uint16_t usual);

Result<assistant::OwnSentence> own_sentence_from(const Json& body);

// A property or action by what people call it: a trait ("brightness"), "service.name" ("light.brightness"), or
// "2.3" (siid.piid). The error lists what there is.
Result<model::PropertyId> find_property(const model::DeviceSpec& spec, std::string_view name);
Result<model::ActionId> find_action(const model::DeviceSpec& spec, std::string_view name);

}  // namespace entente::console
