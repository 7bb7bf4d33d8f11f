// SPDX-License-Identifier: GPL-3.0-or-later
// Prefix trees over the phones of words: what SearchGraph and FreeSpeech are made of. Words that begin alike share
// nodes; every pronunciation has a last node of its own. Nodes of one parent are contiguous and stand behind it.
#pragma once

#include <cstdint>
#include <vector>

#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/pronunciations.h"

namespace entente::sphinx {

// One phone of a prefix tree. The neighbours decide its states: inside a word they are known here, at its first phone
// the left one, at its last phone the right one, is known only to the decoder.
struct TreeNode {
  enum class Kind : std::uint8_t { first, inside, last, single };

  std::uint32_t first_child = 0;  // index into the nodes
  std::uint32_t child_count = 0;
  std::uint32_t word = 0;      // last and single: index into the words of the tree's owner
  std::uint32_t target = 0;    // last and single: the state after the word
  std::uint16_t triphone = 0;  // inside
  Kind kind = Kind::inside;
  Phone phone = 0;
  Phone left = 0;   // inside and last
  Phone right = 0;  // first and inside
  Phone start = 0;  // first phone of the word: last and single

  bool ends_word() const { return kind == Kind::last || kind == Kind::single; }
};

// Index range of the first phones of one tree.
struct TreeRoots {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

class TreePlanter {
 public:
  TreePlanter(const AcousticModel& model, std::vector<TreeNode>& nodes) : model_(model), nodes_(nodes) {}

  // `phones` is not empty and stays where it is until plant().
  void add(const Pronunciation& phones, std::uint32_t word, std::uint32_t target) {
    spoken_.push_back(Spoken{&phones, word, target});
  }
  // A tree of the words that were added since the last one.
  TreeRoots plant();

 private:
  struct Spoken {
    const Pronunciation* phones;
    std::uint32_t word;
    std::uint32_t target;
  };
  struct Branch {  // spoken_[from, to) share their first `depth` + 1 phones
    std::size_t from, to, depth;
    std::uint32_t parent;
  };
  void grow(const Branch& branch);

  const AcousticModel& model_;
  std::vector<TreeNode>& nodes_;
  std::vector<Spoken> spoken_;
  std::vector<Branch> branches_;  // not yet grown
};

}  // namespace entente::sphinx
