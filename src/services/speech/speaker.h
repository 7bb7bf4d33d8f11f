// SPDX-License-Identifier: GPL-3.0-or-later
// Speaker is what stands in the kitchen: it hears all the time, wakes at its name, hears one sentence, has it answered
// and speaks the answer, still hearing meanwhile. What it does when is Attention's to say; this joins the sound to it.
//
//   microphone ─▶ echo canceller ─▶ wake spotter ─▶ Attention ─▶ Listener ─▶ answer ─▶ Voice ─▶ SoundOut
//                       ▲  (a pool thread)                                                         │
//                       └─────────────────────────── played() ◀───────────────────────────────────┘
//
// The last seconds of sound are kept, so that what is said straight on after the name is heard from its first sample.
// A name that our own voice says is none: the canceller takes most of it away, and a second spotter, which hears only
// what we play, tells what is left. Loop thread; ends by destruction, before everything that it was made with.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/pool.h"
#include "base/task.h"
#include "base/task_group.h"
#include "base/wait.h"
#include "model/reply.h"
#include "services/speech/attention.h"
#include "services/speech/listener.h"
#include "services/speech/voice.h"
#include "services/speech/wake.h"

namespace entente::speech {

// Where what we say goes: a loudspeaker, or a file. recogniser_rate, mono. Loop thread.
class SoundOut {
 public:
  virtual ~SoundOut() = default;
  virtual Result<void> play(Samples samples) = 0;            // queued behind what was played before
  virtual void when_played(std::function<void()> done) = 0;  // once all of it was heard, flushed or lost
  virtual void flush() = 0;                                  // silence at once
};

struct SpeakerSettings {
  std::vector<WakePhrase> names;       // what wakes it; also while it speaks
  std::vector<WakePhrase> stop_words;  // make it fall silent while it speaks
  AttentionRules attention;
  bool cancel_echo = true;
  std::vector<std::int16_t> chime;  // played when it wakes; may be empty
};

class Speaker {
 public:
  // All that is referred to outlives the speaker.
  struct Parts {
    WakeSpotter& spotter;
    SoundOut& out;
    Voice* voice = nullptr;  // null: answers are not spoken
    std::function<Result<std::unique_ptr<Listener>>()> listen;
    std::function<Task<model::Reply>(Heard)> answer;
    // A light, a line of log: called after each change.
    std::function<void(Attention::State)> on_change = {};
  };

  // Makes the names ready, which takes a moment. ErrorCode::invalid for one that cannot be a name.
  static Task<Result<std::unique_ptr<Speaker>>> open(Loop& loop, Parts parts, SpeakerSettings settings);
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;
  ~Speaker();

  // The microphone's next sound: recogniser_rate, mono. Sound that waits for longer than ten seconds because the
  // machine is too slow is lost, with a line in the log.
  void feed(Samples sound);
  // What the loudspeaker was given, as it is given it.
  void played(Samples sound);
  // No sound comes for a while: the microphone is gone.
  void deaf();

  // Until everything fed so far is heard, decoding included. For files; one task waits at a time.
  Task<void> caught_up();

  Attention::State state() const { return attention_.state(); }
  bool following_up() const { return attention_.following_up(); }
  Attention::Position position() const { return position_; }  // of the microphone's sound, in samples
  std::uint64_t lost_samples() const { return lost_; }

 private:
  struct Ear;      // what the pool thread works on
  struct Job;      // sound for it
  struct Result_;  // what came of it
  using Position = Attention::Position;

  Speaker(Loop& loop, Parts parts, SpeakerSettings settings);

  Task<Result<void>> prepare();
  Task<void> hear();
  void take(Result_ result);
  void notice(const WakeDetection& detection);
  bool is_own_voice(const WakeDetection& detection) const;
  void remember(Samples sound);
  void obey(const Attention::Orders& orders);
  void show();
  void fall_silent();
  void open_ear(Position from);
  Task<void> listen(std::shared_ptr<Listener> ear);
  Task<void> answer(std::uint64_t turn, Heard heard);
  Task<void> speak();
  void play(const audio::Pcm& piece);

  Loop& loop_;
  const Parts parts_;
  const SpeakerSettings settings_;

  Attention attention_;
  Attention::State shown_ = Attention::State::asleep;
  Position position_ = 0;                // of the sound that has been heard
  std::vector<std::int16_t> waiting_;    // captured, and not heard yet
  std::vector<std::int16_t> reference_;  // played, likewise
  bool flushed_ = false;                 // since the last job
  std::uint64_t lost_ = 0;
  std::vector<std::int16_t> memory_;  // the sound that ends at position_
  std::vector<Position> own_words_;   // where our own voice said a name or a stop word; the last few
  std::shared_ptr<Listener> open_ear_;
  Position spoke_at_ = 0;                      // somebody, to the open ear
  std::optional<Heard> sentence_;              // to be answered
  model::Reply reply_;                         // to be spoken
  std::optional<audio::Resampler> resampler_;  // of the voice's sound
  int voice_rate_ = 0;
  bool hearing_ = false;
  OneShot<bool>* idle_ = nullptr;  // in caught_up()

  std::shared_ptr<Ear> ear_;
  Pool pool_;
  // In this order, so that what is spoken ends before what made it.
  TaskGroup hearing_task_{"speaker"};
  TaskGroup answers_{"answer"};
  TaskGroup listening_{"listening"};
  TaskGroup speaking_{"speaking"};
};

}  // namespace entente::speech
