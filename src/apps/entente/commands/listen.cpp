// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include "apps/entente/play.h"
#include "apps/entente/session.h"
#include "apps/entente/spoken.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "doors/console/protocol/shapes.h"

namespace entente::apps {
namespace {

constexpr std::size_t largest_recording = 60U << 20U;

int show(const CommonOptions& common, const Json& reply) {
  if (!common.json) {
    fmt::print("heard: \"{}\"\n{}\n", string_or(reply, "heard", ""), string_or(reply, "reply", ""));
  }
  const auto outcome = string_or(reply, "outcome", "");
  return outcome == "done" || outcome == "answered" ? exit_done : exit_failed;
}

Task<Result<SpokenExchange>> hear_microphone(net::EventLoop& loop, Settings settings, std::string area) {
  Parts parts;
  parts.hearing = parts.speaking = true;
  auto system = co_await System::start(loop, settings, std::move(parts));
  if (!system) co_return system.error();
  if ((*system)->ears() == nullptr) co_return Error{ErrorCode::unavailable, "this machine cannot recognise speech"};
  fmt::print(stderr, "Listening …\n");
  co_return co_await exchange_by_microphone(loop, **system, settings.microphone, std::move(area));
}

int listen_to_microphone(const CommonOptions& common, const ListenOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  net::EventLoop loop;
  loop.on_signal({SIGINT, SIGTERM}, [&loop](int) { loop.stop(); });
  auto area = options.area.empty() ? settings->area : options.area;
  const auto done = loop.run_until_complete(hear_microphone(loop, *settings, std::move(area)));
  if (!done) return exit_failed;
  if (!*done) return fail(done->error());
  const auto& exchange = **done;
  const auto json = console::to_json(exchange.reply);
  if (common.json) fmt::print("{}\n", to_text(json, 2));
  const int code = show(common, json);
  if (!options.silent && !exchange.spoken.empty()) {
    const auto played = play(settings->loudspeaker, exchange.spoken);
    if (!played) return fail(played.error());
  }
  return code;
}

}  // namespace

int listen(const CommonOptions& common, const ListenOptions& options) {
  if (options.source.empty()) return listen_to_microphone(common, options);
  auto sound = read_file(options.source == "-" ? "/dev/stdin" : options.source, largest_recording);
  if (!sound) return fail(sound.error());
  Parts parts;
  parts.hearing = true;
  const auto path = "/api/v1/listen?name=" + url_segment(options.source) + "&area=" + url_segment(options.area);
  return call_home(common, parts, "POST", path, *std::move(sound),
                   [&](const Json& reply) { return show(common, reply); });
}

}  // namespace entente::apps
