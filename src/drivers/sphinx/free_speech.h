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

class FreeSpeech {
 public:
  // At most `most` words; those that nobody can pronounce are left out.
  FreeSpeech(NgramModel model, const AcousticModel& phones, const Pronunciations& pronunciations, std::size_t most);

  const NgramModel& model() const { return model_; }
  std::span<const TreeNode> nodes() const { return nodes_; }  // their words are those of the model
  const TreeRoots& roots() const { return roots_; }
  // The likelihood of the likeliest word below a node.
  float best_below(std::uint32_t node) const { return best_below_[node]; }
  NgramModel::Word sentence_start() const { return sentence_start_; }  // as history
  bool hears(NgramModel::Word word) const { return heard_[word]; }

 private:
  NgramModel model_;
  NgramModel::Word sentence_start_;
  std::vector<TreeNode> nodes_;
  TreeRoots roots_;
  std::vector<float> best_below_;  // [node]
  std::vector<bool> heard_;        // [word]
};

}  // namespace entente::sphinx
