// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/voice.h"

#include <atomic>

#include "base/log.h"
#include "base/text.h"
#include "base/wait.h"
#include "services/speech/impl/performance.h"
#include "services/speech/spoken_text.h"

namespace entente::speech {
namespace {

constexpr seconds patience{60};  // for the next piece; an engine takes milliseconds

std::string key_of(std::string_view engine, std::string_view language, double speed, Markup markup,
                   std::string_view text) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", engine, language, speed, static_cast<int>(markup), text);
}

}  // namespace

// One utterance that is being made. The pool thread writes `nobody_listens` never and reads it always; everything else
// belongs to the loop, to which the thread posts the pieces.
struct Voice::Making {
  std::string key;
  std::string engine;  // the best, when it began
  std::vector<Passage> passages;
  std::shared_ptr<std::atomic<bool>> nobody_listens = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<audio::Pcm> sound = std::make_shared<audio::Pcm>();
  std::optional<Result<void>> end;
  std::list<OneShot<bool>*> waiting;  // for a piece, or the end
  std::size_t shares = 0;

  void wake() {
    for (auto* each : waiting) each->fulfil(true);
  }
};

// What a waiting task holds: with the last of them making stops.
class Voice::Share {
 public:
  Share(Voice& voice, std::shared_ptr<Making> making) : voice_(voice), making_(std::move(making)) { ++making_->shares; }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  ~Share() {
    if (--making_->shares == 0 && !making_->end) voice_.leave(*making_);
  }
  Making* operator->() const { return making_.get(); }

  struct Wait {
    Wait(Loop& loop, Making& from) : shot(loop), making(from) {
      place = making.waiting.insert(making.waiting.end(), &shot);
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() { making.waiting.erase(place); }
    OneShot<bool> shot;
    Making& making;
    std::list<OneShot<bool>*>::iterator place;
  };
  Making& operator*() const { return *making_; }

 private:
  Voice& voice_;
  std::shared_ptr<Making> making_;
};

VoiceSettings read_voice_settings(Config& config) {
  VoiceSettings settings;
  settings.prefer = config.texts("speech.voices", {"flite", "espeak"});
  settings.speed = config.number("speech.voice_speed", 1.0, 0.5, 2.0);
  settings.cache_bytes = static_cast<std::size_t>(config.integer("speech.cache_megabytes", 8, 0, 1'024)) << 20U;
  return settings;
}

Voice::Voice(Loop& loop, std::vector<Synthesiser*> engines, VoiceSettings settings, Wording wording)
    : loop_(loop),
      settings_(std::move(settings)),
      wording_(std::move(wording)),
      engines_(std::move(engines)),
      cache_(settings_.cache_bytes),
      pool_(loop, 1, "voice") {
  const auto rank = [this](const Synthesiser* engine) {
    return std::find(settings_.prefer.begin(), settings_.prefer.end(), engine->name()) - settings_.prefer.begin();
  };
  std::stable_sort(engines_.begin(), engines_.end(),
                   [&rank](const auto* left, const auto* right) { return rank(left) < rank(right); });
}

Voice::~Voice() {
  for (const auto& [key, making] : in_work_) making->nobody_listens->store(true);  // the pool ends sooner
}

bool Voice::supports(std::string_view language) const { return !engines_for(language).empty(); }

std::vector<Synthesiser*> Voice::engines_for(std::string_view language) const {
  std::vector<Synthesiser*> able;
  std::copy_if(engines_.begin(), engines_.end(), std::back_inserter(able),
               [language](const auto* engine) { return engine->supports(language); });
  return able;
}

Task<Result<audio::Pcm>> Voice::say(std::string text, std::string language, Markup markup) {
  audio::Pcm whole;
  OnPiece collect = [&whole](const audio::Pcm& piece) {
    whole.rate = piece.rate;
    whole.samples.insert(whole.samples.end(), piece.samples.begin(), piece.samples.end());
  };
  ENTENTE_CO_TRY_VOID(co_await stream(std::move(text), std::move(language), std::move(collect), markup));
  co_return whole;
}

Task<Result<void>> Voice::stream(std::string text, std::string language, OnPiece on_piece, Markup markup) {
  std::vector<Passage> passages;
  if (markup == Markup::ssml) {
    ENTENTE_CO_TRY(passages, read_ssml(text, language));
  } else {
    ENTENTE_CO_TRY(text, spoken_text(text));
    passages.push_back({text, language, {}, {}});
  }
  for (auto& passage : passages) {
    if (!passage.text.empty()) {
      ENTENTE_CO_TRY(passage.text, spoken_text(passage.text));
    }
    if (supports(passage.language)) continue;
    const auto named = text::shorten(text::to_valid_utf8(passage.language), 64);
    co_return Error{ErrorCode::unsupported, fmt::format("speech: no voice for the language '{}'", named)};
  }
  if (passages.empty()) co_return Error{ErrorCode::invalid, "speech: there is no text to say"};
  const std::string engine(engines_for(passages.front().language).front()->name());
  const auto key = key_of(engine, language, settings_.speed, markup, text);
  if (const auto known = cache_.find(key)) {
    on_piece(*known);
    co_return Result<void>();
  }
  ENTENTE_CO_TRY(auto begun, begin(key, engine, std::move(passages)));
  const Share making(*this, std::move(begun));
  std::size_t given = 0;
  for (;;) {
    if (const auto& sound = *making->sound; given < sound.samples.size()) {
      audio::Pcm piece{
          sound.rate, 1, {sound.samples.begin() + static_cast<std::ptrdiff_t>(given), sound.samples.end()}};
      given = sound.samples.size();
      on_piece(piece);
    }
    if (given < making->sound->samples.size()) continue;
    if (making->end) co_return *making->end;
    Share::Wait wait(loop_, *making);
    const auto deadline = Deadline::in(loop_, patience);
    const auto woken = co_await wait.shot.wait(deadline, "speech: the voice");
    if (!woken.ok()) co_return woken.error();
  }
}

// The utterance if it is in work already, else a new one.
Result<std::shared_ptr<Voice::Making>> Voice::begin(const std::string& key, const std::string& engine,
                                                    std::vector<Passage> passages) {
  if (const auto known = in_work_.find(key); known != in_work_.end()) return known->second;

  if (in_work_.size() >= most_in_work) {
    return Error{ErrorCode::exhausted, fmt::format("speech: {} texts wait to be said already", most_in_work)};
  }
  auto making = std::make_shared<Making>();
  making->key = key;
  making->engine = engine;
  making->passages = std::move(passages);
  in_work_.emplace(key, making);
  tasks_.spawn(make(making));
  return making;
}

// The last word on an utterance that nobody waits for is not heard.
Task<void> Voice::make(std::shared_ptr<Making> making) {
  struct Outcome {
    Result<void> said;
    const Synthesiser* sole_engine = nullptr;
  };
  const std::weak_ptr<Making> weak = making;
  const auto nobody_listens = making->nobody_listens;
  auto job = [this, nobody_listens, weak, passages = making->passages, &loop = loop_] {
    const Performance::Sink give = [&](int rate, std::vector<std::int16_t> sound) {
      loop.post([weak, rate, sound = std::move(sound)] {
        const auto alive = weak.lock();
        if (!alive) return;
        alive->sound->rate = rate;
        alive->sound->samples.insert(alive->sound->samples.end(), sound.begin(), sound.end());
        alive->wake();
      });
      return !nobody_listens->load();
    };
    Outcome outcome{Error{ErrorCode::cancelled, "speech: nobody listens"}};
    if (nobody_listens->load()) return outcome;
    Performance performance(engines_, wording_, {settings_.speed, settings_.finish}, give);
    outcome.said = performance.play(passages);
    outcome.sole_engine = performance.sole_engine();
    return outcome;
  };
  Outcome outcome;
  try {
    outcome = co_await pool_.run(std::move(job));
  } catch (const std::exception& problem) {
    outcome.said = Error{ErrorCode::failed, fmt::format("speech: {}", problem.what())};
  }
  if (making->nobody_listens->load()) co_return;
  // What another engine had to say instead is not kept as the best one's.
  const bool by_best = outcome.sole_engine != nullptr && outcome.sole_engine->name() == making->engine;
  if (outcome.said.ok() && by_best) cache_.keep(making->key, making->sound);
  in_work_.erase(making->key);
  making->end = std::move(outcome.said);
  making->wake();
}

void Voice::leave(Making& making) {
  making.nobody_listens->store(true);
  in_work_.erase(making.key);
}

}  // namespace entente::speech
