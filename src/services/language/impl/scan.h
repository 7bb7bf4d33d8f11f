// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts text into what the automaton matches: words where a language writes spaces, single characters where its script
// does not (Chinese, Japanese, Thai …) or the sentence files say ignore_whitespace. The same cut is made through what
// people type and through the literal text of templates, so the two always agree. Case, punctuation, hyphens, invisible
// characters and the Unicode form do not count. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace entente::language {

enum class Spacing : std::uint8_t { words, characters };

struct ScanRules {
  Spacing spacing = Spacing::words;
};

struct Piece {
  enum class Kind : std::uint8_t {
    boundary,    // white space or punctuation
    letters,     // glues to letters before and after it
    unit,        // stands alone: a character of a script without spaces, or a symbol such as %
    number,      // digits, with a decimal fraction perhaps
    initialism,  // "A.C.": key "ac"
  };
  Kind kind = Kind::boundary;
  bool capitals = false;             // letters that are all upper case: "TV"
  std::uint32_t begin = 0, end = 0;  // bytes of the scanned text
  std::string key;                   // case-folded
  double value = 0;                  // of a number
  double grouped = 0;                // of "2,700" read as thousands; else the same
};

// Unicode NFC, with ’ as '. `text` must be UTF-8.
std::string normalise(std::string_view text);

// The pieces of normalised text. Apostrophes stay at the edges of letters, as a template's "'s" needs them.
std::vector<Piece> scan(std::string_view text, const ScanRules& rules);

// The pieces of a whole text without boundaries: its tokens. Apostrophes at the edges are gone.
std::vector<Piece> tokens(std::string_view text, const ScanRules& rules);

// What a wildcard is worth: without punctuation beside spaces or at the ends, as hassil drops it from a text before it
// reads; without any white space where characters are the words.
std::string wildcard_text(std::string_view words, const ScanRules& rules);

std::string_view trim_apostrophes(std::string_view letters);
std::size_t count_characters(std::string_view utf8);

// Every run of white space as one space, none at the ends.
std::string collapse_spaces(std::string_view text);

}  // namespace entente::language
