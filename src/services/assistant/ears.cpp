// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/ears.h"

#include "base/log.h"
#include "services/speech/listen_to.h"

namespace entente::assistant {

Ears::Ears(Loop& loop, Pool& pool, speech::Hearing& hearing, speech::Recogniser& recogniser, Grammars& grammars,
           Assistant& assistant, Options options)
    : loop_(loop),
      pool_(pool),
      hearing_(hearing),
      recogniser_(recogniser),
      grammars_(grammars),
      assistant_(assistant),
      options_(options) {
  grammars_.on_swapped([this] {
    if (following_ || !space_) return;
    following_ = true;
    tasks_.spawn(follow());
  });
}

SharedGrammar Ears::heard_grammar() const {
  for (const auto& grammar : grammars_.all()) {
    if (recogniser_.supports(grammar->language())) return grammar;
  }
  return nullptr;
}

Task<Result<void>> Ears::prepare() {
  const auto grammar = heard_grammar();
  if (!grammar) co_return Error{ErrorCode::unsupported, "the recogniser knows no language of this home"};
  auto job = [&recogniser = recogniser_, grammar] { return recogniser.prepare(grammar->word_graph()); };
  auto space = co_await pool_.run(std::move(job));
  if (!space) co_return space.error();
  space_ = *std::move(space);
  space_of_ = grammar;
  co_return Result<void>();
}

Task<void> Ears::follow() {
  Result<void> prepared;
  while (prepared && space_of_ != heard_grammar()) prepared = co_await prepare();
  following_ = false;
  if (!prepared) log::error("speech", "new names cannot be heard: {}", prepared.error().message);
}

Result<std::unique_ptr<speech::Listener>> Ears::listen(speech::Ending ending) {
  ENTENTE_ASSERT(space_ != nullptr);
  speech::ListenerSettings settings;
  settings.ending = ending;
  settings.rules = options_.rules;
  return hearing_.listen(recogniser_, space_, settings);
}

Task<Result<speech::Heard>> Ears::hear(audio::Pcm sound) {
  auto listener = listen(speech::Ending::with_the_sound);
  if (!listener) co_return listener.error();
  co_return co_await speech::listen_to(loop_, **listener, sound, speech::Pace::as_fast_as_possible);
}

Task<model::Reply> Ears::answer(speech::Heard heard, std::string area) {
  model::Utterance utterance;
  utterance.area = std::move(area);
  if (space_of_) utterance.language = space_of_->language();
  std::vector<std::string> others;
  for (const auto& hypothesis : heard.recognition.hypotheses) others.push_back(hypothesis.text);
  if (!others.empty()) {
    utterance.text = others.front();
    others.erase(others.begin());
  }
  auto stages = speech::trace_of(heard);
  model::Reply reply;
  if (heard.recognition.confidence < options_.least_confidence) {
    reply = assistant_.not_understood(utterance);
  } else {
    reply = co_await assistant_.answer(std::move(utterance), std::move(others));
  }
  stages.insert(stages.end(), reply.trace.begin(), reply.trace.end());
  reply.trace = std::move(stages);
  co_return reply;
}

}  // namespace entente::assistant
