// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/assistant.h"

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "services/assistant/talk/follow_up.h"

namespace entente::assistant {
namespace {

constexpr int part_limit = 64;  // of one utterance, commands that stand for commands included
constexpr int depth_limit = 4;
constexpr std::size_t said_at_length = 3;  // more replies than these are summed up

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

// Nothing that "and in the kitchen?" could go on from.
bool is_about_nothing(std::string_view intent) {
  return intent == "HassNevermind" || intent == "HassRespond" || intent == "Help";
}

// "The fan in the bedroom" is no device called "fan" of another room where it can be read as the fan that is there.
void prefer_the_room(Part& part, const home::Home& home) {
  const auto* area = part.intent.slot("area");
  const auto* name = part.intent.slot("name");
  if (area == nullptr || area->text.empty() || name == nullptr) return;
  const auto device = home.find(model::to_text(name->value));
  if (!device || text::to_lower_ascii(device->room) == text::to_lower_ascii(model::to_text(area->value))) return;
  for (auto* readings : {&part.alternatives, &part.others}) {
    for (auto& other : *readings) {
      if (other.name != part.intent.name || other.slot("name") != nullptr || other.slot("area") == nullptr) continue;
      part.intent = model::Intent(other);
      part.alternatives.clear();
      return;
    }
  }
}

std::string in_words(const model::Intent& intent) {
  std::string words = intent.name;
  for (const auto& slot : intent.slots) words += fmt::format(" {}={}", slot.name, model::to_text(slot.value));
  return words;
}

std::string in_words(const Reading& reading) {
  std::vector<std::string> parts;
  for (const auto& part : reading.parts) parts.push_back(in_words(part.intent));
  return parts.empty() ? "nothing fits" : text::join(parts, "; ");
}

}  // namespace

Assistant::Assistant(Loop& loop, home::Home& home, const Grammars& grammars, std::vector<std::unique_ptr<Skill>> skills,
                     Replies replies)
    : loop_(loop), home_(home), grammars_(grammars), replies_(replies), skills_(std::move(skills)) {
  for (const auto& skill : skills_) {
    for (const auto intent : skill->intents()) skill_of_.emplace(intent, skill.get());
  }
}

Session& Assistant::session(const Turn& turn) { return sessions_.of(turn.utterance, loop_.now()); }

// "It" is what this utterance has named already, else what was talked about before.
language::Context Assistant::context(const Turn& turn) {
  const auto& held = session(turn);
  if (turn.deeds.empty()) return held.context(turn.utterance.area, home_);
  Session now = held;
  now.deeds = turn.deeds;
  return now.context(turn.utterance.area, home_);
}

Hearing Assistant::hearing(const model::Utterance& utterance, std::vector<std::string> texts) {
  const auto& held = sessions_.of(utterance, loop_.now());
  return Hearing{std::move(texts), utterance.language, held.language, held.context(utterance.area, home_)};
}

Task<model::Reply> Assistant::answer(model::Utterance utterance, std::vector<std::string> others) {
  ++turn_;
  const auto start = loop_.now();
  others.insert(others.begin(), utterance.text);
  auto reading = understand(grammars_, hearing(utterance, std::move(others)));
  const auto understood_at = loop_.now();
  if (!reading || (reading->parts.empty() && reading->unknown.empty())) {
    auto reply = not_understood(utterance);
    const auto code = reading ? ErrorCode::not_found : reading.error().code;
    if (code == ErrorCode::exhausted || code == ErrorCode::unavailable) reply.text = reading.error().message;
    reply.trace.push_back({"understand", understood_at - start, "nothing fits"});
    co_return reply;
  }
  Turn turn{utterance};
  for (const auto& part : reading->parts) co_await do_part(part, turn);
  const auto performed_at = loop_.now();
  auto reply = reply_of(turn, *reading);
  reply.trace = {{"understand", understood_at - start, in_words(*reading)},
                 {"act", performed_at - understood_at, model::to_string(reply.outcome)}};
  co_return reply;
}

// ---- one command

Task<void> Assistant::do_part(Part part, Turn& turn) {
  if (++turn.done > part_limit) co_return;
  if (!turn.deeds.empty()) {
    // What "it" is, is known only now.
    auto hearing_now = hearing(turn.utterance, {part.text});
    hearing_now.language = part.grammar->language();
    hearing_now.context = context(turn);
    if (auto again = understand_exactly(grammars_, part.text, hearing_now)) part = *std::move(again);
  }
  prefer_the_room(part, home_);
  if (!part.alternatives.empty() && ask_which_reading(part, turn)) co_return;
  if (!part.intent.commands.empty()) {
    co_await do_commands(part, turn);
    co_return;
  }
  const auto control = controls().find(part.intent.name);
  if (control != controls().end()) {
    co_await (this->*control->second)(part, turn);
  } else {
    auto intent = part.intent;
    co_await do_intent(std::move(intent), part, turn, false);
  }
}

Task<void> Assistant::do_intent(model::Intent intent, const Part& part, Turn& turn, bool confirmed) {
  const Moment moment{loop_.wall_time(), part.grammar->language(), turn.utterance.area, confirmed};
  auto answer = co_await perform(intent, moment, part.grammar->responses());
  if (!turn.intent) turn.intent = intent;
  if (answer.question) {
    ask_back(answer, intent, part, turn);
    co_return;
  }
  turn.said.push_back({say(answer, intent, part.grammar, part.text), answer.outcome});
  if (is_about_nothing(intent.name)) co_return;
  turn.deeds.push_back({std::move(intent), std::move(answer.devices), std::move(answer.undo), answer.undo_is_partial});
}

// A household's own sentence: each of its commands as if it had been said.
Task<void> Assistant::do_commands(const Part& part, Turn& turn) {
  if (turn.depth >= depth_limit) {
    const Json variables{{"reason", "commands that stand for each other without end"}};
    turn.said.push_back(
        {part.grammar->responses().render_error("failed", variables).value_or(""), model::Outcome::failed});
    co_return;
  }
  ++turn.depth;
  if (!turn.intent) turn.intent = part.intent;
  const auto before = turn.said.size();
  for (const auto& command : part.intent.commands) {
    auto hearing_now = hearing(turn.utterance, {command});
    hearing_now.context = context(turn);
    auto reading = understand(grammars_, hearing_now);
    if (!reading || reading->parts.empty()) {
      const Json variables{{"heard", command}};
      turn.said.push_back({part.grammar->responses().render_error("not_understood_heard", variables).value_or(""),
                           model::Outcome::failed});
      continue;
    }
    for (const auto& one : reading->parts) co_await do_part(one, turn);
  }
  --turn.depth;
  const bool all_well =
      std::all_of(turn.said.begin() + static_cast<std::ptrdiff_t>(before), turn.said.end(), [](const auto& said) {
        return said.outcome == model::Outcome::done || said.outcome == model::Outcome::answered;
      });
  if (!all_well || !part.grammar->responses().has(part.intent.name, part.intent.response)) co_return;
  Answer spoken;
  spoken.key = part.intent.response;
  turn.said.resize(before);
  turn.said.push_back({say(spoken, part.intent, part.grammar, part.text), model::Outcome::done});
}

Task<Answer> Assistant::perform(const model::Intent& intent, const Moment& moment,
                                const language::Responses& responses) {
  const auto skill = skill_of_.find(intent.name);
  Answer failure;
  failure.text = Answer::Text::error;
  if (skill == skill_of_.end()) {
    // A user's own intent without a skill of ours: the sentence's reply is all that it asks for.
    Answer spoken;
    spoken.key = intent.response;
    if (!responses.has(intent.name, spoken.key)) {
      spoken.text = Answer::Text::error;
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

// ---- questions back

void Assistant::ask_back(const Answer& answer, const model::Intent& intent, const Part& part, Turn& turn) {
  Asked asked;
  asked.kind = answer.question->kind;
  asked.grammar = part.grammar;
  asked.text = say(answer, intent, part.grammar, part.text);
  if (asked.kind == Question::Kind::sure) asked.choices.push_back({{}, {}, intent});
  for (const auto& id : answer.question->choices) {
    const auto device = home_.device(id);
    if (device) asked.choices.push_back({device->name, id, meant_for(intent, {id}, device->name)});
  }
  if (!asked.choices.empty()) turn.asked.push_back(std::move(asked));
}

// Whether the readings of a sentence are so close that it is asked which is meant. One that is about a thing in the
// speaker's own room is taken for what is meant.
bool Assistant::ask_which_reading(Part& part, Turn& turn) {
  std::vector<Asked::Choice> choices;
  const auto add = [&](const model::Intent& intent) {
    const auto device = home_.find(intent.slot_text("name"));
    const auto* named = intent.slot("name");
    auto label = device ? device->name : named != nullptr ? named->text : intent.slot_text("area");
    const bool twin = std::any_of(choices.begin(), choices.end(), [&](const auto& one) { return one.label == label; });
    if (!label.empty() && !twin) {
      choices.push_back({std::move(label), device ? device->id : model::DeviceId{}, intent});
    }
  };
  add(part.intent);
  for (const auto& alternative : part.alternatives) add(alternative);
  std::vector<Asked::Choice> here;
  for (const auto& choice : choices) {
    const auto device = home_.device(choice.device);
    if (device && !device->room.empty() && device->room == turn.utterance.area) here.push_back(choice);
  }
  if (here.size() == 1) part.intent = here.front().intent;
  if (here.size() == 1 || choices.size() < 2) return false;
  Json names = Json::array();
  for (const auto& choice : choices) names.push_back(choice.label);
  Asked asked;
  asked.choices = std::move(choices);
  asked.grammar = part.grammar;
  Json variables{{"count", names.size()}, {"kind", ""}};
  variables["names"] = std::move(names);
  asked.text = part.grammar->responses().render("Ask", "which", variables, turn_).value_or("");
  if (!turn.intent) turn.intent = part.intent;
  turn.asked.push_back(std::move(asked));
  return true;
}

// ---- words

std::string Assistant::say(const Answer& answer, const model::Intent& intent, const SharedGrammar& grammar,
                           std::string_view heard) {
  const auto& responses = grammar->responses();
  const auto variables = with_intent(answer.variables, intent, heard);
  if (answer.text == Answer::Text::error) return responses.render_error(answer.key, variables, turn_).value_or("");
  const bool done = answer.outcome == model::Outcome::done;
  if (done && replies_ == Replies::brief) {
    if (auto text = responses.render("Talk", "done", variables, turn_)) return *text;
  }
  const auto* group = answer.text == Answer::Text::question ? "Ask" : intent.name.c_str();
  if (auto text = responses.render(group, answer.key, variables, turn_)) return *text;
  if (auto text = responses.render("SetValue", answer.key, variables, turn_)) return *text;
  // Files of other people have replies of their own, for things that we may not know.
  if (auto text = responses.render("Talk", done ? "done" : "default", variables, turn_)) return *text;
  if (skill_of_.contains(intent.name)) log::warning("assistant", "no reply {} {}", intent.name, answer.key);
  return {};
}

std::string Assistant::say_of_talk(const Part& part, std::string_view key, const Json& variables) {
  return part.grammar->responses().render(part.intent.name, key, variables, turn_).value_or("");
}

std::string Assistant::joined_text(const Turn& turn, const Reading& reading) {
  const SharedGrammar grammar = reading.parts.empty() ? grammars_.all().front() : reading.parts.front().grammar;
  const auto& responses = grammar->responses();
  const bool spaced = !grammar->language().starts_with("zh") && !grammar->language().starts_with("ja");
  std::string text;
  const auto add = [&](const std::string& more) {
    if (more.empty() || text.find(more) != std::string::npos) return;
    if (spaced && !text.empty()) text += ' ';
    text += more;
  };
  const auto is_done = [](const Turn::Said& said) { return said.outcome == model::Outcome::done; };
  const auto done = static_cast<std::size_t>(std::count_if(turn.said.begin(), turn.said.end(), is_done));
  const bool summed_up = done > said_at_length && responses.has("Talk", "all_done");
  if (summed_up) add(responses.render("Talk", "all_done", Json{{"count", done}}, turn_).value_or(""));
  for (const auto& said : turn.said) {
    if (!summed_up || !is_done(said)) add(said.text);
  }
  if (!reading.unknown.empty()) {
    const auto* key = reading.parts.empty() ? "not_understood_part_nothing_done" : "not_understood_part";
    const Json variables{{"heard", text::shorten(text::join(reading.unknown, ", "), 200)}};
    add(responses.render_error(key, variables, turn_).value_or(""));
  }
  return text;
}

model::Reply Assistant::reply_of(Turn& turn, const Reading& reading) {
  auto& held = session(turn);
  model::Reply reply;
  reply.text = joined_text(turn, reading);
  reply.heard = text::shorten(reading.heard, 1000);
  reply.language =
      reading.parts.empty() ? grammars_.all().front()->language() : reading.parts.front().grammar->language();
  reply.intent = turn.intent;
  if (!reply.intent && !reading.parts.empty()) reply.intent = reading.parts.front().intent;
  reply.stops = turn.stops;

  const auto any = [&](model::Outcome outcome) {
    return std::any_of(turn.said.begin(), turn.said.end(), [&](const auto& said) { return said.outcome == outcome; });
  };
  for (const auto outcome : {model::Outcome::failed, model::Outcome::refused, model::Outcome::done}) {
    if (!any(outcome)) continue;
    reply.outcome = outcome;
    break;
  }
  if (reply.outcome == model::Outcome::not_understood && !reading.parts.empty())
    reply.outcome = model::Outcome::answered;
  for (const auto& deed : turn.deeds) {
    for (const auto& id : deed.devices) {
      if (std::find(reply.devices.begin(), reply.devices.end(), id) == reply.devices.end()) reply.devices.push_back(id);
    }
  }

  if (reading.parts.empty()) return reply;
  held.language = reply.language;
  if (!turn.keeps_question) held.asked.clear();
  for (auto& asked : turn.asked) held.asked.push_back(std::move(asked));
  if (!held.asked.empty() && !turn.repeats) {
    if (!reply.text.empty()) reply.text += ' ';
    reply.text += held.asked.front().text;
  }
  reply.asks = !held.asked.empty();
  if (!turn.deeds.empty()) {
    held.deeds = std::move(turn.deeds);
    held.undone.clear();
  }
  if (!turn.repeats && !reply.text.empty()) held.said = reply;
  return reply;
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
