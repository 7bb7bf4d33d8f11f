// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/impl/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "drivers/miio/result_code.h"
#include "infra/net/resolve.h"

namespace entente::miio {
namespace {

// The session ends every request much earlier, unless very many wait before it.
constexpr Duration patience = std::chrono::minutes(2);
constexpr Duration resolve_patience = seconds(5);
constexpr Duration time_to_finish = milliseconds(600);  // for what a device took and has not done yet
constexpr int most_datagrams = 100;                     // that one device may send in …
constexpr Duration flood_window = milliseconds(500);

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

std::unique_ptr<Talk> classic_talk(Line& line, const model::DeviceSpec& spec, const ClassicFamily* family) {
  return family == nullptr ? nullptr : make_classic_talk(line, spec, *family);
}

std::int32_t number_in(const Json& object, std::string_view key) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(integer_or(object, key, 0), 0, 65535));
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
                   const model::DeviceSpec& spec, const ClassicFamily* family)
    : hub_(hub),
      address_(std::move(address)),
      spec_(spec),
      family_(family),
      miot_(make_miot_talk(*this, spec, address_.device_id)),
      classic_(classic_talk(*this, spec, family)),
      session_(keys, random_id()),
      timer_(hub.loop),
      notice_(hub.loop) {
  if (endpoint) settle_at(*endpoint);
}

MiioLink::~MiioLink() { hub_.stop_listening(*this); }

home::Reach MiioLink::reach() const {
  if (name_leads_nowhere_) return home::Reach::offline;
  switch (session_.reach()) {
    case ClientSession::Reach::unknown: return home::Reach::unknown;
    case ClientSession::Reach::reachable: return unsupported_ ? home::Reach::unsupported : home::Reach::reachable;
    case ClientSession::Reach::offline: return home::Reach::offline;
    case ClientSession::Reach::token_wrong:
      return endpoint_ && !hub_.is_near(*endpoint_) ? home::Reach::elsewhere : home::Reach::token_wrong;
  }
  return home::Reach::unknown;
}

std::string MiioLink::hardware_id() const {
  return session_.token_proven() && session_.device_id() ? std::to_string(*session_.device_id()) : std::string();
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
  notice_reach();
  if (!found.ok()) co_return found.error();
  settle_at(next_endpoint(*found, lost ? endpoint_ : std::nullopt));
  co_return Result<void>();
}

void MiioLink::receive(ByteSpan datagram) {
  if (flooded()) return;
  session_.receive(datagram, hub_.loop.now());
  serve_session();
}

// A device that says more than any device has to say is not listened to for the rest of the half second: what it
// costs is then only the receiving.
bool MiioLink::flooded() {
  const auto now = hub_.loop.now();
  if (now - flood_window_ > flood_window) {
    flood_window_ = now;
    heard_in_window_ = 0;
  }
  if (++heard_in_window_ == most_datagrams) log::warning("miio", "{} floods: some of it is left out", address_.host);
  return heard_in_window_ > most_datagrams;
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
  if (session_.token_proven() && session_.device_id() && endpoint_) {
    hub_.claim(*session_.device_id(), *endpoint_);
  }
  notice_reach();
  const auto wake = session_.wake();
  if (wake) {
    timer_.start(Deadline{*wake}.left(hub_.loop), [this] {
      session_.tick(hub_.loop.now());
      serve_session();
    });
  } else {
    timer_.stop();
  }
  for (const auto& uplink : session_.take_uplinks()) pass_on(uplink);
}

void MiioLink::send(const ClientSession::Datagram& datagram) {
  if (datagram.command) last_sent_ = hub_.loop.now();
  const auto sent = hub_.send_to(*endpoint_, datagram.bytes);
  send_trouble_ = sent.ok() ? "" : sent.error().message;
}

// The observer must not be called from inside a call of its own.
void MiioLink::notice_reach() {
  if (reach() == noticed_) return;
  noticed_ = reach();
  notice_.start(Duration::zero(), [this] {
    if (observer_ != nullptr) observer_->reach_changed();
  });
}

// Behind one address several devices may stand; each link takes what is said of its own.
bool MiioLink::is_ours(const Json& told) const {
  const Json* did = find(told, "did");
  if (did == nullptr) return address_.device_id.empty();
  const std::string said = did->is_string() ? did->get<std::string>() : to_text(*did);
  return said == (address_.device_id.empty() ? hardware_id() : address_.device_id);
}

void MiioLink::pass_on(const ClientSession::Uplink& uplink) {
  if (observer_ == nullptr) return;
  if (uplink.method == "properties_changed" && uplink.params.is_array()) {
    std::vector<home::Reading> readings;
    for (const Json& told : uplink.params) {
      const model::PropertyId id = {number_in(told, "siid"), number_in(told, "piid")};
      const Json* value = find(told, "value");
      if (!is_ours(told) || value == nullptr || spec_.property(id) == nullptr) continue;
      readings.push_back({id, model::value_from_json(*value)});
    }
    if (!readings.empty()) observer_->told(std::move(readings));
  } else if (uplink.method == "event_occured" || uplink.method == "event_occurred") {
    const model::EventId id = {number_in(uplink.params, "siid"), number_in(uplink.params, "eiid")};
    if (!is_ours(uplink.params) || spec_.event(id) == nullptr) return;
    std::vector<model::ActionArgument> arguments;
    const Json* list = find(uplink.params, "arguments");
    for (std::size_t i = 0; list != nullptr && list->is_array() && i < list->size(); ++i) {
      const Json* value = find((*list)[i], "value");
      if (value != nullptr) arguments.push_back({number_in((*list)[i], "piid"), model::value_from_json(*value)});
    }
    observer_->happened(id, std::move(arguments));
  }
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

// Every device that speaks MIoT has something to say to 1.1, if only that it has none; others answer with an error, or
// not at all, though they answer what they know.
Task<MiioLink::Found> MiioLink::probe(Finished& outcome) {
  ClientSession::Request question;
  question.method = "get_properties";
  question.params.push_back({{"siid", 1}, {"piid", 1}});
  outcome = co_await ask(std::move(question));
  if (outcome.outcome == Outcome::answered) co_return outcome.result.is_array() ? Found::miot : Found::other;
  if (outcome.outcome == Outcome::refused) co_return Found::other;
  if (outcome.outcome != Outcome::silent && outcome.outcome != Outcome::token_wrong) co_return Found::lost;
  ClientSession::Request harmless;
  harmless.method = "miIO.info";
  outcome = co_await ask(std::move(harmless));
  const bool there = outcome.outcome == Outcome::answered || outcome.outcome == Outcome::refused;
  co_return there ? Found::other : Found::lost;
}

// Which talk the device understands: known of its model, or asked once for all devices of that model.
Task<Result<Talk*>> MiioLink::agree() {
  auto& speaks = hub_.speaks(spec_.model);
  const bool ask_first =
      family_ != nullptr ? speaks == Hub::Speaks::unknown && address_.device_id.empty() : unsupported_;
  if (ask_first) {
    Finished outcome;
    const Found found = co_await probe(outcome);
    if (found == Found::lost) co_return failure(outcome, "reading");
    if (family_ != nullptr) speaks = found == Found::miot ? Hub::Speaks::miot : Hub::Speaks::classic;
    unsupported_ = family_ == nullptr && found != Found::miot;
    notice_reach();
  }
  if (unsupported_) {
    co_return Error{ErrorCode::unsupported,
                    fmt::format("{}: the device answers, but does not speak MIoT, and how else a {} is spoken to is "
                                "not known here",
                                address_.host, spec_.model)};
  }
  const bool classic = family_ != nullptr && address_.device_id.empty() && speaks == Hub::Speaks::classic;
  Talk* const talk = classic ? classic_.get() : miot_.get();
  co_return talk;
}

// Not one answer to all that the spec says: it is another kind of device, or was taken for one when it was too busy to
// say so. The next request makes sure.
void MiioLink::judge(const std::vector<home::Reading>& readings) {
  const auto went_well = [](const home::Reading& reading) { return reading.value.ok(); };
  if (std::any_of(readings.begin(), readings.end(), went_well)) {
    understood_ = true;
    unsupported_ = false;
  } else if (!understood_ && !readings.empty()) {
    unsupported_ = family_ == nullptr;
    const bool asked = family_ != nullptr && !ClassicFamilies::known_classic(*family_, spec_.model);
    if (asked) hub_.speaks(spec_.model) = Hub::Speaks::unknown;
  }
  notice_reach();
}

Task<Result<std::vector<home::Reading>>> MiioLink::read(std::vector<model::PropertyId> properties) {
  ENTENTE_CO_TRY(Talk* const talk, co_await agree());
  auto readings = co_await talk->read(std::move(properties));
  if (readings.ok()) judge(*readings);
  co_return readings;
}

Task<Result<std::vector<home::Written>>> MiioLink::write(std::vector<model::PropertyWrite> properties) {
  ENTENTE_CO_TRY(Talk* const talk, co_await agree());
  co_return co_await talk->write(std::move(properties));
}

Task<Result<std::vector<model::Value>>> MiioLink::act(model::ActionCall call) {
  ENTENTE_CO_TRY(Talk* const talk, co_await agree());
  co_return co_await talk->act(std::move(call));
}

void MiioLink::read_back(std::vector<model::PropertyId> properties) {
  if (observer_ != nullptr) later_.spawn(read_again(std::move(properties)));
}

Task<void> MiioLink::read_again(std::vector<model::PropertyId> properties) {
  co_await sleep(hub_.loop, time_to_finish);
  auto readings = co_await read(std::move(properties));
  if (readings.ok() && observer_ != nullptr) observer_->told(*std::move(readings));
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
