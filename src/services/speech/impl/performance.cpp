// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/impl/performance.h"

#include <cmath>

#include "base/text.h"
#include "infra/audio/resample.h"
#include "services/speech/impl/phrases.h"

namespace entente::speech {
namespace {

using namespace std::chrono_literals;

constexpr milliseconds clause_pause = 60ms;
constexpr milliseconds sentence_pause = 220ms;
constexpr double spoken_level = -21;  // dB of full scale, of every engine alike
constexpr double inaudible = -100;    // dB
constexpr double least_factor = 0.5;  // of speed and pitch, as engines take them
constexpr double greatest_factor = 2.0;

bool ends_sentence(std::string_view text) {
  for (const auto* mark : {".", "!", "?", "。", "！", "？", "…"}) {
    if (text.ends_with(mark)) return true;
  }
  return false;
}

}  // namespace

Performance::Performance(const std::vector<Synthesiser*>& engines, const Wording& wording, Settings settings,
                         const Sink& sink)
    : engines_(engines), wording_(wording), settings_(settings), sink_(sink) {}

Result<void> Performance::play(const std::vector<Passage>& passages) {
  for (const auto& passage : passages) {
    ENTENTE_TRY_VOID(say_passage(passage));
    if (stopped_) return {};
  }
  // A pause at the end, which a phrase that follows would have made.
  if (finish_ && !passages.empty() && passages.back().text.empty()) {
    std::vector<std::int16_t> silence;
    finish_->pause(pause_, silence);
    give(std::move(silence));
  }
  if (unsaid_ && sayer_ == nullptr) return *unsaid_;
  return {};
}

std::vector<Synthesiser*> Performance::engines_for(const Passage& passage) const {
  std::vector<Synthesiser*> able;
  std::copy_if(engines_.begin(), engines_.end(), std::back_inserter(able),
               [&](const auto* engine) { return engine->supports(passage.language); });
  std::stable_partition(able.begin(), able.end(), [&](const auto* engine) { return engine->name() == passage.voice; });
  return able;
}

Result<void> Performance::say_passage(const Passage& passage) {
  pause_ = std::max(pause_, passage.pause);
  if (passage.text.empty() || passage.decibels <= inaudible) return {};
  const auto sentences =
      wording_ ? wording_(passage.text, passage.language, passage.as) : std::vector<std::string>{passage.text};
  const double speed = settings_.speed * passage.speed;
  for (const auto& sentence : sentences) {
    const bool first = sayer_ == nullptr;
    const auto phrases = first ? phrases_of(sentence) : std::vector<std::string>{sentence};
    for (const auto& phrase : phrases) {
      ENTENTE_TRY_VOID(say_phrase(phrase, passage));
      if (stopped_) return {};
      pause_ = milliseconds(std::lround(static_cast<double>(clause_pause.count()) / speed));
    }
    if (&sentence != &sentences.back() || ends_sentence(sentence)) {
      pause_ = milliseconds(std::lround(static_cast<double>(sentence_pause.count()) / speed));
    }
  }
  return {};
}

Result<void> Performance::say_phrase(const std::string& phrase, const Passage& passage) {
  const VoiceRequest request{phrase, passage.language,
                             std::clamp(settings_.speed * passage.speed, least_factor, greatest_factor),
                             std::clamp(passage.pitch, least_factor, greatest_factor)};
  const auto engines = engines_for(passage);
  if (engines.empty()) {
    const auto named = text::shorten(text::to_valid_utf8(passage.language), 64);
    return Error{ErrorCode::unsupported, fmt::format("speech: no voice for the language '{}'", named)};
  }
  std::optional<Error> failure;
  for (auto* engine : engines) {
    Result<void> said;
    try {
      said = speak(*engine, request,
                   std::pow(10, (spoken_level - engine->level(passage.language) + passage.decibels) / 20));
    } catch (const std::exception& problem) {
      said = Error{ErrorCode::failed, fmt::format("speech: the voice '{}' failed: {}", engine->name(), problem.what())};
    }
    if (said.ok()) {
      several_ = several_ || (sayer_ != nullptr && sayer_ != engine) || failure.has_value();
      sayer_ = engine;
      return {};
    }
    if (!failure || failure->code == ErrorCode::unsupported) failure = said.error();
    if (stopped_) return {};
  }
  if (failure->code != ErrorCode::unsupported) return *failure;
  if (!unsaid_) unsaid_ = *failure;
  return {};
}

// The rate of the first engine that is heard is the utterance's.
Result<void> Performance::speak(Synthesiser& engine, const VoiceRequest& request, double gain) {
  const int rate = rate_ == 0 ? engine.rate() : rate_;
  std::optional<audio::Resampler> resampler;
  if (engine.rate() != rate) {
    ENTENTE_TRY(resampler, audio::Resampler::open(engine.rate(), rate, 1));
  }
  bool paused = false;
  const auto pass_on = [&](std::vector<std::int16_t> sound) {
    if (sound.empty()) return true;
    if (rate_ == 0) rate_ = rate;
    return give(std::move(sound));
  };
  const auto finished = [&](Samples piece) {
    if (!settings_.finish) return std::vector<std::int16_t>(piece.begin(), piece.end());
    std::vector<std::int16_t> sound;
    if (!paused) {
      finish_->pause(std::exchange(pause_, 0ms), sound);
      finish_->begin(gain);
      paused = true;
    }
    finish_->take(piece, sound);
    return sound;
  };
  if (settings_.finish && !finish_) finish_.emplace(rate);
  ENTENTE_TRY_VOID(engine.speak(request, [&](Samples piece) {
    if (!resampler) return pass_on(finished(piece));
    std::vector<std::int16_t> converted;
    resampler->process(piece, converted);
    return pass_on(finished(converted));
  }));
  if (stopped_) return {};
  std::vector<std::int16_t> rest;
  if (resampler) resampler->finish(rest);
  rest = finished(rest);
  if (finish_) finish_->end(rest);
  pass_on(std::move(rest));
  return {};
}

bool Performance::give(std::vector<std::int16_t> sound) {
  stopped_ = !sink_(rate_, std::move(sound));
  return !stopped_;
}

}  // namespace entente::speech
