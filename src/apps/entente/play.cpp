// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/play.h"

#include "infra/audio/devices.h"
#include "infra/net/event_loop.h"

namespace entente::apps {

Result<void> play(const std::string& loudspeaker, const audio::Pcm& sound) {
  net::EventLoop loop;
  ENTENTE_TRY(const auto device, audio::Loudspeaker::open(loop, {loudspeaker, sound.rate}));
  ENTENTE_TRY_VOID(device->play(sound.samples));
  device->when_played([&loop] { loop.stop(); });
  loop.run();
  return {};
}

}  // namespace entente::apps
