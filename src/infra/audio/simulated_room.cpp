// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/simulated_room.h"

#include <cmath>
#include <random>

#include "infra/audio/pcm.h"

namespace entente::audio {
namespace {

constexpr double rate = 16'000;
constexpr int reflections = 300;
constexpr double reverberant_share = 0.5;  // of the energy; the rest comes straight

struct Arrival {
  std::size_t after;  // samples
  double weight;
};

// The straight sound and reflections that get denser to the ear as they get weaker.
std::vector<Arrival> arrivals_of(const EchoPath& path) {
  std::mt19937_64 random(path.seed);
  const auto length = std::max(1.0, rate * static_cast<double>(path.reverberation.count()) / 1'000);
  std::uniform_int_distribution<std::size_t> when(8, static_cast<std::size_t>(length) + 8);
  std::normal_distribution<double> size;
  const auto first = static_cast<std::size_t>(rate * static_cast<double>(path.delay.count()) / 1'000);
  std::vector<Arrival> arrivals;
  double energy = 0;
  for (int i = 0; i < reflections; ++i) {
    const auto after = when(random);
    const auto weight = size(random) * std::pow(10.0, -3.0 * static_cast<double>(after) / length);
    energy += weight * weight;
    arrivals.push_back({first + after, weight});
  }
  for (auto& each : arrivals) each.weight *= std::sqrt(reverberant_share / energy);
  arrivals.push_back({first, std::sqrt(1 - reverberant_share)});
  return arrivals;
}

// A small loudspeaker: no bass, and what is too loud is bent.
std::vector<double> radiated(std::span<const std::int16_t> played, double drive) {
  std::vector<double> sound;
  sound.reserve(played.size());
  double bass = 0;
  for (const auto sample : played) {
    double value = sample / 32'768.0;
    if (drive > 0) value = std::tanh(value * drive * 2) / (drive * 2);
    bass += 0.05 * (value - bass);
    sound.push_back(value - bass);
  }
  return sound;
}

double at(const std::vector<double>& sound, double position) {
  const auto whole = static_cast<std::size_t>(position);
  if (whole + 1 >= sound.size()) return 0;
  const double part = position - static_cast<double>(whole);
  return sound[whole] * (1 - part) + sound[whole + 1] * part;
}

}  // namespace

std::vector<std::int16_t> echo_of(std::span<const std::int16_t> played, const EchoPath& path) {
  const auto source = radiated(played, path.drive);
  const auto gain = std::pow(10.0, path.level_db / 20);
  std::vector<double> heard(played.size());
  for (const auto& arrival : arrivals_of(path)) {
    for (std::size_t i = arrival.after; i < heard.size(); ++i) heard[i] += arrival.weight * source[i - arrival.after];
  }
  std::vector<std::int16_t> echo(played.size());
  for (std::size_t i = 0; i < echo.size(); ++i) {
    const double position = static_cast<double>(i) * (1 - path.drift_ppm * 1e-6);
    echo[i] = to_sample(gain * (path.drift_ppm == 0 ? heard[i] : at(heard, position)));
  }
  return echo;
}

}  // namespace entente::audio
