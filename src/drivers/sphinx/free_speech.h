// SPDX-License-Identifier: GPL-3.0-or-later
// FreeSpeech is what a wildcard can hear: the most frequent words of an n-gram model, as one prefix tree for all graphs
// of a recogniser, and how likely they follow each other. Immutable; any thread. The acoustic model outlives it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "drivers/sphinx/ngram_model.h"
#include "drivers/sphinx/prefix_tree.h"

namespace entente::sphinx {

// After one certain word: the likelihood of the likeliest word below each node of the tree. Tokens pay it before it is
// known which word they will be.
class LookAhead {
 public:
  float root(std::uint32_t node) const { return roots_[node]; }

 private:
  friend class FreeSpeech;
  struct Entry {
    std::uint32_t node = empty;
    float likelihood = 0;
  };
  static constexpr std::uint32_t empty = 0xFFFFFFFFU;
  static constexpr std::size_t hash(std::uint32_t node) { return node * std::size_t{0x9E3779B1U} >> 7U; }
  bool raise(std::uint32_t node, float likelihood);  // false when it was as high already
  void grow();

  float back_off_ = 0;                                  // for words never seen after this one
  std::vector<Entry> entries_{std::vector<Entry>(16)};  // hash table of the nodes above words that were seen
  std::size_t used_ = 0;                                // of them, at most two thirds
  std::vector<float> roots_;                            // of the whole sum, because they are asked for most
};

class FreeSpeech {
 public:
  // At most `most` words; those that nobody can pronounce are left out.
  FreeSpeech(NgramModel model, const AcousticModel& phones, const Pronunciations& pronunciations, std::size_t most);

  const NgramModel& model() const { return model_; }
  std::span<const TreeNode> nodes() const { return nodes_; }  // their words are those of the model; the roots are first
  std::uint32_t root_count() const { return roots_.count; }
  bool hears(NgramModel::Word word) const { return heard_[word]; }
  NgramModel::Word sentence_start() const { return sentence_start_; }  // as history
  NgramModel::Word sentence_end() const { return sentence_end_; }

  LookAhead after(NgramModel::Word last) const;  // some microseconds for rare words, a millisecond for "the"
  float ahead(const LookAhead& after, std::uint32_t node) const;
  float best_below(std::uint32_t node) const { return best_below_[node]; }  // the same, after no word

 private:
  struct Follower {
    NgramModel::Word word;
    float likelihood;
  };

  void plant(std::span<const NgramModel::Word> words, const AcousticModel& phones,
             const Pronunciations& pronunciations);
  void find_parents();
  void find_followers();
  std::span<const std::uint32_t> leaves(NgramModel::Word word) const {
    return std::span(leaves_).subspan(first_leaf_[word], first_leaf_[word + 1] - first_leaf_[word]);
  }

  NgramModel model_;
  NgramModel::Word sentence_start_;
  NgramModel::Word sentence_end_;
  std::vector<TreeNode> nodes_;
  TreeRoots roots_;
  std::vector<float> best_below_;           // [node]
  std::vector<bool> heard_;                 // [word]
  std::vector<std::uint32_t> parents_;      // [node]; of a root, itself
  std::vector<std::uint32_t> first_leaf_;   // [word] into leaves_; one more at the end
  std::vector<std::uint32_t> leaves_;       // nodes that end the word
  std::vector<std::uint32_t> first_after_;  // [word] into followers_; one more at the end
  std::vector<std::uint32_t> followers_;    // words seen after it
  std::vector<std::uint16_t> likelihoods_;  // of followers_: their negative logarithms, in units of 1/2048
};

}  // namespace entente::sphinx
