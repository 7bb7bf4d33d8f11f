// SPDX-License-Identifier: GPL-3.0-or-later
// Times of day, dates and durations as people say and type them, each as a list that is spelled out at load: an
// automaton whose finals are the values, so that the matcher and the recogniser know them like any other list. What a
// language says is a table of templates (quantities_tables.cpp); languages without one get what ICU knows of them.
//
//   time      "07:30", from "00:00" to "23:59": the clock as said, where nothing says which half of the day
//   date      "+1"    so many days from today ("tomorrow"); "-2" before it
//             "W5"    the next Friday after today, Monday is 1; "W5+1" Friday of the week after this one
//             "--12-24"  every year's 24th of December;  "---24"  the next 24th of a month
//   duration  whole seconds, an integer
//
// Values come with the metadata "unit": "time", "date" or "s". One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/language/impl/automaton.h"
#include "services/language/impl/number_words.h"
#include "services/language/impl/scan.h"
#include "services/language/impl/source.h"
#include "services/language/impl/symbols.h"

namespace entente::language {

struct QuantityWords {
  std::uint32_t root = 0;  // in the builder; finals are indices of values
  std::vector<model::Value> values;
};

// What is wrong with a table is our bug, and found by the tests: here it is left out.
QuantityWords compile_quantity(Quantity quantity, std::string_view language, const ScanRules& rules, Symbols& symbols,
                               NumberWords& numbers, AutomatonBuilder& builder);

std::string_view unit_of(Quantity quantity);

}  // namespace entente::language
