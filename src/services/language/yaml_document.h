// SPDX-License-Identifier: GPL-3.0-or-later
// Any YAML text as a JSON value, for files that are no sentences: tests of sentences, tables. Scalars get the types
// that YAML 1.1 gives them (yes, off, 0x1F, 1_000, ~), as most tools read such files. Bounded in size, depth and what
// aliases blow up. Pure function, any thread.
#pragma once

#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace entente::language {

// `what` names the source in errors: "what:12: not YAML: …". An empty text is null.
Result<Json> parse_yaml(std::string_view yaml, std::string_view what);

}  // namespace entente::language
