// SPDX-License-Identifier: GPL-3.0-or-later
//   get_properties [{"did", "siid", "piid"} …]           → [{"did", "siid", "piid", "code"?, "value"?} …]
//   set_properties [{"did", "siid", "piid", "value"} …]  → [{"did", "siid", "piid", "code"} …]
//   action {"did", "siid", "aiid", "in": [{"piid", "value"} …]} → {"did"?, "siid", "aiid", "code", "out": […]}
// Results may come in another order and fewer than asked: they are matched by siid and piid.
#include "drivers/miio/impl/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "drivers/miio/result_code.h"
#include "infra/net/resolve.h"

namespace entente::miio {
namespace {

// The session ends every request much earlier, unless very many wait before it.
constexpr Duration patience = std::chrono::minutes(2);
constexpr Duration resolve_patience = seconds(5);

std::uint32_t random_id() {
  const auto bytes = net::random_bytes(4);
  return static_cast<std::uint32_t>(bytes[0] << 24U | bytes[1] << 16U | bytes[2] << 8U | bytes[3]);
}

// miIO devices speak IPv4. One that was lost at one of its addresses may be at the next.
net::Endpoint next_endpoint(std::vector<net::Endpoint> found, const std::optional<net::Endpoint>& lost_at) {
  const auto is_v4 = [](const net::Endpoint& endpoint) { return endpoint.family() == net::Endpoint::Family::v4; };
  std::stable_partition(found.begin(), found.end(), is_v4);
  const auto last = lost_at ? std::find(found.begin(), found.end(), *lost_at) : found.end();
  return last == found.end() || std::next(last) == found.end() ? found.front() : *std::next(last);
}

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

}  // namespace

// A request that somebody waits for; who stops waiting takes it back.
class MiioLink::Pending {
 public:
  Pending(MiioLink& link, ClientSession::Ticket ticket, OneShot<Finished>& shot) : link_(link), ticket_(ticket) {
    link_.pending_[ticket] = &shot;
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    if (link_.pending_.erase(ticket_) == 0) return;
    link_.session_.cancel(ticket_, link_.hub_.loop.now());
    link_.serve_session();
  }

 private:
  MiioLink& link_;
  ClientSession::Ticket ticket_;
};

MiioLink::MiioLink(Hub& hub, home::Address address, std::optional<net::Endpoint> endpoint, const Keys& keys,
                   const model::DeviceSpec& spec)
    : hub_(hub), address_(std::move(address)), spec_(spec), session_(keys, random_id()), timer_(hub.loop) {
  if (endpoint) settle_at(*endpoint);
}

MiioLink::~MiioLink() { hub_.stop_listening(*this); }

home::Reach MiioLink::reach() const {
  if (name_leads_nowhere_) return home::Reach::offline;
  switch (session_.reach()) {
    case ClientSession::Reach::unknown: return home::Reach::unknown;
    case ClientSession::Reach::reachable: return home::Reach::reachable;
    case ClientSession::Reach::offline: return home::Reach::offline;
    case ClientSession::Reach::token_wrong: return home::Reach::token_wrong;
  }
  return home::Reach::unknown;
}

void MiioLink::settle_at(const net::Endpoint& endpoint) {
  if (endpoint_ == endpoint) return;
  hub_.stop_listening(*this);
  hub_.listen(endpoint, *this);
  endpoint_ = endpoint;
  session_.forget_device();
}

// An address needs no looking up; a name may mean another address after the device was lost.
Task<Result<void>> MiioLink::locate() {
  const bool lost = session_.reach() == ClientSession::Reach::offline;
  if (endpoint_ && (!lost || net::Endpoint::of(address_.host, 1).ok())) co_return Result<void>();
  const Deadline deadline = Deadline::in(hub_.loop, resolve_patience);
  const std::uint16_t port = address_.port == 0 ? default_port : address_.port;
  const auto found = co_await net::resolve(hub_.loop, address_.host, port, deadline);
  name_leads_nowhere_ = !found.ok();
  if (!found.ok()) co_return found.error();
  settle_at(next_endpoint(*found, lost ? endpoint_ : std::nullopt));
  co_return Result<void>();
}

void MiioLink::receive(ByteSpan datagram) {
  session_.receive(datagram, hub_.loop.now());
  serve_session();
}

void MiioLink::serve_session() {
  for (const auto& datagram : session_.take_datagrams()) send(datagram);
  for (auto& finished : session_.take_finished()) {
    const auto waiting = pending_.find(finished.ticket);
    if (waiting == pending_.end()) continue;
    OneShot<Finished>* const shot = waiting->second;
    pending_.erase(waiting);
    shot->fulfil(std::move(finished));
  }
  const auto wake = session_.wake();
  if (!wake) return timer_.stop();
  timer_.start(Deadline{*wake}.left(hub_.loop), [this] {
    session_.tick(hub_.loop.now());
    serve_session();
  });
}

void MiioLink::send(const ClientSession::Datagram& datagram) {
  if (datagram.command) last_sent_ = hub_.loop.now();
  const auto sent = hub_.send_to(*endpoint_, datagram.bytes);
  send_trouble_ = sent.ok() ? "" : sent.error().message;
}

Task<MiioLink::Finished> MiioLink::ask(ClientSession::Request request) {
  const auto located = co_await locate();
  if (!located.ok()) {
    Finished lost;
    lost.error_message = located.error().message;
    co_return lost;
  }
  OneShot<Finished> shot(hub_.loop);
  const auto ticket = session_.submit(std::move(request), hub_.loop.now());
  const Pending pending(*this, ticket, shot);
  serve_session();
  const Deadline deadline = Deadline::in(hub_.loop, patience);
  auto finished = co_await shot.wait(deadline, "miio");
  if (finished.ok()) co_return std::move(*finished);
  co_return Finished();
}

Json MiioLink::property_json(model::PropertyId id) const {
  Json object = {{"siid", id.service}, {"piid", id.property}};
  if (!address_.device_id.empty()) object["did"] = address_.device_id;
  return object;
}

std::string MiioLink::property_name(model::PropertyId id) const {
  const auto* property = spec_.property(id);
  const auto number = fmt::format("{}.{}", id.service, id.property);
  return property == nullptr ? number : fmt::format("{} ({})", property->type.name, number);
}

home::Reading MiioLink::reading_in(const Json& results, model::PropertyId id) const {
  const Json* entry = entry_of(results, id);
  if (entry == nullptr) {
    return {id, Error{ErrorCode::failed, fmt::format("{}: the device left it out", property_name(id))}};
  }
  const auto code = integer_or(*entry, "code", 0);
  const Json* value = find(*entry, "value");
  if (!is_success(code)) return {id, to_error(code, property_name(id))};
  if (value == nullptr) return {id, Error{ErrorCode::failed, fmt::format("{}: no value came", property_name(id))}};
  return {id, model::value_from_json(*value)};
}

home::Written MiioLink::outcome_in(const Json& results, model::PropertyId id) const {
  const Json* entry = entry_of(results, id);
  if (entry == nullptr) {
    return {id, Error{ErrorCode::failed, fmt::format("{}: the device left it out", property_name(id))}};
  }
  const auto code = integer_or(*entry, "code", 0);
  if (is_success(code)) return {id, Result<void>()};
  return {id, to_error(code, property_name(id))};
}

// While the token is unproven one property is asked alone: a device that is silent to that has another token, whatever
// its appetite.
Task<Result<std::vector<home::Reading>>> MiioLink::read(std::vector<model::PropertyId> properties) {
  std::vector<home::Reading> readings;
  std::size_t& chunk = hub_.chunk(spec_.model);
  while (readings.size() < properties.size()) {
    const auto start = readings.size();
    const auto count = std::min(session_.token_proven() ? chunk : 1, properties.size() - start);
    ClientSession::Request request;
    request.method = "get_properties";
    for (std::size_t i = start; i < start + count; ++i) request.params.push_back(property_json(properties[i]));
    const Finished finished = co_await ask(std::move(request));
    const bool too_much = finished.outcome == Outcome::refused || finished.outcome == Outcome::silent;
    if (too_much && count > 1) {
      chunk = std::min(chunk, count / 2);
    } else if (finished.outcome == Outcome::refused) {
      readings.push_back({properties[start], failure(finished, property_name(properties[start]))});
    } else if (finished.outcome != Outcome::answered) {
      co_return failure(finished, "reading");
    } else {
      for (std::size_t i = start; i < start + count; ++i) {
        readings.push_back(reading_in(finished.result, properties[i]));
      }
    }
  }
  co_return readings;
}

Task<Result<std::vector<home::Written>>> MiioLink::write(std::vector<model::PropertyWrite> properties) {
  std::vector<home::Written> outcomes;
  while (outcomes.size() < properties.size()) {
    const auto start = outcomes.size();
    const auto count = std::min(hub_.chunk(spec_.model), properties.size() - start);
    ClientSession::Request request;
    request.method = "set_properties";
    request.urgency = ClientSession::Urgency::command;
    for (std::size_t i = start; i < start + count; ++i) {
      request.params.push_back(property_json(properties[i].id));
      request.params.back()["value"] = model::to_json(properties[i].value);
    }
    const Finished finished = co_await ask(std::move(request));
    if (finished.outcome != Outcome::answered) co_return failure(finished, property_name(properties[start].id));
    for (std::size_t i = start; i < start + count; ++i) {
      outcomes.push_back(outcome_in(finished.result, properties[i].id));
    }
  }
  co_return outcomes;
}

Task<Result<std::vector<model::Value>>> MiioLink::act(model::ActionCall call) {
  const auto* action = spec_.action(call.id);
  const std::string name = action == nullptr
                               ? fmt::format("action {}.{}", call.id.service, call.id.action)
                               : fmt::format("{} ({}.{})", action->type.name, call.id.service, call.id.action);
  ClientSession::Request request;
  request.method = "action";
  request.repeat = ClientSession::Repeat::never;
  request.urgency = ClientSession::Urgency::command;
  request.params = {{"siid", call.id.service}, {"aiid", call.id.action}, {"in", Json::array()}};
  if (!address_.device_id.empty()) request.params["did"] = address_.device_id;
  for (const auto& argument : call.in) {
    request.params["in"].push_back({{"piid", argument.property}, {"value", model::to_json(argument.value)}});
  }
  const Finished finished = co_await ask(std::move(request));
  if (finished.outcome != Outcome::answered) co_return failure(finished, name);
  const Json& result = action_result(finished.result);
  const auto code = integer_or(result, "code", 0);
  if (!is_success(code)) co_return to_error(code, name);
  co_return out_values(result);
}

Error MiioLink::failure(const Finished& finished, std::string_view what) const {
  const auto error = [&](ErrorCode code, std::string_view reason) {
    return Error{code, fmt::format("{}: {}", address_.host, reason)};
  };
  switch (finished.outcome) {
    case Outcome::answered: break;
    case Outcome::refused: return to_error(finished.error_code, what, finished.error_message);
    case Outcome::silent:
      return error(ErrorCode::timeout,
                   fmt::format("{}: the device is there but does not answer this; it may be busy", what));
    case Outcome::unanswered:
      return error(ErrorCode::timeout,
                   fmt::format("{}: the device did not confirm it; it may or may not be done", what));
    case Outcome::nonsense:
      return error(ErrorCode::corrupt, fmt::format("{}: the device answers with something that is not JSON", what));
    case Outcome::token_wrong:
      return error(ErrorCode::denied,
                   "the token is wrong: the device is there, but answers nothing that is encrypted with this token");
    case Outcome::offline:
      return error(ErrorCode::unavailable, !finished.error_message.empty() ? finished.error_message
                                           : !send_trouble_.empty()        ? send_trouble_
                                                                           : "no answer at all");
    case Outcome::overloaded: return error(ErrorCode::exhausted, "too many requests wait for this device already");
  }
  return error(ErrorCode::failed, what);
}

}  // namespace entente::miio
