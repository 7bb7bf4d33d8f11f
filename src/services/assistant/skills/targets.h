// SPDX-License-Identifier: GPL-3.0-or-later
// Which devices a sentence is about: one by its name, or all of a kind, in a room or everywhere. Pure, loop thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/intent.h"
#include "services/assistant/skill.h"
#include "services/home/home.h"

namespace entente::assistant {

struct Targets {
  std::vector<home::DeviceView> devices;  // never empty
  bool by_name = false;
  std::string name;    // of the first, as the sentence called it
  std::string area;    // as it is called; empty for everywhere
  std::string domain;  // "light"; empty for every kind
};

// Devices by the slots name, area and domain ("all" is every kind). Without a slot for the kind it is `default_domain`;
// without a name and a room it is the whole home. An Answer instead of Targets says what is missing.
std::variant<Targets, Answer> find_targets(const home::Home& home, const model::Intent& intent,
                                           std::string_view default_domain = {});

// An Answer from "responses: errors", with its outcome and variables.
Answer refusal(std::string key, Json variables);
Answer failure(std::string key, Json variables);
Answer reply(model::Outcome outcome, std::string key, Json variables);

}  // namespace entente::assistant
