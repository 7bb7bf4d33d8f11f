// SPDX-License-Identifier: GPL-3.0-or-later
// What we answer: reply templates from the same YAML files as the sentences ("responses: intents: {Intent: {key: …}}",
// "responses: errors: {key: …}"), a subset of Jinja2. A text may be a list in YAML: the variants take turns.
// Immutable after loading; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace entente::language {

class Responses {
 public:
  Responses();  // none
  struct Impl;
  explicit Responses(std::shared_ptr<const Impl> impl);

  // The reply of an intent. `variables` is an object: what the template may mention ("name", "slots" …). `turn` picks
  // among variants. not_found when there is no such reply; invalid when the template asks for the impossible.
  Result<std::string> render(std::string_view intent, std::string_view key, const Json& variables,
                             std::uint64_t turn = 0) const;
  // A refusal, from "responses: errors".
  Result<std::string> render_error(std::string_view key, const Json& variables, std::uint64_t turn = 0) const;

  bool has(std::string_view intent, std::string_view key) const;
  bool has_error(std::string_view key) const;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace entente::language
