// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/stream.h"

#include <algorithm>

#include "drivers/sphinx/utterance.h"

namespace entente::sphinx {
namespace {

constexpr std::size_t look_every = 10;    // frames
constexpr std::size_t first_speech = 20;  // loud frames before the live pass begins
constexpr float clear_contrast = 2;       // between loud and quiet frames, for loudness to tell anything
constexpr std::size_t hypotheses = 10;

SearchSettings live_settings() {
  SearchSettings settings;
  settings.beam = 80;
  settings.word_beam = 70;
  settings.most_active = 5000;
  settings.free_beam = 60;
  settings.most_free = 2000;
  return settings;
}

std::size_t count_loud(std::span<const MelFrame> frames) {
  if (frames.empty()) return 0;
  std::vector<float> loudness;
  loudness.reserve(frames.size());
  for (const auto& frame : frames) loudness.push_back(loudness_of(frame));
  auto [quiet, loud] = std::minmax_element(loudness.begin(), loudness.end());
  if (*loud - *quiet < clear_contrast) return frames.size() / 2;
  const float middle = (*quiet + *loud) / 2;
  return static_cast<std::size_t>(std::count_if(loudness.begin(), loudness.end(), [&](float l) { return l > middle; }));
}

}  // namespace

Stream::LivePass::LivePass(const Engine& engine, const SearchGraph& graph, std::span<const MelFrame> frames,
                           std::size_t from)
    : conditions(engine, frames), first(from), decoder(engine.model, engine.contexts, graph, live_settings()) {}

Stream::Stream(std::shared_ptr<const Engine> engine, std::shared_ptr<const SearchGraph> graph)
    : engine_(std::move(engine)),
      graph_(std::move(graph)),
      front_end_(engine_->parameters),
      room_(engine_->longest_utterance),
      scorer_(engine_->model),
      speech_wanted_(first_speech) {}

void Stream::feed(speech::Samples samples) {
  const auto heard = samples.first(std::min(samples.size(), room_));
  const auto before = mel_.size();
  room_ -= heard.size();
  front_end_.feed(heard, mel_);
  if (mel_.size() == before) return;
  result_.reset();
  look_for_speech();
  decode_live();
}

void Stream::look_for_speech() {
  if (mel_.size() < looked_at_ + look_every) return;
  looked_at_ = mel_.size();
  const auto loud = count_loud(mel_);
  if (loud < speech_wanted_) return;
  speech_wanted_ = loud + loud / 2;
  const auto part = speech_part(mel_);
  live_.emplace(*engine_, *graph_, part, static_cast<std::size_t>(part.data() - mel_.data()));
}

void Stream::decode_live() {
  if (!live_) return;
  auto& cepstra = live_->cepstra;
  const auto frames = std::span<const MelFrame>(mel_).subspan(live_->first);
  while (cepstra.size() < frames.size()) cepstra.push_back(live_->conditions.clean(frames[cepstra.size()]));
  for (; live_->decoded + Conditions::look_around < cepstra.size(); ++live_->decoded) {
    scorer_.begin_frame(features_at(cepstra, live_->decoded));
    live_->decoder.advance(scorer_, live_->conditions.quiet_bonus(frames, live_->decoded));
  }
}

speech::Partial Stream::partial() { return live_ ? live_->decoder.partial() : speech::Partial{}; }

speech::Recognition Stream::result() {
  if (!result_) result_ = recognise(*engine_, *graph_, mel_, hypotheses);
  return *result_;
}

}  // namespace entente::sphinx
