// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/speaking/tables.h"

#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"

namespace entente::language::speaking {
namespace {

constexpr std::size_t most_entries = 5'000;  // of one table
constexpr int most_nesting = 8;              // of definitions in patterns

using Words = std::map<icu::UnicodeString, icu::UnicodeString>;

// A pattern that matches just this text.
icu::UnicodeString escaped(const icu::UnicodeString& text) {
  icu::UnicodeString pattern;
  for (std::int32_t i = 0; i < text.length(); ++i) {
    if (!u_isalnum(text[i]) && text[i] < 0x80) pattern += u'\\';
    pattern += text[i];
  }
  return pattern;
}

// Any of the table's keys, the longest first.
template <class Table>
icu::UnicodeString any_of(const Table& table) {
  std::vector<icu::UnicodeString> keys;
  for (const auto& [key, value] : table) keys.push_back(key);
  std::stable_sort(keys.begin(), keys.end(),
                   [](const auto& left, const auto& right) { return left.length() > right.length(); });
  icu::UnicodeString pattern = u"(?:";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) pattern += u'|';
    pattern += escaped(keys[i]);
  }
  return pattern += keys.empty() ? u"(?!))" : u")";
}

// ---- templates

class TemplateReader {
 public:
  explicit TemplateReader(std::string_view text) : rest_(text) {}

  Result<Template> read() {
    Template made;
    made.parts.emplace_back();
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '{') {
        ENTENTE_TRY(auto call, read_call());
        made.parts.back().calls.push_back(std::move(call));
      } else if (c == '[' || c == ']') {
        if ((c == '[') == made.parts.back().optional) return Error{ErrorCode::invalid, "brackets do not match"};
        made.parts.emplace_back().optional = c == '[';
        rest_.remove_prefix(1);
      } else {
        const auto text = rest_.substr(0, rest_.find_first_of("{[]"));
        made.parts.back().calls.push_back({Call::What::text, 0, 0, wide(text)});
        rest_.remove_prefix(text.size());
      }
    }
    if (made.parts.back().optional) return Error{ErrorCode::invalid, "a '[' is not closed"};
    return made;
  }

 private:
  Result<Call> read_call() {
    const auto end = rest_.find('}');
    if (end == std::string_view::npos) return Error{ErrorCode::invalid, "a '{' is not closed"};
    const auto inside = rest_.substr(1, end - 1);
    const auto words = text::split(inside, ' ');
    rest_.remove_prefix(end + 1);
    const Error wrong{ErrorCode::invalid, fmt::format("'{{{}}}' is nothing that a template knows", inside)};
    static const std::map<std::string_view, Call::What> names = {
        {"say", Call::What::say},         {"n", Call::What::number},  {"digits", Call::What::digits},
        {"letters", Call::What::letters}, {"unit", Call::What::unit}, {"month", Call::What::month}};
    Call call;
    if (words.size() == 1 && group_of(words[0], call.group)) {
      call.what = Call::What::group;
      return call;
    }
    const auto found = names.find(words[0]);
    if (found == names.end() || words.size() < 2 || words.size() > 3 || !group_of(words[1], call.group)) return wrong;
    call.what = found->second;
    if (words.size() == 3) {
      const bool literal = words[2].starts_with('=');
      if (call.what != Call::What::unit || literal) {
        call.argument = wide(words[2].substr(literal ? 1 : 0));
      } else if (!group_of(words[2], call.unit_group)) {
        return wrong;
      }
    }
    if (call.what == Call::What::unit && words.size() != 3) return wrong;
    return call;
  }

  static bool group_of(std::string_view word, int& group) {
    if (word.size() != 1 || word[0] < '0' || word[0] > '9') return false;
    group = word[0] - '0';
    return true;
  }

  std::string_view rest_;
};

int last_group(const Template& made) {
  int last = 0;
  for (const auto& part : made.parts) {
    for (const auto& call : part.calls) last = std::max({last, call.group, call.unit_group});
  }
  return last;
}

// ---- files

class Reader {
 public:
  Reader(Tables& tables, std::vector<Problem>& problems) : tables_(tables), problems_(problems) {}

  // Tables first, of all files, since rules use them; rules of later files come first.
  void read(const std::vector<std::pair<std::string, Json>>& files) {
    for (const auto& [name, file] : files) {
      file_ = name;
      read_numbers(file);
      read_units(file);
      read_words(file, "words", tables_.words);
      read_words(file, "letters", tables_.letters);
      read_words(file, "signs", tables_.signs);
      read_words(file, "define", definitions_);
      read_months(file);
    }
    tables_.numbers = std::make_unique<Numbers>(tables_.language, habits_);
    for (const auto& [name, icu_name] : habits_.forms) {
      if (!tables_.numbers->has_form(name))
        problem(fmt::format("number: forms: ICU has no rules '{}'", utf8(icu_name)));
    }
    define_tables();
    for (auto at = files.rbegin(); at != files.rend(); ++at) {
      file_ = at->first;
      read_rules(at->second, "rules", tables_.rules);
      const auto as = at->second.find("as");
      if (as == at->second.end() || !as->is_object()) continue;
      for (const auto& [kind, rules] : as->items()) read_rules(*as, kind, tables_.as[wide(kind)]);
    }
  }

 private:
  static std::string utf8(const icu::UnicodeString& text) {
    std::string made;
    return text.toUTF8String(made);
  }
  void problem(std::string reason) { problems_.push_back({file_, 0, std::move(reason)}); }

  // The entries of a table; none when it is not there.
  Json entries(const Json& file, const char* name) {
    const auto found = file.find(name);
    if (found == file.end()) return Json::object();
    if (found->is_object() && found->size() <= most_entries) return *found;
    problem(fmt::format("{}: not a table of at most {} entries", name, most_entries));
    return Json::object();
  }

  void read_words(const Json& file, const char* name, Words& into) {
    const auto table = entries(file, name);
    for (const auto& [written, said] : table.items()) {
      if (said.is_string() && !written.empty()) {
        into[wide(written)] = wide(said.get<std::string>());
      } else {
        problem(fmt::format("{}: '{}' is no text", name, written));
      }
    }
  }

  void read_numbers(const Json& file) {
    const auto table = entries(file, "number");
    const auto text = [&](const char* name, icu::UnicodeString& into) {
      if (const auto found = table.find(name); found != table.end() && found->is_string()) {
        into = wide(found->get<std::string>());
      }
    };
    text("decimal", habits_.decimal);
    text("group", habits_.group);
    text("point", habits_.point);
    text("minus", habits_.minus);
    text("between", habits_.between);
    icu::UnicodeString fraction;
    text("fraction", fraction);
    if (!fraction.isEmpty()) habits_.fraction_by_digits = fraction == icu::UnicodeString(u"digits");
    Words forms;
    read_words(table, "forms", forms);
    for (const auto& [name, rules] : forms) habits_.forms[name] = icu::UnicodeString(u'%') + rules;
  }

  void read_units(const Json& file) {
    const auto table = entries(file, "units");
    for (const auto& [written, said] : table.items()) {
      Unit unit;
      if (said.is_string()) {
        unit.said[u"other"] = wide(said.get<std::string>());
      } else if (said.is_object()) {
        for (const auto& [form, words] : said.items()) {
          if (!words.is_string()) continue;
          (form == "form" ? unit.form : unit.said[wide(form)]) = wide(words.get<std::string>());
        }
      }
      if (unit.said.find(u"other") == unit.said.end()) {
        problem(fmt::format("units: '{}' does not say how others than one are called", written));
        continue;
      }
      tables_.units[wide(written)] = std::move(unit);
    }
  }

  void read_months(const Json& file) {
    if (const auto months = file.find("months"); months != file.end() && months->is_array()) {
      tables_.months.clear();
      for (const auto& month : *months) {
        if (month.is_string()) tables_.months.push_back(wide(month.get<std::string>()));
      }
      if (tables_.months.size() != 12) problem("months: a year has twelve");
      for (std::size_t i = 0; i < tables_.months.size(); ++i) {
        tables_.month_names[tables_.months[i]] = static_cast<int>(i) + 1;
      }
    }
    const auto names = entries(file, "month_names");
    for (const auto& [name, number] : names.items()) {
      if (number.is_number_integer()) tables_.month_names[wide(name)] = number.get<int>();
    }
  }

  void define_tables() {
    const auto& habits = tables_.numbers->habits();
    icu::UnicodeString number = u"(?:";
    if (!habits.group.isEmpty()) {
      number += icu::UnicodeString(u"\\d{1,3}(?:[") + escaped(habits.group) + u"]\\d{3})+(?!\\d)(?:[" +
                escaped(habits.decimal) + u"]\\d+)?|";
    }
    number += icu::UnicodeString(u"\\d+(?:[") + escaped(habits.decimal) + u"]\\d+)?)";
    definitions_[u"number"] = number;
    definitions_[u"unit"] = any_of(tables_.units);
    definitions_[u"word"] = any_of(tables_.words);
    definitions_[u"month"] = any_of(tables_.month_names);
  }

  void read_rules(const Json& file, const std::string& name, Rules& into) {
    const auto rules = file.find(name);
    if (rules == file.end()) return;
    if (!rules->is_array() || rules->size() > most_entries) return problem(name + ": not a list of rules");
    for (std::size_t i = 0; i < rules->size(); ++i) {
      auto rule = read_rule((*rules)[i]);
      if (rule.ok()) {
        into.push_back(std::move(rule).value());
      } else {
        problem(fmt::format("{}, the {}.: {}", name, i + 1, rule.error().message));
      }
    }
  }

  Result<Rule> read_rule(const Json& rule) {
    if (!rule.is_object() || !rule.contains("match") || !rule.contains("say") || !rule["match"].is_string() ||
        !rule["say"].is_string()) {
      return Error{ErrorCode::invalid, "a rule has 'match' and 'say', both texts"};
    }
    auto pattern = wide(rule["match"].get<std::string>());
    ENTENTE_TRY_VOID(expand(pattern));
    UErrorCode status = U_ZERO_ERROR;
    UParseError place{};
    Rule made;
    made.pattern.reset(icu::RegexPattern::compile(pattern, 0, place, status));
    if (U_FAILURE(status)) {
      return Error{ErrorCode::invalid,
                   fmt::format("'{}' is no pattern: {} at character {}", rule["match"].get<std::string>(),
                               u_errorName(status), place.offset)};
    }
    ENTENTE_TRY(made.say, TemplateReader(rule["say"].get<std::string>()).read());
    const std::unique_ptr<icu::RegexMatcher> matcher(made.pattern->matcher(status));
    if (U_FAILURE(status) || matcher->groupCount() < last_group(made.say)) {
      return Error{ErrorCode::invalid, fmt::format("'say' uses group {}, 'match' has fewer", last_group(made.say))};
    }
    return made;
  }

  Result<void> expand(icu::UnicodeString& pattern) {
    constexpr std::int32_t longest = 200'000;
    for (int depth = 0; depth < most_nesting; ++depth) {
      bool changed = false;
      for (const auto& [name, meaning] : definitions_) {
        const auto called = icu::UnicodeString(u'<') + name + u'>';
        if (pattern.indexOf(called) < 0) continue;
        pattern.findAndReplace(called, meaning);
        changed = true;
        if (pattern.length() > longest) return Error{ErrorCode::exhausted, "the pattern is too long"};
      }
      if (!changed) return {};
    }
    return Error{ErrorCode::invalid, "its definitions use each other without end"};
  }

  Tables& tables_;
  std::vector<Problem>& problems_;
  std::string file_;
  NumberHabits habits_;
  Words definitions_;
};

}  // namespace

icu::UnicodeString wide(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
}

Tables read_tables(std::span<const SentenceFile> files, std::string_view language, std::vector<Problem>& problems) {
  Tables tables;
  tables.language = std::string(language);
  std::vector<std::pair<std::string, Json>> read;
  for (const auto& file : files) {
    auto parsed = parse_yaml(file.yaml, file.name);
    if (!parsed.ok()) {
      problems.push_back({file.name, 0, parsed.error().message});
    } else if (!parsed->is_object() || string_or(*parsed, "language", "") != language) {
      problems.push_back({file.name, 0, fmt::format("'language: {}' is missing", language)});
    } else {
      read.emplace_back(file.name, *std::move(parsed));
    }
  }
  Reader(tables, problems).read(read);
  return tables;
}

}  // namespace entente::language::speaking
