// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/mqtt/client.h"

#include <fmt/format.h>

#include <list>
#include <map>

#include "base/log.h"
#include "base/wait.h"
#include "infra/mqtt/impl/connection.h"

namespace entente::mqtt {
namespace {

constexpr std::size_t happenings_in_a_turn = 200;  // then others have theirs

class MosquittoClient : public Client {
 public:
  MosquittoClient(Loop& loop, const ClientOptions& options)
      : loop_(loop), options_(options), self_(std::make_shared<MosquittoClient*>(this)) {
    connection_.emplace(options_, [this, weak = std::weak_ptr<MosquittoClient*>(self_)] { post_look(weak); });
  }

  Subscription subscribe(std::string filter, Handler handler) override {
    return router_.subscribe(std::move(filter), std::move(handler));
  }
  Subscription watch(std::function<void()> changed) override {
    return watchers_.subscribe("changed", [changed = std::move(changed)](const Message&) { changed(); });
  }
  bool connected() const override { return connected_; }
  std::string broker_name() const override { return options_.broker.name(); }
  std::string trouble() const override { return trouble_; }

  Result<void> send(Message message) override {
    const auto packet = sent(message);
    if (!packet.ok()) return packet.error();
    return {};
  }

  Task<Result<void>> publish(Message message) override {
    const auto packet = sent(message);
    if (!packet.ok()) co_return packet.error();
    const Waiting waiting(*this, *packet);
    const auto deadline = Deadline::in(loop_, options_.publish_deadline);
    const auto what = fmt::format("mqtt broker {}", broker_name());
    auto outcome = co_await waiting.entry->second->wait(deadline, what);
    if (!outcome.ok()) co_return outcome.error();
    co_return *std::move(outcome);
  }

 private:
  using Answer = OneShot<Result<void>>;
  using Answers = std::multimap<int, std::unique_ptr<Answer>>;  // a broker may answer never, and packets wrap around

  struct Waiting {
    MosquittoClient& client;
    Answers::iterator entry;
    Waiting(MosquittoClient& owner, int packet)
        : client(owner), entry(owner.answers_.emplace(packet, std::make_unique<Answer>(owner.loop_))) {}
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { client.answers_.erase(entry); }
  };

  // Network thread.
  void post_look(const std::weak_ptr<MosquittoClient*>& weak) {
    loop_.post([weak] {
      if (const auto self = weak.lock()) (*self)->look();
    });
  }

  void look() {
    const std::weak_ptr<MosquittoClient*> alive = self_;
    const auto happenings = connection_->take(happenings_in_a_turn);
    for (const auto& happening : happenings) {
      handle(happening);
      if (alive.expired()) return;
    }
    if (happenings.size() == happenings_in_a_turn) post_look(alive);
  }

  void handle(const Happening& happening) {
    switch (happening.kind) {
      case Happening::Kind::connected: return on_connected();
      case Happening::Kind::lost: return on_lost(happening.reason);
      case Happening::Kind::message: return on_message(happening);
      case Happening::Kind::acknowledged: return on_acknowledged(happening.packet);
    }
  }

  void on_connected() {
    connected_ = true;
    trouble_.clear();
    log::info("mqtt", "connected to the broker {}", broker_name());
    connection_->subscribe(router_.filters());
    watchers_.route({"changed", "", false});
  }

  void on_lost(const std::string& reason) {
    const bool was_connected = std::exchange(connected_, false);
    auto trouble = fmt::format("mqtt broker {}: {}", broker_name(), reason);
    const bool news = was_connected || trouble != trouble_;
    trouble_ = std::move(trouble);
    for (auto& [packet, answer] : answers_) answer->fulfil(Error{ErrorCode::unavailable, trouble_});
    if (!news) return;
    log::warning("mqtt", "{}; trying again until it is there", trouble_);
    watchers_.route({"changed", "", false});
  }

  void on_message(const Happening& happening) {
    if (happening.dropped == 0) return router_.route(happening.message);
    log::warning("mqtt", "{}: a message of {} bytes is left out, {} are taken", happening.message.topic,
                 happening.dropped, options_.max_payload);
  }

  void on_acknowledged(int packet) {
    const auto [first, last] = answers_.equal_range(packet);
    for (auto answer = first; answer != last; ++answer) answer->second->fulfil(Result<void>());
  }

  Result<int> sent(const Message& message) {
    if (!is_topic(message.topic)) return Error{ErrorCode::invalid, fmt::format("mqtt: no topic: '{}'", message.topic)};
    if (!connected_) {
      if (!trouble_.empty()) return Error{ErrorCode::unavailable, trouble_};
      return Error{ErrorCode::unavailable, fmt::format("mqtt broker {}: not connected yet", broker_name())};
    }
    auto packet = connection_->publish(message);
    if (!packet.ok()) return packet.error().within(fmt::format("mqtt broker {}", broker_name()));
    return packet;
  }

  void added(const std::string& filter) {
    if (!is_filter(filter)) return log::warning("mqtt", "no topic filter: '{}'", filter);
    if (!connected_) return;
    if (to_subscribe_.empty()) {
      subscribe_soon_.start(Duration::zero(), [this] { connection_->subscribe(std::exchange(to_subscribe_, {})); });
    }
    to_subscribe_.push_back(filter);
  }
  void removed(const std::string& filter) {
    if (connected_ && is_filter(filter)) connection_->unsubscribe(filter);
  }

  Loop& loop_;
  const ClientOptions options_;
  std::shared_ptr<MosquittoClient*> self_;  // whoever was posted to finds out whether we are still there
  bool connected_ = false;
  std::string trouble_;
  Answers answers_;
  std::vector<std::string> to_subscribe_;
  Timer subscribe_soon_{loop_};
  Router router_{[this](const std::string& filter) { added(filter); },
                 [this](const std::string& filter) { removed(filter); }};
  Router watchers_{nullptr, nullptr};
  std::optional<Connection> connection_;  // last: its thread uses what stands above
};

}  // namespace

Result<std::unique_ptr<Client>> Client::open(Loop& loop, ClientOptions options) {
  if (options.will && !is_topic(options.will->topic)) {
    return Error{ErrorCode::invalid, fmt::format("mqtt: the will's topic is none: '{}'", options.will->topic)};
  }
  return std::unique_ptr<Client>(std::make_unique<MosquittoClient>(loop, options));
}

}  // namespace entente::mqtt
