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
#include <mutex>

#include "base/result.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

struct Engine;
class FreeSpeech;

struct Options {
  std::filesystem::path model_folder = "/usr/share/pocketsphinx/model/en-us/en-us";
  std::filesystem::path dictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
  // What wildcards hear; without it they hear nothing. Read when a graph with a wildcard is prepared first.
  std::filesystem::path language_model = "/usr/share/pocketsphinx/model/en-us/en-us.lm.bin";
  std::size_t most_free_words = 40'000;
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
  Recogniser(std::shared_ptr<const Engine> engine, const Options& options);
  std::shared_ptr<const FreeSpeech> free_speech();

  const std::shared_ptr<const Engine> engine_;  // the models: immutable
  const std::filesystem::path language_model_;
  const std::size_t most_free_words_;
  std::once_flag free_speech_made_;
  std::shared_ptr<const FreeSpeech> free_speech_;  // constant once made; null when there is none
};

}  // namespace entente::sphinx
