// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/rivalry.h"

#include <algorithm>

#include "services/home/routines/moments.h"
#include "services/home/routines/suggestion.h"
#include "services/home/spec_names.h"

namespace entente::home {

std::optional<Rivalry::Fight> Rivalry::wrote(const model::DeviceId& device, model::PropertyId property,
                                             const std::string& label, const model::Value& value, const Chain& chain,
                                             TimePoint now) {
  tidy(now);
  auto& written = written_[{device.text, property}];
  const std::string routine = chain.routines.back();
  const std::string last = written.chain.routines.empty() ? std::string() : written.chain.routines.back();
  const bool undoes =
      !last.empty() && last != routine && !same_value(written.value, value) && now - written.at < fight_time;
  written.value = value;
  written.chain = chain;
  written.at = now;
  if (!undoes) return std::nullopt;
  written.turns.push_back({routine, now});
  while (now - written.turns.front().at > fight_time) written.turns.pop_front();
  if (written.turns.size() < most_turns) return std::nullopt;
  const Duration took = now - written.turns.front().at;
  const auto count = written.turns.size();
  written.turns.clear();
  return Fight{{last, routine},
               fmt::format("{} and {} set {} to opposite values {} times in {}", shown(last), shown(routine), label,
                           count, to_text(std::max<Duration>(took, seconds(1))))};
}

const Chain* Rivalry::cause_of(const model::DeviceId& device, model::PropertyId property, const model::Value& value,
                               TimePoint now) const {
  const auto found = written_.find({device.text, property});
  if (found == written_.end() || now - found->second.at > attributed) return nullptr;
  return same_value(found->second.value, value) ? &found->second.chain : nullptr;
}

// What is older than everything that is looked for goes, now and then.
void Rivalry::tidy(TimePoint now) {
  if (now - tidied_ < fight_time) return;
  tidied_ = now;
  for (auto at = written_.begin(); at != written_.end();) {
    at = now - at->second.at > fight_time ? written_.erase(at) : std::next(at);
  }
}

}  // namespace entente::home
