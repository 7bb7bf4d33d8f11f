// SPDX-License-Identifier: GPL-3.0-or-later
// One utterance on its way through the recogniser: see recogniser.h. Used from one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "drivers/sphinx/conditions.h"
#include "drivers/sphinx/decoder.h"
#include "drivers/sphinx/engine.h"
#include "drivers/sphinx/front_end.h"
#include "drivers/sphinx/search_graph.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

class Stream final : public speech::RecogniserStream {
 public:
  Stream(std::shared_ptr<const Engine> engine, std::shared_ptr<const SearchGraph> graph);

  void feed(speech::Samples samples) override;
  speech::Partial partial() override;
  speech::Recognition result() override;

 private:
  // The pass that runs while sound arrives. It decodes with what the sound until its start told about the conditions,
  // so it is begun anew whenever there is half as much speech again: three times the work of one pass in all.
  struct LivePass {
    LivePass(const Engine& engine, const SearchGraph& graph, std::span<const MelFrame> frames, std::size_t from);

    Conditions conditions;
    std::size_t first;              // frame of mel_
    std::vector<Cepstrum> cepstra;  // from `first` on
    std::size_t decoded = 0;        // of them
    Decoder decoder;
  };

  void look_for_speech();
  void decode_live();

  // Constant after construction.
  const std::shared_ptr<const Engine> engine_;
  const std::shared_ptr<const SearchGraph> graph_;

  FrontEnd front_end_;
  std::size_t room_;           // samples until the longest utterance is full
  std::vector<MelFrame> mel_;  // all that was heard
  SenoneScorer scorer_;
  std::optional<LivePass> live_;
  std::size_t looked_at_ = 0;                  // frames when speech was last looked for
  std::size_t speech_wanted_;                  // loud frames, for the live pass to begin anew
  std::optional<speech::Recognition> result_;  // for the frames so far
};

}  // namespace entente::sphinx
