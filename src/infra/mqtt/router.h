// SPDX-License-Identifier: GPL-3.0-or-later
// Who inside this process gets which MQTT message. Loop thread; owned by a Client. A Subscription ends when it is
// destroyed, also from inside its own handler, and may outlive the Router.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace entente::mqtt {

struct Message {
  std::string topic;
  std::string payload;    // any bytes
  bool retained = false;  // received: what the broker kept, not news. To publish: the broker shall keep it
};

using Handler = std::function<void(const Message&)>;

class Subscription {
 public:
  Subscription() = default;
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription() { stop(); }

  void stop();

 private:
  friend class Router;
  struct Entry;
  explicit Subscription(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}

  std::shared_ptr<Entry> entry_;
};

class Router {
 public:
  // `added` is called for every subscription, so that the broker sends what it keeps once more; `removed` when the
  // last one of a filter is gone.
  using FilterCall = std::function<void(const std::string& filter)>;
  Router(FilterCall added, FilterCall removed);
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  ~Router();

  [[nodiscard]] Subscription subscribe(std::string filter, Handler handler);
  void route(const Message& message) const;
  std::vector<std::string> filters() const;  // each once

 private:
  friend class Subscription;
  struct State;

  std::shared_ptr<State> state_;
};

// MQTT's rules: + is one level, # at the end this level and all below; neither meets a topic that begins with $.
bool matches(std::string_view filter, std::string_view topic);
// Whether MQTT allows it: not empty, at most 65535 bytes of UTF-8 without NUL, wildcards only as whole levels.
bool is_filter(std::string_view text);
bool is_topic(std::string_view text);  // the same, without wildcards

}  // namespace entente::mqtt
