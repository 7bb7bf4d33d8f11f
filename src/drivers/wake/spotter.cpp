// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/spotter.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "drivers/wake/judge.h"
#include "drivers/wake/network.h"
#include "drivers/wake/search.h"
#include "drivers/wake/threshold.h"

namespace entente::wake {
namespace {

constexpr std::int64_t samples_per_frame = std::int64_t{2} * frame_shift;
constexpr std::int64_t window_middle = 200 - frame_shift / 2;  // of a frame's samples, less half a shift
constexpr std::size_t most_phrases = 16;
constexpr std::int64_t before_candidate = speech::recogniser_rate;      // of sound, for the second look
constexpr std::int64_t around_candidate = speech::recogniser_rate / 2;  // where the phrase may stand instead
constexpr std::int64_t longest_look = 4 * std::int64_t{speech::recogniser_rate};

std::int64_t sample_of(std::int64_t frame) { return frame * samples_per_frame + window_middle; }

struct Phrase {
  std::vector<Chain> chains;
  std::vector<std::string> pronunciations;  // the same as names
  Scale scale;
  double sensitivity = 0.5;
};

struct Model : speech::WakeModel {
  std::vector<Phrase> phrases;
  bool all = false;  // candidates that are not taken are given, too
};

std::vector<std::string> names_of(const std::vector<Chain>& chains) {
  std::vector<std::string> names;
  for (const Chain& chain : chains) {
    auto& line = names.emplace_back();
    for (const auto phone : chain.phones) line.append(line.empty() ? "" : " ").append(phone_name(phone));
  }
  return names;
}

class Stream : public speech::WakeStream {
 public:
  Stream(std::shared_ptr<const Network> network, std::shared_ptr<const speech::WakeVerifier> verifier,
         std::shared_ptr<const Model> model)
      : model_(std::move(model)), verifier_(std::move(verifier)), network_(std::move(network)) {
    for (const Phrase& phrase : model_->phrases) {
      searches_.emplace_back(phrase.chains);
      pickers_.emplace_back(verifier_ || model_->all ? phrase.scale.candidate : threshold(phrase));
    }
  }

  std::optional<speech::WakeDetection> feed(speech::Samples samples) override {
    // In pieces, so that the second look sees the same sound however much comes at once.
    while (!samples.empty()) {
      const auto into = static_cast<std::size_t>(heard_samples_) % piece;
      const auto count = std::min(samples.size(), piece - into);
      hear(samples.first(count));
      samples = samples.subspan(count);
    }
    if (found_.empty()) return std::nullopt;
    auto detection = found_.front();
    found_.pop_front();
    return detection;
  }

 private:
  static constexpr std::size_t piece = 1600;

  static float threshold(const Phrase& phrase) {
    return static_cast<float>(phrase.scale.alone - judge(phrase.scale, phrase.scale.alone, {}, phrase.sensitivity));
  }

  void hear(speech::Samples samples) {
    if (verifier_) recent_.insert(recent_.end(), samples.begin(), samples.end());
    heard_samples_ += static_cast<std::int64_t>(samples.size());
    features_.clear();
    front_.feed(samples, features_);
    heard_.clear();
    network_.feed(features_, heard_);
    for (const auto& frame : heard_) {
      const auto fit = fit_of(frame);
      for (std::size_t i = 0; i < searches_.size(); ++i) {
        if (const auto match = pickers_[i].take(searches_[i].take(fit))) candidates_.push_back({i, *match});
      }
    }
    if (heard_samples_ % static_cast<std::int64_t>(piece) != 0) return;
    for (const auto& candidate : candidates_) consider(candidate.phrase, candidate.match);
    candidates_.clear();
    const auto spare = static_cast<std::int64_t>(recent_.size()) - longest_look;
    if (spare > 0) recent_.erase(recent_.begin(), recent_.begin() + spare);
  }

  void consider(std::size_t index, const Match& match) {
    const Phrase& phrase = model_->phrases[index];
    speech::WakeDetection detection{index, 0, std::max<std::int64_t>(0, sample_of(match.begin)), sample_of(match.end)};
    detection.score = judge(phrase.scale, match.score, look_again(phrase, detection), phrase.sensitivity);
    if (detection.score <= 0 && !model_->all) return;
    found_.push_back(detection);
    if (found_.size() > 2 * most_phrases && !model_->all) found_.pop_front();  // nobody asks
  }

  std::optional<double> look_again(const Phrase& phrase, const speech::WakeDetection& where) const {
    if (!verifier_) return std::nullopt;
    const auto first = heard_samples_ - static_cast<std::int64_t>(recent_.size());
    const auto from = std::max(first, where.begin - before_candidate) - first;
    const auto sound = speech::Samples(recent_).subspan(static_cast<std::size_t>(from));
    const auto clamp = [&](std::int64_t sample) {
      return static_cast<std::size_t>(
          std::clamp(sample - first - from, std::int64_t{0}, static_cast<std::int64_t>(sound.size())));
    };
    return verifier_->likeness(sound, clamp(where.begin - around_candidate), clamp(where.end + around_candidate),
                               phrase.pronunciations);
  }

  struct Candidate {
    std::size_t phrase;
    Match match;
  };

  std::shared_ptr<const Model> model_;
  std::shared_ptr<const speech::WakeVerifier> verifier_;  // may be null
  FeatureStream front_;
  NetworkStream network_;
  std::vector<Search> searches_;  // parallel to the model's phrases
  std::vector<Picker> pickers_;
  std::int64_t heard_samples_ = 0;
  std::vector<std::int16_t> recent_;   // the last of them, for the second look
  std::vector<Candidate> candidates_;  // of the piece that is not over
  std::deque<speech::WakeDetection> found_;
  std::vector<FeatureFrame> features_;  // scratch
  std::vector<PhoneFrame> heard_;       // scratch
};

class Spotter : public speech::WakeSpotter {
 public:
  Spotter(Network network, Options options)
      : network_(std::make_shared<const Network>(std::move(network))), options_(std::move(options)) {}

  bool supports(std::string_view language) const override { return language.substr(0, 2) == "en"; }

  Result<std::shared_ptr<const speech::WakeModel>> prepare(std::span<const speech::WakePhrase> phrases) override {
    ENTENTE_TRY(auto model, make(phrases));
    return std::shared_ptr<const speech::WakeModel>(std::move(model));
  }

  Result<std::shared_ptr<Model>> make(std::span<const speech::WakePhrase> phrases) const {
    if (phrases.size() > most_phrases) {
      return Error{ErrorCode::exhausted, fmt::format("wake: more than {} phrases", most_phrases)};
    }
    auto model = std::make_shared<Model>();
    for (const auto& phrase : phrases) {
      ENTENTE_TRY(auto chains, chains_of(phrase.text, phrase.language, options_.pronounce));
      auto names = names_of(chains);
      const Scale scale = scale_of(chains, network_->background());
      model->phrases.push_back({std::move(chains), std::move(names), scale, phrase.sensitivity});
    }
    return model;
  }

  std::unique_ptr<speech::WakeStream> start(std::shared_ptr<const speech::WakeModel> model) override {
    return std::make_unique<Stream>(network_, options_.verifier,
                                    std::static_pointer_cast<const Model>(std::move(model)));
  }

 private:
  const std::shared_ptr<const Network> network_;
  const Options options_;
};

}  // namespace

Result<std::unique_ptr<speech::WakeSpotter>> open(Options options) {
  ENTENTE_TRY(auto network, Network::open(options.weights));
  return std::unique_ptr<speech::WakeSpotter>(std::make_unique<Spotter>(std::move(network), std::move(options)));
}

Result<std::shared_ptr<const speech::WakeModel>> prepare_to_measure(speech::WakeSpotter& spotter,
                                                                    std::span<const speech::WakePhrase> phrases) {
  auto* ours = dynamic_cast<Spotter*>(&spotter);
  if (ours == nullptr) return Error{ErrorCode::unsupported, "wake: only our own engine can be measured like this"};
  ENTENTE_TRY(auto model, ours->make(phrases));
  model->all = true;
  return std::shared_ptr<const speech::WakeModel>(std::move(model));
}

}  // namespace entente::wake
