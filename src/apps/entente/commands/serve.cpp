// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include "apps/entente/demo_home.h"
#include "apps/entente/home_speaker.h"
#include "apps/entente/session.h"
#include "base/log.h"

namespace entente::apps {
namespace {

struct Serving {
  net::EventLoop loop;
  OneShot<int> stop{loop};
};

Task<int> serve_until_stopped(Serving& serving, Settings settings, Parts parts, bool demo) {
  auto& loop = serving.loop;
  const auto started = loop.now();
  auto system = co_await System::start(loop, settings, std::move(parts));
  if (!system) co_return fail(system.error());
  std::unique_ptr<DemoHome> demo_home;
  if (demo) {
    auto opened = DemoHome::open(loop, (*system)->specs(), demo_devices());
    if (!opened) co_return fail(opened.error());
    demo_home = *std::move(opened);
    if (const auto added = demo_home->add_to((*system)->home()); !added) co_return fail(added.error());
    if (const auto named = co_await (*system)->grammars().refresh(); !named) co_return fail(named.error());
  }
  std::unique_ptr<HomeSpeaker> speaker;
  if (settings.speaker.enabled) {
    auto opened = co_await HomeSpeaker::open(loop, **system, settings, {});
    if (opened) {
      speaker = *std::move(opened);
    } else {
      log::warning("speaker", "nothing listens here: {}", opened.error().message);
    }
  }
  log::info("entente", "ready at {} in {:.0f} ms, {} devices, state in {}", (*system)->url(),
            in_milliseconds(loop.now() - started), (*system)->home().devices().size(), settings.state_folder.string());
  while (!serving.stop.fulfilled()) {
    const auto deadline = Deadline::in(loop, std::chrono::hours(1));
    [[maybe_unused]] const auto stopped = co_await serving.stop.wait(deadline, "stop");
  }
  log::info("entente", "stopping");
  speaker.reset();
  co_await (*system)->stop();
  co_return exit_done;
}

}  // namespace

int serve(const CommonOptions& common, const ServeOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (options.speaker) settings->speaker.enabled = true;
  if (options.demo) settings->state_folder = demo_folder(*settings);
  Parts parts;
  parts.hearing = settings->hearing;
  parts.speaking = settings->speaking;
  parts.forget = options.demo;
  parts.announcing = true;
  parts.routines = true;
  parts.listen = options.listen.empty() ? settings->listen : options.listen;

  Serving serving;
  serving.loop.on_signal({SIGINT, SIGTERM}, [&](int signal) {
    // The second one means it: do not wait for requests under way.
    if (serving.stop.fulfilled()) serving.loop.stop();
    serving.stop.fulfil(signal);
  });
  auto task = serve_until_stopped(serving, *settings, std::move(parts), options.demo);
  return serving.loop.run_until_complete(std::move(task)).value_or(exit_failed);
}

}  // namespace entente::apps
