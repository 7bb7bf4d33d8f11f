// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/device_control/device_control.h"

#include <cmath>

#include "base/all.h"
#include "base/json.h"
#include "base/log.h"

namespace entente::assistant {
namespace {

// Which sentence tells people what went wrong with a device.
Answer explain(const Error& error, const std::string& name, const Order& order) {
  Json variables{{"name", name}, {"reason", error.message}};
  switch (error.code) {
    case ErrorCode::unavailable:
    case ErrorCode::timeout: return failure("unreachable", std::move(variables));
    case ErrorCode::denied: return failure("token_wrong", std::move(variables));
    case ErrorCode::unsupported: return refusal("cannot", std::move(variables));
    case ErrorCode::not_found: return refusal("no_device", std::move(variables));
    case ErrorCode::invalid: break;
    default: return failure("refused", std::move(variables));
  }
  const auto* property = order.writes.empty() ? nullptr : order.device.spec->property(order.writes.back().id);
  if (property == nullptr || !property->range) return refusal("refused", std::move(variables));
  const auto unit = property->unit == "none" ? std::string() : property->unit;
  return out_of_range(name, {property->range->low, property->range->high, unit == "percentage" ? "percent" : unit});
}

// The reply that the sentence names, else the one for what was done.
std::string reply_key(const model::Intent& intent, const Targets& targets, const std::vector<Order>& orders) {
  const bool many_named = targets.by_name && targets.devices.size() > 1;
  if (many_named) return "done";
  if (!intent.response.empty() && intent.response != "auto") return intent.response;
  const auto& done = orders.front().done;
  if (targets.by_name || orders.size() == 1) return done;
  if (targets.area.empty()) return done == "one" ? "all" : "done";
  if (done != "one") return done + "_area";
  return targets.domain == "light" ? "lights_area" : targets.domain == "fan" ? "fans_area" : "all_area";
}

Json rounded(const model::Value& value) {
  const auto number = model::to_number(value);
  if (!number || std::holds_alternative<bool>(value)) return model::to_json(value);
  if (*number == std::floor(*number)) return static_cast<std::int64_t>(*number);
  return std::round(*number * 10) / 10;
}

}  // namespace

std::vector<std::string_view> DeviceControl::intents() const { return device_intents(); }

Task<Answer> DeviceControl::answer(const model::Intent& intent, const Moment& moment) {
  if (auto scene = scene_in(intent); !scene.empty()) co_return co_await activate(std::move(scene));
  const Scope scope{usual_domain(intent.name), moment.area, true};
  auto found = find_targets(home_, intent, scope);
  if (auto* missing = std::get_if<Answer>(&found)) co_return *missing;
  auto& targets = std::get<Targets>(found);

  std::vector<Order> orders;
  std::optional<Answer> reason;
  for (const auto& device : targets.devices) {
    auto planned = plan(intent, device, targets.by_name && targets.devices.size() == 1 ? targets.name : device.name);
    if (auto* order = std::get_if<Order>(&planned)) {
      orders.push_back(std::move(*order));
    } else if (!reason) {
      reason = std::get<Answer>(std::move(planned));
    }
  }
  if (orders.empty()) {
    if (targets.devices.size() == 1 || targets.area.empty() || reason->key != "cannot") co_return *reason;
    co_return refusal("cannot_in_area", Json{{"name", targets.name}, {"area", targets.area}});
  }
  for (const auto& order : orders) {
    const auto key = moment.confirmed && !home_.child_lock() ? std::string_view() : needs_confirmation(order);
    if (key.empty()) continue;
    if (home_.child_lock()) co_return refusal("child_lock", Json{{"name", order.device.name}});
    Answer sure = reply(model::Outcome::answered, std::string(key), Json{{"name", order.device.name}});
    sure.text = Answer::Text::question;
    sure.question = Question{Question::Kind::sure, {}};
    co_return sure;
  }
  co_return co_await perform(std::move(orders), intent, targets);
}

// What the device holds now of what is going to be written. What nobody knows is asked; what cannot be asked is left.
Task<Result<void>> DeviceControl::remember(const Order& order, std::map<model::PropertyId, model::Value>& before) {
  std::vector<model::PropertyId> unknown;
  for (const auto& write : order.writes) {
    const auto* known = order.device.known(write.id);
    if (known != nullptr) {
      before[write.id] = *known;
    } else if (order.device.spec->property(write.id)->readable) {
      unknown.push_back(write.id);
    }
  }
  if (order.shift) unknown.push_back(order.shift->property);
  if (unknown.empty()) co_return Result<void>();
  const auto readings = co_await home_.read(order.device.id, std::move(unknown));
  if (!readings) co_return readings.error();
  for (const auto& reading : *readings) {
    if (reading.value && reading.value->index() != 0) before[reading.id] = *reading.value;
  }
  co_return Result<void>();
}

// Taken back by what its devices were set to before, as far as that is known.
Task<Answer> DeviceControl::activate(std::string scene) {
  const auto found = home_.scene(scene);
  if (!found) co_return refusal("no_device", Json{{"name", scene}});
  Answer answer = reply(model::Outcome::done, "scene", Json{{"name", found->name}});
  for (const auto& setting : found->settings) {
    if (answer.devices.empty() || answer.devices.back() != setting.device) answer.devices.push_back(setting.device);
    const auto device = home_.device(setting.device);
    const auto* before = device ? device->known(setting.property) : nullptr;
    if (before == nullptr) {
      answer.undo_is_partial = true;
    } else {
      answer.undo.insert(answer.undo.begin(),
                         Step{setting.device, model::PropertyWrite{setting.property, *before}, {}});
    }
  }
  auto name = found->name;
  const auto activated = co_await home_.activate(std::move(name));
  if (activated) co_return answer;
  log::warning("assistant", "{}", activated.error().message);
  Answer failed = failure("refused", Json{{"name", found->name}, {"reason", activated.error().message}});
  failed.devices = std::move(answer.devices);
  failed.undo = std::move(answer.undo);
  failed.undo_is_partial = answer.undo_is_partial;
  co_return failed;
}

Task<DeviceControl::Done> DeviceControl::carry_out(Order order) {
  Done done;
  done.value = order.value;
  const auto& id = order.device.id;
  std::map<model::PropertyId, model::Value> before;
  done.result = co_await remember(order, before);
  if (!done.result) co_return done;
  if (order.shift) {
    const auto& property = *order.device.spec->property(order.shift->property);
    auto value = shifted(property, before[order.shift->property], order.shift->by);
    if (!value) {
      done.result = Error{ErrorCode::unsupported, order.device.name + " does not tell where it is"};
      co_return done;
    }
    done.value = std::make_shared<Json>(rounded(*value));
    order.writes.push_back({order.shift->property, *std::move(value)});
  }
  for (const auto& write : order.writes) {
    auto value = write.value;
    done.result = co_await home_.write(id, write.id, std::move(value));
    if (!done.result) co_return done;
    const auto held = before.find(write.id);
    if (held == before.end()) {
      done.undo_is_partial = true;
    } else {
      done.undo.insert(done.undo.begin(), Step{id, model::PropertyWrite{write.id, held->second}, {}});
    }
  }
  if (order.call) {
    auto call = *order.call;
    const auto called = co_await home_.act(id, std::move(call));
    if (!called) {
      done.result = called.error();
      co_return done;
    }
    if (order.back) {
      done.undo.insert(done.undo.begin(), Step{id, {}, order.back});
    } else {
      done.undo_is_partial = true;
    }
  }
  co_return done;
}

Task<Answer> DeviceControl::perform(std::vector<Order> orders, const model::Intent& intent, const Targets& targets) {
  std::vector<Task<Done>> tasks;
  for (const auto& order : orders) tasks.push_back(carry_out(order));
  auto results = co_await all(loop_, std::move(tasks));
  std::optional<std::size_t> first_failed;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].result) continue;
    log::warning("assistant", "{} {}: {}", intent.name, orders[i].device.name, results[i].result.error().message);
    if (!first_failed) first_failed = i;
    ++failed;
  }
  Answer answer;
  if (!first_failed) {
    const auto& value = results.front().value;
    const auto& name = targets.by_name || orders.size() > 1 ? targets.name : orders.front().device.name;
    answer = reply(
        model::Outcome::done, reply_key(intent, targets, orders),
        Json{{"name", name}, {"area", targets.area}, {"count", orders.size()}, {"value", value ? *value : Json()}});
  } else if (failed == results.size()) {
    const auto& order = orders[*first_failed];
    const auto& name = targets.by_name && orders.size() == 1 ? targets.name : order.device.name;
    answer = explain(results[*first_failed].result.error(), name, order);
  } else {
    answer = failure("partly", Json{{"done", results.size() - failed}, {"failed", failed}, {"count", results.size()}});
  }
  for (std::size_t i = 0; i < orders.size(); ++i) {
    answer.devices.push_back(orders[i].device.id);
    answer.undo.insert(answer.undo.begin(), results[i].undo.begin(), results[i].undo.end());
    answer.undo_is_partial = answer.undo_is_partial || results[i].undo_is_partial;
  }
  co_return answer;
}

}  // namespace entente::assistant
