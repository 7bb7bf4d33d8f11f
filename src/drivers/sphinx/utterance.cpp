// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/utterance.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "drivers/sphinx/conditions.h"
#include "drivers/sphinx/decoder.h"
#include "drivers/sphinx/phone_loop.h"

namespace entente::sphinx {
namespace {

// Logistic, over how much better than the phone loop the sentence was in each loud frame: clear commands are above 0,
// commands in noise at 12 dB around -1, other speech that had to be a command around -3.5.
constexpr double confidence_slope = 2.5;
constexpr double confidence_middle = -1.6;
constexpr std::size_t least_loud_frames = 8;

}  // namespace

speech::Recognition recognise(const Engine& engine, const SearchGraph& graph, std::span<const MelFrame> all,
                              std::size_t most) {
  speech::Recognition recognition;
  if (all.empty()) return recognition;
  const auto frames = speech_part(all);
  const Conditions conditions(engine, frames);
  std::vector<Cepstrum> cepstra;
  cepstra.reserve(frames.size());
  for (const auto& frame : frames) cepstra.push_back(conditions.clean(frame));

  SenoneScorer scorer(engine.model);
  Decoder decoder(engine.model, engine.contexts, graph, SearchSettings{});
  PhoneLoop loop(engine.model);
  std::size_t loud = 0;
  for (std::size_t at = 0; at < cepstra.size(); ++at) {
    const float quiet = conditions.quiet_bonus(frames, at);
    loud += conditions.is_loud(loudness_of(frames[at]));
    scorer.begin_frame(features_at(cepstra, at));
    decoder.advance(scorer, quiet);
    loop.advance(scorer, quiet);
  }
  recognition.hypotheses = decoder.best_sentences(most);
  if (recognition.hypotheses.empty()) return recognition;
  const double fits = recognition.hypotheses.front().score - decoder.language_score();
  const double margin = (fits - loop.score()) / static_cast<double>(std::max(loud, least_loud_frames));
  recognition.confidence = 1 / (1 + std::exp(-confidence_slope * (margin - confidence_middle)));
  return recognition;
}

}  // namespace entente::sphinx
