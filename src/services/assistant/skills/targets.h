// SPDX-License-Identifier: GPL-3.0-or-later
// Which devices a sentence is about: some by name, or all of a kind, in a room or everywhere, but for some. Pure, loop
// thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/intent.h"
#include "services/assistant/skill.h"
#include "services/home/home.h"

namespace entente::assistant {

// Before a scene's name in the slot "name", where a device's id would stand.
constexpr std::string_view scene_mark = "scene:";

struct Targets {
  std::vector<home::DeviceView> devices;  // never empty
  bool by_name = false;
  std::string name;    // of the first, as the sentence called it
  std::string area;    // the room or floor as it is called; empty for everywhere
  std::string domain;  // "light"; empty for every kind
};

// What limits the search, beside the intent.
struct Scope {
  std::string_view default_domain = {};  // where no slot tells the kind
  std::string_view speaker_area = {};    // where no slot tells the room, things here come first
  bool for_switching = false;            // "everything" is what is switched without a thought
};

// Devices by the slots name (ids, "lamp-1,lamp-2"), or area, floor, domain ("all" is every kind), kind (MIoT device
// types, "curtain window-opener many"), device_class, except_name, except_area. Without a name and a room it is the
// whole home. An Answer instead of Targets says what is missing, or asks which one of several is meant.
std::variant<Targets, Answer> find_targets(const home::Home& home, const model::Intent& intent,
                                           const Scope& scope = {});

// The scene that the slot "name" means; empty when it means devices.
std::string scene_in(const model::Intent& intent);

// An Answer from "responses: errors", with its outcome and variables.
Answer refusal(std::string key, Json variables);
Answer failure(std::string key, Json variables);
Answer reply(model::Outcome outcome, std::string key, Json variables);
// Which of these devices? The words are the replies of "Ask".
Answer ask_which(const std::vector<home::DeviceView>& devices, const std::string& kind);

}  // namespace entente::assistant
