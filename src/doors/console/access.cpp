// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/access.h"

#include "base/text.h"
#include "infra/net/crypto.h"

namespace entente::console {
namespace {

constexpr store::Migration migrations[] = {
    {1,
     "CREATE TABLE access_tokens (hash TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL);"
     "CREATE TABLE owner_codes (hash TEXT PRIMARY KEY, created_at TEXT NOT NULL);"},
};

std::string hash_of(std::string_view secret) { return text::to_hex(net::sha256(net::bytes_of(secret))); }

// Letters and digits that are not mistaken for each other when read aloud or copied by hand.
std::string random_code() {
  constexpr std::string_view letters = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
  std::string code;
  while (code.size() < 19) {
    if (code.size() % 5 == 4) {
      code += '-';
      continue;
    }
    const auto byte = net::random_bytes(1).front();
    if (byte < 240) code += letters[byte % letters.size()];
  }
  return code;
}

}  // namespace

Result<std::unique_ptr<Access>> Access::open(Loop& loop, store::Database& database) {
  ENTENTE_TRY_VOID(database.migrate("console", migrations));
  return std::unique_ptr<Access>(new Access(loop, database));
}

Result<std::optional<std::string>> Access::make_owner_code() {
  ENTENTE_TRY(const auto tokens, database_.query("SELECT 1 FROM access_tokens LIMIT 1", {}));
  if (!tokens.empty()) return std::optional<std::string>();
  auto code = random_code();
  ENTENTE_TRY_VOID(database_.transact([&]() -> Result<void> {
    ENTENTE_TRY([[maybe_unused]] const auto old, database_.execute("DELETE FROM owner_codes", {}));
    const auto inserted = database_.execute("INSERT INTO owner_codes (hash, created_at) VALUES ($1, $2)",
                                            {hash_of(code), to_iso8601(loop_.wall_time())});
    if (!inserted) return inserted.error();
    return {};
  }));
  return std::optional(std::move(code));
}

Result<std::string> Access::redeem(std::string_view code, std::string_view name) {
  if (loop_.now() < closed_until_) return Error{ErrorCode::denied, "too many wrong owner codes; try again in a minute"};
  std::string token;
  bool found = false;
  ENTENTE_TRY_VOID(database_.transact([&]() -> Result<void> {
    ENTENTE_TRY(const auto spent, database_.execute("DELETE FROM owner_codes WHERE hash = $1", {hash_of(code)}));
    if (spent == 0) return {};
    found = true;
    token = text::to_hex(net::random_bytes(32));
    const auto stored = database_.execute("INSERT INTO access_tokens (hash, name, created_at) VALUES ($1, $2, $3)",
                                          {hash_of(token), std::string(name), to_iso8601(loop_.wall_time())});
    if (!stored) return stored.error();
    return {};
  }));
  if (found) {
    wrong_codes_ = 0;
    return token;
  }
  if (++wrong_codes_ >= 5) {
    wrong_codes_ = 0;
    closed_until_ = loop_.now() + std::chrono::minutes(1);
  }
  return Error{ErrorCode::denied, "this is not the owner code, or it was used already"};
}

bool Access::allows(std::string_view token) const {
  if (token.empty()) return false;
  const auto found = database_.query("SELECT 1 FROM access_tokens WHERE hash = $1", {hash_of(token)});
  return found.ok() && !found->empty();
}

}  // namespace entente::console
