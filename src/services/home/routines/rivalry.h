// SPDX-License-Identifier: GPL-3.0-or-later
// What routines do to each other while they run: who brought a change about, and who keeps undoing whose work. Time
// comes in, so it has no clock. Owned by the engine.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/device.h"
#include "model/value.h"

namespace entente::home {

// Why a run came to be, run by run.
struct Chain {
  std::vector<std::string> routines;  // the first one first
  TimePoint began{};
};

class Rivalry {
 public:
  static constexpr Duration attributed = seconds(10);  // a change that soon after a write is its doing
  static constexpr std::size_t longest_chain = 10;     // within `chain_time`
  static constexpr Duration chain_time = seconds(60);
  static constexpr std::size_t most_turns = 6;  // within `fight_time`
  static constexpr Duration fight_time = seconds(60);

  struct Fight {
    std::vector<std::string> routines;  // the two
    std::string reason;
  };

  // A routine is about to write. A fight, when this is one turn too many; then it starts counting afresh.
  std::optional<Fight> wrote(const model::DeviceId& device, model::PropertyId property, const std::string& label,
                             const model::Value& value, const Chain& chain, TimePoint now);

  // Whose doing it is that the property has this value now; null for nobody's.
  const Chain* cause_of(const model::DeviceId& device, model::PropertyId property, const model::Value& value,
                        TimePoint now) const;

  static bool too_long(const Chain& chain, TimePoint now) {
    return chain.routines.size() > longest_chain && now - chain.began < chain_time;
  }

 private:
  struct Turn {
    std::string routine;
    TimePoint at;
  };
  struct Written {
    model::Value value;
    Chain chain;
    TimePoint at{};
    std::deque<Turn> turns;  // each undid what another had set
  };
  using Key = std::pair<std::string, model::PropertyId>;

  void tidy(TimePoint now);

  std::map<Key, Written> written_;
  TimePoint tidied_{};
};

}  // namespace entente::home
