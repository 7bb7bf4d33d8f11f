// SPDX-License-Identifier: GPL-3.0-or-later
// Jinja2 for reply templates, as Python's jinja2 3.1 renders it: {{ … }}, {% if %}, {% for … if … %} with loop.*,
// break and continue, {% set %} of names, tuples, namespaces and blocks, {% macro %}, {% call %}, {% filter %},
// {% with %}, {% do %}, {% raw %}, {# … #}, white space control; all operators; the filters, tests and methods of
// jinja/filters.cpp, jinja/checks.cpp and jinja/methods.cpp; range, dict, namespace and joiner. Not: {% include %} and
// what else needs files, random, recursive loops, integers above 64 bits. White space in the result is collapsed:
// replies are sentences.
//
// Three objects among the variables are more than JSON: {"__date__": "2013-09-17"}, {"__time__": "01:02:00"} and
// {"__datetime__": "2013-09-17T01:02:00"} are Python's date, time and datetime; {"__lookup__": {…}} is a function that
// finds its arguments in that object one by one, and gives none where there is nothing:
// {"state_attr": {"__lookup__": {"light.hall": {"brightness": 50}}}}.
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
