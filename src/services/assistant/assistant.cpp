// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/assistant.h"

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

namespace entente::assistant {
namespace {

// What every reply template may mention, on top of what the skill gives.
Json with_intent(const std::shared_ptr<Json>& own, const model::Intent& intent, std::string_view heard) {
  Json variables = own ? *own : Json::object();
  Json slots = Json::object();
  for (const auto& slot : intent.slots)
    slots[slot.name] = slot.text.empty() ? model::to_json(slot.value) : Json(slot.text);
  variables["slots"] = std::move(slots);
  variables["heard"] = heard;
  return variables;
}

std::string in_words(const model::Intent& intent) {
  std::string words = intent.name;
  for (const auto& slot : intent.slots) words += fmt::format(" {}={}", slot.name, model::to_text(slot.value));
  return words;
}

}  // namespace

Assistant::Assistant(Loop& loop, const Grammars& grammars, std::vector<std::unique_ptr<Skill>> skills)
    : loop_(loop), grammars_(grammars), skills_(std::move(skills)) {
  for (const auto& skill : skills_) {
    for (const auto intent : skill->intents()) skill_of_.emplace(intent, skill.get());
  }
}

Task<model::Reply> Assistant::answer(model::Utterance utterance, std::vector<std::string> others) {
  ++turn_;
  const auto start = loop_.now();
  auto understood = understand(utterance, others);
  const auto understood_at = loop_.now();
  if (!understood) {
    auto reply = not_understood(utterance);
    const auto& error = understood.error();
    if (error.code == ErrorCode::exhausted || error.code == ErrorCode::unavailable) reply.text = error.message;
    reply.trace.push_back({"understand", understood_at - start, "nothing fits"});
    co_return reply;
  }
  const Moment moment{loop_.wall_time(), understood->grammar->language(), utterance.area};
  const auto answer = co_await perform(understood->intent, moment, understood->grammar->responses());
  const auto performed_at = loop_.now();

  model::Reply reply;
  reply.text = say(answer, *understood);
  reply.language = moment.language;
  reply.outcome = answer.outcome;
  reply.heard = understood->text;
  reply.devices = answer.devices;
  reply.trace = {{"understand", understood_at - start, in_words(understood->intent)},
                 {"act", performed_at - understood_at, model::to_string(answer.outcome)}};
  reply.intent = std::move(understood->intent);
  co_return reply;
}

Result<Assistant::Understood> Assistant::understand(const model::Utterance& utterance,
                                                    const std::vector<std::string>& others) const {
  auto first = understand_text(utterance.text, utterance);
  if (first) return first;
  for (const auto& text : others) {
    if (auto understood = understand_text(text, utterance)) return understood;
  }
  return first;
}

Result<Assistant::Understood> Assistant::understand_text(const std::string& text,
                                                         const model::Utterance& utterance) const {
  language::Context context;
  if (!utterance.area.empty()) context["area"] = utterance.area;
  std::optional<Understood> best;
  Error error{ErrorCode::unavailable, "no language is loaded"};
  const auto consider = [&](const SharedGrammar& grammar) {
    auto understanding = grammar->understand(text, context);
    if (!understanding) {
      error = understanding.error();
    } else if (!best || understanding->best.score > best->intent.score) {
      best = Understood{std::move(understanding->best), text, grammar};
    }
  };
  if (const auto wanted = utterance.language.empty() ? nullptr : grammars_.of(utterance.language)) {
    consider(wanted);
  } else {
    for (const auto& grammar : grammars_.all()) consider(grammar);
  }
  if (!best) return error;
  return std::move(*best);
}

Task<Answer> Assistant::perform(const model::Intent& intent, const Moment& moment,
                                const language::Responses& responses) {
  const auto skill = skill_of_.find(intent.name);
  Answer failure;
  failure.error = true;
  if (skill == skill_of_.end()) {
    // A user's own intent without a skill of ours: the sentence's reply is all that it asks for.
    Answer spoken;
    spoken.key = intent.response;
    if (!responses.has(intent.name, spoken.key)) {
      spoken.error = true;
      spoken.key = "no_skill";
      spoken.outcome = model::Outcome::refused;
    }
    co_return spoken;
  }
  try {
    co_return co_await skill->second->answer(intent, moment);
  } catch (const std::exception& problem) {
    log::error("assistant", "{}: {}", intent.name, problem.what());
    failure.outcome = model::Outcome::failed;
    failure.key = "failed";
  }
  co_return failure;
}

std::string Assistant::say(const Answer& answer, const Understood& understood) {
  const auto& intent = understood.intent;
  const auto& responses = understood.grammar->responses();
  const auto variables = with_intent(answer.variables, intent, understood.text);
  auto text = answer.error ? responses.render_error(answer.key, variables, turn_)
                           : responses.render(intent.name, answer.key, variables, turn_);
  if (text) return *text;
  if (skill_of_.contains(intent.name)) {
    log::warning("assistant", "reply {} {}: {}", intent.name, answer.key, text.error().message);
  }
  return {};
}

model::Reply Assistant::not_understood(const model::Utterance& utterance) const {
  model::Reply reply;
  reply.heard = text::shorten(text::to_valid_utf8(utterance.text), 120);
  auto grammar = utterance.language.empty() ? nullptr : grammars_.of(utterance.language);
  if (!grammar && !grammars_.all().empty()) grammar = grammars_.all().front();
  if (!grammar) return reply;
  reply.language = grammar->language();
  Json variables = Json::object();
  variables["heard"] = reply.heard;
  const bool silent = text::trim(utterance.text).empty();
  const auto* key = silent ? "nothing_heard" : "not_understood_heard";
  reply.text = grammar->responses().render_error(key, variables, turn_).value_or("");
  return reply;
}

}  // namespace entente::assistant
