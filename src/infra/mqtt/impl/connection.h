// SPDX-License-Identifier: GPL-3.0-or-later
// Connection is libmosquitto on a thread of its own: looking up a name, TLS handshakes and reading block there and not
// on the loop. Each attempt has a fresh libmosquitto instance, so that nothing of a lost connection is sent later. What
// happens comes out through take(), in order; `arrived` is called on the network thread when there is something after
// nothing was. When more than the limit waits the network thread stops reading, which holds the broker back. The
// destructor joins the thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "infra/mqtt/client.h"

struct mosquitto;
struct mosquitto_message;

namespace entente::mqtt {

struct Happening {
  enum class Kind { connected, lost, message, acknowledged };
  Kind kind = Kind::message;
  std::string reason;       // lost
  Message message;          // message
  int packet = 0;           // acknowledged
  std::size_t dropped = 0;  // message: its length, where it was too long to be kept; else 0
};

class Connection {
 public:
  Connection(const ClientOptions& options, std::function<void()> arrived);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // At most `limit` happenings. Any thread.
  std::vector<Happening> take(std::size_t limit);

  // The number of the packet under way. Any thread.
  Result<int> publish(const Message& message);
  void subscribe(const std::vector<std::string>& filters);
  void unsubscribe(const std::string& filter);

 private:
  void run();
  bool stopping();
  void attempt();
  Result<void> configure(mosquitto* instance) const;
  std::string serve(mosquitto* instance);
  void pause();
  void tell(Happening happening);

  static void on_connect(mosquitto*, void* self, int code);
  static void on_message(mosquitto*, void* self, const mosquitto_message* message);
  static void on_publish(mosquitto*, void* self, int packet);

  const ClientOptions options_;
  const std::function<void()> arrived_;

  std::mutex instance_mutex_;      // never taken inside a callback of libmosquitto
  mosquitto* instance_ = nullptr;  // guarded by instance_mutex_; null while there is no attempt

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Happening> happenings_;  // guarded by mutex_
  std::size_t waiting_bytes_ = 0;     // guarded by mutex_
  bool stopping_ = false;             // guarded by mutex_

  // Network thread.
  bool accepted_ = false;
  std::string refusal_;
  Duration pause_{};

  std::thread thread_;  // last: everything else is there when it starts
};

}  // namespace entente::mqtt
