// SPDX-License-Identifier: GPL-3.0-or-later
// What starts routines: news from devices, times, people who come and go.
#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "services/home/impl/device_news.h"
#include "services/home/routines/engine.h"
#include "services/home/spec_names.h"

namespace entente::home {
namespace {

constexpr Duration longest_sleep = seconds(30);  // the wall clock may be set meanwhile
constexpr auto set_back = std::chrono::hours(1);

bool is_known(const model::Value& value) { return !std::holds_alternative<std::monostate>(value); }

}  // namespace

void Engine::subscribe() {
  devices_ = bus_.subscribe("home/device/#", [this](const bus::Message& message) { on_device(message); });
  rooms_ = bus_.subscribe("home/room/#", [this](const bus::Message&) { bind_soon(); });
  groups_ = bus_.subscribe("home/group/#", [this](const bus::Message&) { bind_soon(); });
  scenes_ = bus_.subscribe("home/scene/changed", [this](const bus::Message&) { bind_soon(); });
}

// ---- devices

void Engine::on_device(const bus::Message& message) {
  const auto news = news_of(message.topic);
  if (!news) return;
  const auto [device, what] = *news;
  if (what == "changed") {
    const auto numbers = numbers_in(message.json(), "property");
    Slot* slot = numbers ? world_.slot_of(device, {numbers->service, numbers->item}) : nullptr;
    const Json* value = slot == nullptr ? nullptr : entente::find(message.json(), "value");
    if (value != nullptr) on_change(*slot, model::value_from_json(*value));
  } else if (what == "event") {
    on_event(device, message.json());
  } else if (what == "reach") {
    Slot* slot = world_.slot_of(device, World::reach);
    if (slot != nullptr) on_change(*slot, string_or(message.json(), "reach", "unknown"));
  } else if (what == "added" || what == "renamed" || what == "removed" || what == "respecified") {
    bind_soon();
  }
}

void Engine::on_event(std::string_view device, const Json& payload) {
  const auto found = events_.find(device);
  const auto numbers = numbers_in(payload, "event");
  if (found == events_.end() || !numbers) return;
  const auto starts = found->second;  // a copy: what starts may change them
  for (const auto& start : starts) {
    if (start.event != model::EventId{numbers->service, numbers->item}) continue;
    const Entry* held = entry(start.routine);
    if (held == nullptr || !held->routine) continue;
    fire(start.routine, start.trigger, described(held->routine->when[start.trigger]), nullptr);
  }
}

void Engine::on_change(Slot& slot, model::Value value) {
  const model::Value before = slot.value;
  if (!world_.learn(slot, std::move(value))) return;
  for (std::size_t i = 0; i < slot.watches.size(); ++i) look_at(*slot.watches[i], before);
  look_at_waiters();
}

// What becomes known for the first time is no change; but it may be what has to last.
void Engine::look_at(Watch& watch, const model::Value& before) {
  const Slot& slot = *watch.slot;
  const bool fits = slot.known() && watch.to.fits(slot.value);
  const bool from_here = watch.from.anything() || (is_known(before) && watch.from.fits(before));
  if (watch.lasting == Duration::zero()) {
    if (!fits || !is_known(before) || !from_here) return;
    if (!watch.to.anything() && watch.to.fits(before)) return;
    const Chain* by = rivalry_.cause_of(slot.device, slot.property, slot.value, loop_.now());
    fire(watch.routine, watch.trigger,
         fmt::format("{} went from {} to {}", slot.label, world_.shown(slot, before), world_.shown(slot, slot.value)),
         by);
    return;
  }
  if (fits && watch.holding && !watch.to.anything()) return;
  watch.timer.stop();
  watch.holding = fits && from_here && (!watch.to.anything() || is_known(before));
  if (watch.holding) hold(watch);
}

// From when the value became so; what has lasted long enough already is no news.
void Engine::arm(Watch& watch) {
  const Slot& slot = *watch.slot;
  if (watch.lasting == Duration::zero() || !slot.known() || !watch.to.fits(slot.value)) return;
  const bool was = is_known(slot.previous);
  if (!watch.from.anything() && !(was && watch.from.fits(slot.previous))) return;
  if (watch.to.anything() && !was) return;
  watch.holding = true;
  hold(watch);
}

void Engine::hold(Watch& watch) {
  const Duration left = watch.slot->since + watch.lasting - loop_.now();
  if (left <= Duration::zero()) return;
  watch.timer.start(left, [this, &watch] {
    const Slot& slot = *watch.slot;
    fire(watch.routine, watch.trigger,
         fmt::format("{} was {} for {}", slot.label, world_.shown(slot, slot.value), to_text(watch.lasting)), nullptr);
  });
}

// ---- all of them

void Engine::fire(const std::string& routine, std::size_t trigger, std::string cause, const Chain* by) {
  if (options_.dormant) return;
  Entry* held = entry(routine);
  if (held == nullptr || !held->routine || !held->routine->enabled || !held->paused.empty()) return;
  if (trigger >= held->routine->when.size()) return;
  Start begin;
  begin.cause = std::move(cause);
  begin.chain = by != nullptr ? *by : Chain{{}, loop_.now()};
  begin.chain.routines.push_back(routine);
  start(*held, std::move(begin));
}

// ---- times

std::optional<WallTime> Engine::next_of(const Trigger& trigger, WallTime after) const {
  if (trigger.kind == Trigger::Kind::every) return next_multiple(trigger.every, after, around_.zone);
  return next_time(trigger.time, trigger.days, after, around_);
}

// At the start of the program a routine that makes up for missed times counts from the last time that it saw.
void Engine::set_alarms(Entry& entry, bool at_start) {
  entry.alarms.clear();
  if (!entry.routine || !entry.routine->enabled || options_.dormant) return;
  const WallTime now = loop_.wall_time();
  WallTime after = now;
  if (entry.routine->catch_up) {
    const auto last = last_times_.find(entry.name);
    if (at_start && last != last_times_.end() && last->second < now) {
      after = last->second;
    } else {
      remember_time(entry, now);
    }
  }
  for (std::size_t i = 0; i < entry.routine->when.size(); ++i) {
    const Trigger& trigger = entry.routine->when[i];
    if (trigger.kind == Trigger::Kind::every) entry.alarms.push_back({i, next_of(trigger, now)});
    if (trigger.kind == Trigger::Kind::time) entry.alarms.push_back({i, next_of(trigger, after)});
  }
}

void Engine::remember_time(const Entry& entry, WallTime time) {
  last_times_[entry.name] = time;
  if (const auto kept = rows_.set_last_time(entry.name, time); !kept) {
    log::warning("routines", "{}: {}", entry.name, kept.error().message);
  }
}

void Engine::wind_clock() {
  std::optional<WallTime> next;
  for (const auto& [name, entry] : entries_) {
    for (const auto& alarm : entry->alarms) {
      if (alarm.next && (!next || *alarm.next < *next)) next = alarm.next;
    }
  }
  if (!next) return clock_timer_.stop();
  const Duration left = std::chrono::ceil<milliseconds>(*next - loop_.wall_time());
  clock_timer_.start(std::clamp<Duration>(left, Duration::zero(), longest_sleep), [this] { tick(); });
}

void Engine::tick() {
  const WallTime now = loop_.wall_time();
  if (now + set_back < ticked_) {
    log::info("routines", "the clock was set back: every routine's next time is counted afresh");
    for (auto& [name, entry] : entries_) set_alarms(*entry, false);
  }
  ticked_ = now;
  struct Due {
    std::string routine;
    std::size_t trigger;
    std::string cause;
  };
  std::vector<Due> due;
  for (auto& [name, entry] : entries_) {
    bool any = false;
    for (auto& alarm : entry->alarms) {
      if (!alarm.next || *alarm.next > now) continue;
      const Trigger& trigger = entry->routine->when[alarm.trigger];
      const WallTime wanted = *alarm.next;
      alarm.next = next_of(trigger, now);
      any = true;
      const Duration late = std::chrono::duration_cast<Duration>(now - wanted);
      const std::string when = clock_text(wanted, around_.zone);
      if (late <= options_.late_at_most) {
        due.push_back({name, alarm.trigger, described(trigger) + fmt::format(" ({})", when)});
      } else if (entry->routine->catch_up && trigger.kind == Trigger::Kind::time) {
        due.push_back({name, alarm.trigger, fmt::format("{} was missed at {}", described(trigger), when)});
      } else {
        log::info("routines", "{}: {} came {} ago, while nobody looked; it is left out", name, when, to_text(late));
      }
    }
    if (any && entry->routine->catch_up) remember_time(*entry, now);
  }
  for (auto& one : due) fire(one.routine, one.trigger, std::move(one.cause), nullptr);
  wind_clock();
}

}  // namespace entente::home
