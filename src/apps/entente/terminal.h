// SPDX-License-Identifier: GPL-3.0-or-later
// Lines that a person types, without stopping the loop.
#pragma once

#include <optional>
#include <string>

#include "base/pool.h"
#include "base/task.h"

namespace entente::apps {

class Terminal {
 public:
  explicit Terminal(Loop& loop) : pool_(loop, 1, "terminal") {}

  // The next line of standard input without its end; nothing when the input has ended.
  Task<std::optional<std::string>> read_line();

 private:
  std::string held_;  // what was read beyond the last line; used by one pool job at a time
  bool ended_ = false;
  Pool pool_;
};

}  // namespace entente::apps
