// SPDX-License-Identifier: GPL-3.0-or-later
// Engines for tests of the whole pipeline, which understand and make sounds that a test can compute: a name is a tone,
// a sentence is babble.
#pragma once

#include <atomic>
#include <cmath>
#include <numbers>

#include "services/speech/impl/test_sound.h"
#include "services/speech/speech.h"
#include "services/speech/wake.h"

namespace entente::speech::test_sound {

// Phrase number n is 300 ms of this frequency.
inline double pitch_of_phrase(std::size_t phrase) { return 1'300 + 500 * static_cast<double>(phrase); }
inline std::vector<std::int16_t> spoken_phrase(std::size_t phrase, double level = 0.2) {
  return tone(milliseconds(300), pitch_of_phrase(phrase), level);
}

// Detects a phrase where nearly all of the sound is its tone for 200 ms; `end` is where that stops.
class ToneSpotter : public WakeSpotter {
 public:
  struct Model : WakeModel {
    std::size_t phrases = 0;
  };
  class Stream : public WakeStream {
   public:
    Stream(std::size_t phrases, std::atomic<std::size_t>& heard) : runs_(phrases), heard_(heard) {}

    std::optional<WakeDetection> feed(Samples samples) override {
      heard_ += samples.size();
      for (const auto sample : samples) {
        frame_.push_back(sample);
        ++position_;
        if (frame_.size() == 160) take_frame();
      }
      if (found_.empty()) return std::nullopt;
      const auto first = found_.front();
      found_.erase(found_.begin());
      return first;
    }

   private:
    void take_frame() {
      for (std::size_t phrase = 0; phrase < runs_.size(); ++phrase) {
        if (share_of(pitch_of_phrase(phrase)) > 0.5) {
          ++runs_[phrase];
          continue;
        }
        if (runs_[phrase] >= 20) found_.push_back({phrase, 1, position_ - 160 * (runs_[phrase] + 1), position_ - 160});
        runs_[phrase] = 0;
      }
      frame_.clear();
    }
    // Of the frame's energy, what is this tone; nothing where the frame is nearly silent.
    double share_of(double frequency) const {
      double cosine = 0;
      double sine = 0;
      double energy = 0;
      for (std::size_t i = 0; i < frame_.size(); ++i) {
        const double phase = 2 * std::numbers::pi * frequency * static_cast<double>(i) / 16'000;
        cosine += frame_[i] * std::cos(phase);
        sine += frame_[i] * std::sin(phase);
        energy += double{1} * frame_[i] * frame_[i];
      }
      if (energy < 160 * 100.0 * 100.0) return 0;
      return 2 * (cosine * cosine + sine * sine) / (160 * energy);
    }

    std::vector<std::int16_t> frame_;
    std::int64_t position_ = 0;
    std::vector<int> runs_;
    std::vector<WakeDetection> found_;
    std::atomic<std::size_t>& heard_;
  };

  bool supports(std::string_view) const override { return true; }
  Result<std::shared_ptr<const WakeModel>> prepare(std::span<const WakePhrase> phrases) override {
    for (const auto& phrase : phrases) {
      if (phrase.text.size() < 4) return Error{ErrorCode::invalid, "'" + phrase.text + "' is too short"};
    }
    auto model = std::make_shared<Model>();
    model->phrases = phrases.size();
    return std::shared_ptr<const WakeModel>(std::move(model));
  }
  std::unique_ptr<WakeStream> start(std::shared_ptr<const WakeModel> model) override {
    return std::make_unique<Stream>(static_cast<const Model&>(*model).phrases, heard);
  }

  std::atomic<std::size_t> heard{0};  // by all streams
};

// Hears "turn on the lamp" in whatever it is given, which it keeps. For a pool of one thread.
class KeepingRecogniser : public Recogniser {
 public:
  struct Space : SearchSpace {};
  struct Stream : RecogniserStream {
    explicit Stream(KeepingRecogniser& owner) : recogniser(owner) {}
    void feed(Samples samples) override {
      recogniser.sound.insert(recogniser.sound.end(), samples.begin(), samples.end());
    }
    Partial partial() override { return {"turn on the lamp", true}; }
    Recognition result() override { return {{{"turn on the lamp", -100}}, 0.9}; }
    KeepingRecogniser& recogniser;
  };
  bool supports(std::string_view) const override { return true; }
  Result<std::shared_ptr<const SearchSpace>> prepare(std::shared_ptr<const model::WordGraph>) override {
    return std::shared_ptr<const SearchSpace>(std::make_shared<Space>());
  }
  std::unique_ptr<RecogniserStream> start(std::shared_ptr<const SearchSpace>) override {
    sound.clear();
    return std::make_unique<Stream>(*this);
  }

  std::vector<std::int16_t> sound;  // of the last utterance; the pool's until that is heard
};

// Says every text as the same sound.
class OneSound : public Synthesiser {
 public:
  std::string_view name() const override { return "one sound"; }
  bool supports(std::string_view) const override { return true; }
  int rate() const override { return recogniser_rate; }
  entente::Result<void> speak(const VoiceRequest&, const std::function<bool(Samples)>& sink) override {
    sink(sound);
    return {};
  }
  std::vector<std::int16_t> sound = babble(milliseconds(2'000), 0.2);  // set before anything is said
};

}  // namespace entente::speech::test_sound
