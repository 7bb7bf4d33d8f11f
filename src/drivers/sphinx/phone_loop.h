// SPDX-License-Identifier: GPL-3.0-or-later
// What anything at all would score: any phone after any other, without context. A sentence of the graph that was really
// said does better than this, one that was read into other speech does worse. Belongs to one pass; single-threaded.
#pragma once

#include <array>
#include <vector>

#include "drivers/sphinx/acoustic_model.h"
#include "drivers/sphinx/senone_scorer.h"

namespace entente::sphinx {

class PhoneLoop {
 public:
  explicit PhoneLoop(const AcousticModel& model);

  void advance(SenoneScorer& scorer, float quiet);  // one frame, as in Decoder
  double score() const { return base_ + static_cast<double>(best_); }
  // What so many frames scored, from the first one.
  double score_of(std::size_t frames) const { return frames > 0 ? scored_[frames - 1] : 0; }

 private:
  float pause_score(SenoneScorer& scorer) const;

  const AcousticModel& model_;
  std::vector<std::array<float, state_count>> scores_;  // [phone], relative to base_
  float entry_ = 0;                                     // likewise
  float best_ = 0;                                      // likewise
  double base_ = 0;
  std::vector<double> scored_;  // by frame
};

}  // namespace entente::sphinx
