// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace entente::miio {
namespace {

using Kind = Fault::Kind;

struct Name {
  std::string_view text;
  Kind kind;
  enum class Value : std::uint8_t { none, amount, time, number } value;
};

constexpr Name names[] = {{"drop", Kind::drop, Name::Value::amount},
                          {"drop-in", Kind::drop_in, Name::Value::amount},
                          {"drop-out", Kind::drop_out, Name::Value::amount},
                          {"duplicate", Kind::duplicate, Name::Value::amount},
                          {"late", Kind::late, Name::Value::time},
                          {"error", Kind::error, Name::Value::number},
                          {"broken-json", Kind::broken_json, Name::Value::amount},
                          {"wrong-token", Kind::wrong_token, Name::Value::none},
                          {"mute", Kind::mute, Name::Value::none},
                          {"mute-after", Kind::mute_after, Name::Value::number},
                          {"reboot", Kind::reboot, Name::Value::none},
                          {"stamp-reset", Kind::stamp_reset, Name::Value::none},
                          {"flood", Kind::flood, Name::Value::number}};
constexpr std::int64_t most_flooding = 100'000;  // a second
constexpr Duration flood_tick = milliseconds(10);

template <class T>
std::optional<T> number_in(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Duration> time_in(std::string_view text) {
  static constexpr std::pair<std::string_view, std::int64_t> units[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}};
  for (const auto& [unit, factor] : units) {
    if (!text.ends_with(unit)) continue;
    const auto number = number_in<std::int64_t>(text.substr(0, text.size() - unit.size()));
    if (number && *number >= 0 && *number <= 86'400'000) return milliseconds(*number * factor);
  }
  return std::nullopt;
}

std::string time_text(Duration time) {
  const auto count = std::chrono::duration_cast<milliseconds>(time).count();
  return count % 1000 == 0 ? fmt::format("{}s", count / 1000) : fmt::format("{}ms", count);
}

bool read_amount(std::string_view text, Fault& fault) {
  if (text.ends_with('%')) {
    const auto share = number_in<double>(text.substr(0, text.size() - 1));
    if (!share || *share < 0 || *share > 100) return false;
    fault.share = *share / 100;
    return true;
  }
  if (!text.ends_with('x')) return false;
  const auto count = number_in<int>(text.substr(0, text.size() - 1));
  if (!count || *count < 1) return false;
  fault.count = *count;
  return true;
}

std::string amount_text(const Fault& fault) {
  if (fault.count > 0) return fmt::format("{}x", fault.count);
  return fault.share < 1 ? fmt::format("{:.6g}%", fault.share * 100) : std::string();
}

// Takes the part of the text from the last such mark on.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
  const auto at = text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto part = text.substr(at + 1);
  text = text.substr(0, at);
  return part;
}

bool read_times(std::string_view& text, Fault& fault) {
  if (const auto every = cut(text, '/')) {
    const auto time = time_in(*every);
    if (!time || *time <= Duration::zero()) return false;
    fault.every = *time;
    fault.from = *time;
  }
  if (const auto from = cut(text, '@')) {
    const auto time = time_in(*from);
    if (!time) return false;
    fault.from = *time;
  }
  return true;
}

bool read_value(const Name& name, const std::optional<std::string_view>& value, Fault& fault) {
  switch (name.value) {
    case Name::Value::none: return !value;
    case Name::Value::amount: return !value || read_amount(*value, fault);
    case Name::Value::time: {
      const auto time = value ? time_in(*value) : std::nullopt;
      fault.late = time.value_or(Duration::zero());
      return time.has_value();
    }
    case Name::Value::number: {
      const auto number = value ? number_in<std::int64_t>(*value) : std::nullopt;
      fault.number = number.value_or(0);
      if (fault.kind == Kind::flood) return number && *number > 0 && *number <= most_flooding;
      return number && (fault.kind != Kind::mute_after || *number >= 0);
    }
  }
  return false;
}

Error not_understood(std::string_view part) {
  return Error{
      ErrorCode::invalid,
      fmt::format("fault '{}' is not understood: drop=10%, duplicate=3x, late=800ms:10%, error=-9999:5%, "
                  "broken-json=1x, wrong-token, mute@20s, mute-after=5, reboot@30s, reboot/1m, stamp-reset@30s, "
                  "flood=500",
                  text::shorten(text::to_valid_utf8(part), 60))};
}

Result<Fault> parse_fault(std::string_view part) {
  std::string_view rest = part;
  Fault fault;
  if (!read_times(rest, fault)) return not_understood(part);
  const auto amount = cut(rest, ':');
  const auto equals = rest.find('=');
  const auto value = equals == std::string_view::npos ? std::nullopt : std::optional(rest.substr(equals + 1));
  const auto word = rest.substr(0, equals);
  const auto name =
      std::find_if(std::begin(names), std::end(names), [&](const Name& held) { return held.text == word; });
  if (name == std::end(names)) return not_understood(part);
  fault.kind = name->kind;
  if (!read_value(*name, value, fault) || (amount && !read_amount(*amount, fault))) return not_understood(part);
  return fault;
}

bool is_event(Kind kind) { return kind == Kind::reboot || kind == Kind::stamp_reset || kind == Kind::flood; }

FaultScript::Event event_of(Kind kind) {
  if (kind == Kind::reboot) return FaultScript::Event::reboot;
  return kind == Kind::flood ? FaultScript::Event::flood : FaultScript::Event::stamp_reset;
}

}  // namespace

Result<Faults> Faults::parse(std::string_view text) {
  Faults faults;
  if (text::trim(text) == "none") return faults;
  for (const auto part : text::split(text, ',')) {
    const auto trimmed = text::trim(part);
    if (trimmed.empty()) continue;
    ENTENTE_TRY(Fault fault, parse_fault(trimmed));
    faults.list.push_back(fault);
  }
  return faults;
}

std::string Faults::to_text() const {
  std::vector<std::string> parts;
  for (const auto& fault : list) {
    const auto& name =
        *std::find_if(std::begin(names), std::end(names), [&](const Name& held) { return held.kind == fault.kind; });
    std::string part(name.text);
    const auto amount = amount_text(fault);
    if (name.value == Name::Value::time) part += "=" + time_text(fault.late);
    if (name.value == Name::Value::number) part += fmt::format("={}", fault.number);
    if (!amount.empty()) part += (name.value == Name::Value::amount ? "=" : ":") + amount;
    const bool starts_at_every = fault.every > Duration::zero() && fault.from == fault.every;
    if (fault.from > Duration::zero() && !starts_at_every) part += "@" + time_text(fault.from);
    if (fault.every > Duration::zero()) part += "/" + time_text(fault.every);
    parts.push_back(std::move(part));
  }
  return parts.empty() ? "none" : text::join(parts, ", ");
}

FaultScript::FaultScript(Faults faults, TimePoint start, std::uint32_t seed) : start_(start), random_(seed) {
  for (const auto& fault : faults.list) {
    Running running{fault, fault.count, std::nullopt};
    if (is_event(fault.kind)) running.next = start + fault.from;
    running_.push_back(running);
  }
}

// Whether a fault of the kind strikes on this occasion; each of them gets its chance.
bool FaultScript::strikes(Kind kind, TimePoint now, Running** which) {
  for (auto& running : running_) {
    const auto& fault = running.fault;
    if (fault.kind != kind || now < start_ + fault.from) continue;
    if (fault.count > 0 && running.left == 0) continue;
    if (fault.share < 1 && std::uniform_real_distribution<double>(0, 1)(random_) >= fault.share) continue;
    if (fault.count > 0) --running.left;
    if (which != nullptr) *which = &running;
    return true;
  }
  return false;
}

FaultScript::Hearing FaultScript::hearing(TimePoint now) {
  Running* silence = nullptr;
  if (strikes(Kind::mute, now)) return Hearing::nothing;
  if (strikes(Kind::mute_after, now, &silence) && commands_ >= silence->fault.number) return Hearing::nothing;
  if (strikes(Kind::drop_in, now) || strikes(Kind::drop, now)) return Hearing::nothing;
  return strikes(Kind::wrong_token, now) ? Hearing::hellos : Hearing::all;
}

std::optional<std::int64_t> FaultScript::error(TimePoint now) {
  Running* error = nullptr;
  if (!strikes(Kind::error, now, &error)) return std::nullopt;
  return error->fault.number;
}

FaultScript::Sending FaultScript::sending(TimePoint now) {
  Sending sending;
  Running* late = nullptr;
  if (strikes(Kind::late, now, &late)) sending.delay = late->fault.late;
  sending.broken = strikes(Kind::broken_json, now);
  if (strikes(Kind::duplicate, now)) sending.copies = 2;
  if (strikes(Kind::drop_out, now) || strikes(Kind::drop, now)) sending.copies = 0;
  return sending;
}

std::optional<TimePoint> FaultScript::next_event() const {
  std::optional<TimePoint> next;
  for (const auto& running : running_) {
    if (running.next && (!next || *running.next < *next)) next = running.next;
  }
  return next;
}

std::vector<FaultScript::Event> FaultScript::due(TimePoint now) {
  std::vector<Event> events;
  for (auto& running : running_) {
    if (!running.next || *running.next > now) continue;
    const bool floods = running.fault.kind == Kind::flood;
    const auto pause = floods ? flood_tick : running.fault.every;
    const auto times = floods ? running.fault.number / 100 + 1 : 1;
    events.insert(events.end(), static_cast<std::size_t>(times), event_of(running.fault.kind));
    running.next = pause > Duration::zero() ? std::optional(now + pause) : std::nullopt;
  }
  return events;
}

Faults FaultScript::faults() const {
  Faults faults;
  for (const auto& running : running_) faults.list.push_back(running.fault);
  return faults;
}

}  // namespace entente::miio
