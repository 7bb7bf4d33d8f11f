// SPDX-License-Identifier: GPL-3.0-or-later
// The layout of the Home Assistant intents repository (2026): intents.yaml with slot combinations, and for each
// language sentences/LANG/INTENT/COMBINATION.yaml, rules/LANG, lists and lists/LANG, responses/LANG. Its older layout,
// classic files in sentences/LANG with responses/LANG beside, is read too. One thread.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "services/language/impl/source.h"

namespace entente::language {

// Adds what the repository says in one language. What cannot be used is left out and named in `problems`.
void read_repository(const std::filesystem::path& root, std::string_view language, bool of_user, Source& source,
                     std::vector<Problem>& problems);

// Adds the file, or every *.yaml of the folder in the order of their names.
void read_folder(const std::filesystem::path& path, bool of_user, Source& source, std::vector<Problem>& problems);

}  // namespace entente::language
