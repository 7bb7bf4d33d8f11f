// SPDX-License-Identifier: GPL-3.0-or-later
// The filters that work on lists, for the table of all filters. One thread, that of the Workspace.
#pragma once

#include <string_view>

#include "services/language/impl/jinja/operations.h"

namespace entente::language::jinja {

using Filter = Value (*)(const Value& subject, const Arguments& arguments, Workspace& workspace);
struct NamedFilter {
  std::string_view name;
  Filter filter;
};

Value filter_attribute(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_batch(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_dictsort(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_first(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_groupby(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_items(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_join(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_last(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_length(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_list(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_map(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_max(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_min(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_reject(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_rejectattr(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_reverse(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_select(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_selectattr(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_slice(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_sort(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_sum(const Value& subject, const Arguments& arguments, Workspace& workspace);
Value filter_unique(const Value& subject, const Arguments& arguments, Workspace& workspace);

}  // namespace entente::language::jinja
