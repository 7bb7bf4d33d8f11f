// SPDX-License-Identifier: GPL-3.0-or-later
// A speaker of this home: speech::Speaker on this machine's microphone and loudspeaker, or on files, with the home's
// ears, voice and assistant. Owned by the command that runs it; loop thread; ends by destruction, before the system.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apps/entente/settings.h"
#include "apps/entente/system.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/audio/pcm.h"
#include "model/reply.h"
#include "services/speech/speaker.h"
#include "services/speech/wake.h"

namespace entente::apps {

// What people see of it. Any may be empty.
struct SpeakerWitness {
  std::function<void(speech::Attention::State)> on_change;
  std::function<void(const model::Reply&)> on_reply;
};

// unavailable where this program cannot hear. `spotter` and `out` outlive it.
Task<Result<std::unique_ptr<speech::Speaker>>> open_speaker(Loop& loop, System& system, speech::WakeSpotter& spotter,
                                                            speech::SoundOut& out, const Settings& settings,
                                                            SpeakerWitness witness);

class HomeSpeaker {
 public:
  // Listens from now on. A device that is missing is waited for.
  static Task<Result<std::unique_ptr<HomeSpeaker>>> open(Loop& loop, System& system, const Settings& settings,
                                                         SpeakerWitness witness);
  virtual ~HomeSpeaker() = default;
};

// What a file's sound made it do.
struct FileSession {
  int commands = 0;  // that were done or answered
  int replies = 0;
  audio::Pcm played;  // all that the loudspeaker would have played, as long as the file and its answers
};

// Runs a speaker through `heard` as if it were the microphone, as fast as it can be heard, and then until it sleeps.
Task<Result<FileSession>> run_on_file(Loop& loop, System& system, speech::WakeSpotter& spotter,
                                      const Settings& settings, audio::Pcm heard, SpeakerWitness witness);

}  // namespace entente::apps
