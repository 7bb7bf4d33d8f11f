// SPDX-License-Identifier: GPL-3.0-or-later
// One utterance on its way through the recogniser: see recogniser.h. Used from one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

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
  speech::Partial partial() override { return decoder_.partial(); }
  speech::Recognition result() override;

 private:
  void decode_live();
  Cepstrum live_cepstrum(MelFrame mel);

  // Constant after construction.
  const std::shared_ptr<const Engine> engine_;
  const std::shared_ptr<const SearchGraph> graph_;

  FrontEnd front_end_;
  std::vector<MelFrame> mel_;  // all that was heard

  // The pass that runs while sound arrives, with the mean and floor of what was heard until then.
  std::vector<Cepstrum> live_;
  MelFrame peak_;
  std::array<double, cepstrum_size> sum_{};
  std::size_t decoded_ = 0;  // frames of live_
  SenoneScorer scorer_;
  Decoder decoder_;

  std::optional<speech::Recognition> result_;  // for the frames so far
};

}  // namespace entente::sphinx
