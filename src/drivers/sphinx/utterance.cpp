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

// Logistic, over how much better than the phone loop the sentence was in each frame of its words, and to a part in each
// loud frame, words or not: clear commands are above 1 there, commands in noise around 0, and other speech that had to
// be a command around -2.
constexpr double confidence_slope = 3;
constexpr double confidence_middle = -0.75;
constexpr double share_of_loud = 0.3;
constexpr std::size_t least_loud_frames = 8;
constexpr std::size_t least_word_frames = 15;

double confidence_of(const Decoder& decoder, const PhoneLoop& loop, double score, std::size_t loud) {
  double in_words = 0;
  std::size_t frames = 0;
  for (const auto& word : decoder.best_words()) {
    if (word.free) continue;  // some word fits anything: only the sentence's own ones tell whether it was said
    in_words += word.fits - (loop.score_of(word.after) - loop.score_of(word.first));
    frames += word.after - word.first;
  }
  const double in_loud = score - decoder.language_score() - loop.score();
  const double margin = in_words / static_cast<double>(std::max(frames, least_word_frames)) +
                        share_of_loud * in_loud / static_cast<double>(std::max(loud, least_loud_frames));
  return 1 / (1 + std::exp(-confidence_slope * (margin - confidence_middle)));
}

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
  recognition.confidence = confidence_of(decoder, loop, recognition.hypotheses.front().score, loud);
  return recognition;
}

}  // namespace entente::sphinx
