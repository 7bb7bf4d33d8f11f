// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/free_speech.h"

#include <algorithm>
#include <numeric>

namespace entente::sphinx {
namespace {

// Marks such as "<s>" are no words.
bool is_mark(std::string_view word) { return word.empty() || word.front() == '<' || word.front() == '['; }

std::vector<NgramModel::Word> most_frequent(const NgramModel& model, std::size_t most) {
  std::vector<NgramModel::Word> words(model.size());
  std::iota(words.begin(), words.end(), NgramModel::Word{0});
  words.erase(std::remove_if(words.begin(), words.end(), [&](auto word) { return is_mark(model.word(word)); }),
              words.end());
  std::vector<float> likelihoods(model.size());
  for (auto word : words) likelihoods[word] = model.unigram(word);
  most = std::min(most, words.size());
  std::nth_element(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(most), words.end(),
                   [&](auto a, auto b) { return likelihoods[a] > likelihoods[b]; });
  words.resize(most);
  return words;
}

}  // namespace

FreeSpeech::FreeSpeech(NgramModel model, const AcousticModel& phones, const Pronunciations& pronunciations,
                       std::size_t most)
    : model_(std::move(model)),
      sentence_start_(model_.find("<s>").value_or(NgramModel::no_word)),
      heard_(model_.size(), false) {
  const auto words = most_frequent(model_, most);
  std::vector<std::vector<Pronunciation>> spoken;
  spoken.reserve(words.size());
  TreePlanter planter(phones, nodes_);
  for (auto word : words) {
    spoken.push_back(pronunciations.find(model_.word(word)));
    for (const auto& pronunciation : spoken.back()) planter.add(pronunciation, word, 0);
    heard_[word] = !spoken.back().empty();
  }
  roots_ = planter.plant();
  nodes_.shrink_to_fit();
  best_below_.resize(nodes_.size());
  for (std::size_t i = nodes_.size(); i-- > 0;) {  // children stand behind their parents
    const TreeNode& node = nodes_[i];
    const auto* below = best_below_.data() + node.first_child;
    best_below_[i] = node.ends_word() ? model_.unigram(node.word) : *std::max_element(below, below + node.child_count);
  }
}

}  // namespace entente::sphinx
