// SPDX-License-Identifier: GPL-3.0-or-later
// From the readings of a text to intents: which blocks the context allows, which values the lists mean, and which
// reading is best. Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "services/language/impl/matcher.h"
#include "services/language/language.h"

namespace entente::language {

Result<Understanding> understand_text(const MatchTables& tables, std::string_view text, const Context& context);
Result<Understanding> understand_tolerantly(const MatchTables& tables, std::span<const Hypothesis> heard,
                                            const Context& context);

// Whether a list value with this context can stand in a sentence with this constraint, as far as the value knows.
bool value_allowed(const Constraint& constraint, const std::map<std::string, model::Value>& context);

}  // namespace entente::language
