// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/free_speech.h"

#include <algorithm>
#include <numeric>

namespace entente::sphinx {
namespace {

constexpr float likelihood_unit = 2048;

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
      sentence_end_(model_.find("</s>").value_or(NgramModel::no_word)),
      heard_(model_.size(), false) {
  plant(most_frequent(model_, most), phones, pronunciations);
  find_parents();
  find_followers();
}

void FreeSpeech::plant(std::span<const NgramModel::Word> words, const AcousticModel& phones,
                       const Pronunciations& pronunciations) {
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
}

void FreeSpeech::find_parents() {
  parents_.resize(nodes_.size());
  best_below_.resize(nodes_.size());
  first_leaf_.assign(model_.size() + 1, 0);
  for (std::uint32_t i = 0; i < roots_.count; ++i) parents_[i] = i;
  for (std::uint32_t i = static_cast<std::uint32_t>(nodes_.size()); i-- > 0;) {  // children stand behind their parents
    const TreeNode& node = nodes_[i];
    if (node.ends_word()) {
      best_below_[i] = model_.unigram(node.word);
      ++first_leaf_[node.word + 1];
      continue;
    }
    best_below_[i] = best_below_[node.first_child];
    for (auto child = node.first_child; child < node.first_child + node.child_count; ++child) {
      parents_[child] = i;
      best_below_[i] = std::max(best_below_[i], best_below_[child]);
    }
  }
  std::partial_sum(first_leaf_.begin(), first_leaf_.end(), first_leaf_.begin());
  leaves_.resize(first_leaf_.back());
  auto next = first_leaf_;
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].ends_word()) leaves_[next[nodes_[i].word]++] = i;
  }
}

// The model knows what can stand before a word; this turns it round.
void FreeSpeech::find_followers() {
  std::vector<NgramModel::Seen> pairs;
  first_after_.assign(model_.size() + 1, 0);
  for (NgramModel::Word word = 0; word < model_.size(); ++word) {
    if (!heard_[word]) continue;
    model_.pairs(word, pairs);
    for (const auto& pair : pairs) ++first_after_[pair.last + 1];
  }
  std::partial_sum(first_after_.begin(), first_after_.end(), first_after_.begin());
  followers_.resize(first_after_.back());
  likelihoods_.resize(first_after_.back());
  auto next = first_after_;
  for (NgramModel::Word word = 0; word < model_.size(); ++word) {
    if (!heard_[word]) continue;
    model_.pairs(word, pairs);
    for (const auto& pair : pairs) {
      const auto at = next[pair.last]++;
      followers_[at] = word;
      likelihoods_[at] = static_cast<std::uint16_t>(std::min(-pair.likelihood * likelihood_unit, 65535.0F));
    }
  }
}

bool LookAhead::raise(std::uint32_t node, float likelihood) {
  const auto mask = entries_.size() - 1;
  auto at = hash(node) & mask;
  while (entries_[at].node != node && entries_[at].node != empty) at = (at + 1) & mask;
  if (entries_[at].node == node) {
    if (entries_[at].likelihood >= likelihood) return false;
    entries_[at].likelihood = likelihood;
    return true;
  }
  entries_[at] = Entry{node, likelihood};
  if (++used_ * 3 > entries_.size() * 2) grow();
  return true;
}

void LookAhead::grow() {
  std::vector<Entry> old(entries_.size() * 4);
  old.swap(entries_);
  const auto mask = entries_.size() - 1;
  for (const auto& entry : old) {
    if (entry.node == empty) continue;
    auto at = hash(entry.node) & mask;
    while (entries_[at].node != empty) at = (at + 1) & mask;
    entries_[at] = entry;
  }
}

LookAhead FreeSpeech::after(NgramModel::Word last) const {
  LookAhead made;
  if (last < model_.size()) {
    made.back_off_ = model_.back_off(last);
    for (auto i = first_after_[last]; i < first_after_[last + 1]; ++i) {
      const float likelihood = -static_cast<float>(likelihoods_[i]) / likelihood_unit;
      for (auto node : leaves(followers_[i])) {
        while (made.raise(node, likelihood) && parents_[node] != node) node = parents_[node];
      }
    }
  }
  made.roots_.resize(roots_.count);
  for (std::uint32_t i = 0; i < roots_.count; ++i) made.roots_[i] = ahead(made, i);
  return made;
}

float FreeSpeech::ahead(const LookAhead& after, std::uint32_t node) const {
  const float unseen = after.back_off_ + best_below_[node];
  const auto mask = after.entries_.size() - 1;
  for (auto at = LookAhead::hash(node) & mask;; at = (at + 1) & mask) {
    const auto& entry = after.entries_[at];
    if (entry.node == LookAhead::empty) return std::min(unseen, 0.0F);
    if (entry.node == node) return std::max(std::min(unseen, 0.0F), entry.likelihood);
  }
}

}  // namespace entente::sphinx
