// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/speaker.h"

#include <deque>

#include "base/log.h"
#include "infra/audio/echo_canceller.h"

namespace entente::speech {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_waiting = 10 * recogniser_rate;
constexpr std::size_t most_reference = 2 * recogniser_rate;
constexpr std::size_t most_memory = 5 * recogniser_rate;
constexpr Attention::Position decoding_time = 3 * recogniser_rate / 2;  // after speech, until its words are there
// A word of ours comes back this much earlier or later than we take it to sound: it takes its way through devices and
// room.
constexpr Attention::Position echo_before = 3 * recogniser_rate / 10;
constexpr Attention::Position echo_after = 8 * recogniser_rate / 10;
constexpr std::size_t most_own_words = 8;

template <class Container>
void forget_oldest(Container& sound, std::size_t most) {
  if (sound.size() > most) sound.erase(sound.begin(), sound.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

// Touched by one job at a time.
struct Speaker::Ear {
  std::unique_ptr<WakeStream> room;       // hears the cleaned sound
  std::unique_ptr<WakeStream> own_voice;  // hears what we play
  std::optional<audio::EchoCanceller> canceller;
  Position heard = 0;                   // samples, by `room`
  Position played = 0;                  // likewise, by `own_voice`
  std::deque<std::int16_t> ahead;       // handed to the loudspeaker, and not given to `own_voice` yet
  Position quiet_for = echo_after + 1;  // since something was played
};

struct Speaker::Result_ {
  std::vector<std::int16_t> cleaned;
  std::vector<WakeDetection> detections;
  std::vector<Position> own_words;
};

struct Speaker::Job {
  std::shared_ptr<Ear> ear;
  std::vector<std::int16_t> captured;
  std::vector<std::int16_t> reference;
  bool flushed = false;

  Result_ operator()() const {
    Result_ result;
    listen_to_ourselves(result);
    clean(result);
    for (auto found = ear->room->feed(result.cleaned); found; found = ear->room->feed({})) {
      result.detections.push_back(*found);
    }
    ear->heard += static_cast<Position>(result.cleaned.size());
    return result;
  }

  // At the microphone's pace, with silence behind what is played, as long as a word may still end in it.
  void listen_to_ourselves(Result_& result) const {
    auto& ahead = ear->ahead;
    if (flushed) ahead.clear();
    ahead.insert(ahead.end(), reference.begin(), reference.end());
    forget_oldest(ahead, most_reference);
    if (!ahead.empty()) ear->quiet_for = 0;
    if (ear->quiet_for > echo_after) return;
    const auto count = static_cast<std::ptrdiff_t>(std::min(ahead.size(), captured.size()));
    std::vector<std::int16_t> sound(ahead.begin(), ahead.begin() + count);
    ahead.erase(ahead.begin(), ahead.begin() + count);
    sound.resize(captured.size());
    ear->quiet_for += static_cast<Position>(captured.size()) - count;
    ear->played += static_cast<Position>(sound.size());
    const auto ahead_of_us = ear->heard + static_cast<Position>(captured.size()) - ear->played;
    for (auto found = ear->own_voice->feed(sound); found; found = ear->own_voice->feed({})) {
      result.own_words.push_back(found->end + ahead_of_us);
    }
  }

  void clean(Result_& result) const {
    if (!ear->canceller) {
      result.cleaned = captured;
      return;
    }
    if (flushed) ear->canceller->flushed();
    ear->canceller->played(reference);
    ear->canceller->process(captured, result.cleaned);
  }
};

Speaker::Speaker(Loop& loop, Parts parts, SpeakerSettings settings)
    : loop_(loop),
      parts_(std::move(parts)),
      settings_(std::move(settings)),
      attention_(settings_.attention),
      pool_(loop, 1, "ear") {}

Speaker::~Speaker() { ENTENTE_ASSERT(!idle_); }

Task<Result<std::unique_ptr<Speaker>>> Speaker::open(Loop& loop, Parts parts, SpeakerSettings settings) {
  std::unique_ptr<Speaker> speaker(new Speaker(loop, std::move(parts), std::move(settings)));
  ENTENTE_CO_TRY_VOID(co_await speaker->prepare());
  co_return Result<std::unique_ptr<Speaker>>(std::move(speaker));
}

Task<Result<void>> Speaker::prepare() {
  auto phrases = settings_.names;
  if (phrases.empty()) co_return Error{ErrorCode::invalid, "speech: a speaker needs a name to be called by"};
  for (auto& name : phrases) name.while_speaking = true;
  for (auto word : settings_.stop_words) {
    word.while_speaking = true;
    phrases.push_back(std::move(word));
  }
  auto& spotter = parts_.spotter;
  auto job = [&spotter, phrases = std::move(phrases)] { return spotter.prepare(phrases); };
  ENTENTE_CO_TRY(auto model, co_await pool_.run(std::move(job)));
  ear_ = std::make_shared<Ear>();
  ear_->room = spotter.start(model);
  ear_->own_voice = spotter.start(model);
  if (settings_.cancel_echo) ear_->canceller.emplace();
  co_return Result<void>();
}

void Speaker::feed(Samples sound) {
  waiting_.insert(waiting_.end(), sound.begin(), sound.end());
  if (waiting_.size() > most_waiting) {
    if (lost_ == 0) log::warning("speech", "this machine is too slow to hear all the time: sound is lost");
    lost_ += waiting_.size() - most_waiting;
    forget_oldest(waiting_, most_waiting);
  }
  if (hearing_ || waiting_.empty()) return;
  hearing_ = true;
  hearing_task_.spawn(hear());
}

void Speaker::played(Samples sound) {
  reference_.insert(reference_.end(), sound.begin(), sound.end());
  forget_oldest(reference_, most_reference);
}

void Speaker::deaf() { obey(attention_.deaf()); }

Task<void> Speaker::hear() {
  while (!waiting_.empty()) {
    Job job;
    job.ear = ear_;
    job.captured = std::exchange(waiting_, {});
    job.reference = std::exchange(reference_, {});
    job.flushed = std::exchange(flushed_, false);
    take(co_await pool_.run(std::move(job)));
  }
  hearing_ = false;
  if (idle_) idle_->fulfil(true);
}

// The open ear hears first: what it was told before the name was called again is its own affair.
void Speaker::take(Result_ result) {
  remember(result.cleaned);
  if (open_ear_) {
    // A chunk that is refused is lost, and the next is heard again.
    [[maybe_unused]] const auto fed = open_ear_->feed(audio::Pcm{recogniser_rate, 1, result.cleaned});
    if (open_ear_->speaking()) spoke_at_ = position_;
  }
  own_words_.insert(own_words_.end(), result.own_words.begin(), result.own_words.end());
  forget_oldest(own_words_, most_own_words);
  for (const auto& detection : result.detections) notice(detection);
  const bool somebody_speaks = open_ear_ && (open_ear_->speaking() || position_ < spoke_at_ + decoding_time);
  obey(attention_.time_passed(position_, somebody_speaks));
}

void Speaker::remember(Samples sound) {
  position_ += static_cast<Position>(sound.size());
  memory_.insert(memory_.end(), sound.begin(), sound.end());
  if (memory_.size() > 2 * most_memory) forget_oldest(memory_, most_memory);  // now and then, so that it costs little
}

bool Speaker::is_own_voice(const WakeDetection& detection) const {
  return std::any_of(own_words_.begin(), own_words_.end(), [&detection](Position word) {
    return detection.end > word - echo_before && detection.end < word + echo_after;
  });
}

void Speaker::notice(const WakeDetection& detection) {
  if (is_own_voice(detection)) {
    log::debug("speech", "that was our own voice");
    return;
  }
  const bool name = detection.phrase < settings_.names.size();
  obey(name ? attention_.called(detection.end) : attention_.told_to_stop());
}

void Speaker::obey(const Attention::Orders& orders) {
  if (orders.silence) fall_silent();
  if (orders.stop_listening) {
    listening_.cancel();
    open_ear_.reset();
  }
  if (orders.chime && !settings_.chime.empty()) {
    // Without a loudspeaker there is no chime.
    [[maybe_unused]] const auto played = parts_.out.play(settings_.chime);
  }
  if (orders.listen) open_ear(*orders.listen);
  if (orders.answer && sentence_) answers_.spawn(answer(attention_.turn(), *std::exchange(sentence_, {})));
  if (orders.speak) speaking_.spawn(speak());
  show();
}

void Speaker::show() {
  if (shown_ == attention_.state()) return;
  shown_ = attention_.state();
  if (parts_.on_change) parts_.on_change(shown_);
}

void Speaker::fall_silent() {
  parts_.out.flush();
  speaking_.cancel();
  reference_.clear();
  flushed_ = true;
}

void Speaker::open_ear(Position from) {
  auto opened = parts_.listen();
  if (!opened) {
    log::warning("speech", "called, but cannot listen: {}", opened.error().message);
    return obey(attention_.deaf());
  }
  open_ear_ = *std::move(opened);
  spoke_at_ = from - decoding_time;
  const auto wanted = static_cast<std::size_t>(std::max<Position>(position_ - from, 0));
  const auto known = std::min(wanted, memory_.size());
  const audio::Pcm sound{recogniser_rate, 1, {memory_.end() - static_cast<std::ptrdiff_t>(known), memory_.end()}};
  [[maybe_unused]] const auto fed = open_ear_->feed(sound);
  listening_.spawn(listen(open_ear_));
}

// Ends with the first sentence. What was no sentence puts us to sleep, so that a noise does not keep us awake.
Task<void> Speaker::listen(std::shared_ptr<Listener> ear) {
  for (;;) {
    const auto deadline = Deadline::in(loop_, 60s);
    auto heard = co_await ear->next(deadline);
    if (!heard && heard.error().code == ErrorCode::timeout) continue;
    if (!heard) log::warning("speech", "{}", heard.error().message);
    const bool sentence = heard.ok() && !heard->recognition.hypotheses.empty();
    if (sentence) sentence_ = *std::move(heard);
    open_ear_.reset();  // first: this task cannot be cancelled from inside
    auto orders = attention_.heard(sentence ? Attention::Heard::sentence : Attention::Heard::nothing);
    orders.stop_listening = false;
    obey(orders);
    co_return;
  }
}

Task<void> Speaker::answer(std::uint64_t turn, Heard heard) {
  auto reply = co_await parts_.answer(std::move(heard));
  const bool spoken = parts_.voice != nullptr && !reply.text.empty();
  const auto orders = attention_.answered(turn, {spoken, reply.asks});
  if (orders.speak) reply_ = std::move(reply);
  obey(orders);
}

Task<void> Speaker::speak() {
  resampler_.reset();
  voice_rate_ = 0;
  Voice::OnPiece on_piece = [this](const audio::Pcm& piece) { play(piece); };
  const auto made = co_await parts_.voice->stream(reply_.text, reply_.language, std::move(on_piece));
  if (!made) log::warning("speech", "the answer is not spoken: {}", made.error().message);
  const auto played = std::make_shared<OneShot<bool>>(loop_);
  parts_.out.when_played([weak = std::weak_ptr(played)] {
    if (const auto shot = weak.lock()) shot->fulfil(true);
  });
  const auto deadline = Deadline::in(loop_, 15min);
  [[maybe_unused]] const auto heard = co_await played->wait(deadline, "the loudspeaker");
  obey(attention_.has_spoken(position_));
}

void Speaker::play(const audio::Pcm& piece) {
  std::vector<std::int16_t> sound;
  if (piece.rate == recogniser_rate) {
    sound = piece.samples;
  } else {
    if (voice_rate_ != piece.rate) {
      auto opened = audio::Resampler::open(piece.rate, recogniser_rate, 1);
      if (!opened) return;
      resampler_.emplace(*std::move(opened));
      voice_rate_ = piece.rate;
    }
    resampler_->process(piece.samples, sound);
  }
  // A loudspeaker that is gone says so itself.
  [[maybe_unused]] const auto played = parts_.out.play(sound);
}

Task<void> Speaker::caught_up() {
  while (hearing_) {
    struct Registered {
      explicit Registered(Speaker& speaker) : shot(speaker.loop_), owner(speaker) { owner.idle_ = &shot; }
      Registered(const Registered&) = delete;
      Registered& operator=(const Registered&) = delete;
      ~Registered() { owner.idle_ = nullptr; }
      OneShot<bool> shot;
      Speaker& owner;
    } idle(*this);
    const auto deadline = Deadline::in(loop_, 60s);
    [[maybe_unused]] const auto fulfilled = co_await idle.shot.wait(deadline, "the ear");
  }
  if (const auto ear = open_ear_) {
    const auto deadline = Deadline::in(loop_, 60s);
    [[maybe_unused]] const auto decoded = co_await ear->caught_up(deadline);
  }
}

}  // namespace entente::speech
