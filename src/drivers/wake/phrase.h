// SPDX-License-Identifier: GPL-3.0-or-later
// From a phrase as people type it to the chains of phones that are searched for. Pure functions and plain values, any
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente::wake {

// All ways to say one word, as ARPAbet names with one space between ("K AH M P Y UW T ER"), best first; empty where
// nobody knows. Called on whatever thread prepares phrases.
using Pronounce = std::function<std::vector<std::string>(std::string_view word, std::string_view language)>;

// One way to say the whole phrase. A phone that may be left out is silence between words.
struct Chain {
  std::vector<std::uint8_t> phones;
  std::size_t sounding() const;  // phones that are not silence
};

// ErrorCode::invalid, naming the phrase, where a word cannot be pronounced or everything is too short.
Result<std::vector<Chain>> chains_of(std::string_view text, std::string_view language, const Pronounce& pronounce);

}  // namespace entente::wake
