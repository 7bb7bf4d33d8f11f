// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: the engine over the installed model, made once for the whole test program, and small word graphs.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include "base/file.h"
#include "drivers/sphinx/engine.h"
#include "drivers/sphinx/recogniser.h"
#include "model/word_graph.h"

namespace entente::sphinx {

inline const AcousticModel& installed_model() {
  static const auto model = AcousticModel::open(Options{}.model_folder);
  if (!model.ok()) throw std::runtime_error(model.error().message);
  return *model;
}

inline Dictionary small_dictionary() {
  return *Dictionary::parse(
      "the DH AH\nthe(2) DH IY\nlamp L AE M P\nlight L AY T\non AA N\noff AO F\nturn T ER N\na AH\na(2) EY\n"
      "kitchen K IH CH AH N\nhall HH AO L\nbedroom B EH D R UW M\nthermostat TH ER M AH S T AE T\n",
      "small");
}

// Builds word graphs out of phrases.
class GraphBuilder {
 public:
  using Graph = model::WordGraph;

  Graph::Index state() { return states_++; }
  void epsilon(Graph::Index from, Graph::Index to) { add(from, {Graph::ArcKind::epsilon, 0, to}); }
  Graph::Index call(Graph::Index from, Graph::Index network) {
    auto to = state();
    add(from, {Graph::ArcKind::call, network, to});
    return to;
  }
  Graph::Index phrase(Graph::Index from, const std::string& text) {
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      auto [known, fresh] = index_.try_emplace(word, static_cast<Graph::Index>(words_.size()));
      if (fresh) words_.push_back(word);
      auto to = state();
      add(from, {Graph::ArcKind::word, known->second, to});
      from = to;
    }
    return from;
  }
  Graph::Index wildcard(Graph::Index from) {
    auto to = state();
    add(from, {Graph::ArcKind::wildcard, 0, to});
    return to;
  }
  // One of the phrases.
  Graph::Index choice(Graph::Index from, const std::vector<std::string>& phrases) {
    auto to = state();
    for (const auto& text : phrases) epsilon(phrase(from, text), to);
    return to;
  }
  std::shared_ptr<const Graph> build(const std::vector<Graph::Index>& starts, const std::vector<Graph::Index>& ends) {
    auto graph = std::make_shared<Graph>();
    graph->language = "en";
    graph->words = words_;
    graph->states.resize(states_);
    for (Graph::Index at = 0; at < states_; ++at) {
      graph->states[at].first_arc = static_cast<Graph::Index>(graph->arcs.size());
      for (const auto& arc : arcs_[at]) graph->arcs.push_back(arc);
      graph->states[at].arc_count = static_cast<Graph::Index>(arcs_[at].size());
    }
    for (auto end : ends) graph->states[end].final = true;
    for (auto start : starts) graph->networks.push_back({start, "network " + std::to_string(graph->networks.size())});
    return graph;
  }

 private:
  void add(Graph::Index from, Graph::Arc arc) { arcs_[from].push_back(arc); }

  Graph::Index states_ = 0;
  std::vector<std::string> words_;
  std::map<std::string, Graph::Index> index_;
  std::map<Graph::Index, std::vector<Graph::Arc>> arcs_;
};

inline std::shared_ptr<const model::WordGraph> sentences(const std::vector<std::string>& phrases) {
  GraphBuilder builder;
  auto start = builder.state();
  return builder.build({start}, {builder.choice(start, phrases)});
}

inline std::vector<std::int16_t> clip(const std::string& name) {
  auto bytes = read_file("src/drivers/sphinx/testdata/" + name + ".raw");
  if (!bytes.ok()) throw std::runtime_error(bytes.error().message);
  std::vector<std::int16_t> samples(bytes->size() / 2);
  std::memcpy(samples.data(), bytes->data(), samples.size() * 2);
  return samples;
}

}  // namespace entente::sphinx
