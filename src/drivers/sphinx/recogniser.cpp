// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/recogniser.h"

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"
#include "drivers/sphinx/engine.h"
#include "drivers/sphinx/stream.h"

namespace entente::sphinx {
namespace {

constexpr std::size_t prior_components = 200;

}  // namespace

Engine::Engine(AcousticModel acoustic_model, FrontEndParameters front_end, Dictionary dictionary,
               const Options& options)
    : longest_utterance(static_cast<std::size_t>(options.longest_utterance.count()) * speech::recogniser_rate / 1000),
      model(std::move(acoustic_model)),
      parameters(front_end),
      transform(front_end.lifter),
      contexts(model),
      pronunciations(std::move(dictionary), model, options.pronouncer),
      enhancer(make_speech_prior(model, prior_components), transform) {}

Result<std::unique_ptr<Recogniser>> Recogniser::open(const Options& options) {
  ENTENTE_TRY(auto parameters, FrontEndParameters::open(options.model_folder / "feat.params"));
  ENTENTE_TRY(auto model, AcousticModel::open(options.model_folder));
  ENTENTE_TRY(auto dictionary, Dictionary::open(options.dictionary));
  auto engine = std::make_shared<const Engine>(std::move(model), parameters, std::move(dictionary), options);
  return std::unique_ptr<Recogniser>(new Recogniser(std::move(engine), options));
}

Recogniser::Recogniser(std::shared_ptr<const Engine> engine, const Options& options)
    : engine_(std::move(engine)), language_model_(options.language_model), most_free_words_(options.most_free_words) {}
Recogniser::~Recogniser() = default;

bool Recogniser::supports(std::string_view language) const {
  auto lower = text::to_lower_ascii(language);
  return lower == "en" || lower.starts_with("en-") || lower.starts_with("en_");
}

Result<std::shared_ptr<const speech::SearchSpace>> Recogniser::prepare(std::shared_ptr<const model::WordGraph> graph) {
  auto speech = graph && SearchGraph::has_wildcards(*graph) ? free_speech() : nullptr;
  ENTENTE_TRY(auto compiled,
              SearchGraph::compile(std::move(graph), engine_->model, engine_->pronunciations, std::move(speech)));
  return std::shared_ptr<const speech::SearchSpace>(std::move(compiled));
}

// Graphs are prepared on several threads at once; the first one that needs it makes it, the others wait.
std::shared_ptr<const FreeSpeech> Recogniser::free_speech() {
  std::call_once(free_speech_made_, [this] {
    auto model = NgramModel::open(language_model_);
    if (!model.ok()) {
      log::warning("sphinx", "{}: free text in sentences will not be heard", model.error().message);
      return;
    }
    free_speech_ = std::make_shared<const FreeSpeech>(std::move(model).value(), engine_->model, engine_->pronunciations,
                                                      most_free_words_);
  });
  return free_speech_;
}

std::unique_ptr<speech::RecogniserStream> Recogniser::start(std::shared_ptr<const speech::SearchSpace> space) {
  auto graph = std::dynamic_pointer_cast<const SearchGraph>(std::move(space));
  ENTENTE_ASSERT(graph);
  return std::make_unique<Stream>(engine_, std::move(graph));
}

}  // namespace entente::sphinx
