// SPDX-License-Identifier: GPL-3.0-or-later
// SearchGraph is a WordGraph made ready for the decoder. Each network is made deterministic (after equal words there
// is one state, however many sentences begin with them), and each of its states gets a prefix tree over the phones of
// the words that can come next. Calls stay calls: a list of a thousand names has one set of trees, whoever calls it.
// A wildcard leads to a state where the wildcard may also go on: from there, any word of FreeSpeech leads back to it,
// and so does any word of the graph that FreeSpeech lacks. Without FreeSpeech, wildcards cannot be passed. Immutable;
// any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/free_speech.h"
#include "drivers/sphinx/prefix_tree.h"
#include "drivers/sphinx/pronunciations.h"
#include "model/word_graph.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

class SearchGraph final : public speech::SearchSpace {
 public:
  using Index = std::uint32_t;

  struct Call {
    Index start = 0;    // state where the called network begins
    Index returns = 0;  // state where this one goes on
  };
  static constexpr Index none = 0xFFFFFFFFU;
  struct State {
    Index first_root = 0;  // its tree's first phones, in nodes()
    Index root_count = 0;
    Index first_call = 0;
    Index call_count = 0;
    Index wildcard = none;  // the state after a word of a wildcard
    bool final = false;
    std::uint8_t more = 0;  // slots that may yet be filled before the network ends; at least 1 if words change anything
    PhoneSet followers = 0;  // what can be heard next, silence included
  };

  // Whether compile() can use FreeSpeech, which is large.
  static bool has_wildcards(const model::WordGraph& graph);
  // `speech` may be null.
  static Result<std::shared_ptr<const SearchGraph>> compile(std::shared_ptr<const model::WordGraph> graph,
                                                            const AcousticModel& model,
                                                            const Pronunciations& pronunciations,
                                                            std::shared_ptr<const FreeSpeech> speech = nullptr);

  const State& state(Index index) const { return states_[index]; }
  std::span<const TreeNode> nodes() const { return nodes_; }
  std::span<const TreeNode> roots(const State& state) const {
    return std::span(nodes_).subspan(state.first_root, state.root_count);
  }
  std::span<const Call> calls(const State& state) const {
    return std::span(calls_).subspan(state.first_call, state.call_count);
  }
  const std::string& word(std::uint32_t index) const { return graph_->words[index]; }
  Index start() const { return start_; }

  // Null unless there are wildcards that can be passed.
  const FreeSpeech* free_speech() const { return speech_.get(); }
  // The tree of the graph's own words inside wildcards: the last of nodes(), its words' targets are `none`.
  const TreeRoots& own_words() const { return own_words_; }
  // A word of the graph as FreeSpeech knows it, or no_word.
  NgramModel::Word in_free_speech(std::uint32_t word) const { return ngram_words_[word]; }
  std::size_t state_count() const { return states_.size(); }

 private:
  friend class GraphCompiler;
  SearchGraph() = default;

  std::shared_ptr<const model::WordGraph> graph_;
  std::vector<State> states_;
  std::vector<Call> calls_;
  std::vector<TreeNode> nodes_;
  Index start_ = 0;
  std::shared_ptr<const FreeSpeech> speech_;
  TreeRoots own_words_;
  std::vector<NgramModel::Word> ngram_words_;  // [word]; empty without FreeSpeech
};

}  // namespace entente::sphinx
