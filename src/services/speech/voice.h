// SPDX-License-Identifier: GPL-3.0-or-later
// Voice says texts: it chooses the engine for a language, runs it on a thread of its own, and keeps what was said often
// enough to be said again at once. Sound comes out on the loop thread, whole or in pieces while it is being made. The
// same text asked for again while it is being made is made once; when nobody waits for it any more, making stops.
// Loop thread; engines and loop outlive it, it outlives the tasks that wait for it.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/loop.h"
#include "base/pool.h"
#include "base/task.h"
#include "base/task_group.h"
#include "infra/audio/pcm.h"
#include "services/speech/impl/sound_cache.h"
#include "services/speech/speech.h"
#include "services/speech/ssml.h"
#include "services/speech/wording.h"

namespace entente::speech {

struct VoiceSettings {
  std::vector<std::string> prefer;  // names of engines, best first; the others follow in the order given
  double speed = 1.0;               // 0.5 to 2
  std::size_t cache_bytes = 8U << 20U;
  bool finish = true;  // even loudness and pauses; false: as the engines make it
};

// How a text is written.
enum class Markup { none, ssml };

// speech.voices, speech.voice_speed, speech.cache_megabytes
VoiceSettings read_voice_settings(Config& config);

class Voice {
 public:
  static constexpr std::size_t most_in_work = 32;  // texts that wait or are being said

  // A piece of an utterance, as soon as it is made; an utterance from the cache is one piece. The rate may differ from
  // one utterance to the next. To stop, destroy the task.
  using OnPiece = std::function<void(const audio::Pcm&)>;

  // Without a wording an engine is given the whole text as it stands.
  Voice(Loop& loop, std::vector<Synthesiser*> engines, VoiceSettings settings = {}, Wording wording = {});
  Voice(const Voice&) = delete;
  Voice& operator=(const Voice&) = delete;
  ~Voice();

  bool supports(std::string_view language) const;

  // The text is treated by spoken_text(), SSML read by read_ssml(). What an engine fails is said by the next one that
  // speaks the language; where none is left, the error is that of the first that failed. ErrorCode::unsupported when no
  // engine speaks the language or can read the text, ErrorCode::exhausted when most_in_work texts are in work.
  Task<Result<audio::Pcm>> say(std::string text, std::string language, Markup markup = Markup::none);

  // The same in pieces; what has come before an error was sound of this text.
  Task<Result<void>> stream(std::string text, std::string language, OnPiece on_piece, Markup markup = Markup::none);

  std::size_t cached_bytes() const { return cache_.bytes(); }

 private:
  struct Making;
  class Share;
  struct Said;

  Result<std::shared_ptr<Making>> begin(const std::string& key, const std::string& engine,
                                        std::vector<Passage> passages);
  std::vector<Synthesiser*> engines_for(std::string_view language) const;
  Task<void> make(std::shared_ptr<Making> making);
  void leave(Making& making);

  Loop& loop_;
  const VoiceSettings settings_;
  const Wording wording_;              // called on the pool's thread only
  std::vector<Synthesiser*> engines_;  // best first
  SoundCache cache_;
  std::map<std::string, std::shared_ptr<Making>> in_work_;  // by key
  TaskGroup tasks_{"voice"};
  Pool pool_;  // one thread: engines are not re-entrant
};

}  // namespace entente::speech
