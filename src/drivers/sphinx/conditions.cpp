// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/conditions.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace entente::sphinx {
namespace {

constexpr std::size_t margin = 40;               // frames kept on both sides of the speech
constexpr float bonus_slope = 2;                 // per unit of loudness below the threshold
constexpr float largest_bonus = 5;               // in one frame
constexpr float speech_range = 2.2F;             // of loudness, from a loud voice down to where pauses begin
const float floor_below_peak = std::log(1e-6F);  // digital silence would spoil every estimate

struct Loudness {
  float quiet = 0;
  float loud = 0;
};

Loudness range_of(std::span<const MelFrame> frames, std::size_t loudest_part) {
  std::vector<float> sorted;
  sorted.reserve(frames.size());
  for (const auto& frame : frames) sorted.push_back(loudness_of(frame));
  std::sort(sorted.begin(), sorted.end());
  return {sorted[sorted.size() / 10], sorted[sorted.size() - 1 - sorted.size() / loudest_part]};
}

MelFrame floor_of(std::span<const MelFrame> frames) {
  MelFrame floor = frames.front();
  for (const auto& frame : frames) {
    for (std::size_t band = 0; band < mel_bands; ++band) floor[band] = std::max(floor[band], frame[band]);
  }
  for (float& band : floor) band += floor_below_peak;
  return floor;
}

}  // namespace

float loudness_of(const MelFrame& frame) {
  float sum = 0;
  for (float band : frame) sum += band;
  return sum / mel_bands;
}

std::span<const MelFrame> speech_part(std::span<const MelFrame> frames) {
  if (frames.size() < 2 * margin) return frames;
  const auto range = range_of(frames, 50);
  const float threshold = range.quiet + 0.4F * (range.loud - range.quiet);
  auto is_loud = [&](const MelFrame& frame) { return loudness_of(frame) > threshold; };
  const auto first = static_cast<std::size_t>(std::find_if(frames.begin(), frames.end(), is_loud) - frames.begin());
  std::size_t after = frames.size();
  while (after > 0 && !is_loud(frames[after - 1])) --after;
  const auto from = first > margin ? first - margin : 0;
  const auto to = std::min(frames.size(), after + margin);
  return from < to ? frames.subspan(from, to - from) : frames;
}

Conditions::Conditions(const Engine& engine, std::span<const MelFrame> frames)
    : engine_(engine), floor_(floor_of(frames)) {
  std::vector<MelFrame> lifted;
  std::vector<Cepstrum> cepstra;
  for (const auto& frame : frames) {
    lifted.push_back(floored(frame));
    cepstra.push_back(engine.transform.forward(lifted.back()));
  }
  const auto range = range_of(lifted, 10);
  threshold_ = std::max((range.quiet + range.loud) / 2, range.loud - speech_range);
  distortion_ = engine.enhancer.estimate(cepstra);
}

MelFrame Conditions::floored(MelFrame frame) const {
  for (std::size_t band = 0; band < mel_bands; ++band) frame[band] = std::max(frame[band], floor_[band]);
  return frame;
}

Cepstrum Conditions::clean(const MelFrame& heard) const {
  return engine_.enhancer.clean(distortion_, engine_.transform.forward(floored(heard)));
}

float Conditions::quiet_bonus(std::span<const MelFrame> frames, std::size_t at) const {
  float loudest = -1e30F;
  const auto last = std::min(frames.size(), at + look_around + 1);
  for (auto i = at > look_around ? at - look_around : 0; i < last; ++i) {
    loudest = std::max(loudest, loudness_of(floored(frames[i])));
  }
  return std::clamp(bonus_slope * (threshold_ - loudest), 0.0F, largest_bonus);
}

}  // namespace entente::sphinx
