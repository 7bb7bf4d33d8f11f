// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "services/language/impl/jinja/filters.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

bool flag(const Value* argument) { return argument != nullptr && truth(*argument); }

// What an item is sorted by: itself or its attribute, without regard to case unless asked for.
Value sorting_key(const Value& item, const Value* attribute, bool case_sensitive, Workspace& workspace) {
  auto key = attribute == nullptr ? item : member_at_path(item, *attribute, workspace);
  if (!key.defined()) fail(brief(key) + " is not known");
  return key.text() != nullptr && !case_sensitive ? workspace.text(lower(*key.text())) : key;
}

// "a,b": by a, and where that is equal by b.
Values sorting_keys(const Value& item, const Value* attribute, bool case_sensitive, Workspace& workspace) {
  if (attribute == nullptr || attribute->text() == nullptr) {
    return {sorting_key(item, attribute, case_sensitive, workspace)};
  }
  Values keys;
  for (const auto part : text::split(*attribute->text(), ',')) {
    const Value path{std::string(text::trim(part))};
    keys.push_back(sorting_key(item, &path, case_sensitive, workspace));
  }
  return keys;
}

int compare_keys(const Values& left, const Values& right) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (const int order = compare(left[i], right[i]); order != 0) return order;
  }
  return 0;
}

struct Keyed {
  Values keys;
  Value item;
};

// A merge sort of our own would be no clearer, but std::stable_sort must not see an order that is none (NaN): then it
// only leaves items where they are, as every comparison of NaN is "not below".
Values sorted(const Values& items, const Value* attribute, bool case_sensitive, bool reverse, Workspace& workspace) {
  std::vector<Keyed> keyed;
  for (const auto& item : items) keyed.push_back({sorting_keys(item, attribute, case_sensitive, workspace), item});
  workspace.spend(items.size() * static_cast<std::size_t>(std::bit_width(items.size())));
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
    const int order = compare_keys(a.keys, b.keys);
    return reverse ? order > 0 : order < 0;
  });
  Values made;
  for (auto& one : keyed) made.push_back(std::move(one.item));
  return made;
}

Value extreme(const Value& subject, const Arguments& arguments, Workspace& workspace, int wanted) {
  const bool case_sensitive = flag(arguments.at(0, "case_sensitive"));
  const auto* attribute = arguments.at(1, "attribute");
  const auto items = workspace.items_of(subject);
  if (items.empty()) return Value::undefined("the most of an empty list");
  std::size_t best = 0;
  auto best_key = sorting_key(items[0], attribute, case_sensitive, workspace);
  for (std::size_t i = 1; i < items.size(); ++i) {
    auto key = sorting_key(items[i], attribute, case_sensitive, workspace);
    if (compare(key, best_key) != wanted) continue;
    best = i;
    best_key = std::move(key);
  }
  return items[best];
}

// select, reject, selectattr and rejectattr.
Value choose(const Value& subject, const Arguments& arguments, Workspace& workspace, bool wanted, bool by_attribute) {
  const std::size_t first = by_attribute ? 1 : 0;
  if (arguments.items.size() < first) fail("the name of an attribute is missing");
  Arguments rest;
  rest.named = arguments.named;
  if (arguments.items.size() > first + 1) {
    rest.items.assign(arguments.items.begin() + static_cast<std::ptrdiff_t>(first) + 1, arguments.items.end());
  }
  Values made;
  for (const auto& item : workspace.items_of(subject)) {
    const auto value = by_attribute ? member_at_path(item, arguments.items[0], workspace) : item;
    const bool yes = arguments.items.size() > first ? apply_test(shown(arguments.items[first]), value, rest, workspace)
                                                    : truth(value);
    if (yes == wanted) made.push_back(item);
  }
  return workspace.list(std::move(made));
}

std::size_t positive(const Value* argument, std::string_view filter) {
  if (argument == nullptr || integer_of(*argument) < 1) fail(fmt::format("'{}' needs a number above 0", filter));
  return static_cast<std::size_t>(std::min<std::int64_t>(integer_of(*argument), 10'000));
}

}  // namespace

Value filter_length(const Value& subject, const Arguments&, Workspace& workspace) {
  return Value::size(workspace.length_of(subject));
}
Value filter_list(const Value& subject, const Arguments&, Workspace& workspace) {
  return workspace.list(workspace.items_of(subject));
}

Value filter_join(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto* separator = arguments.at(0, "d");
  const auto* attribute = arguments.at(1, "attribute");
  std::string joined;
  bool first = true;
  for (const auto& item : workspace.items_of(subject)) {
    if (!first && separator != nullptr) joined += shown(*separator);
    first = false;
    joined += shown(attribute == nullptr ? item : member_at_path(item, *attribute, workspace));
    if (joined.size() > text_limit) fail_exhausted("a text in the reply is too long");
  }
  return workspace.text(std::move(joined));
}

Value filter_first(const Value& subject, const Arguments&, Workspace& workspace) {
  const auto items = workspace.items_of(subject);
  return items.empty() ? Value::undefined("the first of an empty list") : items.front();
}
Value filter_last(const Value& subject, const Arguments&, Workspace& workspace) {
  const auto items = workspace.items_of(subject);
  return items.empty() ? Value::undefined("the last of an empty list") : items.back();
}

Value filter_sort(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  return workspace.list(sorted(workspace.items_of(subject), arguments.at(2, "attribute"),
                               flag(arguments.at(1, "case_sensitive")), flag(arguments.at(0, "reverse")), workspace));
}

Value filter_dictsort(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto pairs = workspace.items_of(filter_items(subject, {}, workspace));
  const auto* by = arguments.at(1, "by");
  const Value at = std::int64_t{by != nullptr && shown(*by) == "value" ? 1 : 0};
  return workspace.list(
      sorted(pairs, &at, flag(arguments.at(0, "case_sensitive")), flag(arguments.at(2, "reverse")), workspace));
}

Value filter_items(const Value& subject, const Arguments&, Workspace& workspace) {
  const auto* dictionary = subject.dictionary();
  if (dictionary == nullptr) fail(fmt::format("{} is no dictionary", brief(subject)));
  Values made;
  for (const auto& [key, value] : dictionary->items) made.push_back(workspace.tuple({key, value}));
  return workspace.list(std::move(made));
}

// NOLINTNEXTLINE(misc-no-recursion): through apply_filter, which counts.
Value filter_map(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto* attribute = arguments.items.empty() ? arguments.named_only("attribute") : nullptr;
  const auto* fallback = arguments.named_only("default");
  if (attribute == nullptr && arguments.items.empty()) fail("'map' needs a filter or attribute=");
  Values made;
  for (const auto& item : workspace.items_of(subject)) {
    if (attribute != nullptr) {
      auto value = member_at_path(item, *attribute, workspace);
      made.push_back(value.defined() || fallback == nullptr ? std::move(value) : *fallback);
      continue;
    }
    const Arguments rest{{arguments.items.begin() + 1, arguments.items.end()}, arguments.named};
    made.push_back(apply_filter(shown(arguments.items[0]), item, rest, workspace));
  }
  return workspace.list(std::move(made));
}

Value filter_select(const Value& s, const Arguments& a, Workspace& w) { return choose(s, a, w, true, false); }
Value filter_reject(const Value& s, const Arguments& a, Workspace& w) { return choose(s, a, w, false, false); }
Value filter_selectattr(const Value& s, const Arguments& a, Workspace& w) { return choose(s, a, w, true, true); }
Value filter_rejectattr(const Value& s, const Arguments& a, Workspace& w) { return choose(s, a, w, false, true); }

Value filter_max(const Value& s, const Arguments& a, Workspace& w) { return extreme(s, a, w, 1); }
Value filter_min(const Value& s, const Arguments& a, Workspace& w) { return extreme(s, a, w, -1); }

Value filter_sum(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto* attribute = arguments.at(0, "attribute");
  const auto* start = arguments.at(1, "start");
  Value sum = start == nullptr ? Value(std::int64_t{0}) : *start;
  for (const auto& item : workspace.items_of(subject)) {
    sum = apply_binary("+", sum, attribute == nullptr ? item : member_at_path(item, *attribute, workspace), workspace);
  }
  return sum;
}

Value filter_unique(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const bool case_sensitive = flag(arguments.at(0, "case_sensitive"));
  const auto* attribute = arguments.at(1, "attribute");
  Values made, keys;
  for (const auto& item : workspace.items_of(subject)) {
    auto key = sorting_key(item, attribute, case_sensitive, workspace);
    workspace.spend(keys.size());
    if (std::any_of(keys.begin(), keys.end(), [&](const Value& seen) { return same(seen, key); })) continue;
    keys.push_back(std::move(key));
    made.push_back(item);
  }
  return workspace.list(std::move(made));
}

Value filter_reverse(const Value& subject, const Arguments&, Workspace& workspace) {
  auto items = workspace.items_of(subject);
  std::reverse(items.begin(), items.end());
  if (subject.text() == nullptr) return workspace.list(std::move(items));
  std::string made;
  for (const auto& letter : items) made += *letter.text();
  return workspace.text(std::move(made));
}

Value filter_batch(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto count = positive(arguments.at(0, "linecount"), "batch");
  const auto* fill = arguments.at(1, "fill_with");
  const auto items = workspace.items_of(subject);
  Values rows;
  for (std::size_t i = 0; i < items.size(); i += count) {
    Values row(items.begin() + static_cast<std::ptrdiff_t>(i),
               items.begin() + static_cast<std::ptrdiff_t>(std::min(i + count, items.size())));
    if (fill != nullptr && !fill->is_none()) row.resize(count, *fill);
    rows.push_back(workspace.list(std::move(row)));
  }
  return workspace.list(std::move(rows));
}

Value filter_slice(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto count = positive(arguments.at(0, "slices"), "slice");
  const auto* fill = arguments.at(1, "fill_with");
  const auto items = workspace.items_of(subject);
  const auto each = items.size() / count, longer = items.size() % count;
  Values columns;
  auto at = items.begin();
  for (std::size_t i = 0; i < count; ++i) {
    const auto end = at + static_cast<std::ptrdiff_t>(each + (i < longer ? 1 : 0));
    Values column(at, end);
    if (fill != nullptr && !fill->is_none() && i >= longer) column.push_back(*fill);
    columns.push_back(workspace.list(std::move(column)));
    at = end;
  }
  return workspace.list(std::move(columns));
}

Value filter_groupby(const Value& subject, const Arguments& arguments, Workspace& workspace) {
  const auto* attribute = arguments.at(0, "attribute");
  if (attribute == nullptr) fail("'groupby' needs an attribute");
  const auto* fallback = arguments.at(1, "default");
  const bool case_sensitive = flag(arguments.at(2, "case_sensitive"));
  std::vector<Keyed> keyed;
  for (const auto& item : workspace.items_of(subject)) {
    auto key = member_at_path(item, *attribute, workspace);
    if (!key.defined() && fallback != nullptr) key = *fallback;
    keyed.push_back({{sorting_key(key, nullptr, case_sensitive, workspace), key}, item});
  }
  workspace.spend(keyed.size() * static_cast<std::size_t>(std::bit_width(keyed.size())));
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const Keyed& a, const Keyed& b) { return compare(a.keys[0], b.keys[0]) < 0; });
  Values groups;
  for (std::size_t i = 0; i < keyed.size();) {
    const auto& first = keyed[i];
    Values group;
    for (; i < keyed.size() && same(keyed[i].keys[0], first.keys[0]); ++i) group.push_back(keyed[i].item);
    groups.push_back(workspace.tuple({first.keys[1], workspace.list(std::move(group))}));
  }
  return workspace.list(std::move(groups));
}

Value filter_attribute(const Value& subject, const Arguments& arguments, Workspace&) {
  if (arguments.items.empty()) fail("'attr' needs a name");
  return member(subject, std::string_view(text_of(arguments.items[0])));
}

}  // namespace entente::language::jinja
