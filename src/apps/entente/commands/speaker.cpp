// SPDX-License-Identifier: GPL-3.0-or-later
// A device that is only a speaker: listens until it is told to end, or through a file.
#include <csignal>
#include <cstdio>

#include "apps/entente/demo_home.h"
#include "apps/entente/home_speaker.h"
#include "apps/entente/session.h"
#include "apps/entente/wake_engine.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/wait.h"
#include "doors/console/protocol/shapes.h"
#include "infra/audio/read_audio.h"

namespace entente::apps {
namespace {

using State = speech::Attention::State;

// One line for each thing that happens: for people, or as JSON.
SpeakerWitness on_paper(bool json) {
  SpeakerWitness witness;
  witness.on_change = [json](State state) {
    if (json) {
      fmt::print("{}\n", to_text(Json{{"state", speech::to_string(state)}}));
    } else if (state == State::listening) {
      fmt::print("Listening …\n");
    }
    std::fflush(stdout);
  };
  witness.on_reply = [json](const model::Reply& reply) {
    if (json) {
      fmt::print("{}\n", to_text(console::to_json(reply)));
    } else {
      fmt::print("heard: \"{}\"\n{}\n", reply.heard, reply.text);
    }
    std::fflush(stdout);
  };
  return witness;
}

class SpeakerCommand {
 public:
  SpeakerCommand(net::EventLoop& loop, const CommonOptions& common, const SpeakerOptions& options, Settings settings)
      : loop_(loop), common_(common), options_(options), settings_(std::move(settings)) {}

  Task<int> run() {
    if (const auto opened = co_await open(); !opened) co_return fail(opened.error());
    // Not `?:`, whose results g++ 12 destroys twice.
    Result<int> done = exit_failed;
    if (options_.source.empty()) {
      done = co_await listen();
    } else {
      done = co_await run_through_file();
    }
    co_await system_->stop();
    if (!done) co_return fail(done.error());
    co_return *done;
  }

 private:
  Task<Result<void>> open() {
    Parts parts;
    parts.hearing = parts.speaking = parts.routines = true;
    parts.forget = options_.demo;
    auto system = co_await System::start(loop_, settings_, std::move(parts));
    if (!system) co_return system.error();
    system_ = *std::move(system);
    if (!options_.demo) co_return Result<void>();
    ENTENTE_CO_TRY(demo_, DemoHome::open(loop_, system_->specs(), demo_devices()));
    ENTENTE_CO_TRY_VOID(demo_->add_to(system_->home()));
    ENTENTE_CO_TRY_VOID(co_await system_->grammars().refresh());
    if (system_->ears() == nullptr) co_return Error{ErrorCode::unavailable, "this machine cannot recognise speech"};
    co_return co_await system_->ears()->prepare();
  }

  Task<Result<int>> listen() {
    auto speaker = co_await HomeSpeaker::open(loop_, *system_, settings_, on_paper(common_.json));
    if (!speaker) co_return speaker.error();
    if (!common_.json) fmt::print("Say \"{}\". Ctrl-C ends.\n", settings_.speaker.names.front());
    std::fflush(stdout);
    OneShot<int> stop(loop_);
    loop_.on_signal({SIGINT, SIGTERM}, [this, &stop](int signal) {
      if (stop.fulfilled()) loop_.stop();
      stop.fulfil(signal);
    });
    while (!stop.fulfilled()) {
      const auto deadline = Deadline::in(loop_, std::chrono::hours(1));
      [[maybe_unused]] const auto stopped = co_await stop.wait(deadline, "stop");
    }
    loop_.on_signal({SIGINT, SIGTERM}, [this](int) { loop_.stop(); });
    co_return exit_done;
  }

  Task<Result<int>> run_through_file() {
    ENTENTE_CO_TRY(auto heard, audio::read_audio_file(options_.source));
    ENTENTE_CO_TRY(auto spotter,
                   open_wake_engine({settings_.data_folder, settings_.dictionary, settings_.acoustic_model},
                                    system_->remote_wake_spotters()));
    auto witness = on_paper(common_.json);
    auto session = co_await run_on_file(loop_, *system_, *spotter, settings_, std::move(heard.pcm), std::move(witness));
    if (!session) co_return session.error();
    if (!options_.sink.empty()) {
      ENTENTE_CO_TRY_VOID(write_file(options_.sink, audio::write_wav(session->played)));
    }
    co_return session->commands > 0 ? exit_done : exit_failed;
  }

  net::EventLoop& loop_;
  const CommonOptions& common_;
  const SpeakerOptions& options_;
  const Settings settings_;
  std::unique_ptr<DemoHome> demo_;
  std::unique_ptr<System> system_;
};

}  // namespace

int speaker(const CommonOptions& common, const SpeakerOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  if (options.demo) settings->state_folder = demo_folder(*settings);
  if (!options.names.empty()) settings->speaker.names = options.names;
  net::EventLoop loop;
  loop.on_signal({SIGINT, SIGTERM}, [&loop](int) { loop.stop(); });
  SpeakerCommand command(loop, common, options, *settings);
  return loop.run_until_complete(command.run()).value_or(exit_failed);
}

}  // namespace entente::apps
