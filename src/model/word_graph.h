// SPDX-License-Identifier: GPL-3.0-or-later
// WordGraph is every sentence that can be understood in this home right now, as words: the recogniser's search space.
// services/language projects it from its automaton; a recogniser builds its own search structure over it.
//
// It is a set of finite-state networks that call each other without recursion: network 0 is the whole sentence, the
// others are lists that many sentences share (the names of devices, numbers), so that a thousand names stand once.
// Arcs of one state are contiguous. Immutable once made; shared between threads as shared_ptr<const WordGraph>.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace entente::model {

struct WordGraph {
  using Index = std::uint32_t;

  enum class ArcKind : std::uint8_t {
    word,      // consumes words[label]
    epsilon,   // consumes nothing
    call,      // runs networks[label] from its start to any of its final states, then goes on at target
    wildcard,  // consumes one or more words that the graph does not know
  };
  struct Arc {
    ArcKind kind = ArcKind::epsilon;
    Index label = 0;
    Index target = 0;  // index into states
  };
  struct State {
    Index first_arc = 0;
    Index arc_count = 0;
    bool final = false;     // of its network: the sentence is complete, or the call returns
    bool settled = false;   // final, and no words that may follow in this network change what has been said
    std::uint8_t more = 0;  // otherwise: how many slots of the same sentence may yet be filled
  };
  struct Network {
    Index start = 0;    // index into states
    std::string name;   // "sentence", "name", "area", "0..100": for messages
    bool idle = false;  // its words change nothing: "please"
  };

  std::string language;            // BCP 47: "en", "zh-CN"
  std::vector<std::string> words;  // each once, spoken form, lower case, no white space inside
  std::vector<State> states;
  std::vector<Arc> arcs;
  std::vector<Network> networks;  // [0] is the sentence

  bool empty() const { return networks.empty(); }
};

}  // namespace entente::model
