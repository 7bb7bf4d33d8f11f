// SPDX-License-Identifier: GPL-3.0-or-later
// A subset of Jinja2 for reply templates: {{ expression }}, {% if/elif/else/endif %}, {% for x in xs %}…{% endfor %}
// with loop.first/last/index, {% set x = … %}, {# comments #}, white space control with '-'. Expressions: literals,
// lists, dictionaries, a.b, a[b], slices, + - * / // % ~, comparisons, in, and/or/not, "x if y else z", tests and the
// filters and methods of jinja_values.cpp. White space in the result is collapsed: replies are sentences.
//
// Parsing and rendering are bounded in depth, steps and output. Immutable after parse(); any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace entente::language {

class Jinja {
 public:
  // Errors begin with "line 3: …", counted from the first line of `text`.
  static Result<Jinja> parse(std::string_view text);
  // `variables` is an object. A variable that is not there may be tested, but not shown.
  Result<std::string> render(const Json& variables) const;

 private:
  struct Impl;
  explicit Jinja(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace entente::language
