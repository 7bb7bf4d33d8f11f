// SPDX-License-Identifier: GPL-3.0-or-later
//   request = {"id": N, "method": "…", "params": […] | {…}}
//   reply   = {"id": N, "result": … , …} | {"id": N, "error": {"code": N, "message": "…"}, …}
#include "drivers/miio/protocol/client_session.h"

#include <algorithm>

#include "base/text.h"
#include "drivers/miio/protocol/tolerant_json.h"

namespace entente::miio {
namespace {

constexpr Duration windows[] = {milliseconds(800), milliseconds(1500), milliseconds(3000)};
constexpr Duration hello_lasts = seconds(120);
constexpr Duration breather = milliseconds(200);  // before asking again a device that was too busy
constexpr std::uint32_t first_usable_id = 100'000'000;
constexpr std::uint32_t last_usable_id = 0x7fffffff;
constexpr std::size_t max_waiting = 256;
constexpr std::size_t max_payload = 60'000;
constexpr Duration again_after = milliseconds(700);  // a command inside a long silence
constexpr std::int64_t clock_tolerance = 2;          // seconds
constexpr std::size_t max_past_ids = 32;
constexpr std::size_t max_reports = 256;
// A report that is older than this by the device's clock is a recording; a younger one is still remembered.
constexpr std::int64_t report_tolerance = 10;  // seconds
constexpr Duration reports_last = seconds(30);

bool is_recoverable(std::int64_t code) { return code == -9999 || code == -30001; }

void name_device(Json& object, const std::string& device_id) {
  if (object.is_object() && object.contains("siid") && !object.contains("did")) object["did"] = device_id;
}

Json addressed(Json params, std::uint64_t device_id) {
  const std::string text = std::to_string(device_id);
  if (params.is_array()) {
    for (Json& object : params) name_device(object, text);
  }
  name_device(params, text);
  return params;
}

}  // namespace

ClientSession::ClientSession(const Keys& keys, std::uint32_t first_id)
    : keys_(keys), next_id_(first_usable_id + first_id % (last_usable_id - first_usable_id)) {}

ClientSession::Ticket ClientSession::submit(Request request, TimePoint now) {
  const Ticket ticket = ++last_ticket_;
  if (queue_.size() >= max_waiting || to_text(request.params).size() > max_payload) {
    finished_.push_back({ticket, Outcome::overloaded, {}, 0, {}});
    return ticket;
  }
  const bool urgent = request.urgency == Urgency::command;
  const auto first_poll = [](const Waiting& waiting) { return waiting.request.urgency == Urgency::poll; };
  const auto place = urgent ? std::find_if(queue_.begin(), queue_.end(), first_poll) : queue_.end();
  queue_.insert(place, {ticket, std::move(request)});
  if (active_ && active_->window > 0) break_off_poll(now);
  if (!active_) start_next(now);
  return ticket;
}

void ClientSession::cancel(Ticket ticket, TimePoint now) {
  const auto same = [ticket](const auto& held) { return held.ticket == ticket; };
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(), same), queue_.end());
  finished_.erase(std::remove_if(finished_.begin(), finished_.end(), same), finished_.end());
  if (!active_ || active_->ticket != ticket) return;
  remember_ids();
  active_.reset();
  start_next(now);
}

void ClientSession::forget_device() {
  device_id_.reset();
  heard_at_.reset();
  silent_requests_ = 0;
  reach_ = Reach::unknown;
}

std::optional<TimePoint> ClientSession::wake() const {
  if (!active_) return std::nullopt;
  return active_->retry_at ? std::min(*active_->retry_at, active_->window_end) : active_->window_end;
}

void ClientSession::tick(TimePoint now) {
  if (!active_ || now < *wake()) return;
  if (now >= active_->window_end) return window_over(now);
  active_->retry_at.reset();
  begin_transmission(now);
}

void ClientSession::start_next(TimePoint now) {
  if (queue_.empty()) return;
  active_.emplace(std::move(queue_.front()), now + windows[0]);
  queue_.pop_front();
  begin_transmission(now);
}

// A command that met silence goes out together with the hello: nearly always it was only lost, and waiting for the
// device's clock would double what has to arrive. It is also said again inside a long silence.
void ClientSession::begin_transmission(TimePoint now) {
  const bool sure = !hello_needed(now);
  const auto& request = active_->request;
  const bool pressing = active_->window > 0 && request.urgency == Urgency::command && request.repeat == Repeat::allowed;
  if (!sure) {
    active_->awaiting_hello = true;
    send_hello();
  }
  if (pressing) active_->retry_at = now + again_after;
  if (sure || (pressing && device_id_)) transmit(now);
}

bool ClientSession::hello_needed(TimePoint now) const {
  return silence_ || !device_id_ || !heard_at_ || now - *heard_at_ > hello_lasts;
}

void ClientSession::send_hello() { datagrams_.push_back({encode_hello(), false}); }

// A request that must not be repeated is followed by a question that harms nobody.
void ClientSession::transmit(TimePoint now) {
  const bool repeated = active_->transmissions++ > 0;
  const bool command = active_->request.urgency == Urgency::command;
  if (repeated && active_->request.repeat == Repeat::never) {
    active_->probes.push_back(next_id_);
    return push_message("miIO.info", Json::array(), false, now);
  }
  active_->ids.push_back(next_id_);
  push_message(active_->request.method, addressed(active_->request.params, *device_id_), command, now);
}

void ClientSession::push_message(const std::string& method, const Json& params, bool command, TimePoint now) {
  const Json message = {{"id", take_id()}, {"method", method}, {"params", params}};
  const Header header = {*device_id_, expected_stamp(now)};
  datagrams_.push_back({encode_message(header, to_text(message), keys_), command});
}

std::uint32_t ClientSession::take_id() {
  const auto id = next_id_;
  next_id_ = id >= last_usable_id ? first_usable_id : id + 1;
  return id;
}

// A poll that hangs does not hold up a command. The poll goes back and starts afresh after it.
bool ClientSession::break_off_poll(TimePoint now) {
  if (queue_.empty() || queue_.front().request.urgency != Urgency::command) return false;
  if (active_->request.urgency != Urgency::poll) return false;
  Waiting poll{active_->ticket, std::move(active_->request)};
  const auto is_poll = [](const Waiting& waiting) { return waiting.request.urgency == Urgency::poll; };
  queue_.insert(std::find_if(queue_.begin(), queue_.end(), is_poll), std::move(poll));
  remember_ids();
  active_.reset();
  start_next(now);
  return true;
}

void ClientSession::receive(ByteSpan datagram, TimePoint now) {
  const auto packet = decode(datagram);
  if (!packet.ok()) return;
  if (packet->kind == Packet::Kind::hello_reply) hello_answered(packet->header, now);
  if (packet->kind == Packet::Kind::message) message_arrived(datagram, packet->header, now);
}

// Only the first answer to a hello of ours counts: a late second one would set the clock back.
void ClientSession::hello_answered(const Header& header, TimePoint now) {
  if (!active_ || !active_->awaiting_hello) return;
  const auto off = std::int64_t{header.stamp} - std::int64_t{expected_stamp(now)};
  const bool as_expected = device_id_ == header.device_id && off >= -clock_tolerance && off <= clock_tolerance;
  const bool on_its_way = as_expected && active_->retry_at.has_value();
  device_id_ = header.device_id;
  stamp_ = header.stamp;
  stamp_at_ = heard_at_.emplace(now);
  silence_ = false;
  active_->awaiting_hello = false;
  active_->hello_answered = true;
  if (!on_its_way) transmit(now);
}

void ClientSession::message_arrived(ByteSpan datagram, const Header& header, TimePoint now) {
  const auto payload = decrypt(datagram, keys_);
  if (!payload.ok()) return;
  const auto message = parse_tolerant(*payload);
  if (!message.ok()) {
    if (!active_) return;
    heard(header, now);
    return nonsense_arrived(now);
  }
  if (find(*message, "method") != nullptr) {
    if (is_report(*message, header, now)) report_arrived(*message);
    return;
  }
  if (!is_answer(*message)) return;
  heard(header, now);
  if (active_) reply_arrived(*message, now);
}

void ClientSession::heard(const Header& header, TimePoint now) {
  token_proven_ = true;
  silence_ = false;
  silent_requests_ = 0;
  reach_ = Reach::reachable;
  heard_at_ = now;
  if (header.stamp < expected_stamp(now)) return;
  stamp_ = header.stamp;
  stamp_at_ = now;
}

std::uint32_t ClientSession::expected_stamp(TimePoint now) const {
  return stamp_ + static_cast<std::uint32_t>(std::chrono::duration_cast<seconds>(now - stamp_at_).count());
}

// Each question is answered once, so a second answer to it is a copy.
bool ClientSession::is_answer(const Json& reply) {
  const Json* number = find(reply, "id");
  if (number == nullptr || !number->is_number_integer()) return false;
  const auto is_it = [number](std::uint32_t id) { return *number == id; };
  const auto past = std::find_if(past_ids_.begin(), past_ids_.end(), is_it);
  if (past != past_ids_.end()) {
    past_ids_.erase(past);
    return true;
  }
  if (!active_) return false;
  return std::any_of(active_->ids.begin(), active_->ids.end(), is_it) ||
         std::any_of(active_->probes.begin(), active_->probes.end(), is_it);
}

void ClientSession::remember_ids() {
  for (const auto* list : {&active_->ids, &active_->probes})
    past_ids_.insert(past_ids_.end(), list->begin(), list->end());
  while (past_ids_.size() > max_past_ids) past_ids_.pop_front();
}

// Whether it is fresh: by the device's clock, and by its id.
bool ClientSession::is_report(const Json& message, const Header& header, TimePoint now) {
  const Json* number = find(message, "id");
  if (!device_id_ || header.device_id != *device_id_) return false;
  if (number == nullptr || !number->is_number_integer()) return false;
  if (std::int64_t{header.stamp} + report_tolerance < std::int64_t{expected_stamp(now)}) return false;
  heard(header, now);
  answer_report(*number, now);
  while (!reports_.empty() && (now - reports_.front().at > reports_last || reports_.size() > max_reports)) {
    reports_.pop_front();
  }
  const auto id = number->is_number_unsigned() ? static_cast<std::int64_t>(number->get<std::uint64_t>())
                                               : number->get<std::int64_t>();
  const auto same = [id](const Report& report) { return report.id == id; };
  if (std::any_of(reports_.begin(), reports_.end(), same)) return false;
  reports_.push_back({id, now});
  return true;
}

// Also to a copy: the first answer may be lost.
void ClientSession::answer_report(const Json& id, TimePoint now) {
  const Json answer = {{"id", id}, {"result", {{"code", 0}}}};
  datagrams_.push_back({encode_message({*device_id_, expected_stamp(now)}, to_text(answer), keys_), false});
}

void ClientSession::report_arrived(const Json& message) {
  if (uplinks_.size() >= max_reports) return;
  const Json* params = find(message, "params");
  uplinks_.push_back({string_or(message, "method", ""), params == nullptr ? Json() : *params});
}

void ClientSession::reply_arrived(const Json& reply, TimePoint now) {
  const Json* number = find(reply, "id");
  if (number == nullptr || !number->is_number_integer()) return;
  const auto holds = [number](std::vector<std::uint32_t>& ids) {
    return std::find_if(ids.begin(), ids.end(), [number](std::uint32_t id) { return *number == id; });
  };
  if (const auto probe = holds(active_->probes); probe != active_->probes.end()) {
    active_->probes.erase(probe);
    active_->probe_answered = true;
    return;
  }
  const auto id = holds(active_->ids);
  if (id == active_->ids.end()) return;
  active_->ids.erase(id);
  if (const Json* error = find(reply, "error"); error != nullptr && !error->is_null())
    return error_arrived(*error, now);
  const Json* result = find(reply, "result");
  if (result == nullptr) return nonsense_arrived(now);
  finish({active_->ticket, Outcome::answered, *result, 0, {}}, now);
}

// Firmware exists whose answer to the harmless question is empty, so after one that is what nonsense means.
void ClientSession::nonsense_arrived(TimePoint now) {
  if (!active_->probes.empty()) {
    active_->probe_answered = true;
    return;
  }
  active_->nonsense_heard = true;
  if (active_->request.repeat == Repeat::never || active_->retry_at) return;
  if (active_->patience-- <= 0) return give_up(now);
  ask_again_soon(now);
}

void ClientSession::ask_again_soon(TimePoint now) {
  active_->awaiting_hello = false;
  active_->retry_at = now + breather;
  active_->window_end = *active_->retry_at + windows[active_->window];
}

void ClientSession::error_arrived(const Json& error, TimePoint now) {
  const auto code = integer_or(error, "code", 0);
  const bool again = is_recoverable(code) && active_->request.repeat == Repeat::allowed;
  if (again && !active_->ids.empty()) return;  // another transmission may still be answered
  if (again && active_->patience-- > 0) return ask_again_soon(now);
  const std::string message = text::shorten(string_or(error, "message", ""), 200);
  finish({active_->ticket, Outcome::refused, {}, code, message}, now);
}

void ClientSession::window_over(TimePoint now) {
  silence_ = true;
  if (active_->probe_answered || ++active_->window == std::size(windows)) return give_up(now);
  if (break_off_poll(now)) return;
  active_->window_end = now + windows[active_->window];
  active_->hello_answered = false;
  begin_transmission(now);
}

void ClientSession::give_up(TimePoint now) {
  const Outcome outcome = verdict();
  finish({active_->ticket, outcome, {}, 0, {}}, now);
}

ClientSession::Outcome ClientSession::verdict() {
  if (active_->probe_answered) return Outcome::unanswered;
  if (active_->nonsense_heard) return Outcome::nonsense;
  if (!active_->hello_answered || active_->transmissions < 2) {
    reach_ = Reach::offline;
    return Outcome::offline;
  }
  if (token_proven_ && ++silent_requests_ < 2) return Outcome::silent;
  reach_ = Reach::token_wrong;
  return Outcome::token_wrong;
}

void ClientSession::finish(Finished finished, TimePoint now) {
  const Outcome outcome = finished.outcome;
  finished_.push_back(std::move(finished));
  remember_ids();
  active_.reset();
  if (outcome == Outcome::offline || outcome == Outcome::token_wrong) finish_waiting(outcome);
  start_next(now);
}

void ClientSession::finish_waiting(Outcome outcome) {
  for (const auto& waiting : queue_) finished_.push_back({waiting.ticket, outcome, {}, 0, {}});
  queue_.clear();
}

}  // namespace entente::miio
