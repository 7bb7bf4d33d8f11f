// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/symbols.h"

#include "services/language/impl/scan.h"

namespace entente::language {

Symbols::Symbols(const Symbols& other) : words_(other.words_) {
  ids_.reserve(words_.size());
  for (std::uint32_t id = 0; id < words_.size(); ++id) ids_.emplace(words_[id].text, id);
}

std::uint32_t Symbols::intern(std::string_view word, Use use) {
  const auto found = ids_.find(word);
  if (found != ids_.end()) {
    if (use == Use::spoken) words_[found->second].use = Use::spoken;
    return found->second;
  }
  const auto id = static_cast<std::uint32_t>(words_.size());
  words_.push_back(Word{std::string(word), static_cast<std::uint32_t>(count_characters(word)), use});
  ids_.emplace(words_.back().text, id);
  return id;
}

std::uint32_t Symbols::find(std::string_view word) const {
  const auto found = ids_.find(word);
  return found == ids_.end() ? none : found->second;
}

std::size_t Symbols::bytes() const {
  std::size_t sum = words_.size() * (sizeof(Word) + sizeof(std::string_view) + 4 * sizeof(void*));
  for (const auto& word : words_) sum += word.text.capacity() > 15 ? word.text.capacity() + 1 : 0;
  return sum;
}

}  // namespace entente::language
