// SPDX-License-Identifier: GPL-3.0-or-later
// A OneShot that whoever fulfils it knows for as long as a task waits for it. Loop thread.
#pragma once

#include "base/wait.h"

namespace entente::wyoming {

class Waiter {
 public:
  Waiter(Loop& loop, OneShot<bool>*& place) : shot_(loop), place_(place) { place_ = &shot_; }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { place_ = nullptr; }

  auto wait(Deadline deadline, std::string_view what) { return shot_.wait(deadline, what); }

 private:
  OneShot<bool> shot_;
  OneShot<bool>*& place_;
};

}  // namespace entente::wyoming
