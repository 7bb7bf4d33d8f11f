// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/conflicts.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "services/home/routines/suggestion.h"
#include "services/home/spec_names.h"

namespace entente::home {
namespace {

using Start = Sketch::Start;
using Effect = Sketch::Effect;

constexpr std::size_t most_runs = 64;  // that one beginning is followed for
constexpr int endless = 3;             // times started by itself

// A value that the match takes, or monostate.
model::Value example(const BoundMatch& match) {
  if (!match.one_of.empty()) return match.one_of.front();
  if (match.above && match.below) return (*match.above + *match.below) / 2;
  if (match.above) return *match.above + 1;
  if (match.below) return *match.below - 1;
  return {};
}

bool is_known(const model::Value& value) { return !std::holds_alternative<std::monostate>(value); }

// Whether a change from `before` to `now` starts it.
bool starts(const Start& start, const model::Value& before, const model::Value& now) {
  if (!start.to.fits(now)) return false;
  if (is_known(before) && !start.to.anything() && start.to.fits(before)) return false;
  return !is_known(before) || start.from.fits(before);
}

// Follows what one routine brings about, on paper.
class Rehearsal {
 public:
  struct Known {
    const std::vector<Sketch>& sketches;
    std::unordered_map<std::string, std::vector<std::pair<std::size_t, const Start*>>> by_slot;
    std::unordered_map<std::string, std::size_t> by_name;
  };

  Rehearsal(const Known& known, std::size_t first) : known_(known), first_(first), times_(known.sketches.size()) {}

  // The runs that lead from the routine back to itself, or none.
  std::vector<std::string> run(const Start* start) {
    if (start != nullptr && !start->slot.empty()) state_[start->slot] = example(start->to);
    begin(first_, 0, {});
    for (std::size_t at = 0; at < runs_.size() && runs_.size() < most_runs; ++at) {
      const std::size_t routine = runs_[at].routine;
      for (const auto& effect : known_.sketches[routine].effects) change(at, effect);
      for (const auto& other : known_.sketches[routine].runs) {
        if (const auto found = known_.by_name.find(other); found != known_.by_name.end())
          begin(found->second, at, "runs");
      }
    }
    return story_;
  }

 private:
  struct Run {
    std::size_t routine;
    std::size_t by;     // index into runs_
    std::string words;  // how `by` started it
  };

  void begin(std::size_t routine, std::size_t by, std::string words) {
    if (!story_.empty() || ++times_[routine] > endless) return;
    runs_.push_back({routine, by, std::move(words)});
    if (routine == first_ && times_[routine] == endless) tell(runs_.size() - 1);
  }

  void change(std::size_t by, const Effect& effect) {
    const auto held = state_.find(effect.slot);
    const model::Value before = held == state_.end() ? model::Value() : held->second;
    if (is_known(before) && same_value(before, effect.value)) return;
    state_[effect.slot] = effect.value;
    const auto waiting = known_.by_slot.find(effect.slot);
    if (waiting == known_.by_slot.end()) return;
    for (const auto& [routine, start] : waiting->second) {
      if (starts(*start, before, effect.value)) {
        begin(routine, by, fmt::format("sets {} to {}, which starts", effect.label, effect.shown));
      }
    }
  }

  void tell(std::size_t last) {
    std::size_t at = last;
    do {
      const Run& run = runs_[at];
      story_.push_back(fmt::format("{} {} {}", shown(known_.sketches[runs_[run.by].routine].name), run.words,
                                   shown(known_.sketches[run.routine].name)));
      at = run.by;
    } while (runs_[at].routine != first_);
    std::reverse(story_.begin(), story_.end());
  }

  const Known& known_;
  const std::size_t first_;
  std::vector<int> times_;
  std::unordered_map<std::string, model::Value> state_;
  std::vector<Run> runs_;
  std::vector<std::string> story_;
};

std::string told(const std::vector<std::string>& story) {
  std::string words;
  for (const auto& part : story) words += (words.empty() ? "" : "; ") + part;
  return words;
}

void find_cycles(const std::vector<Sketch>& sketches, std::vector<Conflict>& found) {
  Rehearsal::Known known{sketches, {}, {}};
  for (std::size_t i = 0; i < sketches.size(); ++i) {
    known.by_name[sketches[i].name] = i;
    for (const auto& start : sketches[i].starts) {
      if (!start.slot.empty()) known.by_slot[start.slot].emplace_back(i, &start);
    }
  }
  std::set<std::set<std::string>> told_already;
  for (std::size_t i = 0; i < sketches.size(); ++i) {
    if (sketches[i].effects.empty() && sketches[i].runs.empty()) continue;
    std::vector<const Start*> beginnings;
    for (const auto& start : sketches[i].starts) beginnings.push_back(&start);
    if (beginnings.empty()) beginnings.push_back(nullptr);
    for (const Start* start : beginnings) {
      const auto story = Rehearsal(known, i).run(start);
      if (story.empty()) continue;
      std::set<std::string> names;
      for (const auto& sketch : sketches) {
        const std::string name = shown(sketch.name);
        if (std::any_of(story.begin(), story.end(), [&](const std::string& part) { return part.starts_with(name); })) {
          names.insert(sketch.name);
        }
      }
      if (!told_already.insert(names).second) break;
      found.push_back({{names.begin(), names.end()}, fmt::format("may go round without end: {}", told(story))});
      break;
    }
  }
}

// Two that start at the same thing and set the same property to different values at once.
const std::pair<const Effect*, const Effect*> opposite(const Sketch& left, const Sketch& right) {
  for (const auto& one : left.effects) {
    for (const auto& other : right.effects) {
      const bool both = one.at_once && other.at_once && one.slot == other.slot;
      if (both && !same_value(one.value, other.value)) return {&one, &other};
    }
  }
  return {nullptr, nullptr};
}

void find_fights(const std::vector<Sketch>& sketches, std::vector<Conflict>& found) {
  std::map<std::string, std::vector<std::size_t>> by_start;
  for (std::size_t i = 0; i < sketches.size(); ++i) {
    if (sketches[i].conditional) continue;
    for (const auto& start : sketches[i].starts) by_start[start.signature].push_back(i);
  }
  std::set<std::pair<std::size_t, std::size_t>> told_already;
  for (const auto& [signature, routines] : by_start) {
    for (std::size_t i = 0; i < routines.size(); ++i) {
      for (std::size_t j = i + 1; j < routines.size() && j < i + 20; ++j) {
        const auto& left = sketches[routines[i]];
        const auto& right = sketches[routines[j]];
        const auto [one, other] = opposite(left, right);
        if (one == nullptr || routines[i] == routines[j]) continue;
        if (!told_already.insert({routines[i], routines[j]}).second) continue;
        found.push_back({{left.name, right.name},
                         fmt::format("{} and {} both start when {}, and set {} to {} and to {}", shown(left.name),
                                     shown(right.name), signature, one->label, one->shown, other->shown)});
      }
    }
  }
}

}  // namespace

std::vector<Conflict> find_conflicts(const std::vector<Sketch>& sketches) {
  std::vector<Conflict> found;
  find_cycles(sketches, found);
  find_fights(sketches, found);
  return found;
}

}  // namespace entente::home
