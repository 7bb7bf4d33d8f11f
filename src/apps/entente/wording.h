// SPDX-License-Identifier: GPL-3.0-or-later
// What voices are given of a text: its sentences with all figures in words, by the tables in LANG/speech of each folder
// of sentences. A language's tables are read when it is first spoken.
#pragma once

#include <filesystem>
#include <vector>

#include "services/speech/wording.h"

namespace entente::apps {

// `folders` hold LANG/speech/*.yaml, the product's first. Of a language without tables the text stays as it is: its
// engine knows its figures better.
speech::Wording wording_from(std::vector<std::filesystem::path> folders);

}  // namespace entente::apps
