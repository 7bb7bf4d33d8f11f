// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/mqtt/router.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace entente::mqtt {

struct Subscription::Entry {
  std::string filter;
  Handler handler;
  std::weak_ptr<Router::State> router;
  bool active = true;
};

struct Router::State {
  using Entries = std::vector<std::shared_ptr<Subscription::Entry>>;
  std::unordered_map<std::string, Entries> exact;  // most filters are topics, and there are thousands
  std::unordered_map<std::string, Entries> wild;
  FilterCall added;
  FilterCall removed;

  std::unordered_map<std::string, Entries>& map_for(std::string_view filter) {
    return filter.find_first_of("+#") == std::string_view::npos ? exact : wild;
  }
  void take_out(const std::shared_ptr<Subscription::Entry>& entry) {
    auto& map = map_for(entry->filter);
    const auto found = map.find(entry->filter);
    if (found == map.end()) return;
    std::erase(found->second, entry);
    if (!found->second.empty()) return;
    map.erase(found);
    if (removed) removed(entry->filter);
  }
};

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  stop();
  entry_ = std::move(other.entry_);
  return *this;
}

void Subscription::stop() {
  const auto entry = std::exchange(entry_, nullptr);
  if (!entry) return;
  entry->active = false;
  if (const auto router = entry->router.lock()) router->take_out(entry);
}

Router::Router(FilterCall added, FilterCall removed) : state_(std::make_shared<State>()) {
  state_->added = std::move(added);
  state_->removed = std::move(removed);
}
Router::~Router() = default;

Subscription Router::subscribe(std::string filter, Handler handler) {
  auto entry = std::make_shared<Subscription::Entry>();
  entry->filter = std::move(filter);
  entry->handler = std::move(handler);
  entry->router = state_;
  state_->map_for(entry->filter)[entry->filter].push_back(entry);
  if (state_->added) state_->added(entry->filter);
  return Subscription(std::move(entry));
}

void Router::route(const Message& message) const {
  State::Entries receivers;  // a copy: handlers subscribe and stop
  if (const auto found = state_->exact.find(message.topic); found != state_->exact.end()) receivers = found->second;
  for (const auto& [filter, entries] : state_->wild) {
    if (matches(filter, message.topic)) receivers.insert(receivers.end(), entries.begin(), entries.end());
  }
  for (const auto& receiver : receivers) {
    if (!receiver->active) continue;
    const auto handler = receiver->handler;  // may end its own subscription
    handler(message);
  }
}

std::vector<std::string> Router::filters() const {
  std::vector<std::string> filters;
  filters.reserve(state_->exact.size() + state_->wild.size());
  for (const auto& [filter, entries] : state_->exact) filters.push_back(filter);
  for (const auto& [filter, entries] : state_->wild) filters.push_back(filter);
  return filters;
}

bool matches(std::string_view filter, std::string_view topic) {
  if (!topic.empty() && topic.front() == '$' && !filter.empty() && (filter.front() == '+' || filter.front() == '#')) {
    return false;
  }
  std::size_t f = 0;
  std::size_t t = 0;
  for (;;) {
    const auto filter_end = std::min(filter.find('/', f), filter.size());
    const auto level = filter.substr(f, filter_end - f);
    if (level == "#") return true;
    if (t > topic.size()) return false;
    const auto topic_end = std::min(topic.find('/', t), topic.size());
    if (level != "+" && level != topic.substr(t, topic_end - t)) return false;
    f = filter_end + 1;
    t = topic_end + 1;
    if (f > filter.size()) return t > topic.size();
  }
}

bool is_filter(std::string_view text) {
  if (text.empty() || text.size() > 65535 || text.find('\0') != std::string_view::npos) return false;
  const auto levels = text::split(text, '/');
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const auto level = levels[i];
    if (level.find_first_of("+#") == std::string_view::npos) continue;
    if (level.size() != 1 || (level == "#" && i + 1 != levels.size())) return false;
  }
  return text::is_valid_utf8(text);
}

bool is_topic(std::string_view text) { return text.find_first_of("+#") == std::string_view::npos && is_filter(text); }

}  // namespace entente::mqtt
