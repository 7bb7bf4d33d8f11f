// SPDX-License-Identifier: GPL-3.0-or-later
// The words of an automaton, numbered. Owned by a SentenceSet while it loads; a Grammar extends a copy with this home's
// names. Any thread once complete.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace entente::language {

class Symbols {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  enum class Use : std::uint8_t { spoken, typed };  // typed: digits, "%", "ac" for "A.C."; no recogniser can hear it

  Symbols() = default;
  Symbols(const Symbols& other);
  Symbols& operator=(const Symbols&) = delete;

  // A word is spoken once anyone has said so.
  std::uint32_t intern(std::string_view word, Use use);
  std::uint32_t find(std::string_view word) const;

  const std::string& word(std::uint32_t id) const { return words_[id].text; }
  std::uint32_t characters(std::uint32_t id) const { return words_[id].characters; }
  bool spoken(std::uint32_t id) const { return words_[id].use == Use::spoken; }
  std::size_t size() const { return words_.size(); }
  std::size_t bytes() const;

 private:
  struct Word {
    std::string text;
    std::uint32_t characters = 0;
    Use use = Use::typed;
  };
  std::deque<Word> words_;  // stable: ids_ points into it
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

}  // namespace entente::language
