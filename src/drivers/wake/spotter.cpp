// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/spotter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "drivers/wake/network.h"
#include "drivers/wake/search.h"
#include "drivers/wake/threshold.h"

namespace entente::wake {
namespace {

constexpr int samples_per_frame = 2 * frame_shift;
constexpr std::int64_t window_middle = 200 - frame_shift / 2;  // of a frame's samples, less half a shift
constexpr std::size_t most_phrases = 16;

std::int64_t sample_of(std::int64_t frame) { return frame * samples_per_frame + window_middle; }

struct Ready {
  std::vector<Chain> chains;
  float threshold = 0;
};

class Model : public speech::WakeModel {
 public:
  std::vector<Ready> phrases;
};

class Stream : public speech::WakeStream {
 public:
  Stream(std::shared_ptr<const Network> network, std::shared_ptr<const Model> model)
      : model_(std::move(model)), network_(std::move(network)) {
    for (const Ready& phrase : model_->phrases) {
      searches_.emplace_back(phrase.chains);
      pickers_.emplace_back(phrase.threshold);
    }
  }

  std::optional<speech::WakeDetection> feed(speech::Samples samples) override {
    constexpr std::size_t piece = 16000;  // bounds what is held, however much comes at once
    for (std::size_t from = 0; from < samples.size(); from += piece) {
      hear(samples.subspan(from, std::min(piece, samples.size() - from)));
    }
    if (found_.empty()) return std::nullopt;
    auto detection = found_.front();
    found_.pop_front();
    return detection;
  }

 private:
  void hear(speech::Samples samples) {
    features_.clear();
    heard_.clear();
    front_.feed(samples, features_);
    network_.feed(features_, heard_);
    for (const auto& frame : heard_) {
      const auto fit = fit_of(frame);
      for (std::size_t i = 0; i < searches_.size(); ++i) {
        const auto match = pickers_[i].take(searches_[i].take(fit));
        if (!match) continue;
        found_.push_back({i, match->score - model_->phrases[i].threshold,
                          std::max<std::int64_t>(0, sample_of(match->begin)), sample_of(match->end)});
        if (found_.size() > 2 * most_phrases) found_.pop_front();
      }
    }
  }

  std::shared_ptr<const Model> model_;
  FeatureStream front_;
  NetworkStream network_;
  std::vector<Search> searches_;  // parallel to the model's phrases
  std::vector<Picker> pickers_;
  std::deque<speech::WakeDetection> found_;
  std::vector<FeatureFrame> features_;  // scratch
  std::vector<PhoneFrame> heard_;       // scratch
};

class Spotter : public speech::WakeSpotter {
 public:
  Spotter(std::shared_ptr<const Network> network, Pronounce pronounce)
      : network_(std::move(network)), pronounce_(std::move(pronounce)) {}

  bool supports(std::string_view language) const override { return language.substr(0, 2) == "en"; }

  Result<std::shared_ptr<const speech::WakeModel>> prepare(std::span<const speech::WakePhrase> phrases) override {
    if (phrases.size() > most_phrases) {
      return Error{ErrorCode::exhausted, fmt::format("wake: more than {} phrases", most_phrases)};
    }
    auto model = std::make_shared<Model>();
    for (const auto& phrase : phrases) {
      ENTENTE_TRY(auto chains, chains_of(phrase.text, phrase.language, pronounce_));
      const float threshold = threshold_of(chains, *network_, phrase.sensitivity);
      model->phrases.push_back({std::move(chains), threshold});
    }
    return std::shared_ptr<const speech::WakeModel>(std::move(model));
  }

  std::unique_ptr<speech::WakeStream> start(std::shared_ptr<const speech::WakeModel> model) override {
    return std::make_unique<Stream>(network_, std::static_pointer_cast<const Model>(std::move(model)));
  }

 private:
  std::shared_ptr<const Network> network_;
  Pronounce pronounce_;
};

class PhraseMeter : public Meter {
 public:
  PhraseMeter(std::shared_ptr<const Network> network, std::vector<Chain> chains, float threshold)
      : network_(std::move(network)), chains_(std::move(chains)), threshold_(threshold) {}

  double threshold() const override { return threshold_; }

  std::vector<Peak> peaks(speech::Samples sound) override {
    FeatureStream front;
    NetworkStream network(network_);
    Search search(chains_);
    Picker picker(lowest_peak);
    std::vector<FeatureFrame> features;
    std::vector<PhoneFrame> heard;
    std::vector<Peak> peaks;
    constexpr std::size_t piece = 16000;
    for (std::size_t from = 0; from < sound.size(); from += piece) {
      features.clear();
      heard.clear();
      front.feed(sound.subspan(from, std::min(piece, sound.size() - from)), features);
      network.feed(features, heard);
      for (const auto& frame : heard) {
        const auto match = picker.take(search.take(fit_of(frame)));
        if (match) peaks.push_back({match->score, sample_of(match->begin), sample_of(match->end)});
      }
    }
    return peaks;
  }

 private:
  static constexpr float lowest_peak = -4;
  std::shared_ptr<const Network> network_;
  std::vector<Chain> chains_;
  float threshold_;
};

Result<std::shared_ptr<const Network>> open_network(const std::filesystem::path& path) {
  ENTENTE_TRY(auto network, Network::open(path));
  return std::shared_ptr<const Network>(std::make_shared<Network>(std::move(network)));
}

}  // namespace

Result<std::unique_ptr<speech::WakeSpotter>> open(Options options) {
  ENTENTE_TRY(auto network, open_network(options.weights));
  return std::unique_ptr<speech::WakeSpotter>(
      std::make_unique<Spotter>(std::move(network), std::move(options.pronounce)));
}

Result<std::unique_ptr<Meter>> open_meter(const Options& options, const speech::WakePhrase& phrase) {
  ENTENTE_TRY(auto network, open_network(options.weights));
  ENTENTE_TRY(auto chains, chains_of(phrase.text, phrase.language, options.pronounce));
  const float threshold = threshold_of(chains, *network, phrase.sensitivity);
  return std::unique_ptr<Meter>(std::make_unique<PhraseMeter>(std::move(network), std::move(chains), threshold));
}

}  // namespace entente::wake
