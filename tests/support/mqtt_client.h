// SPDX-License-Identifier: GPL-3.0-or-later
// An mqtt::Client without a broker: the test is the broker. It sees what is published, says what comes, keeps what is
// retained, and goes away at will.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "infra/mqtt/client.h"

namespace entente::test {

class FakeMqttClient : public mqtt::Client {
 public:
  mqtt::Subscription subscribe(std::string filter, mqtt::Handler handler) override {
    return router_.subscribe(std::move(filter), std::move(handler));
  }
  mqtt::Subscription watch(std::function<void()> changed) override {
    return watchers_.subscribe("changed", [changed = std::move(changed)](const mqtt::Message&) { changed(); });
  }
  Task<Result<void>> publish(mqtt::Message message) override { co_return send(std::move(message)); }
  Result<void> send(mqtt::Message message) override {
    if (!connected_) return Error{ErrorCode::unavailable, trouble_};
    if (message.retained) kept[message.topic] = message.payload;
    published.push_back(std::move(message));
    return {};
  }
  bool connected() const override { return connected_; }
  std::string broker_name() const override { return "broker:1883"; }
  std::string trouble() const override { return trouble_; }

  // ---- for the test
  void say(std::string topic, std::string payload, bool retained = false) {
    router_.route({std::move(topic), std::move(payload), retained});
  }
  void connect() {
    connected_ = true;
    trouble_.clear();
    watchers_.route({"changed", "", false});
  }
  void lose(std::string reason) {
    connected_ = false;
    trouble_ = "mqtt broker broker:1883: " + std::move(reason);
    watchers_.route({"changed", "", false});
  }
  std::vector<std::string> filters() const { return router_.filters(); }
  // The payload last published to the topic, empty for none.
  std::string last(std::string_view topic) const {
    for (auto message = published.rbegin(); message != published.rend(); ++message) {
      if (message->topic == topic) return message->payload;
    }
    return "";
  }

  std::vector<mqtt::Message> published;
  std::map<std::string, std::string> kept;

 private:
  bool connected_ = false;
  std::string trouble_;
  mqtt::Router router_{nullptr, nullptr};
  mqtt::Router watchers_{nullptr, nullptr};
};

}  // namespace entente::test
