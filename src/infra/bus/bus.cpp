// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/bus/bus.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "base/wait.h"

namespace entente::bus {
namespace {

// The first level of `rest`, taken off it; `more` says whether another follows.
std::string_view take_level(std::string_view& rest, bool& more) {
  const auto slash = rest.find('/');
  more = slash != std::string_view::npos;
  const auto level = rest.substr(0, slash);
  rest.remove_prefix(more ? slash + 1 : rest.size());
  return level;
}

bool has_wildcard(std::string_view filter) { return filter.find_first_of("+#") != std::string_view::npos; }

}  // namespace

bool matches(std::string_view filter, std::string_view topic) {
  bool filter_goes_on = true;
  bool topic_goes_on = true;
  while (filter_goes_on && topic_goes_on) {
    const auto wanted = take_level(filter, filter_goes_on);
    if (wanted == "#" && !filter_goes_on) return true;
    const auto level = take_level(topic, topic_goes_on);
    if (wanted != "+" && wanted != level) return false;
  }
  return filter_goes_on ? filter == "#" : !topic_goes_on;
}

struct Subscription::Entry {
  std::string filter;
  Bus::Handler handler;
  std::uint64_t first = 0;  // the number of the first message that it may get
  bool active = true;
  std::weak_ptr<Bus::State> bus;
};

struct Bus::State {
  using EntryPointer = std::shared_ptr<Subscription::Entry>;
  struct Numbered {
    std::uint64_t number;
    Message message;
  };

  explicit State(Loop& loop) : wake(loop) {}

  void schedule();
  void deliver_turn();
  void deliver(const Numbered& numbered);
  void remove(const EntryPointer& entry);
  std::vector<EntryPointer>& shelf_of(const std::string& filter) { return has_wildcard(filter) ? wild : plain[filter]; }

  Timer wake;
  std::uint64_t published = 0;
  std::deque<Numbered> queue;
  std::unordered_map<std::string, std::vector<EntryPointer>> plain;  // by filter, which is the topic itself
  std::vector<EntryPointer> wild;
};

void Bus::State::schedule() {
  wake.start(Duration::zero(), [this] { deliver_turn(); });
}

// What handlers publish waits for the next turn, so that a conversation on the bus cannot hold up the loop.
void Bus::State::deliver_turn() {
  auto turn = std::exchange(queue, {});
  for (const auto& numbered : turn) deliver(numbered);
}

void Bus::State::deliver(const Numbered& numbered) {
  const auto& topic = numbered.message.topic;
  std::vector<EntryPointer> receivers;  // a copy: handlers may subscribe and unsubscribe
  if (const auto found = plain.find(topic); found != plain.end()) receivers = found->second;
  for (const auto& entry : wild) {
    if (matches(entry->filter, topic)) receivers.push_back(entry);
  }
  for (const auto& entry : receivers) {
    if (!entry->active || entry->first > numbered.number) continue;
    try {
      entry->handler(numbered.message);
    } catch (const std::exception& problem) {
      log::error("bus", "a subscriber of {} failed on {}: {}", entry->filter, topic, problem.what());
    }
  }
}

void Bus::State::remove(const EntryPointer& entry) {
  auto& shelf = shelf_of(entry->filter);
  shelf.erase(std::find(shelf.begin(), shelf.end(), entry));
  if (shelf.empty()) plain.erase(entry->filter);
}

Bus::Bus(Loop& loop) : state_(std::make_shared<State>(loop)) {}
Bus::~Bus() = default;

void Bus::publish(std::string topic, Json payload) {
  auto& state = *state_;
  const bool first = state.queue.empty();
  Message message{std::move(topic), std::make_shared<const Json>(std::move(payload))};
  state.queue.push_back({++state.published, std::move(message)});
  if (first) state.schedule();
}

Subscription Bus::subscribe(std::string filter, Handler handler) {
  auto entry = std::make_shared<Subscription::Entry>();
  entry->filter = std::move(filter);
  entry->handler = std::move(handler);
  entry->first = state_->published + 1;
  entry->bus = state_;
  state_->shelf_of(entry->filter).push_back(entry);
  return Subscription(std::move(entry));
}

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  stop();
  entry_ = std::move(other.entry_);
  return *this;
}

// The handler itself goes with the last holder of the entry: perhaps the delivery that is calling it now.
void Subscription::stop() {
  const auto entry = std::exchange(entry_, nullptr);
  if (!entry) return;
  entry->active = false;
  if (const auto bus = entry->bus.lock()) bus->remove(entry);
}

}  // namespace entente::bus
