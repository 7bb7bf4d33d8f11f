// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/utterance.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "drivers/sphinx/decoder.h"

namespace entente::sphinx {
namespace {

constexpr std::size_t margin = 40;  // frames kept on both sides of the speech

float energy_of(const MelFrame& frame) {
  float sum = 0;
  for (float band : frame) sum += band;
  return sum / mel_bands;
}

}  // namespace

std::span<const MelFrame> speech_part(std::span<const MelFrame> frames) {
  if (frames.size() < 2 * margin) return frames;
  std::vector<float> energies;
  for (const auto& frame : frames) energies.push_back(energy_of(frame));
  auto sorted = energies;
  std::sort(sorted.begin(), sorted.end());
  const float quiet = sorted[sorted.size() / 10];
  const float loud = sorted[sorted.size() - 1 - sorted.size() / 50];
  const float threshold = quiet + 0.4F * (loud - quiet);
  auto is_loud = [&](float energy) { return energy > threshold; };
  const auto first =
      static_cast<std::size_t>(std::find_if(energies.begin(), energies.end(), is_loud) - energies.begin());
  const auto after =
      static_cast<std::size_t>(std::find_if(energies.rbegin(), energies.rend(), is_loud).base() - energies.begin());
  const auto from = first > margin ? first - margin : 0;
  const auto to = std::min(frames.size(), after + margin);
  return from < to ? frames.subspan(from, to - from) : frames;
}

speech::Recognition recognise(const Engine& engine, const SearchGraph& graph, std::span<const MelFrame> frames,
                              std::size_t most) {
  auto part = speech_part(frames);
  std::vector<MelFrame> mel(part.begin(), part.end());
  apply_floor(mel);
  std::vector<Cepstrum> cepstra;
  cepstra.reserve(mel.size());
  for (const auto& frame : mel) cepstra.push_back(engine.transform.forward(frame));
  if (std::getenv("NOVTS"))
    subtract_mean(cepstra);
  else
    cepstra = engine.enhancer.enhance(cepstra);

  SenoneScorer scorer(engine.model);
  Decoder decoder(engine.model, engine.contexts, graph, SearchSettings{});
  for (std::size_t at = 0; at < cepstra.size(); ++at) {
    scorer.begin_frame(features_at(cepstra, at));
    decoder.advance(scorer);
  }
  speech::Recognition recognition;
  recognition.hypotheses = decoder.best_sentences(most);
  recognition.confidence = recognition.hypotheses.empty() ? 0 : 1;
  return recognition;
}

}  // namespace entente::sphinx
