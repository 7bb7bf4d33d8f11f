// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody may have meant by a name that is none. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace entente::home {

// The candidate that is nearest to the word, where one is near; empty otherwise. Case does not count.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

// "; did you mean 'brightness'?", or what there is, or nothing.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

// A name from a file as a message may show it: whole characters, not too many, in quotes.
std::string shown(std::string_view name);

}  // namespace entente::home
