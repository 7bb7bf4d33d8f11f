// SPDX-License-Identifier: GPL-3.0-or-later
// What a person said and what it means. Plain values, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/value.h"

namespace entente::model {

// One thing said or typed to the assistant.
struct Utterance {
  std::string text;      // as typed, or as the recogniser heard it
  std::string language;  // BCP 47, or empty: any language of this home
  std::string area;      // the room of the speaker that heard it, or empty
  // Who speaks: what was said before counts for the same one only. Empty: the room stands for it.
  std::string session{};
};

struct Slot {
  std::string name;  // "name", "area", "brightness"
  Value value;       // what the list or range says it means ("switch.coffee" for "coffee machine")
  std::string text;  // the words in the sentence
};

// Intent names are Home Assistant's where one exists (HassTurnOn), so that sentences in other languages can be added.
struct Intent {
  std::string name;
  std::string language;                   // of the sentence that matched
  std::vector<Slot> slots;                // in the order said, then fixed ones of the template
  std::string response;                   // key of the reply template, "default" where the template names none
  std::map<std::string, Value> context;   // what the matched list values and the caller brought: domain, area …
  std::map<std::string, Value> metadata;  // of the template's block
  std::vector<std::string> commands;      // said in its place, one after the other: a household's own routine
  double score = 0;                       // 0 to 1; 1 when every word was literal text of the template

  const Slot* slot(std::string_view wanted) const {
    for (const auto& held : slots) {
      if (held.name == wanted) return &held;
    }
    return nullptr;
  }
  // The slot's value as text, or empty.
  std::string slot_text(std::string_view wanted) const {
    const Slot* found = slot(wanted);
    return found == nullptr ? std::string() : to_text(found->value);
  }
};

}  // namespace entente::model
