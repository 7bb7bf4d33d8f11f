// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/context_table.h"

#include <algorithm>

namespace entente::sphinx {

ContextTable::ContextTable(const AcousticModel& model) : phones_(model.phone_count()) {
  for (auto place : {WordPlace::end, WordPlace::single}) {
    for (Phone base = 0; base < phones_; ++base) {
      for (Phone left = 0; left < phones_; ++left) {
        const auto first = groups_.size();
        first_.push_back(first);
        for (Phone right = 0; right < phones_; ++right) {
          auto sequence = model.triphone(place, base, left, right);
          auto group = std::find_if(groups_.begin() + static_cast<std::ptrdiff_t>(first), groups_.end(),
                                    [&](const RightContexts& known) { return known.sequence == sequence; });
          if (group == groups_.end()) group = groups_.insert(group, RightContexts{sequence, 0});
          group->phones |= only(right);
        }
      }
    }
  }
  first_.push_back(groups_.size());
}

}  // namespace entente::sphinx
