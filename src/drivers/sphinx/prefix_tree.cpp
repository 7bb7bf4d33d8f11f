// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/prefix_tree.h"

#include <algorithm>

namespace entente::sphinx {

TreeRoots TreePlanter::plant() {
  std::sort(spoken_.begin(), spoken_.end(), [](const Spoken& a, const Spoken& b) { return *a.phones < *b.phones; });
  TreeRoots roots;
  roots.first = static_cast<std::uint32_t>(nodes_.size());
  branches_.clear();
  grow(Branch{0, spoken_.size(), 0, 0});
  roots.count = static_cast<std::uint32_t>(nodes_.size()) - roots.first;
  for (std::size_t i = 0; i < branches_.size(); ++i) {
    const Branch branch = branches_[i];
    nodes_[branch.parent].first_child = static_cast<std::uint32_t>(nodes_.size());
    grow(branch);
    nodes_[branch.parent].child_count = static_cast<std::uint32_t>(nodes_.size()) - nodes_[branch.parent].first_child;
  }
  spoken_.clear();
  return roots;
}

// Adds the nodes of phone number `depth` for one branch: one for each different next phone, one for each word's end.
void TreePlanter::grow(const Branch& branch) {
  const auto depth = branch.depth;
  for (std::size_t i = branch.from; i < branch.to;) {
    const Pronunciation& phones = *spoken_[i].phones;
    TreeNode node;
    node.phone = phones[depth];
    if (depth > 0) node.left = phones[depth - 1];
    if (phones.size() == depth + 1) {
      node.kind = depth == 0 ? TreeNode::Kind::single : TreeNode::Kind::last;
      node.word = spoken_[i].word;
      node.target = spoken_[i].target;
      node.start = phones.front();
      nodes_.push_back(node);
      ++i;
      continue;
    }
    node.kind = depth == 0 ? TreeNode::Kind::first : TreeNode::Kind::inside;
    node.right = phones[depth + 1];
    if (depth > 0) node.triphone = model_.triphone(WordPlace::inside, node.phone, node.left, node.right);
    const auto from = i;
    while (i < branch.to && (*spoken_[i].phones)[depth] == node.phone && spoken_[i].phones->size() > depth + 1 &&
           (*spoken_[i].phones)[depth + 1] == node.right) {
      ++i;
    }
    branches_.push_back(Branch{from, i, depth + 1, static_cast<std::uint32_t>(nodes_.size())});
    nodes_.push_back(node);
  }
}

}  // namespace entente::sphinx
