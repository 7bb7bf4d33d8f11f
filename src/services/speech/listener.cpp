// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/listener.h"

#include "base/log.h"

namespace entente::speech {
namespace {

constexpr std::size_t most_waiting_samples = 30 * recogniser_rate;
constexpr std::size_t most_unread = 16;  // utterances that nobody has taken
// The end-pointer cannot know the noise yet when sound begins with speech, so it may hear the start late: until then
// nothing is thrown away.
constexpr Endpointer::Position opening = 2 * recogniser_rate;
constexpr int softest_speech = 330;                    // 40 dB below full scale
constexpr milliseconds ask_early_unfinished{500};      // silence; the words so far are no whole sentence
constexpr milliseconds unlimited{24 * 3'600 * 1'000};  // longer than longest_sound can be

Duration sound_of(Endpointer::Position samples) {
  return audio::duration_of(static_cast<std::size_t>(std::max<Endpointer::Position>(samples, 0)), recogniser_rate);
}

// With the sound's own end as the only one, the end-pointer just says where speech was.
EndpointRules rules_of(const ListenerSettings& settings) {
  if (settings.ending == Ending::automatic) return settings.rules;
  return {unlimited, unlimited, unlimited, unlimited, unlimited, milliseconds(0), unlimited, unlimited};
}

}  // namespace

// The recogniser's stream is made by the first job and then touched by one job at a time; the sound that waits for the
// next job and all the rest belong to the loop.
struct Listener::Utterance {
  struct Decoder {
    std::shared_ptr<const SearchSpace> space;
    std::unique_ptr<RecogniserStream> stream;
  };
  std::shared_ptr<Decoder> decoder = std::make_shared<Decoder>();
  std::vector<std::int16_t> waiting;
  Position first = 0;    // of the sound given to the recogniser
  Position decoded = 0;  // up to here
  Heard heard;
  bool ended = false;
  bool gone = false;         // given, or discarded
  Position last_voiced = 0;  // once it has ended

  // The result that there is, and what was known when it was asked for: it is out of date once either has changed.
  bool has_result = false;
  Position result_voiced = -1;
  std::string result_text;
};

struct Listener::Decoded {
  Partial partial;
  std::optional<Recognition> result;
};

struct Listener::Job {
  std::shared_ptr<Utterance::Decoder> decoder;
  Recogniser* recogniser = nullptr;
  std::vector<std::int16_t> sound;
  bool asks = false;
  Position voiced = 0;  // last_voiced() when it was sent

  Decoded operator()() const {
    if (!decoder->stream) decoder->stream = recogniser->start(decoder->space);
    if (!decoder->stream) throw std::runtime_error("the recogniser gave no stream");
    if (!sound.empty()) decoder->stream->feed(sound);
    Decoded decoded;
    decoded.partial = decoder->stream->partial();
    if (asks) decoded.result = decoder->stream->result();
    return decoded;
  }
};

model::Trace trace_of(const Heard& heard) {
  const auto words = heard.recognition.hypotheses.empty() ? std::string() : heard.recognition.hypotheses.front().text;
  return {{"wait for the end", heard.decided - heard.speech_ended, to_string(heard.reason)},
          {"recognise", heard.ready - heard.decided, words}};
}

Hearing::Hearing(Loop& loop, unsigned threads) : loop_(loop), pool_(loop, threads, "hearing") {}

Hearing::~Hearing() { ENTENTE_ASSERT(listeners_ == 0); }

Result<std::unique_ptr<Listener>> Hearing::listen(Recogniser& recogniser, std::shared_ptr<const SearchSpace> space,
                                                  ListenerSettings settings) {
  if (!space) return Error{ErrorCode::unavailable, "speech: nothing can be recognised yet: no sentences are ready"};
  if (listeners_ >= most_listeners) {
    return Error{ErrorCode::exhausted, fmt::format("speech: {} are listened to already", most_listeners)};
  }
  return std::unique_ptr<Listener>(new Listener(*this, recogniser, std::move(space), settings));
}

Listener::Listener(Hearing& hearing, Recogniser& recogniser, std::shared_ptr<const SearchSpace> space,
                   ListenerSettings settings)
    : hearing_(hearing),
      loop_(hearing.loop_),
      recogniser_(recogniser),
      space_(std::move(space)),
      settings_(settings),
      endpointer_(rules_of(settings)) {
  ++hearing_.listeners_;
}

Listener::~Listener() {
  ENTENTE_ASSERT(!waiting_ && !idle_);
  tasks_.cancel();
  --hearing_.listeners_;
}

Result<void> Listener::feed(const audio::Pcm& chunk) {
  if (finished_) return Error{ErrorCode::unavailable, "speech: the sound has ended already"};
  std::size_t waiting = 0;
  for (const auto& utterance : utterances_) waiting += utterance->waiting.size();
  if (waiting > most_waiting_samples) {
    return Error{ErrorCode::exhausted, "speech: the recogniser is more than 30 seconds behind"};
  }
  std::vector<std::int16_t> sound;
  ENTENTE_TRY_VOID(convert(chunk, sound));
  take(sound);
  decode_what_waits();
  return {};
}

Result<void> Listener::convert(const audio::Pcm& chunk, std::vector<std::int16_t>& sound) {
  if (chunk.rate != rate_ || chunk.channels != channels_) {
    if (chunk.channels < 1 || chunk.channels > audio::max_channels) {
      return Error{ErrorCode::unsupported, fmt::format("speech: sound with {} channels", chunk.channels)};
    }
    ENTENTE_TRY(auto resampler, audio::Resampler::open(chunk.rate, recogniser_rate, 1));  // checks the rate
    if (resampler_) resampler_->finish(sound);
    resampler_.reset();
    if (chunk.rate != recogniser_rate) resampler_.emplace(std::move(resampler));
    rate_ = chunk.rate;
    channels_ = chunk.channels;
  }
  const auto whole = chunk.samples.size() - chunk.samples.size() % static_cast<std::size_t>(channels_);
  std::vector<std::int16_t> mono;
  audio::append_mono(std::span(chunk.samples).first(whole), channels_, mono);
  if (resampler_) {
    resampler_->process(mono, sound);
  } else {
    sound.insert(sound.end(), mono.begin(), mono.end());
  }
  return {};
}

// Goes through the sound from event to event, and notes when the last speech in it came in.
void Listener::take(Samples sound) {
  if (settings_.ending == Ending::with_the_sound && utterances_.empty() && !sound.empty()) start_utterance();
  for (const auto sample : sound) loudest_ = std::max(loudest_, std::abs(int{sample}));
  const auto end = sound_taken_ + static_cast<Position>(sound.size());
  while (!sound.empty()) {
    const auto voiced = endpointer_.last_voiced();
    const auto step = endpointer_.feed(sound);
    hold(sound.first(step.consumed));
    sound = sound.subspan(step.consumed);
    if (endpointer_.last_voiced() != voiced) voiced_at_ = loop_.now() - sound_of(end - endpointer_.last_voiced());
    react(step.event);
  }
}

// Sound goes to the open utterance, else it waits for speech to begin.
void Listener::hold(Samples sound) {
  sound_taken_ += static_cast<Position>(sound.size());
  auto* utterance = open_utterance();
  auto& where = utterance ? utterance->waiting : held_;
  where.insert(where.end(), sound.begin(), sound.end());
  if (utterance) {
    const bool too_long = sound_of(sound_taken_ - utterance->first) > settings_.longest_sound;
    if (settings_.ending == Ending::with_the_sound && too_long) {
      end_utterance(EndReason::too_long);
      finished_ = true;
    }
    return;
  }
  const auto kept = audio::frames_in(settings_.before_speech, recogniser_rate);
  if (sound_taken_ > opening && held_.size() > 2 * kept + recogniser_rate) {  // now and then, so that it costs little
    held_.erase(held_.begin(), held_.end() - static_cast<std::ptrdiff_t>(kept));
  }
}

void Listener::react(Endpoint event) {
  if (settings_.ending == Ending::with_the_sound) return;
  switch (event) {
    case Endpoint::none: return;
    case Endpoint::started: return start_utterance();
    case Endpoint::ended: return end_utterance(endpointer_.reason());
    case Endpoint::discarded:
      utterances_.back()->gone = true;
      utterances_.pop_back();
      partial_ = {};
      return;
  }
}

void Listener::start_utterance() {
  auto utterance = std::make_shared<Utterance>();
  const auto before = audio::frames_in(settings_.before_speech, recogniser_rate);
  const auto wanted = before + static_cast<std::size_t>(std::max<Position>(sound_taken_ - endpointer_.start(), 0));
  const auto given = sound_taken_ <= opening ? held_.size() : std::min(wanted, held_.size());
  utterance->waiting.assign(held_.end() - static_cast<std::ptrdiff_t>(given), held_.end());
  utterance->first = utterance->decoded = sound_taken_ - static_cast<Position>(given);
  utterance->decoder->space = space_;
  held_.clear();
  partial_ = {};
  utterances_.push_back(std::move(utterance));
}

void Listener::end_utterance(EndReason reason) {
  auto& utterance = *utterances_.back();
  auto& heard = utterance.heard;
  utterance.ended = true;
  heard.partial = partial_;
  heard.reason = reason;
  heard.audio = sound_of(sound_taken_ - utterance.first);
  heard.decided = loop_.now();
  const bool spoke = endpointer_.last_voiced() > utterance.first;
  heard.speech_ended = spoke ? std::min(voiced_at_, heard.decided) : heard.decided;
  heard.silence = spoke ? sound_of(sound_taken_ - endpointer_.last_voiced()) : heard.audio;
  const bool up_to_date =
      utterance.result_voiced == endpointer_.last_voiced() && utterance.result_text == partial_.text;
  utterance.has_result = utterance.has_result && up_to_date;
  heard.early = utterance.has_result;
  partial_ = {};
  give_finished();
}

Listener::Utterance* Listener::open_utterance() {
  return utterances_.empty() || utterances_.back()->ended ? nullptr : utterances_.back().get();
}

// No speech has come since the result of an ended utterance was asked for, and it did not change the words.
bool Listener::is_up_to_date(const Utterance& utterance) {
  return utterance.result_voiced == utterance.last_voiced && utterance.result_text == utterance.heard.partial.text;
}

bool Listener::wants_result(const Utterance& utterance) const {
  if (utterance.ended) return !utterance.has_result;
  if (settings_.ending == Ending::with_the_sound || !endpointer_.speaking()) return false;
  const bool asked = utterance.result_voiced == endpointer_.last_voiced() && utterance.result_text == partial_.text;
  return !asked && endpointer_.silence() >= (partial_.complete ? settings_.ask_early : ask_early_unfinished);
}

// The oldest utterance goes first: those behind it wait for it.
std::shared_ptr<Listener::Utterance> Listener::with_work() {
  if (utterances_.empty()) return nullptr;
  const auto& oldest = utterances_.front();
  return !oldest->waiting.empty() || wants_result(*oldest) ? oldest : nullptr;
}

void Listener::decode_what_waits() {
  if (decoding_ || !with_work()) return;
  decoding_ = true;
  tasks_.spawn(decode());
}

Task<void> Listener::decode() {
  while (const auto utterance = with_work()) {
    Job job;
    job.decoder = utterance->decoder;
    job.recogniser = &recogniser_;
    job.sound = std::exchange(utterance->waiting, {});
    job.asks = wants_result(*utterance);
    job.voiced = endpointer_.last_voiced();
    utterance->decoded += static_cast<Position>(job.sound.size());
    const auto asked = !job.asks ? Asked::nothing : utterance->ended ? Asked::at_the_end : Asked::early;
    const auto voiced = job.voiced;
    const auto begun = loop_.now();
    std::optional<Decoded> decoded;
    std::string failure;
    try {
      decoded.emplace(co_await hearing_.pool_.run(std::move(job)));
    } catch (const std::exception& problem) {
      failure = problem.what();
    }
    utterance->heard.decoding += loop_.now() - begun;
    if (!decoded) {
      fail(*utterance, failure);
    } else {
      accept(*utterance, std::move(*decoded), asked, voiced);
    }
  }
  decoding_ = false;
  if (idle_) idle_->fulfil(true);
}

void Listener::accept(Utterance& utterance, Decoded decoded, Asked asked, Position voiced) {
  if (utterance.gone) return;
  if (decoded.result) {
    utterance.has_result = true;
    utterance.result_voiced = voiced;
    utterance.result_text = decoded.partial.text;
    utterance.heard.recognition = std::move(*decoded.result);
    utterance.heard.ready = loop_.now();
  }
  if (utterance.ended) {
    utterance.has_result = utterance.has_result && (asked == Asked::at_the_end || is_up_to_date(utterance));
    return give_finished();
  }
  partial_ = std::move(decoded.partial);
  if (settings_.ending == Ending::with_the_sound) return;
  endpointer_.hypothesis(partial_, utterance.decoded);
  react(endpointer_.feed({}).event);
}

void Listener::fail(Utterance& utterance, const std::string& reason) {
  if (utterance.gone) return;
  utterance.gone = true;
  if (settings_.ending == Ending::with_the_sound) finished_ = true;
  const auto place = std::find_if(utterances_.begin(), utterances_.end(),
                                  [&utterance](const auto& each) { return each.get() == &utterance; });
  if (!utterance.ended) endpointer_.finish();
  utterances_.erase(place);
  give(Error{ErrorCode::failed, "speech: the recogniser failed: " + reason});
}

void Listener::give_finished() {
  while (!utterances_.empty() && utterances_.front()->ended && utterances_.front()->has_result) {
    auto& utterance = *utterances_.front();
    utterance.gone = true;
    auto& heard = utterance.heard;
    heard.ready = std::max(heard.ready, heard.decided);
    // A recogniser finds its shortest sentence in silence, too.
    if (loudest_ < softest_speech && endpointer_.last_voiced() == 0) heard.recognition = {};
    // A dish that fell: a microphone goes on listening. Where the sound is over, its owner wants to know.
    const bool noise = heard.recognition.hypotheses.empty() && heard.reason == EndReason::silent;
    if (!noise || finished_ || settings_.ending == Ending::with_the_sound) give(std::move(heard));
    utterances_.pop_front();
  }
}

void Listener::give(Result<Heard> heard) {
  if (heard_.size() >= most_unread) {
    log::warning("speech", "nobody takes what is heard: an utterance is lost");
    heard_.pop_front();
  }
  heard_.push_back(std::move(heard));
  gave_any_ = true;
  if (waiting_) waiting_->fulfil(true);
}

void Listener::finish() {
  if (finished_) return;
  if (resampler_) {
    std::vector<std::int16_t> rest;
    resampler_->finish(rest);
    take(rest);
  }
  if (finished_) return;  // the rest was too long
  finished_ = true;
  endpointer_.finish();
  if (open_utterance()) end_utterance(EndReason::finished);
  if (utterances_.empty() && !gave_any_) {
    Heard nothing;
    nothing.speech_ended = nothing.decided = nothing.ready = loop_.now();
    give(std::move(nothing));
  }
  if (waiting_ && utterances_.empty()) waiting_->fulfil(true);
  decode_what_waits();
}

namespace {

// A OneShot that its fulfiller knows as long as it is there.
struct Registered {
  Registered(Loop& loop, OneShot<bool>*& place) : shot(loop), place_(place) { place_ = &shot; }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;
  ~Registered() { place_ = nullptr; }

  OneShot<bool> shot;

 private:
  OneShot<bool>*& place_;
};

}  // namespace

Task<Result<Heard>> Listener::next(Deadline deadline) {
  if (waiting_) co_return Error{ErrorCode::exists, "speech: another task waits for what is heard"};
  while (heard_.empty()) {
    if (finished_ && utterances_.empty()) co_return Error{ErrorCode::unavailable, "speech: the sound has ended"};
    Registered wait(loop_, waiting_);
    const auto woken = co_await wait.shot.wait(deadline, "speech: the listener");
    if (!woken.ok()) co_return woken.error();
  }
  auto heard = std::move(heard_.front());
  heard_.pop_front();
  co_return heard;
}

Task<Result<void>> Listener::caught_up(Deadline deadline) {
  if (idle_) co_return Error{ErrorCode::exists, "speech: another task waits for the decoder"};
  while (decoding_) {
    Registered wait(loop_, idle_);
    const auto woken = co_await wait.shot.wait(deadline, "speech: the recogniser");
    if (!woken.ok()) co_return woken.error();
  }
  co_return Result<void>();
}

}  // namespace entente::speech
