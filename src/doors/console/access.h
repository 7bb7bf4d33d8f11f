// SPDX-License-Identifier: GPL-3.0-or-later
// Who may use the API from another machine: bearers of a token. The first start makes a one-time owner code, shown
// once, that buys the first token; codes and tokens are stored as SHA-256 hashes only (both are long and random, so
// that a slow hash would add nothing). Loop thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "infra/store/store.h"

namespace entente::console {

// What a token allows; each allows what the ones before it do.
enum class Scope {
  read,     // look at everything and follow events
  control,  // and ask, set, call actions, activate scenes
  owner,    // and add, change and forget devices, sentences, tokens
};
const char* to_string(Scope scope);
Result<Scope> scope_from(std::string_view name);

class Access {
 public:
  struct Token {
    std::string id;  // the start of its hash: by it a token is forgotten
    std::string name;
    Scope scope = Scope::owner;
    std::string created_at;
  };

  // `database` outlives it.
  static Result<std::unique_ptr<Access>> open(Loop& loop, store::Database& database);

  // A new owner code if nobody has a token yet; the one before it stops working. Nothing once there is an owner.
  Result<std::optional<std::string>> make_owner_code();

  // Spends the code for a token of the owner. denied for a wrong one, and for a minute after five wrong ones.
  Result<std::string> redeem(std::string_view code, std::string_view name);

  // A new token, shown this once.
  Result<std::string> issue(std::string_view name, Scope scope);
  Result<std::vector<Token>> tokens() const;
  Result<void> revoke(std::string_view id);

  // Nothing for a token that is none.
  std::optional<Scope> scope_of(std::string_view token) const;

 private:
  Result<std::string> store_new(std::string_view name, Scope scope);

  Access(Loop& loop, store::Database& database) : loop_(loop), database_(database) {}

  Loop& loop_;
  store::Database& database_;
  int wrong_codes_ = 0;
  TimePoint closed_until_{};
};

}  // namespace entente::console
