// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/home_speaker.h"

#include "apps/entente/wake_engine.h"
#include "base/log.h"
#include "base/wait.h"
#include "infra/audio/resample.h"
#include "infra/audio/steady.h"
#include "services/speech/paced_out.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
using State = speech::Attention::State;

constexpr milliseconds chunk{20};
constexpr std::size_t chunk_samples = speech::recogniser_rate / 50;
constexpr std::size_t longest_answer = 120 * speech::recogniser_rate;  // after the end of a file

Task<model::Reply> answer(System& system, std::string area, std::function<void(const model::Reply&)> on_reply,
                          speech::Heard heard) {
  auto reply = co_await system.ears()->answer(std::move(heard), std::move(area));
  if (on_reply) on_reply(reply);
  co_return reply;
}

class DeviceOut : public speech::SoundOut {
 public:
  DeviceOut(Loop& loop, const Settings& settings, std::function<void(speech::Samples)> on_playing)
      : device_(loop, {settings.loudspeaker, speech::recogniser_rate}, std::move(on_playing)) {}
  Result<void> play(speech::Samples samples) override { return device_.play(samples); }
  void when_played(std::function<void()> done) override { device_.when_played(std::move(done)); }
  void flush() override { device_.flush(); }

 private:
  audio::SteadyLoudspeaker device_;
};

class OnDevices : public HomeSpeaker {
 public:
  OnDevices(Loop& loop, std::unique_ptr<speech::WakeSpotter> spotter) : loop_(loop), spotter_(std::move(spotter)) {}

  Task<Result<void>> start(System& system, const Settings& settings, SpeakerWitness witness) {
    out_.emplace(loop_, settings, [this](speech::Samples sound) {
      if (speaker_) speaker_->played(sound);
    });
    ENTENTE_CO_TRY(speaker_, co_await open_speaker(loop_, system, *spotter_, *out_, settings, std::move(witness)));
    audio::SteadyMicrophone::Callbacks callbacks;
    callbacks.on_chunk = [this](speech::Samples sound) { speaker_->feed(sound); };
    callbacks.on_lost = [this] { speaker_->deaf(); };
    const audio::DeviceSettings device{settings.microphone, speech::recogniser_rate};
    microphone_ = std::make_unique<audio::SteadyMicrophone>(loop_, device, chunk, std::move(callbacks));
    co_return Result<void>();
  }

 private:
  Loop& loop_;
  std::unique_ptr<speech::WakeSpotter> spotter_;
  std::optional<DeviceOut> out_;
  std::unique_ptr<speech::Speaker> speaker_;
  std::unique_ptr<audio::SteadyMicrophone> microphone_;
};

// The world stands still while the answer is thought about or its first sound is made: a file has no patience.
Task<void> let_it_answer(Loop& loop, const speech::Speaker& speaker, const speech::PacedOut& out) {
  while (speaker.state() == State::thinking || (speaker.state() == State::speaking && !out.sounding())) {
    co_await sleep(loop, 1ms);
  }
}

}  // namespace

Task<Result<std::unique_ptr<speech::Speaker>>> open_speaker(Loop& loop, System& system, speech::WakeSpotter& spotter,
                                                            speech::SoundOut& out, const Settings& settings,
                                                            SpeakerWitness witness) {
  if (system.ears() == nullptr) co_return Error{ErrorCode::unavailable, "this machine cannot recognise speech"};
  const auto on_reply = std::move(witness.on_reply);
  speech::Speaker::Parts parts{spotter,
                               out,
                               system.voice(),
                               [&system] { return system.ears()->listen(speech::Ending::automatic); },
                               [&system, area = settings.area, on_reply](speech::Heard heard) {
                                 return answer(system, area, on_reply, std::move(heard));
                               },
                               std::move(witness.on_change)};
  auto wishes = to_speech(settings.speaker, settings.languages.front());
  co_return co_await speech::Speaker::open(loop, std::move(parts), std::move(wishes));
}

Task<Result<std::unique_ptr<HomeSpeaker>>> HomeSpeaker::open(Loop& loop, System& system, const Settings& settings,
                                                             SpeakerWitness witness) {
  ENTENTE_CO_TRY(auto spotter, open_wake_engine({settings.data_folder, settings.dictionary, settings.acoustic_model},
                                                system.remote_wake_spotters()));
  auto speaker = std::make_unique<OnDevices>(loop, std::move(spotter));
  ENTENTE_CO_TRY_VOID(co_await speaker->start(system, settings, std::move(witness)));
  co_return Result<std::unique_ptr<HomeSpeaker>>(std::move(speaker));
}

Task<Result<FileSession>> run_on_file(Loop& loop, System& system, speech::WakeSpotter& spotter,
                                      const Settings& settings, audio::Pcm heard, SpeakerWitness witness) {
  ENTENTE_CO_TRY(auto sound, audio::convert(std::move(heard), speech::recogniser_rate));
  FileSession session;
  const auto tell = std::move(witness.on_reply);
  witness.on_reply = [&session, tell](const model::Reply& reply) {
    ++session.replies;
    const bool well = reply.outcome == model::Outcome::done || reply.outcome == model::Outcome::answered;
    if (well) ++session.commands;
    if (tell) tell(reply);
  };
  speech::PacedOut out;
  ENTENTE_CO_TRY(auto speaker, co_await open_speaker(loop, system, spotter, out, settings, std::move(witness)));
  session.played.rate = speech::recogniser_rate;
  for (std::size_t at = 0; at < sound.samples.size() + longest_answer; at += chunk_samples) {
    if (at >= sound.samples.size() && speaker->state() == State::asleep && !out.sounding()) break;
    std::vector<std::int16_t> captured(chunk_samples);
    const auto from = std::min(at, sound.samples.size());
    const auto count = std::min(chunk_samples, sound.samples.size() - from);
    std::copy_n(sound.samples.begin() + static_cast<std::ptrdiff_t>(from), count, captured.begin());
    if (out.sounding()) {
      const auto playing = out.advance(chunk_samples);
      speaker->played(playing);
      session.played.samples.insert(session.played.samples.end(), playing.begin(), playing.end());
    } else {
      session.played.samples.resize(session.played.samples.size() + chunk_samples);
    }
    speaker->feed(captured);
    co_await speaker->caught_up();
    co_await let_it_answer(loop, *speaker, out);
  }
  speaker.reset();
  co_return session;
}

}  // namespace entente::apps
