// SPDX-License-Identifier: GPL-3.0-or-later
// Result<T> is what a function returns that can fail for a reason the caller should expect: the value, or an Error.
// An Error's message names the thing and the cause ("store: open /var/lib/entente/home.db: permission denied") and is
// fit to be shown to a person; its code is for programs. Our own bugs are ENTENTE_ASSERT, not Errors.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace entente {

enum class ErrorCode {
  invalid,      // the input is malformed or out of range
  not_found,    // the thing named does not exist
  exists,       // the thing named is there already
  denied,       // the caller, or this process, has no right to it
  unsupported,  // well-formed, but this build, device or engine cannot do it
  unavailable,  // cannot be reached or is not ready now; may work later
  timeout,      // the deadline passed
  exhausted,    // a limit of size, count, rate, memory or disk
  corrupt,      // stored or received bytes break their own format or checksum
  cancelled,    // the caller gave up, or we are stopping
  failed,       // the other side refused or reported a failure of its own
};

// "not_found" and so on: stable names for JSON and logs.
const char* to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::failed;
  std::string message;

  // The same error seen from one level up: "<context>: <message>".
  Error within(std::string_view context) const;
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // Implicit, so that a function returns a value or an Error by its plain name.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return checked(), *std::get_if<0>(&state_); }
  const T& value() const& { return checked(), *std::get_if<0>(&state_); }
  T&& value() && { return checked(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T value_or(T fallback) const& { return ok() ? value() : std::move(fallback); }

  const Error& error() const {
    ENTENTE_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  void checked() const { ENTENTE_ASSERT(ok()); }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }

  const Error& error() const {
    ENTENTE_ASSERT(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace entente

#define ENTENTE_JOIN_INNER(a, b) a##b
#define ENTENTE_JOIN(a, b) ENTENTE_JOIN_INNER(a, b)

// ENTENTE_TRY(auto spec, load_spec(path)); declares `spec`, or returns the error. ENTENTE_TRY_VOID is for Result<void>.
// The CO forms are the same inside a coroutine.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration and a keyword take no parentheses
#define ENTENTE_TRY_WITH(keyword, holder, declaration, expression) \
  auto holder = (expression);                                      \
  if (!holder.ok()) keyword holder.error();                        \
  declaration = std::move(holder).value()
#define ENTENTE_TRY(declaration, expression) \
  ENTENTE_TRY_WITH(return, ENTENTE_JOIN(entente_try_, __LINE__), declaration, expression)
#define ENTENTE_CO_TRY(declaration, expression) \
  ENTENTE_TRY_WITH(co_return, ENTENTE_JOIN(entente_try_, __LINE__), declaration, expression)
#define ENTENTE_TRY_VOID(expression) \
  if (auto entente_tried = (expression); !entente_tried.ok()) return entente_tried.error()
#define ENTENTE_CO_TRY_VOID(expression) \
  if (auto entente_tried = (expression); !entente_tried.ok()) co_return entente_tried.error()
// NOLINTEND(bugprone-macro-parentheses)
