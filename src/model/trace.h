// SPDX-License-Identifier: GPL-3.0-or-later
// How long each stage of a command took, from the end of speech or the typed sentence on: shown to people, and what
// `entente bench reply` adds up. Plain value.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace entente::model {

struct Stage {
  std::string name;  // "recognise", "understand", "act", "synthesise"
  Duration took{};
  std::string detail;  // what came of it, for people: the words heard, the intent, the device
};
using Trace = std::vector<Stage>;

}  // namespace entente::model
