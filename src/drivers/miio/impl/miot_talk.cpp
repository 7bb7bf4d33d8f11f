// SPDX-License-Identifier: GPL-3.0-or-later
//   get_properties [{"did", "siid", "piid"} …]           → [{"did", "siid", "piid", "code"?, "value"?} …]
//   set_properties [{"did", "siid", "piid", "value"} …]  → [{"did", "siid", "piid", "code"} …]
//   action {"did", "siid", "aiid", "in": [{"piid", "value"} …]} → {"did"?, "siid", "aiid", "code", "out": […]}
// Results may come in another order and fewer than asked: they are matched by siid and piid.
#include <fmt/format.h>

#include <algorithm>

#include "drivers/miio/impl/talk.h"
#include "drivers/miio/result_code.h"

namespace entente::miio {
namespace {

using Finished = Line::Finished;
using Outcome = Line::Outcome;

const Json* entry_of(const Json& results, model::PropertyId id) {
  if (!results.is_array()) return nullptr;
  for (const Json& entry : results) {
    if (integer_or(entry, "siid", 0) == id.service && integer_or(entry, "piid", 0) == id.property) return &entry;
  }
  return nullptr;
}

// Some gateways wrap the one result of an action into a list.
const Json& action_result(const Json& result) { return result.is_array() && !result.empty() ? result[0] : result; }

std::vector<model::Value> out_values(const Json& result) {
  std::vector<model::Value> values;
  const Json* out = find(result, "out");
  if (out == nullptr || !out->is_array()) return values;
  for (const Json& entry : *out) {
    const Json* held = entry.is_object() ? find(entry, "value") : &entry;
    values.push_back(held == nullptr ? model::Value{} : model::value_from_json(*held));
  }
  return values;
}

class MiotTalk : public Talk {
 public:
  MiotTalk(Line& line, const model::DeviceSpec& spec, std::string sub_device)
      : line_(line), spec_(spec), sub_device_(std::move(sub_device)) {}

  Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId> properties) override;
  Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) override;
  Task<Result<std::vector<model::Value>>> act(model::ActionCall call) override;

 private:
  Json property_json(model::PropertyId id) const;
  home::Reading reading_in(const Json& results, model::PropertyId id) const;
  home::Written outcome_in(const Json& results, model::PropertyId id) const;
  void read_back_unfinished(const Json& results);

  Line& line_;
  const model::DeviceSpec& spec_;
  const std::string sub_device_;
};

Json MiotTalk::property_json(model::PropertyId id) const {
  Json object = {{"siid", id.service}, {"piid", id.property}};
  if (!sub_device_.empty()) object["did"] = sub_device_;
  return object;
}

home::Reading MiotTalk::reading_in(const Json& results, model::PropertyId id) const {
  const Json* entry = entry_of(results, id);
  const auto name = property_name(spec_, id);
  if (entry == nullptr) return {id, Error{ErrorCode::failed, fmt::format("{}: the device left it out", name)}};
  const auto code = integer_or(*entry, "code", 0);
  const Json* value = find(*entry, "value");
  if (!is_success(code)) return {id, to_error(code, name)};
  if (value == nullptr) return {id, Error{ErrorCode::failed, fmt::format("{}: no value came", name)}};
  return {id, model::value_from_json(*value)};
}

home::Written MiotTalk::outcome_in(const Json& results, model::PropertyId id) const {
  const Json* entry = entry_of(results, id);
  const auto name = property_name(spec_, id);
  if (entry == nullptr) return {id, Error{ErrorCode::failed, fmt::format("{}: the device left it out", name)}};
  const auto code = integer_or(*entry, "code", 0);
  if (is_success(code)) return {id, Result<void>()};
  return {id, to_error(code, name)};
}

void MiotTalk::read_back_unfinished(const Json& results) {
  std::vector<model::PropertyId> unfinished;
  if (!results.is_array()) return;
  for (const Json& entry : results) {
    if (integer_or(entry, "code", 0) != accepted) continue;
    const model::PropertyId id = {static_cast<std::int32_t>(integer_or(entry, "siid", 0)),
                                  static_cast<std::int32_t>(integer_or(entry, "piid", 0))};
    const auto* property = spec_.property(id);
    if (property != nullptr && property->readable) unfinished.push_back(id);
  }
  if (!unfinished.empty()) line_.read_back(std::move(unfinished));
}

// While the token is unproven one property is asked alone: a device that is silent to that has another token, whatever
// its appetite.
Task<Result<std::vector<home::Reading>>> MiotTalk::read(std::vector<model::PropertyId> properties) {
  std::vector<home::Reading> readings;
  std::size_t& chunk = line_.chunk();
  while (readings.size() < properties.size()) {
    const auto start = readings.size();
    const auto count = std::min(line_.token_proven() ? chunk : 1, properties.size() - start);
    ClientSession::Request request;
    request.method = "get_properties";
    for (std::size_t i = start; i < start + count; ++i) request.params.push_back(property_json(properties[i]));
    const Finished finished = co_await line_.ask(std::move(request));
    const bool too_much = finished.outcome == Outcome::refused || finished.outcome == Outcome::silent;
    if (too_much && count > 1) {
      chunk = std::min(chunk, count / 2);
    } else if (finished.outcome == Outcome::refused) {
      readings.push_back({properties[start], line_.failure(finished, property_name(spec_, properties[start]))});
    } else if (finished.outcome != Outcome::answered) {
      co_return line_.failure(finished, "reading");
    } else {
      for (std::size_t i = start; i < start + count; ++i) {
        readings.push_back(reading_in(finished.result, properties[i]));
      }
    }
  }
  co_return readings;
}

Task<Result<std::vector<home::Written>>> MiotTalk::write(std::vector<model::PropertyWrite> properties) {
  std::vector<home::Written> outcomes;
  while (outcomes.size() < properties.size()) {
    const auto start = outcomes.size();
    const auto count = std::min(line_.chunk(), properties.size() - start);
    ClientSession::Request request;
    request.method = "set_properties";
    request.urgency = ClientSession::Urgency::command;
    for (std::size_t i = start; i < start + count; ++i) {
      request.params.push_back(property_json(properties[i].id));
      request.params.back()["value"] = model::to_json(properties[i].value);
    }
    const Finished finished = co_await line_.ask(std::move(request));
    if (finished.outcome != Outcome::answered) {
      co_return line_.failure(finished, property_name(spec_, properties[start].id));
    }
    read_back_unfinished(finished.result);
    for (std::size_t i = start; i < start + count; ++i) {
      outcomes.push_back(outcome_in(finished.result, properties[i].id));
    }
  }
  co_return outcomes;
}

Task<Result<std::vector<model::Value>>> MiotTalk::act(model::ActionCall call) {
  const std::string name = action_name(spec_, call.id);
  ClientSession::Request request;
  request.method = "action";
  request.repeat = ClientSession::Repeat::never;
  request.urgency = ClientSession::Urgency::command;
  request.params = {{"siid", call.id.service}, {"aiid", call.id.action}, {"in", Json::array()}};
  if (!sub_device_.empty()) request.params["did"] = sub_device_;
  for (const auto& argument : call.in) {
    request.params["in"].push_back({{"piid", argument.property}, {"value", model::to_json(argument.value)}});
  }
  const Finished finished = co_await line_.ask(std::move(request));
  if (finished.outcome != Outcome::answered) co_return line_.failure(finished, name);
  const Json& result = action_result(finished.result);
  const auto code = integer_or(result, "code", 0);
  if (!is_success(code)) co_return to_error(code, name);
  co_return out_values(result);
}

}  // namespace

std::string property_name(const model::DeviceSpec& spec, model::PropertyId id) {
  const auto* property = spec.property(id);
  const auto number = fmt::format("{}.{}", id.service, id.property);
  return property == nullptr ? number : fmt::format("{} ({})", property->type.name, number);
}

std::string action_name(const model::DeviceSpec& spec, model::ActionId id) {
  const auto* action = spec.action(id);
  return action == nullptr ? fmt::format("action {}.{}", id.service, id.action)
                           : fmt::format("{} ({}.{})", action->type.name, id.service, id.action);
}

std::unique_ptr<Talk> make_miot_talk(Line& line, const model::DeviceSpec& spec, std::string sub_device) {
  return std::make_unique<MiotTalk>(line, spec, std::move(sub_device));
}

}  // namespace entente::miio
