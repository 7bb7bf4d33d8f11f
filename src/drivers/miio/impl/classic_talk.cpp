// SPDX-License-Identifier: GPL-3.0-or-later
//   get_prop ["power", "bright" …] → ["on", 60 …], in the order asked
//   get_status [] → [{"battery": 80 …}]      get_power [] → [2.5]      set_power ["on"] → ["ok"]
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "drivers/miio/impl/talk.h"

namespace entente::miio {
namespace {

using Finished = Line::Finished;
using Outcome = Line::Outcome;

// What the device said in one round, by method and name.
class Sayings {
 public:
  void add(const std::string& name, Json said) { said_["get_prop"][name] = std::move(said); }
  void add_answer(const std::string& method, Json answer) { said_[method] = std::move(answer); }
  void add_failure(const std::string& method, const std::string& name, Error error) {
    failures_.insert_or_assign({method, name}, std::move(error));
  }

  const Json* find(const ClassicSource& source) const {
    const auto held = said_.find(source.method);
    return held == said_.end() ? nullptr : said_of(held->second, source.name);
  }
  const Error* failure(const ClassicSource& source) const {
    auto found = failures_.find({source.method, source.name});
    if (found == failures_.end()) found = failures_.find({source.method, ""});
    return found == failures_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Json> said_;
  std::map<std::pair<std::string, std::string>, Error> failures_;
};

class ClassicTalk : public Talk {
 public:
  ClassicTalk(Line& line, const model::DeviceSpec& spec, const ClassicFamily& family)
      : line_(line), spec_(spec), dialect_(family, spec) {}

  Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId> properties) override;
  Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) override;
  Task<Result<std::vector<model::Value>>> act(model::ActionCall call) override;

 private:
  Task<Result<void>> get_names(std::vector<std::string> names, Sayings& sayings);
  Task<Result<void>> get_answer(std::string method, Sayings& sayings);
  Task<Result<void>> make_call(ClassicCall call, ClientSession::Repeat repeat, std::string what);
  Task<Result<void>> fill_holes(ClassicCall& call);
  Task<Result<void>> set(model::PropertyWrite wanted);
  home::Reading reading_of(model::PropertyId id, const Sayings& sayings) const;
  std::size_t names_at_once() const { return std::min(line_.chunk(), dialect_.family().chunk); }

  Line& line_;
  const model::DeviceSpec& spec_;
  const ClassicDialect dialect_;
};

Error not_in_protocol(const std::string& name) {
  return Error{ErrorCode::not_found, fmt::format("{}: this model's own protocol has no word for it", name)};
}

// While the token is unproven one name is asked alone, as in MIoT.
Task<Result<void>> ClassicTalk::get_names(std::vector<std::string> names, Sayings& sayings) {
  std::size_t start = 0;
  while (start < names.size()) {
    const auto count = std::min(line_.token_proven() ? names_at_once() : 1, names.size() - start);
    ClientSession::Request request;
    request.method = "get_prop";
    for (std::size_t i = start; i < start + count; ++i) request.params.push_back(names[i]);
    const Finished finished = co_await line_.ask(std::move(request));
    const bool answered = finished.outcome == Outcome::answered;
    const bool whole = answered && finished.result.is_array() && finished.result.size() == count;
    const bool refused = (answered && !whole) || finished.outcome == Outcome::refused;
    if ((refused || finished.outcome == Outcome::silent) && count > 1) {
      line_.chunk() = count / 2;
      continue;
    }
    if (!answered && !refused) co_return line_.failure(finished, "reading");
    if (!whole) {
      const Error why = answered ? Error{ErrorCode::not_found, fmt::format("{}: no value came", names[start])}
                                 : line_.failure(finished, names[start]);
      sayings.add_failure("get_prop", names[start], why);
    }
    for (std::size_t i = 0; whole && i < count; ++i) sayings.add(names[start + i], finished.result[i]);
    start += count;
  }
  co_return Result<void>();
}

Task<Result<void>> ClassicTalk::get_answer(std::string method, Sayings& sayings) {
  ClientSession::Request request;
  request.method = method;
  const Finished finished = co_await line_.ask(std::move(request));
  if (finished.outcome == Outcome::answered) {
    sayings.add_answer(method, finished.result);
  } else if (finished.outcome == Outcome::refused) {
    sayings.add_failure(method, "", line_.failure(finished, method));
  } else {
    co_return line_.failure(finished, "reading");
  }
  co_return Result<void>();
}

Task<Result<std::vector<home::Reading>>> ClassicTalk::read(std::vector<model::PropertyId> properties) {
  std::vector<std::string> names;
  std::vector<std::string> methods;
  const auto add_new = [](std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  };
  for (const auto id : properties) {
    const auto* entry = dialect_.property(id);
    if (entry == nullptr || !entry->get) continue;
    if (entry->get->method == "get_prop") {
      add_new(names, entry->get->name);
    } else {
      add_new(methods, entry->get->method);
    }
  }
  Sayings sayings;
  ENTENTE_CO_TRY_VOID(co_await get_names(names, sayings));
  for (const auto& method : methods) ENTENTE_CO_TRY_VOID(co_await get_answer(method, sayings));
  std::vector<home::Reading> readings;
  for (const auto id : properties) readings.push_back(reading_of(id, sayings));
  co_return readings;
}

home::Reading ClassicTalk::reading_of(model::PropertyId id, const Sayings& sayings) const {
  const auto* property = spec_.property(id);
  const auto* entry = dialect_.property(id);
  const auto name = property_name(spec_, id);
  if (property == nullptr || entry == nullptr || !entry->get) return {id, not_in_protocol(name)};
  if (const auto* why = sayings.failure(*entry->get)) return {id, *why};
  const Json* said = sayings.find(*entry->get);
  if (said == nullptr || said->is_null()) {
    return {id, Error{ErrorCode::not_found, fmt::format("{}: the device says nothing of it", name)}};
  }
  return {id, from_classic(*entry, *property, *said)};
}

// "$speed_level" in a call stands for what the device has there now.
Task<Result<void>> ClassicTalk::fill_holes(ClassicCall& call) {
  const auto names = names_needed(call);
  if (names.empty()) co_return Result<void>();
  Sayings sayings;
  ENTENTE_CO_TRY_VOID(co_await get_names(names, sayings));
  for (const auto& name : names) {
    const Json* said = sayings.find({"get_prop", name});
    if (said == nullptr) co_return Error{ErrorCode::failed, fmt::format("{}: the device does not say it", name)};
    fill_in(call, name, *said);
  }
  co_return Result<void>();
}

Task<Result<void>> ClassicTalk::make_call(ClassicCall call, ClientSession::Repeat repeat, std::string what) {
  ENTENTE_CO_TRY_VOID(co_await fill_holes(call));
  ClientSession::Request request;
  request.method = call.method;
  request.params = std::move(call.params);
  request.repeat = repeat;
  request.urgency = ClientSession::Urgency::command;
  const Finished finished = co_await line_.ask(std::move(request));
  if (finished.outcome != Outcome::answered) co_return line_.failure(finished, what);
  if (is_refusal(finished.result)) {
    co_return Error{ErrorCode::failed, fmt::format("{}: the device refused: {}", what, to_text(finished.result))};
  }
  co_return Result<void>();
}

Task<Result<void>> ClassicTalk::set(model::PropertyWrite wanted) {
  const std::string name = property_name(spec_, wanted.id);
  const auto* property = spec_.property(wanted.id);
  const auto* entry = dialect_.property(wanted.id);
  if (property == nullptr || entry == nullptr) co_return not_in_protocol(name);
  auto call = setting(*entry, *property, wanted.value);
  if (!call.ok()) co_return call.error();
  co_return co_await make_call(std::move(*call), ClientSession::Repeat::allowed, name);
}

Task<Result<std::vector<home::Written>>> ClassicTalk::write(std::vector<model::PropertyWrite> properties) {
  std::vector<home::Written> outcomes;
  for (const auto& wanted : properties) {
    auto outcome = co_await set(wanted);
    const bool lost =
        !outcome.ok() && (outcome.error().code == ErrorCode::denied || outcome.error().code == ErrorCode::unavailable);
    if (lost) co_return outcome.error();
    outcomes.push_back({wanted.id, std::move(outcome)});
  }
  co_return outcomes;
}

Task<Result<std::vector<model::Value>>> ClassicTalk::act(model::ActionCall call) {
  const std::string name = action_name(spec_, call.id);
  const auto* entry = dialect_.action(call.id);
  if (entry == nullptr) co_return not_in_protocol(name);
  for (std::size_t i = 0; i < entry->calls.size(); ++i) {
    auto made = co_await make_call(with_arguments(entry->calls[i], call.in), ClientSession::Repeat::never, name);
    if (!made.ok() && i + 1 == entry->calls.size()) co_return made.error();
  }
  co_return std::vector<model::Value>();
}

}  // namespace

std::unique_ptr<Talk> make_classic_talk(Line& line, const model::DeviceSpec& spec, const ClassicFamily& family) {
  return std::make_unique<ClassicTalk>(line, spec, family);
}

}  // namespace entente::miio
