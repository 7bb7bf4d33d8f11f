// SPDX-License-Identifier: GPL-3.0-or-later
// Template is one value or command template as devices announce them: the part of Jinja that they use. Expressions,
// {% if %}, {% for %} and {% set %}; filters and tests by name, and an Error at parsing for one that is not known. No
// macros, no includes, no clock, nothing of the outside: what a template can cost is bounded in time and memory. Plain
// value, any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace entente::mqtt_discovery {

namespace templates {
struct Syntax;
}

// What the names in a template stand for; the values outlive the rendering.
using Variables = std::vector<std::pair<std::string_view, const Json*>>;

class Template {
 public:
  static Result<Template> parse(std::string_view source);

  // The text, without white space at its ends. not_found where it needs a value that is not there; that is how a
  // message says that it is about something else. invalid for anything that Jinja would refuse, exhausted past the
  // limits.
  Result<std::string> render(const Variables& variables) const;

 private:
  explicit Template(std::shared_ptr<const templates::Syntax> syntax);

  std::shared_ptr<const templates::Syntax> syntax_;
};

}  // namespace entente::mqtt_discovery
