// SPDX-License-Identifier: GPL-3.0-or-later
// NgramModel is how likely English words follow each other: sphinxbase's binary "trie" language model of order 1 to 3,
// such as Debian's en-us.lm.bin. The file stays where it is, mapped into memory, and only the pages that are asked for
// are read. Foreign bytes: the header is checked when it is opened, everything else whenever it is followed, so a
// broken file gives wrong likelihoods at worst. Immutable after open(); any thread. A file that is cut short while it
// is mapped ends the process, as with every mapped file: packages replace files, they do not shorten them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente::sphinx {

class NgramModel {
 public:
  using Word = std::uint32_t;                   // below size()
  static constexpr Word no_word = 0xFFFFFFFFU;  // as history: nothing is known

  static Result<NgramModel> open(const std::filesystem::path& path);
  static Result<NgramModel> parse(std::string bytes, std::string_view name);

  std::size_t size() const { return starts_.size() - 1; }
  std::string_view word(Word word) const;
  std::optional<Word> find(std::string_view text) const;

  // Natural logarithms, never above 0. `last` is the word before, `before` the one before that.
  float unigram(Word word) const;
  float score(Word word, Word last, Word before) const;
  float back_off(Word last) const;  // what score() adds for words that were never seen after `last`

  struct Seen {
    Word last = 0;
    float likelihood = 0;
  };
  // All pairs of words that end with `word`, instead of what is in `out`.
  void pairs(Word word, std::vector<Seen>& out) const;

 private:
  struct Bytes {  // of the file; `holder` keeps them
    std::shared_ptr<const void> holder;
    const char* data = nullptr;
    std::size_t size = 0;
  };
  // N-grams of one order above 1: packed records of word, quantised likelihood and back-off, first continuation. The
  // records are of words in reverse: those of a last word are together, sorted by the word before it.
  struct Level {
    std::size_t at = 0;                          // first byte
    std::uint32_t count = 0;                     // records
    unsigned next_bits = 0;                      // 0 on the highest level
    std::size_t likelihoods = 0, back_offs = 0;  // tables of 2^16 floats, as byte offsets
    unsigned record_bits = 0;
  };
  struct Range {
    std::uint32_t from = 0, to = 0;
    bool empty() const { return from >= to; }
  };

  NgramModel() = default;
  static Result<NgramModel> read(Bytes bytes, std::string_view name);
  Result<void> read_words(std::size_t at, std::string_view name);

  template <class T>
  T number(std::size_t at) const;
  float logarithm(std::size_t at) const;
  std::uint32_t bits(std::size_t base, std::size_t bit, unsigned count) const;
  Range after_unigram(Word word) const;
  Range after(const Level& level, std::uint32_t record) const;
  std::optional<std::uint32_t> find(const Level& level, Range range, Word word) const;
  float likelihood(const Level& level, std::uint32_t record) const;
  float back_off(const Level& level, std::uint32_t record) const;

  Bytes bytes_;
  unsigned word_bits_ = 0;
  std::size_t unigrams_ = 0;           // byte offset
  std::vector<Level> levels_;          // order 2 and up
  std::size_t text_ = 0;               // byte offset of the words' text
  std::vector<std::uint32_t> starts_;  // [word] offset in it; one more at the end
  std::vector<Word> sorted_;           // by text; empty where they already are
};

}  // namespace entente::sphinx
