// SPDX-License-Identifier: GPL-3.0-or-later
// What expressions do with values, as Python and Jinja2 have it: operators, members, filters, tests, methods and
// functions. What is impossible throws Failure. One thread, that of the Workspace.
#pragma once

#include <string>
#include <string_view>

#include "services/language/impl/jinja/value.h"
#include "services/language/impl/jinja/workspace.h"

namespace entente::language::jinja {

Value apply_unary(std::string_view operation, const Value& inside);
Value apply_binary(std::string_view operation, const Value& left, const Value& right, Workspace& workspace);
bool apply_comparison(std::string_view operation, const Value& left, const Value& right, Workspace& workspace);

// a.b, a[b] and a[b:c:d]; negative indices count from the end; undefined where there is nothing.
Value member(const Value& object, std::string_view name);
Value member(const Value& object, const Value& key, Workspace& workspace);
// "a.b.0", as attribute= of filters has it.
Value member_at_path(const Value& object, const Value& path, Workspace& workspace);
Value slice(const Value& object, const Value& from, const Value& to, const Value& step, Workspace& workspace);

Value apply_filter(std::string_view filter, const Value& subject, const Arguments& arguments, Workspace& workspace);
bool apply_test(std::string_view test, const Value& subject, const Arguments& arguments, Workspace& workspace);
Value apply_method(std::string_view method, const Value& subject, const Arguments& arguments, Workspace& workspace);
// range, dict, namespace, joiner; null where there is none.
const Function* global_function(std::string_view name);

// Python's "%d of %s" % (1, "x") and "{0:02d}".format(1).
std::string format_percent(std::string_view format, const Value& values, Workspace& workspace);
std::string format_braces(std::string_view format, const Arguments& arguments, Workspace& workspace);

// Numbers in texts as Python's int() and float() read them.
bool read_integer(std::string_view text, std::int64_t& into);
bool read_based_integer(std::string_view text, std::int64_t base, std::int64_t& into);
bool read_real(std::string_view text, double& into);
// A float as an integer, towards zero; fails where it is too large.
std::int64_t truncated(double real);

// The argument as an integer within bounds, or the fallback where it is not given.
std::int64_t integer_argument(const Value* argument, std::int64_t fallback);

// Strings as Python changes them.
std::string stripped(const std::string& text, const Value* characters, bool left, bool right);
std::string padded(const std::string& text, const Value* width, const Value* fill, char align);
std::string jinja_title(const std::string& text);
std::string python_title(const std::string& text);
std::string replaced(const std::string& text, const std::string& from, const std::string& to, std::int64_t count);

}  // namespace entente::language::jinja
