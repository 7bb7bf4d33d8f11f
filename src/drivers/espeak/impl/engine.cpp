// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/espeak/impl/engine.h"

#include <espeak-ng/espeak_ng.h>
#include <espeak-ng/speak_lib.h>

#include "services/speech/spoken_text.h"

namespace entente::espeak {
namespace {

constexpr int buffer_milliseconds = 60;  // of sound for each call of the sink
constexpr int volume = 80;               // of 100, at which some voices clip
constexpr double least_speed = 0.5;
constexpr double most_speed = 2.0;

// The library's callback has no argument for its caller on the last call, so what speaks now is known here.
struct Speaking {
  const std::function<bool(speech::Samples)>* sink = nullptr;
  std::exception_ptr failure;  // must not pass through C
  bool stopped = false;
};
Speaking* speaking = nullptr;  // guarded by Engine::mutex_

int on_sound(short* wave, int count, espeak_EVENT*) {
  constexpr int go_on = 0;
  constexpr int stop = 1;
  if (!speaking || speaking->stopped) return stop;
  if (!wave || count <= 0) return go_on;
  try {
    speaking->stopped = !(*speaking->sink)(speech::Samples(wave, static_cast<std::size_t>(count)));
  } catch (...) {
    speaking->failure = std::current_exception();
    speaking->stopped = true;
  }
  return speaking->stopped ? stop : go_on;
}

std::string reason(espeak_ng_STATUS status) {
  char text[512] = "";
  espeak_ng_GetStatusCodeMessage(status, text, sizeof text);
  return text;
}

// Lives as long as the process: the library's own way to close waits for a thread that may not listen.
struct Opened {
  std::mutex mutex;                // lint: allow mutex: the library is one per process and called from several pools
  std::shared_ptr<Engine> engine;  // guarded by mutex
};
Opened& opened() {
  static auto* const once = new Opened;  // lint: allow new: lives as long as the process, see above
  return *once;
}

}  // namespace

Result<std::shared_ptr<Engine>> Engine::open(const std::filesystem::path& data) {
  // The library falls back to its default folder without a word, so what was asked for is looked at first.
  std::error_code ignored;
  if (!data.empty() && !std::filesystem::is_regular_file(data / "phontab", ignored)) {
    return Error{ErrorCode::not_found, "espeak: no voice data in " + data.string() + ": 'phontab' is missing"};
  }
  const std::lock_guard lock(opened().mutex);
  if (const auto& engine = opened().engine) {
    if (engine->data_ == data) return engine;
    return Error{ErrorCode::exists, "espeak: already open with the data in '" + engine->data_.string() + "'"};
  }
  const std::shared_ptr<Engine> engine(new Engine);
  ENTENTE_TRY_VOID(engine->load(data));
  opened().engine = engine;
  return engine;
}

Result<void> Engine::load(const std::filesystem::path& data) {
  data_ = data;
  espeak_ng_InitializePath(data.empty() ? nullptr : data.c_str());
  espeak_ng_ERROR_CONTEXT context = nullptr;
  auto status = espeak_ng_Initialize(&context);
  espeak_ng_ClearErrorContext(&context);
  if (status == ENS_OK) status = espeak_ng_InitializeOutput(ENOUTPUT_MODE_SYNCHRONOUS, buffer_milliseconds, nullptr);
  if (status != ENS_OK) {
    return Error{ErrorCode::unavailable,
                 "espeak: cannot load its voice data (is espeak-ng-data installed?): " + reason(status)};
  }
  rate_ = espeak_ng_GetSampleRate();
  espeak_SetSynthCallback(on_sound);
  read_voices();
  if (languages_.size() == 0) return Error{ErrorCode::unavailable, "espeak: its data holds no voices"};
  return {};
}

// A voice's languages are (priority byte, zero-terminated name) pairs, ended by a zero byte.
void Engine::read_voices() {
  const auto** voices = espeak_ListVoices(nullptr);
  for (; voices && *voices; ++voices) {
    const std::string_view file = (*voices)->identifier;
    if (file.starts_with("mb/")) continue;  // needs MBROLA's own voices, which are not free
    for (const char* at = (*voices)->languages; *at != '\0';) {
      const std::string_view name = at + 1;
      languages_.add(name, static_cast<unsigned char>(*at), file);
      at += name.size() + 2;
    }
  }
}

Result<void> Engine::choose(std::string_view language, std::string_view variant) {
  const auto file = languages_.find(language);
  if (file.empty()) {
    return Error{ErrorCode::unsupported, fmt::format("espeak: no voice for the language '{}'", language.substr(0, 64))};
  }
  const auto voice = file + std::string(variant);
  if (voice == chosen_) return {};
  chosen_.clear();
  const auto status = espeak_ng_SetVoiceByName(voice.c_str());
  if (status != ENS_OK) {
    return Error{ErrorCode::unavailable, fmt::format("espeak: cannot load the voice '{}': {}", voice, reason(status))};
  }
  chosen_ = voice;
  return {};
}

Result<void> Engine::speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink) {
  ENTENTE_TRY(const auto text, speech::spoken_text(request.text));
  if (!(request.speed >= least_speed && request.speed <= most_speed)) {
    return Error{ErrorCode::invalid, fmt::format("espeak: the speed {} is not between 0.5 and 2", request.speed)};
  }
  const std::lock_guard lock(mutex_);
  // Measured: klatt4 is the variant that is understood best in English, by far.
  const bool english = languages_.find(request.language).starts_with("gmw/en");
  ENTENTE_TRY_VOID(choose(request.language, english ? "+klatt4" : ""));
  espeak_ng_SetParameter(espeakRATE, static_cast<int>(std::lround(espeakRATE_NORMAL * request.speed)), 0);
  constexpr int usual_pitch = 50;  // of 0 to 99, about an octave each way
  const double octaves = std::clamp(std::log2(std::clamp(request.pitch, 0.5, 2.0)), -1.0, 1.0);
  espeak_ng_SetParameter(espeakPITCH, usual_pitch + static_cast<int>(std::lround(49 * octaves)), 0);
  espeak_ng_SetParameter(espeakVOLUME, volume, 0);

  Speaking now{&sink, nullptr, false};
  speaking = &now;
  const auto status =
      espeak_ng_Synthesize(text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, nullptr);
  speaking = nullptr;
  if (now.failure) std::rethrow_exception(now.failure);
  if (status != ENS_OK && !now.stopped) {
    return Error{ErrorCode::failed, "espeak: cannot say the text: " + reason(status)};
  }
  return {};
}

Result<std::string> Engine::phonemes(std::string_view text, std::string_view language) {
  ENTENTE_TRY(const auto spoken, speech::spoken_text(text));
  const std::lock_guard lock(mutex_);
  ENTENTE_TRY_VOID(choose(language, ""));
  std::string ipa;
  for (const void* at = spoken.c_str(); at;) {  // one clause at a time
    if (const char* clause = espeak_TextToPhonemes(&at, espeakCHARS_UTF8, espeakPHONEMES_IPA)) ipa += clause;
  }
  return ipa;
}

}  // namespace entente::espeak
