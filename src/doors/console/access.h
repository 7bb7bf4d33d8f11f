// SPDX-License-Identifier: GPL-3.0-or-later
// Who may use the API from another machine: bearers of a token. The first start makes a one-time owner code, shown
// once, that buys the first token; codes and tokens are stored as SHA-256 hashes only (both are long and random, so
// that a slow hash would add nothing). Loop thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/result.h"
#include "infra/store/store.h"

namespace entente::console {

class Access {
 public:
  // `database` outlives it.
  static Result<std::unique_ptr<Access>> open(Loop& loop, store::Database& database);

  // A new owner code if nobody has a token yet; the one before it stops working. Nothing once there is an owner.
  Result<std::optional<std::string>> make_owner_code();

  // Spends the code. denied for a wrong one, and for a minute after five wrong ones.
  Result<std::string> redeem(std::string_view code, std::string_view name);

  bool allows(std::string_view token) const;

 private:
  Access(Loop& loop, store::Database& database) : loop_(loop), database_(database) {}

  Loop& loop_;
  store::Database& database_;
  int wrong_codes_ = 0;
  TimePoint closed_until_{};
};

}  // namespace entente::console
