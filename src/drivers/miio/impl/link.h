// SPDX-License-Identifier: GPL-3.0-or-later
// MiioLink carries home's requests to one device: it puts them in MIoT form, gives them to the session, and the
// session's datagrams to the hub. Owned by home, loop thread; requests under way end with the tasks that asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/wait.h"
#include "drivers/miio/impl/hub.h"
#include "drivers/miio/protocol/client_session.h"
#include "services/home/driver.h"

namespace entente::miio {

class MiioLink : public home::Link, private Listener {
 public:
  MiioLink(Hub& hub, home::Address address, std::optional<net::Endpoint> endpoint, const Keys& keys,
           const model::DeviceSpec& spec);
  ~MiioLink() override;

  Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId> properties) override;
  Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) override;
  Task<Result<std::vector<model::Value>>> act(model::ActionCall call) override;
  home::Reach reach() const override;
  TimePoint last_sent() const override { return last_sent_; }

 private:
  using Finished = ClientSession::Finished;
  using Outcome = ClientSession::Outcome;
  class Pending;

  Task<Finished> ask(ClientSession::Request request);
  Task<Result<void>> locate();
  void settle_at(const net::Endpoint& endpoint);
  void receive(ByteSpan datagram) override;
  // Does what the session wants done: datagrams out, outcomes to who waits, the timer.
  void serve_session();
  void send(const ClientSession::Datagram& datagram);

  Json property_json(model::PropertyId id) const;
  std::string property_name(model::PropertyId id) const;
  home::Reading reading_in(const Json& results, model::PropertyId id) const;
  home::Written outcome_in(const Json& results, model::PropertyId id) const;
  Error failure(const Finished& finished, std::string_view what) const;

  Hub& hub_;
  const home::Address address_;
  const model::DeviceSpec& spec_;

  std::optional<net::Endpoint> endpoint_;
  bool name_leads_nowhere_ = false;
  ClientSession session_;
  Timer timer_;
  std::map<ClientSession::Ticket, OneShot<Finished>*> pending_;
  TimePoint last_sent_{};
  std::string send_trouble_;  // why the system did not take the last datagram
};

}  // namespace entente::miio
