// SPDX-License-Identifier: GPL-3.0-or-later
// MiioLink carries home's requests to one device: a talk puts them in MIoT or classic form, the session makes datagrams
// of them, the hub sends those. What the device says unasked goes to home's observer. Owned by home, loop thread;
// requests under way end with the tasks that asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task_group.h"
#include "base/wait.h"
#include "drivers/miio/impl/hub.h"
#include "drivers/miio/impl/talk.h"
#include "drivers/miio/protocol/client_session.h"
#include "services/home/driver.h"

namespace entente::miio {

class MiioLink : public home::Link, private Listener, private Line {
 public:
  // `family`: how a device of this model is spoken to where it knows no MIoT; null for MIoT alone.
  MiioLink(Hub& hub, home::Address address, std::optional<net::Endpoint> endpoint, const Keys& keys,
           const model::DeviceSpec& spec, const ClassicFamily* family);
  ~MiioLink() override;

  Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId> properties) override;
  Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) override;
  Task<Result<std::vector<model::Value>>> act(model::ActionCall call) override;
  home::Reach reach() const override;
  std::string hardware_id() const override;
  TimePoint last_sent() const override { return last_sent_; }

 private:
  class Pending;
  enum class Found : std::uint8_t { miot, other, lost };

  // Line: what a talk stands on.
  Task<Finished> ask(ClientSession::Request request) override;
  bool token_proven() const override { return session_.token_proven(); }
  std::size_t& chunk() override { return hub_.chunk(spec_.model); }
  Error failure(const Finished& finished, std::string_view what) const override;
  void read_back(std::vector<model::PropertyId> properties) override;

  Task<Result<Talk*>> agree();
  Task<Found> probe(Finished& outcome);
  Task<void> read_again(std::vector<model::PropertyId> properties);
  void judge(const std::vector<home::Reading>& readings);

  Task<Result<void>> locate();
  void settle_at(const net::Endpoint& endpoint);
  void receive(ByteSpan datagram) override;
  bool flooded();
  // Does what the session wants done: datagrams out, outcomes to who waits, news to the observer, the timer.
  void serve_session();
  void send(const ClientSession::Datagram& datagram);
  void pass_on(const ClientSession::Uplink& uplink);
  bool is_ours(const Json& told) const;
  void notice_reach();

  Hub& hub_;
  const home::Address address_;
  const model::DeviceSpec& spec_;
  const ClassicFamily* const family_;
  const std::unique_ptr<Talk> miot_;
  const std::unique_ptr<Talk> classic_;  // null without a family

  std::optional<net::Endpoint> endpoint_;
  bool name_leads_nowhere_ = false;
  bool understood_ = false;   // the device answered something of its spec
  bool unsupported_ = false;  // it answers, but not in any form that we know
  ClientSession session_;
  Timer timer_;
  Timer notice_;  // tells the observer on a turn of its own
  home::Reach noticed_ = home::Reach::unknown;
  std::map<ClientSession::Ticket, OneShot<Finished>*> pending_;
  TimePoint last_sent_{};
  std::string send_trouble_;  // why the system did not take the last datagram
  TimePoint flood_window_{};
  int heard_in_window_ = 0;
  TaskGroup later_{"miio link"};  // last: ends first
};

}  // namespace entente::miio
