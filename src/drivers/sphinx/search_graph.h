// SPDX-License-Identifier: GPL-3.0-or-later
// SearchGraph is a WordGraph made ready for the decoder. Each network is made deterministic (after equal words there
// is one state, however many sentences begin with them), and each of its states gets a prefix tree over the phones of
// the words that can come next. Wildcards cannot be passed: the model hears no words
// that it does not know. Calls stay calls: a list of a thousand names has one set of trees, whoever calls it.
// Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/pronunciations.h"
#include "model/word_graph.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

// One phone of a prefix tree. The neighbours decide its states: inside a word they are known here, at its first phone
// the left one, at its last phone the right one, is known only to the decoder.
struct TreeNode {
  enum class Kind : std::uint8_t { first, inside, last, single };

  std::uint32_t first_child = 0;  // index into nodes()
  std::uint32_t child_count = 0;
  std::uint32_t word = 0;      // last and single: index into the word graph's words
  std::uint32_t target = 0;    // last and single: the state after the word
  std::uint16_t triphone = 0;  // inside
  Kind kind = Kind::inside;
  Phone phone = 0;
  Phone left = 0;   // inside and last
  Phone right = 0;  // first and inside
  Phone start = 0;  // first phone of the word: last and single

  bool ends_word() const { return kind == Kind::last || kind == Kind::single; }
};

class SearchGraph final : public speech::SearchSpace {
 public:
  using Index = std::uint32_t;

  struct Call {
    Index start = 0;    // state where the called network begins
    Index returns = 0;  // state where this one goes on
  };
  struct State {
    Index first_root = 0;  // its tree's first phones, in nodes()
    Index root_count = 0;
    Index first_call = 0;
    Index call_count = 0;
    bool final = false;
    PhoneSet followers = 0;  // what can be heard next, silence included
  };

  static Result<std::shared_ptr<const SearchGraph>> compile(std::shared_ptr<const model::WordGraph> graph,
                                                            const AcousticModel& model,
                                                            const Pronunciations& pronunciations);

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
  std::size_t state_count() const { return states_.size(); }

 private:
  friend class GraphCompiler;
  SearchGraph() = default;

  std::shared_ptr<const model::WordGraph> graph_;
  std::vector<State> states_;
  std::vector<Call> calls_;
  std::vector<TreeNode> nodes_;
  Index start_ = 0;
};

}  // namespace entente::sphinx
