// SPDX-License-Identifier: GPL-3.0-or-later
// The sentences that start routines, as sentence files that the grammars read: one for each language, written anew when
// the routines change.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/home/routines.h"

namespace entente::apps {

// Whether any file changed. A sentence without a language is of the first; one of a language that the home does not
// speak is left out.
Result<bool> write_routine_sentences(const std::filesystem::path& folder, const std::vector<std::string>& languages,
                                     const std::vector<home::RoutineSentence>& sentences);

}  // namespace entente::apps
