// SPDX-License-Identifier: GPL-3.0-or-later
// The one eSpeak NG of this process. Shared by all faces, never closed; any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "drivers/espeak/impl/languages.h"
#include "services/speech/speech.h"

namespace entente::espeak {

class Engine {
 public:
  static Result<std::shared_ptr<Engine>> open(const std::filesystem::path& data);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  bool supports(std::string_view language) const { return !languages_.find(language).empty(); }
  int rate() const { return rate_; }

  Result<void> speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink);
  // As the library writes them: stress and length marks, language switches and spaces included.
  Result<std::string> phonemes(std::string_view text, std::string_view language);

 private:
  Engine() = default;
  Result<void> load(const std::filesystem::path& data);
  void read_voices();
  Result<void> choose(std::string_view language, std::string_view variant);  // under mutex_

  std::filesystem::path data_;  // constant after open()
  Languages languages_;         // constant after open()
  int rate_ = 0;                // constant after open()
  // lint: allow mutex: the library is one per process and called from several pools
  std::mutex mutex_;    // held around every call into the library
  std::string chosen_;  // the voice that the library has loaded now; guarded by mutex_
};

}  // namespace entente::espeak
