// SPDX-License-Identifier: GPL-3.0-or-later
// Decoder finds the most likely sentences of a SearchGraph, frame by frame: Viterbi search with token passing over
// triphones that reach across words, pruned by beams. Only what is alive is held: a phone of a prefix tree at a place
// in the graph, where a place is a state plus the stack of states to return to. Inside a wildcard, the tree of
// FreeSpeech begins at every word; n-grams weigh its words, and its tokens have beams of their own, because a word of
// the grammar costs nothing and would push them out. Belongs to one stream; single-threaded. The model and the graph
// outlive it.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/context_table.h"
#include "drivers/sphinx/search_graph.h"
#include "drivers/sphinx/senone_scorer.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

struct SearchSettings {
  float beam = 100;       // how far below the best a phone may be, as natural logarithm
  float word_beam = 100;  // the same for leaving a phone or a word
  std::size_t most_active = 12000;
  float silence_penalty = -2;
  float noise_penalty = -5;

  // Inside wildcards.
  float language_weight = 5;  // of the n-grams' logarithms
  float free_word_penalty = -8;
  float free_beam = 80;       // below the best inside wildcards
  float free_word_beam = 50;  // the same for leaving a word
  float free_gap = 250;       // below the best of all
  std::size_t most_free = 4000;
};

class Decoder {
 public:
  Decoder(const AcousticModel& model, const ContextTable& contexts, const SearchGraph& graph,
          const SearchSettings& settings);

  // One frame, which the scorer has begun. `quiet` is added to silence and noises: how much the frame's energy alone
  // speaks against speech, as a logarithm.
  void advance(SenoneScorer& scorer, float quiet = 0);

  // The best sentences that end at the last frame, their texts distinct.
  std::vector<speech::Hypothesis> best_sentences(std::size_t most) const;
  speech::Partial partial() const;

  std::size_t frame_count() const { return first_of_frame_.size(); }
  std::size_t active_count() const { return tokens_.size(); }
  // What the n-grams took off the best sentence's score.
  double language_score() const;
  // The words of the best sentence, in order, without fillers and pauses.
  struct SpokenWord {
    std::size_t first = 0;  // its frames: from this one
    std::size_t after = 0;  // to before this one
    double fits = 0;        // its part of the score, without the n-grams
    bool free = false;      // inside a wildcard
  };
  std::vector<SpokenWord> best_words() const;

 private:
  using Index = std::uint32_t;
  static constexpr float never = -1e30F;
  static constexpr std::uint32_t filler_word = 0xFFFFFFFEU;
  static constexpr std::uint32_t free_word = 0x80000000U;  // set in words of FreeSpeech
  static constexpr Index free_node = 1U << 23U;            // set in nodes of FreeSpeech

  // A place where words can begin.
  struct Place {
    Index state = 0;
    Index stack = 0;
    bool expanded = false;
    bool accepts = false;      // a sentence may end here
    std::uint8_t more = 0;     // slots that it may still fill if it goes on; 0 where no words change it
    std::vector<Index> trees;  // places whose trees begin here: this one, those it calls, those it returns to
  };
  struct Stack {
    Index below = 0;
    Index returns = 0;
  };
  struct Token {
    std::array<float, state_count> score;
    std::array<std::int32_t, state_count> history;
    float entry;
    std::int32_t entry_history;
    float best;
    Index place;
    Index node;
    std::uint16_t variant;  // left context << 6 | group of right contexts
    std::uint16_t sequence;
    Phone phone;
    bool free;  // inside a wildcard
  };
  struct WordEnd {
    double score = 0;        // of the whole path
    PhoneSet followers = 0;  // phones that may come next
    std::int32_t previous = -1;
    std::int32_t frame = 0;
    float language = 0;  // what of the path's score is the n-grams'
    std::uint32_t word = 0;
    NgramModel::Word last_word = NgramModel::no_word;    // for the n-grams of the next one
    NgramModel::Word before_last = NgramModel::no_word;  // the word before that
    Index place = 0;                                     // where it leads to
    Phone start = 0;                                     // its first phone
    Phone last = 0;
    bool free = false;  // the last word was one of a wildcard
  };
  struct Likelihood {  // in a cache
    NgramModel::Word word = NgramModel::no_word;
    NgramModel::Word last = NgramModel::no_word;
    NgramModel::Word before = NgramModel::no_word;
    float value = 0;
  };
  struct Entrance {  // where words begin after this frame
    Index place = 0;
    Phone left = 0;
    std::array<float, phone_limit> score;  // by first phone
    std::array<std::int32_t, phone_limit> history;
  };
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t stamp = 0;
    std::uint32_t token = 0;
  };

  void evaluate(SenoneScorer& scorer, float quiet);
  void prune();
  void tighten(bool free);
  void propagate();
  void leave_phone(std::size_t token, float score);
  void leave_word(std::size_t token, float score);
  void leave_filler(std::size_t token, float score);
  void end_word(const WordEnd& end, float score);
  bool is_hopeless(PhoneSet followers, float score, const Entrance& entrance) const;
  void enter_words();
  void enter_place(const Entrance& entrance);
  void enter_fillers(const Entrance& entrance);
  void enter_tree(Index place, const Entrance& entrance);
  void enter_wildcard(Index place, const Entrance& entrance);
  void enter_root(Index place, Index node, const Entrance& entrance, Index target, float change, bool free);
  void enter(bool free, Index place, Index node, unsigned variant, std::uint16_t sequence, Phone phone, float score,
             std::int32_t history);
  Slot& find_slot(std::uint64_t key);
  void grow_slots();

  Index place_of(Index state, Index stack);
  Index push(Index below, Index returns);
  void expand(Index place);
  void add_calls(Index place, std::vector<Index>& trees);
  std::string text_of(std::int32_t history) const;
  std::string_view text_of_word(std::uint32_t word) const;

  bool is_filler(Index node) const { return node >= graph_.nodes().size() && !(node & free_node); }
  const TreeNode& tree_node(Index node) const {
    return node & free_node ? speech_->nodes()[node & ~free_node] : graph_.nodes()[node];
  }
  Index target_of(Index place, const TreeNode& node, bool free) const {
    return free ? graph_.state(places_[place].state).wildcard : node.target;
  }
  float threshold(bool free) const { return free ? free_threshold_ : threshold_; }
  float ahead_of(Index node, const LookAhead& ahead) const;
  const LookAhead& look_ahead(std::int32_t history) const;
  float language_cost(std::uint32_t word, NgramModel::Word last, NgramModel::Word before) const;
  NgramModel::Word ngram_word(std::uint32_t word) const;
  double cost_of_ending(const WordEnd& end) const;
  const WordEnd* best_end() const;

  const AcousticModel& model_;
  const ContextTable& contexts_;
  const SearchGraph& graph_;
  const FreeSpeech* const speech_;  // null without wildcards
  const SearchSettings settings_;
  std::vector<Phone> fillers_;

  std::vector<Token> tokens_;
  std::vector<Slot> slots_;
  std::uint32_t stamp_ = 0;
  float best_ = 0;   // of this frame, relative to base_
  double base_ = 0;  // what was taken off all scores so far
  float threshold_ = never;
  float best_free_ = never;  // likewise, inside wildcards
  float free_threshold_ = never;
  mutable std::vector<Likelihood> likelihoods_;                          // cache; empty without wildcards
  mutable std::unordered_map<NgramModel::Word, LookAhead> look_aheads_;  // by the word before

  std::deque<WordEnd> ends_;                 // long; never moved as it grows
  std::vector<std::size_t> first_of_frame_;  // index into ends_
  std::vector<Entrance> entrances_;
  std::size_t entrance_count_ = 0;

  std::vector<Place> places_;
  std::unordered_map<std::uint64_t, Index> place_index_;  // state, stack
  std::vector<Stack> stacks_;                             // [0] is empty
  std::unordered_map<std::uint64_t, Index> stack_index_;  // below, returns
};

}  // namespace entente::sphinx
