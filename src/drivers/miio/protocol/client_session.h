// SPDX-License-Identifier: GPL-3.0-or-later
// Our side of the talk with one miIO device: bytes and time in, datagrams and outcomes out; no socket, no clock.
// Owned by the link of the device, on one thread. After each call the owner sends take_datagrams(), hands out
// take_finished() and calls tick() again at wake().
//
// The rules (they decide whether real devices answer):
// - A hello comes first: before the first request, after 120 s without a word, and after every silence, because the
//   stamp of a device that was switched off and on starts anew and requests with a stale one are ignored.
// - Ids start at random and grow by one with every transmission, also of the same request, since devices ignore an id
//   that they have seen; an answer to any transmission counts, however late.
// - One request is in flight. Silence is met after 0.8, 1.5 and 3 s: with a hello, and the request again if it may be
//   repeated; else with a harmless question, whose answer proves the token. A command that may be repeated goes out
//   together with the hello and every 0.7 s in a long silence: on a bad network it was only lost.
// - Hello answered and commands not: the token is wrong. Nothing answered: offline. Both end what waits behind, too.
// - A message counts only when it answers a question of ours, by its id, or is a fresh report with an id not heard
//   lately: what somebody recorded and plays again is nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "drivers/miio/protocol/packet.h"

namespace entente::miio {

class ClientSession {
 public:
  enum class Repeat : std::uint8_t { allowed, never };
  enum class Urgency : std::uint8_t { poll, command };  // commands go before polls, and break off one that hangs
  struct Request {
    std::string method;
    Json params = Json::array();  // objects with a siid and without a did get the device's own
    Repeat repeat = Repeat::allowed;
    Urgency urgency = Urgency::poll;
  };
  using Ticket = std::uint64_t;

  enum class Outcome : std::uint8_t {
    answered,    // result
    refused,     // error_code and error_message
    silent,      // answers hellos, not this request, though the token was right before
    unanswered,  // sent once, not to be repeated, and the device answers other questions: it may have been done or not
    nonsense,    // answers that are no JSON
    token_wrong,
    offline,
    overloaded,  // too many requests wait already, or the request is too long for a datagram
  };
  struct Finished {
    Ticket ticket = 0;
    Outcome outcome = Outcome::offline;
    Json result;
    std::int64_t error_code = 0;
    std::string error_message;
  };
  struct Datagram {
    Bytes bytes;
    bool command = false;  // carries a request of Urgency::command
  };
  // What the device reports unasked. It is told that it was heard.
  struct Uplink {
    std::string method;
    Json params;
  };
  enum class Reach : std::uint8_t { unknown, reachable, offline, token_wrong };

  // `first_id`: any number, better a random one.
  ClientSession(const Keys& keys, std::uint32_t first_id);

  Ticket submit(Request request, TimePoint now);
  // Nothing more will be heard of it; whether the device does it is open if it was sent.
  void cancel(Ticket ticket, TimePoint now);
  void receive(ByteSpan datagram, TimePoint now);
  void tick(TimePoint now);
  // The device has another address: what was known of its clock and reach is void.
  void forget_device();

  std::optional<TimePoint> wake() const;
  std::vector<Datagram> take_datagrams() { return std::exchange(datagrams_, {}); }
  std::vector<Finished> take_finished() { return std::exchange(finished_, {}); }
  std::vector<Uplink> take_uplinks() { return std::exchange(uplinks_, {}); }

  Reach reach() const { return reach_; }
  bool token_proven() const { return token_proven_; }
  std::optional<std::uint64_t> device_id() const { return device_id_; }

 private:
  struct Waiting {
    Ticket ticket = 0;
    Request request;
  };
  struct Active {
    Active(Waiting next, TimePoint first_window_end)
        : ticket(next.ticket), request(std::move(next.request)), window_end(first_window_end) {}

    Ticket ticket = 0;
    Request request;
    std::vector<std::uint32_t> ids;     // of transmissions not answered yet
    std::vector<std::uint32_t> probes;  // of harmless questions after it
    std::size_t window = 0;             // how often silence was met
    TimePoint window_end;
    std::optional<TimePoint> retry_at;  // the device asked for patience
    bool awaiting_hello = false;
    bool hello_answered = false;  // since the last silence
    bool probe_answered = false;
    bool nonsense_heard = false;
    int transmissions = 0;  // of the request and of probes
    int patience = 2;       // how often the device may still say that it was too busy
  };

  void start_next(TimePoint now);
  void begin_transmission(TimePoint now);
  void send_hello();
  void transmit(TimePoint now);
  void push_message(const std::string& method, const Json& params, bool command, TimePoint now);
  std::uint32_t take_id();
  bool hello_needed(TimePoint now) const;
  bool break_off_poll(TimePoint now);

  void hello_answered(const Header& header, TimePoint now);
  void message_arrived(ByteSpan datagram, const Header& header, TimePoint now);
  bool is_answer(const Json& reply);
  void remember_ids();
  bool is_report(const Json& message, const Header& header, TimePoint now);
  void answer_report(const Json& id, TimePoint now);
  void report_arrived(const Json& message);
  void heard(const Header& header, TimePoint now);
  std::uint32_t expected_stamp(TimePoint now) const;
  void reply_arrived(const Json& reply, TimePoint now);
  void error_arrived(const Json& error, TimePoint now);
  void nonsense_arrived(TimePoint now);
  void ask_again_soon(TimePoint now);
  void window_over(TimePoint now);
  void give_up(TimePoint now);
  Outcome verdict();
  void finish(Finished finished, TimePoint now);
  void finish_waiting(Outcome outcome);

  // Constant after construction.
  Keys keys_;

  std::uint32_t next_id_;
  Ticket last_ticket_ = 0;
  std::deque<Waiting> queue_;  // commands first
  std::optional<Active> active_;

  std::optional<std::uint64_t> device_id_;
  std::uint32_t stamp_ = 0;  // the device's clock …
  TimePoint stamp_at_;       // … at this time of ours
  std::optional<TimePoint> heard_at_;
  bool silence_ = false;  // since the device was heard last
  bool token_proven_ = false;
  int silent_requests_ = 0;  // in a row
  Reach reach_ = Reach::unknown;

  struct Report {
    std::int64_t id = 0;
    TimePoint at;
  };
  std::deque<Report> reports_;          // of late
  std::deque<std::uint32_t> past_ids_;  // of questions that are over: an answer may come late

  std::vector<Datagram> datagrams_;
  std::vector<Finished> finished_;
  std::vector<Uplink> uplinks_;
};

}  // namespace entente::miio
