// SPDX-License-Identifier: GPL-3.0-or-later
// A client of one MQTT broker: it connects, and connects again for as long as it lives, with growing pauses. Messages
// go and come with QoS 1 over MQTT 3.1.1; a lost connection loses what was under way, which its sender is told:
// nothing is queued for later, because a lamp must not turn on ten minutes after it was asked to. Loop thread; owned by
// the app, ends by destruction, which publishes the will where there is one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/mqtt/broker.h"
#include "infra/mqtt/router.h"

namespace entente::mqtt {

struct ClientOptions {
  Broker broker;
  std::string client_id;        // empty: the broker makes one up
  std::optional<Message> will;  // what the broker says when we are gone, in whatever way
  Duration first_pause = milliseconds(500);
  Duration longest_pause = seconds(30);
  Duration publish_deadline = seconds(5);
  std::size_t max_payload = 1024 * 1024;  // a longer message is dropped, with a line in the log
};

class Client {
 public:
  // Starts connecting; ok also where nobody answers yet.
  static Result<std::unique_ptr<Client>> open(Loop& loop, ClientOptions options);
  virtual ~Client() = default;

  // The handler is called on the loop, never from inside a call of this class. Subscribing also brings what the broker
  // keeps, to every subscriber of that filter. A filter that MQTT does not allow gets nothing.
  [[nodiscard]] virtual Subscription subscribe(std::string filter, Handler handler) = 0;
  // Ready when the broker has it. unavailable while there is no broker, or when it is lost meanwhile.
  virtual Task<Result<void>> publish(Message message) = 0;
  // The same for what nobody waits for; an Error where it could not even be sent.
  virtual Result<void> send(Message message) = 0;

  virtual bool connected() const = 0;
  virtual std::string broker_name() const = 0;  // "host:port"
  // Why not connected: "mqtt broker host:1883: connection refused". Empty while connected or before the first attempt
  // has ended.
  virtual std::string trouble() const = 0;

  // Calls `changed` whenever connected() or trouble() changes, as long as the Subscription lives.
  [[nodiscard]] virtual Subscription watch(std::function<void()> changed) = 0;
};

}  // namespace entente::mqtt
