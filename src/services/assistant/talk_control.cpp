// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Assistant that is about the talk itself: answers to questions of ours, follow-ups, corrections, undo.
#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "services/assistant/assistant.h"
#include "services/assistant/talk/follow_up.h"

namespace entente::assistant {
namespace {

bool can_be_chosen(const Asked::Choice& choice, const model::Intent& by, const home::Home& home) {
  const auto wanted = separate(by.slot_text("name"));
  if (!wanted.empty()) return std::find(wanted.begin(), wanted.end(), choice.device.text) != wanted.end();
  const auto area = by.slot_text("area");
  const auto device = home.device(choice.device);
  return !area.empty() && (device ? device->room == area : choice.intent.slot_text("area") == area);
}

// The choices that an answer means: "the second one", "the kitchen", "both".
std::vector<Asked::Choice> chosen(const Asked& asked, const model::Intent& by, const home::Home& home) {
  if (by.slot("all") != nullptr) return asked.choices;
  std::vector<Asked::Choice> matching;
  if (const auto* slot = by.slot("ordinal")) {
    const auto count = static_cast<std::ptrdiff_t>(asked.choices.size());
    const auto place = static_cast<std::ptrdiff_t>(model::to_number(slot->value).value_or(0));
    const auto index = place < 0 ? count + place : place - 1;
    if (index >= 0 && index < count) matching.push_back(asked.choices[static_cast<std::size_t>(index)]);
    return matching;
  }
  std::copy_if(asked.choices.begin(), asked.choices.end(), std::back_inserter(matching),
               [&](const Asked::Choice& choice) { return can_be_chosen(choice, by, home); });
  return matching;
}

}  // namespace

const std::map<std::string, Assistant::Control, std::less<>>& Assistant::controls() {
  static const std::map<std::string, Control, std::less<>> all = {
      {"Confirm", &Assistant::confirm},    {"Deny", &Assistant::deny},       {"Choose", &Assistant::choose},
      {"FollowUp", &Assistant::follow_up}, {"Correct", &Assistant::correct}, {"Undo", &Assistant::undo},
      {"Redo", &Assistant::redo},          {"Repeat", &Assistant::repeat},   {"Stop", &Assistant::stop}};
  return all;
}

Task<void> Assistant::confirm(const Part& part, Turn& turn) {
  auto& held = session(turn);
  turn.keeps_question = true;
  if (held.asked.empty()) co_return;
  const auto asked = held.asked.front();
  if (asked.kind == Question::Kind::which && asked.choices.size() > 1) co_return;  // "yes" is no choice: asked again
  held.asked.pop_front();
  auto intent = asked.choices.front().intent;
  Part meant = part;
  meant.grammar = asked.grammar;
  co_await do_intent(std::move(intent), meant, turn, true);
}

Task<void> Assistant::deny(const Part& part, Turn& turn) {
  auto& held = session(turn);
  turn.keeps_question = true;
  if (!held.asked.empty()) held.asked.pop_front();
  turn.said.push_back({say_of_talk(part, part.intent.response, Json::object()), model::Outcome::answered});
  co_return;
}

Task<void> Assistant::choose(const Part& part, Turn& turn) {
  auto& held = session(turn);
  turn.keeps_question = true;
  if (held.asked.empty()) co_return;
  const auto asked = held.asked.front();
  const auto choices = chosen(asked, part.intent, home_);
  if (choices.empty()) co_return;  // asked again
  held.asked.pop_front();
  Part meant = part;
  meant.grammar = asked.grammar;
  std::vector<model::DeviceId> devices;
  for (const auto& choice : choices) {
    if (!choice.device.text.empty()) devices.push_back(choice.device);
  }
  if (choices.size() > 1 && devices.size() == choices.size()) {
    auto intent = meant_for(choices.front().intent, devices, {});
    co_await do_intent(std::move(intent), meant, turn, false);
    co_return;
  }
  for (const auto& choice : choices) {
    auto intent = choice.intent;
    co_await do_intent(std::move(intent), meant, turn, false);
  }
}

Task<void> Assistant::follow_up(const Part& part, Turn& turn) {
  const auto deeds = turn.deeds.empty() ? session(turn).deeds : turn.deeds;
  if (deeds.empty()) co_return;
  auto intent = changed(deeds.back(), part.intent, home_);
  co_await do_intent(std::move(intent), part, turn, false);
}

// Not that one: what was done to it is taken back, and done to the right one.
Task<void> Assistant::correct(const Part& part, Turn& turn) {
  const auto deeds = turn.deeds.empty() ? session(turn).deeds : turn.deeds;
  if (deeds.empty()) co_return;
  auto steps = deeds.back().undo;
  const auto taken = co_await take(std::move(steps));
  if (!taken) log::warning("assistant", "correct: {}", taken.error().message);
  auto intent = changed(deeds.back(), part.intent, home_);
  co_await do_intent(std::move(intent), part, turn, false);
}

Task<void> Assistant::undo(const Part& part, Turn& turn) {
  auto& held = session(turn);
  std::vector<Step> steps;
  bool partial = false;
  for (auto deed = held.deeds.rbegin(); deed != held.deeds.rend(); ++deed) {
    steps.insert(steps.end(), deed->undo.begin(), deed->undo.end());
    partial = partial || deed->undo_is_partial;
    deed->undo.clear();
  }
  const bool nothing = steps.empty();
  auto taken = co_await take(std::move(steps));
  const bool failed = !taken;
  const auto* key = nothing ? "nothing" : failed ? "failed" : partial ? "partly" : "default";
  const auto outcome = nothing ? model::Outcome::refused : failed ? model::Outcome::failed : model::Outcome::done;
  if (taken) session(turn).undone = *std::move(taken);
  turn.said.push_back({say_of_talk(part, key, Json::object()), outcome});
}

Task<void> Assistant::redo(const Part& part, Turn& turn) {
  auto steps = std::exchange(session(turn).undone, {});
  const bool nothing = steps.empty();
  auto taken = co_await take(std::move(steps));
  auto& held = session(turn);
  if (taken && !held.deeds.empty()) held.deeds.back().undo = *taken;
  const auto outcome = nothing ? model::Outcome::refused : taken ? model::Outcome::done : model::Outcome::failed;
  const auto* key = nothing ? "nothing" : taken ? "default" : "failed";
  turn.said.push_back({say_of_talk(part, key, Json::object()), outcome});
}

Task<void> Assistant::repeat(const Part& part, Turn& turn) {
  const auto& held = session(turn);
  turn.keeps_question = true;
  turn.repeats = true;
  auto text = held.said.text.empty() ? say_of_talk(part, "nothing", Json::object()) : held.said.text;
  turn.said.push_back({std::move(text), model::Outcome::answered});
  co_return;
}

Task<void> Assistant::stop(const Part& part, Turn& turn) {
  turn.stops = true;
  turn.said.push_back({say_of_talk(part, part.intent.response, Json::object()), model::Outcome::answered});
  co_return;
}

Task<Result<std::vector<Step>>> Assistant::take(std::vector<Step> steps) {
  std::vector<Step> back;
  std::optional<Error> error;
  for (const auto& step : steps) {
    if (step.write) {
      const auto device = home_.device(step.device);
      const auto* known = device ? device->known(step.write->id) : nullptr;
      if (known != nullptr)
        back.insert(back.begin(), Step{step.device, model::PropertyWrite{step.write->id, *known}, {}});
      auto value = step.write->value;
      const auto written = co_await home_.write(step.device, step.write->id, std::move(value));
      if (!written) error = written.error();
    } else if (step.call) {
      auto call = *step.call;
      const auto called = co_await home_.act(step.device, std::move(call));
      if (!called) error = called.error();
    }
  }
  if (error) co_return *error;
  co_return back;
}

}  // namespace entente::assistant
