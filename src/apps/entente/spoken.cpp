// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/spoken.h"

#include "infra/audio/devices.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;

Task<Result<SpokenExchange>> reply_to(net::EventLoop& loop, System& system, Result<speech::Heard> heard,
                                      std::string area) {
  if (!heard) co_return heard.error();
  SpokenExchange exchange;
  exchange.heard = *heard;
  exchange.reply = co_await system.ears()->answer(*std::move(heard), std::move(area));
  if (system.voice() == nullptr || exchange.reply.text.empty()) co_return exchange;
  const auto start = loop.now();
  auto spoken = co_await system.voice()->say(exchange.reply.text, exchange.reply.language);
  if (!spoken) co_return spoken.error();
  exchange.spoken = *std::move(spoken);
  exchange.reply.trace.push_back(
      {"synthesise", loop.now() - start,
       fmt::format("{:.1f} s of speech", in_milliseconds(exchange.spoken.duration()) / 1000)});
  co_return exchange;
}

}  // namespace

audio::Pcm between_silence(const audio::Pcm& sound, milliseconds before, milliseconds after) {
  audio::Pcm framed{sound.rate, sound.channels, {}};
  const auto channels = static_cast<std::size_t>(sound.channels);
  framed.samples.resize(audio::frames_in(before, sound.rate) * channels);
  framed.samples.insert(framed.samples.end(), sound.samples.begin(), sound.samples.end());
  framed.samples.resize(framed.samples.size() + audio::frames_in(after, sound.rate) * channels);
  return framed;
}

Task<Result<SpokenExchange>> exchange(net::EventLoop& loop, System& system, audio::Pcm sound, speech::Pace pace,
                                      std::string area) {
  auto listener = system.ears()->listen(speech::Ending::automatic);
  if (!listener) co_return listener.error();
  auto heard = co_await speech::listen_to(loop, **listener, sound, pace);
  co_return co_await reply_to(loop, system, std::move(heard), std::move(area));
}

Task<Result<SpokenExchange>> exchange_by_microphone(net::EventLoop& loop, System& system, std::string microphone,
                                                    std::string area) {
  auto listener = system.ears()->listen(speech::Ending::automatic);
  if (!listener) co_return listener.error();
  auto* ear = listener->get();
  audio::Microphone::Callbacks callbacks;
  callbacks.on_chunk = [ear](std::span<const std::int16_t> chunk) {
    // A chunk that is refused is lost, and the next is heard again.
    [[maybe_unused]] const auto fed = ear->feed(audio::Pcm{speech::recogniser_rate, 1, {chunk.begin(), chunk.end()}});
  };
  callbacks.on_lost = [ear](const Error&) { ear->finish(); };
  const audio::DeviceSettings device{std::move(microphone), speech::recogniser_rate};
  auto opened = audio::Microphone::open(loop, device, 20ms, std::move(callbacks));
  if (!opened) co_return opened.error();
  const auto deadline = Deadline::in(loop, 30s);
  auto heard = co_await (*listener)->next(deadline);
  opened->reset();
  if (!heard && heard.error().code == ErrorCode::timeout) {
    heard = Error{ErrorCode::timeout, "nothing was said for 30 seconds"};
  }
  co_return co_await reply_to(loop, system, std::move(heard), std::move(area));
}

void print_trace(const model::Trace& trace) {
  for (const auto& stage : trace) {
    fmt::print("  {:<18} {:>8.1f} ms   {}\n", stage.name, in_milliseconds(stage.took), stage.detail);
  }
}

}  // namespace entente::apps
