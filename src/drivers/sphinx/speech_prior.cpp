// SPDX-License-Identifier: GPL-3.0-or-later
// The mixture of clean speech: the acoustic model's cepstral Gaussians, weighed by how much its phones use them and
// clustered by splitting the worst cluster in two until there are enough.
#include <algorithm>
#include <cmath>
#include <queue>

#include "drivers/sphinx/enhancer.h"

namespace entente::sphinx {
namespace {

constexpr double silence_share = 0.15;  // of an utterance
constexpr int split_rounds = 4;

using Members = std::vector<std::uint32_t>;

double distance(const Cepstrum& a, const Cepstrum& b, const Cepstrum& scale) {
  double sum = 0;
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    const double d = static_cast<double>(a[i] - b[i]);
    sum += d * d * static_cast<double>(scale[i]);
  }
  return sum;
}

SpeechComponent merge(const std::vector<SpeechComponent>& all, const Members& members) {
  SpeechComponent merged;
  std::array<double, cepstrum_size> sum{};
  std::array<double, cepstrum_size> square{};
  double weight = 0;
  for (auto member : members) {
    const auto& part = all[member];
    const auto w = static_cast<double>(part.weight);
    weight += w;
    for (std::size_t i = 0; i < cepstrum_size; ++i) {
      const auto mean = static_cast<double>(part.mean[i]);
      sum[i] += w * mean;
      square[i] += w * (mean * mean + static_cast<double>(part.variance[i]));
    }
  }
  merged.weight = static_cast<float>(weight);
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    const double mean = sum[i] / weight;
    merged.mean[i] = static_cast<float>(mean);
    merged.variance[i] = static_cast<float>(std::max(square[i] / weight - mean * mean, 1e-3));
  }
  return merged;
}

struct Cluster {
  Members members;
  SpeechComponent merged;
  double spread = 0;
  bool operator<(const Cluster& other) const { return spread < other.spread; }
};

Cluster make_cluster(const std::vector<SpeechComponent>& all, Members members, const Cepstrum& scale) {
  Cluster cluster;
  cluster.merged = merge(all, members);
  for (auto member : members) {
    cluster.spread += static_cast<double>(all[member].weight) * distance(all[member].mean, cluster.merged.mean, scale);
  }
  cluster.members = std::move(members);
  return cluster;
}

// Two-means, begun on both sides of the mean.
std::pair<Members, Members> split(const std::vector<SpeechComponent>& all, const Cluster& cluster,
                                  const Cepstrum& scale) {
  Cepstrum a = cluster.merged.mean;
  Cepstrum b = cluster.merged.mean;
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    const float offset = 0.5F * std::sqrt(cluster.merged.variance[i]);
    a[i] += offset;
    b[i] -= offset;
  }
  std::pair<Members, Members> halves;
  for (int round = 0; round < split_rounds; ++round) {
    halves.first.clear();
    halves.second.clear();
    for (auto member : cluster.members) {
      const auto& mean = all[member].mean;
      (distance(mean, a, scale) < distance(mean, b, scale) ? halves.first : halves.second).push_back(member);
    }
    if (halves.first.empty() || halves.second.empty()) break;
    a = merge(all, halves.first).mean;
    b = merge(all, halves.second).mean;
  }
  return halves;
}

// How often the phone's states use each density of its codebook.
std::vector<double> usage(const AcousticModel& model, std::size_t codebook) {
  std::vector<double> use(density_count, 0);
  double all = 0;
  for (int density = 0; density < density_count; ++density) {
    const auto* weights = model.mixtures(0, density);
    double sum = 0;
    for (std::size_t senone = 0; senone < model.senone_count(); ++senone) {
      if (model.codebook_of(static_cast<std::uint16_t>(senone)) == codebook) sum += std::exp(-0.1024 * weights[senone]);
    }
    use[static_cast<std::size_t>(density)] = sum;
    all += sum;
  }
  for (double& u : use) u /= std::max(all, 1e-30);
  return use;
}

std::vector<SpeechComponent> all_components(const AcousticModel& model) {
  std::vector<SpeechComponent> all;
  const double phones = static_cast<double>(model.phone_count());
  for (Phone phone = 0; phone < model.phone_count(); ++phone) {
    const bool silent = phone == model.silence();
    if (!silent && (model.fillers() & only(phone))) continue;
    const double share = silent ? silence_share : (1 - silence_share) / phones;
    const auto use = usage(model, phone);
    const Codebook& book = model.codebook(phone, 0);
    for (std::size_t density = 0; density < density_count; ++density) {
      SpeechComponent part;
      for (std::size_t i = 0; i < cepstrum_size; ++i) {
        part.mean[i] = book.mean[i][density];
        part.variance[i] = 0.5F / book.precision[i][density];
      }
      part.weight = static_cast<float>(share * std::max(use[density], 1e-6));
      all.push_back(part);
    }
  }
  return all;
}

}  // namespace

std::vector<SpeechComponent> make_speech_prior(const AcousticModel& model, std::size_t count) {
  const auto all = all_components(model);
  Members everyone(all.size());
  for (std::size_t i = 0; i < everyone.size(); ++i) everyone[i] = static_cast<std::uint32_t>(i);
  Cepstrum scale = merge(all, everyone).variance;
  for (float& s : scale) s = 1 / s;

  std::priority_queue<Cluster> clusters;
  clusters.push(make_cluster(all, std::move(everyone), scale));
  while (clusters.size() < count && clusters.top().spread > 0) {
    const Cluster worst = clusters.top();
    clusters.pop();
    auto [left, right] = split(all, worst, scale);
    if (left.empty() || right.empty()) {
      Cluster indivisible = worst;
      indivisible.spread = 0;
      clusters.push(std::move(indivisible));
      continue;
    }
    clusters.push(make_cluster(all, std::move(left), scale));
    clusters.push(make_cluster(all, std::move(right), scale));
  }
  std::vector<SpeechComponent> prior;
  for (; !clusters.empty(); clusters.pop()) prior.push_back(clusters.top().merged);
  return prior;
}

}  // namespace entente::sphinx
