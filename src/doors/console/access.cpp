// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/access.h"

#include <fmt/format.h>

#include "base/text.h"
#include "infra/net/crypto.h"

namespace entente::console {
namespace {

constexpr store::Migration migrations[] = {
    {1,
     "CREATE TABLE access_tokens (hash TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL);"
     "CREATE TABLE owner_codes (hash TEXT PRIMARY KEY, created_at TEXT NOT NULL);"},
    {2, "ALTER TABLE access_tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'owner';"},
};

constexpr std::size_t id_digits = 12;
constexpr std::size_t max_name = 80;

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

const char* to_string(Scope scope) {
  switch (scope) {
    case Scope::read: return "read";
    case Scope::control: return "control";
    case Scope::owner: return "owner";
  }
  return "read";
}

Result<Scope> scope_from(std::string_view name) {
  for (const auto scope : {Scope::read, Scope::control, Scope::owner}) {
    if (name == to_string(scope)) return scope;
  }
  return Error{ErrorCode::invalid, fmt::format("no scope '{}': there are read, control and owner",
                                               text::shorten(text::to_valid_utf8(name), 40))};
}

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
    auto stored = store_new(name, Scope::owner);
    if (!stored) return stored.error();
    token = *std::move(stored);
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

Result<std::string> Access::store_new(std::string_view name, Scope scope) {
  auto token = text::to_hex(net::random_bytes(32));
  const auto stored =
      database_.execute("INSERT INTO access_tokens (hash, name, created_at, scope) VALUES ($1, $2, $3, $4)",
                        {hash_of(token), text::shorten(text::to_valid_utf8(name), max_name),
                         to_iso8601(loop_.wall_time()), std::string(to_string(scope))});
  if (!stored) return stored.error();
  return token;
}

Result<std::string> Access::issue(std::string_view name, Scope scope) {
  if (text::trim(name).empty()) return Error{ErrorCode::invalid, "a token needs a name, so that you know whose it is"};
  return store_new(name, scope);
}

Result<std::vector<Access::Token>> Access::tokens() const {
  ENTENTE_TRY(const auto rows,
              database_.query("SELECT hash, name, scope, created_at FROM access_tokens ORDER BY created_at, name"));
  std::vector<Token> tokens;
  for (const auto& row : rows) {
    tokens.push_back(
        {row.text(0).substr(0, id_digits), row.text(1), scope_from(row.text(2)).value_or(Scope::read), row.text(3)});
  }
  return tokens;
}

Result<void> Access::revoke(std::string_view id) {
  ENTENTE_TRY(const auto gone,
              database_.execute("DELETE FROM access_tokens WHERE substr(hash, 1, 12) = $1", {std::string(id)}));
  if (gone == 1) return {};
  return Error{ErrorCode::not_found, fmt::format("no token '{}'", text::shorten(text::to_valid_utf8(id), 40))};
}

std::optional<Scope> Access::scope_of(std::string_view token) const {
  if (token.empty()) return std::nullopt;
  const auto found = database_.query("SELECT scope FROM access_tokens WHERE hash = $1", {hash_of(token)});
  if (!found.ok() || found->empty()) return std::nullopt;
  return scope_from(found->front().text(0)).value_or(Scope::read);
}

}  // namespace entente::console
