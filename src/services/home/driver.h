// SPDX-License-Identifier: GPL-3.0-or-later
// How home reaches a device: a driver per protocol makes one link per device. Loop thread. Links are owned by Home and
// end by destruction; what they were asked ends with the asking Task.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "base/time.h"
#include "model/device.h"

namespace entente::home {

// How a device is reached, as the user gave it.
struct Address {
  std::string driver = "miio";
  std::string host;        // name or IP address
  std::uint16_t port = 0;  // 0: the protocol's own
  std::string token;       // secret, hexadecimal; never logged
  std::string device_id;   // the protocol's own id ("did") where a device stands behind another; may be empty
  // What the thing that answers at the host calls itself (a miIO "did": "260426251"); empty until it has proved it. By
  // this it is known again at another host, with all that stands behind it.
  std::string hardware_id = {};
};

struct Reading {
  model::PropertyId id;
  Result<model::Value> value;
};
struct Written {
  model::PropertyId id;
  Result<void> outcome;
};

enum class Reach {
  unknown,  // nothing heard yet
  reachable,
  offline,      // no answer to anything
  token_wrong,  // it answers a hello, but no command
  unsupported,  // it answers, but knows nothing of what its spec says
  elsewhere,    // it answers a hello from another subnet, but no command: many devices refuse those
};

const char* to_string(Reach reach);  // "token_wrong"

// What a device says unasked. The link calls it on the loop thread, never from inside a call into the link.
class LinkObserver {
 public:
  virtual ~LinkObserver() = default;
  virtual void told(std::vector<Reading> state) = 0;
  virtual void happened(model::EventId event, std::vector<model::ActionArgument> arguments) = 0;
  virtual void reach_changed() = 0;  // Link::reach() says what it is now
};

class Link {
 public:
  virtual ~Link() = default;

  // One reading per property asked, in the order asked. An Error for the whole when the device cannot be reached:
  // unavailable (offline), denied (token wrong).
  virtual Task<Result<std::vector<Reading>>> read(std::vector<model::PropertyId> properties) = 0;
  virtual Task<Result<std::vector<Written>>> write(std::vector<model::PropertyWrite> properties) = 0;
  // The action's out values in the order of the spec.
  virtual Task<Result<std::vector<model::Value>>> act(model::ActionCall call) = 0;

  virtual Reach reach() const = 0;
  // When the last datagram of a command left this machine; for measuring. TimePoint{} before the first.
  virtual TimePoint last_sent() const = 0;

  // Address::hardware_id once a command was answered; empty before, and where the protocol has none.
  virtual std::string hardware_id() const { return {}; }

  // Whether the device tells every change by itself, so that nobody need poll it.
  virtual bool tells() const { return false; }
  // At most one observer, which outlives the link or is taken away with null.
  void observe(LinkObserver* observer) { observer_ = observer; }

 protected:
  LinkObserver* observer_ = nullptr;
};

// A device that a driver came across, whether or not it is one of the home's.
struct Sighting {
  Address address;  // how to reach it; driver and device_id say which it is. The token where the device itself told it
  std::string model;  // empty where it did not say
  std::string name;   // what it calls itself, and where it says that it stands; may be empty
  std::string room;
  std::shared_ptr<const model::DeviceSpec> spec;  // where the device describes itself, null otherwise
};

class SightingObserver {
 public:
  virtual ~SightingObserver() = default;
  // Again when anything of it changed: another host, another spec.
  virtual void sighted(Sighting sighting) = 0;
  // The device took itself back: it is not offline, it is no more.
  virtual void withdrawn(const Address& address) = 0;
};

class Driver {
 public:
  virtual ~Driver() = default;
  virtual std::string_view name() const = 0;
  // Checks the address (token of 32 digits …) and sends nothing yet. `spec` outlives the link.
  virtual Result<std::unique_ptr<Link>> connect(const Address& address, const model::DeviceSpec& spec) = 0;
  // Looks for devices from now on and tells the observer, which outlives the driver or is taken away with null. Each
  // call looks afresh at once. A driver that can find nothing ignores it.
  virtual void search(SightingObserver* observer) { static_cast<void>(observer); }
};

}  // namespace entente::home
