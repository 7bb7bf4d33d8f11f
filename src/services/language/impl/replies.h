// SPDX-License-Identifier: GPL-3.0-or-later
// Reply templates of the files, ready to render.
#pragma once

#include "services/language/impl/source.h"

namespace entente::language {

// Templates that are wrong are left out and named in `problems`.
Responses compile_replies(const std::map<std::string, std::map<std::string, std::vector<PlacedText>>>& replies,
                          const std::map<std::string, std::vector<PlacedText>>& refusals,
                          std::vector<Problem>& problems);

}  // namespace entente::language
