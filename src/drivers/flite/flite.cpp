// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/flite/flite.h"

#include <cmath>
#include <csetjmp>

#include "base/text.h"
#include "drivers/flite/impl/english_letters.h"
#include "infra/audio/resample.h"
#include "services/speech/spoken_text.h"

extern "C" {
#include <flite/flite.h>
cst_voice* register_cmu_us_rms(const char* voxdir);
void unregister_cmu_us_rms(cst_voice* voice);
}

namespace entente::flite {
namespace {

constexpr double least_speed = 0.5;
constexpr double most_speed = 2.0;
constexpr int samples_a_piece = 320;  // the least that the engine hands out at once: 20 ms

// The engine begins each text with 0.2 seconds of near silence, for which nobody should wait.
constexpr int near_silence = 100;             // samples up to this
constexpr std::size_t kept_of_silence = 480;  // samples: 30 ms, so that a soft consonant is not cut

// What the engine's C callback needs of the speak() that runs.
struct Speaking {
  const std::function<bool(speech::Samples)>* sink = nullptr;
  std::exception_ptr failure;  // must not pass through C
  bool stopped = false;
  bool begun = false;
  std::vector<std::int16_t> before;  // the end of the silence

  bool take(speech::Samples piece) {
    if (begun) return (*sink)(piece);
    const auto first =
        std::find_if(piece.begin(), piece.end(), [](int sample) { return std::abs(sample) > near_silence; });
    begun = first != piece.end();
    before.insert(before.end(), piece.begin(), piece.end());
    const auto silent = before.size() - static_cast<std::size_t>(piece.end() - first);
    if (silent > kept_of_silence) {
      before.erase(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(silent - kept_of_silence));
    }
    return !begun || (*sink)(before);
  }
};

int on_sound(const cst_wave* wave, int start, int size, int, cst_audio_streaming_info* info) {
  auto& now = *static_cast<Speaking*>(info->userdata);
  if (now.stopped) return CST_AUDIO_STREAM_STOP;
  if (size <= 0) return CST_AUDIO_STREAM_CONT;
  try {
    const speech::Samples piece(wave->samples + start, static_cast<std::size_t>(size));
    now.stopped = !now.take(piece);
  } catch (...) {
    now.failure = std::current_exception();
    now.stopped = true;
  }
  return now.stopped ? CST_AUDIO_STREAM_STOP : CST_AUDIO_STREAM_CONT;
}

// Where the library would leave the process, it comes back here and the call has failed; what it had allocated is
// lost. No object with a destructor lives in this function.
bool say_sentences(const char* text, cst_voice* voice) {
  jmp_buf escape;
  cst_errjmp = &escape;
  const bool escaped = setjmp(escape) != 0;
  if (!escaped) {
    cst_tokenstream* tokens = ts_open_string(text, get_param_string(voice->features, "text_whitespace", nullptr),
                                             get_param_string(voice->features, "text_singlecharsymbols", nullptr),
                                             get_param_string(voice->features, "text_prepunctuation", nullptr),
                                             get_param_string(voice->features, "text_postpunctuation", nullptr));
    flite_ts_to_speech(tokens, voice, "stream");  // closes the tokens
  }
  cst_errjmp = nullptr;
  return !escaped;
}

class Synthesiser : public speech::Synthesiser {
 public:
  Synthesiser(cst_voice* voice, cst_audio_streaming_info* info) : voice_(voice), info_(info) {}
  Synthesiser(const Synthesiser&) = delete;
  Synthesiser& operator=(const Synthesiser&) = delete;
  ~Synthesiser() override { unregister_cmu_us_rms(voice_); }

  std::string_view name() const override { return "flite"; }
  bool supports(std::string_view language) const override {
    const auto tag = text::to_lower_ascii(language.substr(0, 3));
    return tag == "en" || tag == "en-" || tag == "en_";
  }
  int rate() const override { return 16'000; }
  double level(std::string_view /*language*/) const override { return -20.1; }  // measured by bench/voices

  // The engine cannot change its pitch: it speaks slower by as much as the sound is then played faster.
  Result<void> speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink) override {
    const double pitch = std::clamp(request.pitch, least_speed, most_speed);
    if (pitch == 1.0) return speak_at_own_pitch(request, 1.0, sink);
    ENTENTE_TRY(auto resampler, audio::Resampler::open(static_cast<int>(std::lround(rate() * pitch)), rate(), 1));
    std::vector<std::int16_t> sound;
    bool wanted = true;
    ENTENTE_TRY_VOID(speak_at_own_pitch(request, pitch, [&](speech::Samples piece) {
      sound.clear();
      resampler.process(piece, sound);
      wanted = sink(sound);
      return wanted;
    }));
    sound.clear();
    resampler.finish(sound);
    if (wanted) sink(sound);
    return {};
  }

 private:
  Result<void> speak_at_own_pitch(const speech::VoiceRequest& request, double stretch,
                                  const std::function<bool(speech::Samples)>& sink) {
    ENTENTE_TRY(const auto spoken, speech::spoken_text(request.text));
    if (!(request.speed >= least_speed && request.speed <= most_speed)) {
      return Error{ErrorCode::invalid, fmt::format("flite: the speed {} is not between 0.5 and 2", request.speed)};
    }
    if (!supports(request.language)) {
      return Error{ErrorCode::unsupported,
                   fmt::format("flite: no voice for the language '{}'", text::shorten(request.language, 64))};
    }
    const auto text = english_letters(spoken);
    if (text.empty()) return Error{ErrorCode::unsupported, "flite: nothing in the text can be said in English"};

    Speaking now;
    now.sink = &sink;
    info_->userdata = &now;
    flite_feat_set_float(voice_->features, "duration_stretch", static_cast<float>(stretch / request.speed));
    const bool said = say_sentences(text.c_str(), voice_);
    info_->userdata = nullptr;
    if (now.failure) std::rethrow_exception(now.failure);
    if (!said) return Error{ErrorCode::failed, "flite: the engine gave up on the text"};
    return {};
  }

  cst_voice* voice_;
  cst_audio_streaming_info* info_;  // owned by voice_'s features
};

}  // namespace

Result<std::unique_ptr<speech::Synthesiser>> open() {
  flite_init();
  cst_voice* voice = register_cmu_us_rms(nullptr);
  if (!voice) return Error{ErrorCode::unavailable, "flite: cannot load the voice 'cmu_us_rms'"};
  cst_audio_streaming_info* info = new_audio_streaming_info();
  info->asc = on_sound;
  info->min_buffsize = samples_a_piece;
  flite_feat_set(voice->features, "streaming_info", audio_streaming_info_val(info));
  return std::unique_ptr<speech::Synthesiser>(std::make_unique<Synthesiser>(voice, info));
}

}  // namespace entente::flite
