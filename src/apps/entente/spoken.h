// SPDX-License-Identifier: GPL-3.0-or-later
// A spoken command from the first sample to the spoken reply, in this process. Loop thread.
#pragma once

#include "apps/entente/system.h"
#include "model/reply.h"
#include "services/speech/listen_to.h"

namespace entente::apps {

struct SpokenExchange {
  speech::Heard heard;
  model::Reply reply;
  audio::Pcm spoken;  // the reply; empty where this program has no voice
};

// Hears `sound` as a microphone would at `pace`, does what it says and makes the spoken reply. An Error when nothing
// could be heard at all; a command that was not understood is a reply.
Task<Result<SpokenExchange>> exchange(net::EventLoop& loop, System& system, audio::Pcm sound, speech::Pace pace,
                                      std::string area);
// The same with the next utterance of the microphone.
Task<Result<SpokenExchange>> exchange_by_microphone(net::EventLoop& loop, System& system, std::string microphone,
                                                    std::string area);

// `sound` with this much silence before and after it, as a microphone gives it.
audio::Pcm between_silence(const audio::Pcm& sound, milliseconds before, milliseconds after);

// The stages for people, one a line.
void print_trace(const model::Trace& trace);

}  // namespace entente::apps
