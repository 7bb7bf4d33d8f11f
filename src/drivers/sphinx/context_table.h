// SPDX-License-Identifier: GPL-3.0-or-later
// The different ways in which a word's last phone sounds, by what follows: right contexts that share their states are
// one group, so that the decoder follows each way once. Immutable; any thread.
#pragma once

#include <span>
#include <vector>

#include "drivers/sphinx/acoustic_model.h"

namespace entente::sphinx {

struct RightContexts {
  std::uint16_t sequence = 0;
  PhoneSet phones = 0;
};

class ContextTable {
 public:
  explicit ContextTable(const AcousticModel& model);

  // For the last phone of a word of several phones, and for the only phone of a word.
  std::span<const RightContexts> at_end(Phone base, Phone left) const { return groups(0, base, left); }
  std::span<const RightContexts> alone(Phone base, Phone left) const { return groups(1, base, left); }

 private:
  std::span<const RightContexts> groups(std::size_t kind, Phone base, Phone left) const {
    auto at = (kind * phones_ + base) * phones_ + left;
    return std::span(groups_).subspan(first_[at], first_[at + 1] - first_[at]);
  }

  std::size_t phones_;
  std::vector<RightContexts> groups_;
  std::vector<std::size_t> first_;
};

}  // namespace entente::sphinx
