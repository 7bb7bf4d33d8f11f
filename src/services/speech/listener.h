// SPDX-License-Identifier: GPL-3.0-or-later
// From sound to recognised utterances. Hearing owns the threads that decode and bounds how many listen at once; a
// Listener is one ear: sound of any rate and channel count goes in on the loop thread, what was said comes out there.
// Decoding runs on Hearing's pool while sound arrives, never two jobs of one listener at a time. Once 100 ms of silence
// follow a whole sentence the recogniser is asked for its result ahead of time; the answer is taken if the silence
// lasts, and thrown away if speech goes on.
//
// Hearing outlives its listeners, recognisers outlive Hearing, a listener outlives the tasks that wait for it.
// Destroying a listener stops it; a job that runs ends on its own.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "base/loop.h"
#include "base/pool.h"
#include "base/task.h"
#include "base/task_group.h"
#include "base/wait.h"
#include "infra/audio/pcm.h"
#include "infra/audio/resample.h"
#include "model/trace.h"
#include "services/speech/endpointer.h"
#include "services/speech/speech.h"

namespace entente::speech {

enum class Ending {
  automatic,      // where the end-pointer finds it: microphones
  with_the_sound  // at finish(), or after longest_sound: the sound is one utterance, a file or a push-to-talk button
};

struct ListenerSettings {
  Ending ending = Ending::automatic;
  EndpointRules rules;
  milliseconds before_speech{600};  // of sound that goes to the recogniser from before the start
  milliseconds ask_early{100};      // silence after which a result is asked for ahead of time
  milliseconds longest_sound{60'000};
};

// One utterance.
struct Heard {
  Recognition recognition;  // empty where nothing was said
  Partial partial;          // the last one before the end
  EndReason reason = EndReason::finished;
  bool early = false;        // the result was ready before the end was certain
  Duration audio{};          // sound that was decoded
  Duration decoding{};       // on the pool, waiting for it included: over `audio` it is the real-time factor
  Duration silence{};        // of sound, from the end of speech to the decision
  TimePoint speech_ended{};  // when the last of the speech came in
  TimePoint decided{};       // when the end was certain
  TimePoint ready{};         // when the result was there
};

// The stages "wait for the end" and "recognise", counted from the end of speech.
model::Trace trace_of(const Heard& heard);

class Listener;

class Hearing {
 public:
  static constexpr std::size_t most_listeners = 50;

  Hearing(Loop& loop, unsigned threads);
  Hearing(const Hearing&) = delete;
  Hearing& operator=(const Hearing&) = delete;
  ~Hearing();

  // ErrorCode::exhausted while most_listeners listen already.
  Result<std::unique_ptr<Listener>> listen(Recogniser& recogniser, std::shared_ptr<const SearchSpace> space,
                                           ListenerSettings settings = {});
  std::size_t listeners() const { return listeners_; }

 private:
  friend class Listener;

  Loop& loop_;
  std::size_t listeners_ = 0;
  Pool pool_;
};

class Listener {
 public:
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // Sound as it comes, in chunks of any length; rate and channels may change. ErrorCode::unsupported for a rate or
  // channel count that cannot be, ErrorCode::exhausted when decoding is 30 seconds behind, ErrorCode::unavailable after
  // finish(). A refused chunk is lost, the rest goes on.
  Result<void> feed(const audio::Pcm& chunk);

  // No more sound: an open utterance ends here, and next() gives it, or an empty one if nothing was said at all.
  void finish();

  // The next utterance; sound in which the recogniser found no word is none. ErrorCode::unavailable once the sound has
  // ended and everything was given, ErrorCode::timeout. One task waits at a time.
  Task<Result<Heard>> next(Deadline deadline);

  // Until everything fed so far is decoded.
  Task<Result<void>> caught_up(Deadline deadline);

  // For utterances that start from now on.
  void use(std::shared_ptr<const SearchSpace> space) { space_ = std::move(space); }

  bool has_heard() const { return !heard_.empty(); }  // next() would not wait
  bool speaking() const { return endpointer_.speaking(); }
  const Partial& partial() const { return partial_; }  // of the utterance that is open, for showing
  double noise_floor() const { return endpointer_.noise_floor(); }

 private:
  friend class Hearing;
  struct Utterance;
  struct Job;
  struct Decoded;
  enum class Asked { nothing, early, at_the_end };  // of the recogniser: its result
  using Position = Endpointer::Position;

  Listener(Hearing& hearing, Recogniser& recogniser, std::shared_ptr<const SearchSpace> space,
           ListenerSettings settings);

  Result<void> convert(const audio::Pcm& chunk, std::vector<std::int16_t>& sound);
  void take(Samples sound);
  void hold(Samples sound);
  void react(Endpoint event);
  void start_utterance();
  void end_utterance(EndReason reason);
  Utterance* open_utterance();
  std::shared_ptr<Utterance> with_work();
  static bool is_up_to_date(const Utterance& utterance);
  bool wants_result(const Utterance& utterance) const;
  void decode_what_waits();
  Task<void> decode();
  void accept(Utterance& utterance, Decoded decoded, Asked asked, Position voiced);
  void fail(Utterance& utterance, const std::string& reason);
  void give_finished();
  void give(Result<Heard> heard);

  Hearing& hearing_;
  Loop& loop_;
  Recogniser& recogniser_;
  std::shared_ptr<const SearchSpace> space_;
  const ListenerSettings settings_;
  int rate_ = 0;  // of the sound that comes; 0 before the first
  int channels_ = 0;
  std::optional<audio::Resampler> resampler_;  // where rate_ is not the recogniser's
  Endpointer endpointer_;
  int loudest_ = 0;  // of all samples so far, its size
  Position sound_taken_ = 0;
  TimePoint voiced_at_{};                              // when the last speech came in
  std::vector<std::int16_t> held_;                     // the sound before speech
  std::deque<std::shared_ptr<Utterance>> utterances_;  // oldest first; only the last may be open
  Partial partial_;
  std::deque<Result<Heard>> heard_;
  OneShot<bool>* waiting_ = nullptr;  // in next()
  OneShot<bool>* idle_ = nullptr;     // in caught_up()
  bool finished_ = false;
  bool gave_any_ = false;
  bool decoding_ = false;
  TaskGroup tasks_{"speech"};
};

}  // namespace entente::speech
