// SPDX-License-Identifier: GPL-3.0-or-later
// How well speech is understood in each noise at each ratio: a table for people, a curve as SVG. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace entente::apps {

// One noise at one ratio, or no noise.
struct SpeechCondition {
  std::string noise;             // "clean" without one
  std::optional<double> snr_db;  // none when clean
  int clips = 0;
  int understood = 0;
  int silent = 0;                // nothing recognised at all
  int lost = 0;                  // understood, but with too little confidence
  int others = 0;                // clips that are no command
  int rejected = 0;              // of them
  std::vector<double> sure;      // confidences of what was understood
  std::vector<double> mistaken;  // confidences of what was read into other clips

  double percent() const { return clips > 0 ? 100.0 * understood / clips : 0; }
};

// The mean over all conditions with noise, or over those with the noise named; 0 for none.
double mean_in_noise(const std::vector<SpeechCondition>& conditions, std::string_view noise = {});

// The noises in their order, without "clean".
std::vector<std::string> noises_of(const std::vector<SpeechCondition>& conditions);

// One row for each noise, one column for each ratio.
std::string table_of(const std::vector<SpeechCondition>& conditions);

// Percent over decibels, a line for each noise.
std::string svg_of(const std::vector<SpeechCondition>& conditions);

}  // namespace entente::apps
