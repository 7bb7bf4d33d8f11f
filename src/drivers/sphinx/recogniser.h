// SPDX-License-Identifier: GPL-3.0-or-later
// Recogniser hears English with the acoustic model of Debian's pocketsphinx-en-us and a decoder of our own whose search
// space is the word graph itself. Each stream decodes twice: roughly while the sound arrives (for partial()), and once
// more over all of it, noise taken out, when a result is asked for (some 2 % of the sound's length).
// Thread-safe as speech.h says. A stream keeps what it needs of its recogniser alive, and ignores what comes
// after the longest utterance.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

struct Engine;

struct Options {
  std::filesystem::path model_folder = "/usr/share/pocketsphinx/model/en-us/en-us";
  std::filesystem::path dictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
  std::chrono::milliseconds longest_utterance{60'000};
  speech::Pronouncer* pronouncer = nullptr;  // for words that the dictionary lacks; outlives the recogniser
};

class Recogniser final : public speech::Recogniser {
 public:
  static Result<std::unique_ptr<Recogniser>> open(const Options& options);
  ~Recogniser() override;

  bool supports(std::string_view language) const override;
  Result<std::shared_ptr<const speech::SearchSpace>> prepare(std::shared_ptr<const model::WordGraph> graph) override;
  std::unique_ptr<speech::RecogniserStream> start(std::shared_ptr<const speech::SearchSpace> space) override;

 private:
  explicit Recogniser(std::shared_ptr<const Engine> engine);

  std::shared_ptr<const Engine> engine_;  // the models: immutable
};

}  // namespace entente::sphinx
