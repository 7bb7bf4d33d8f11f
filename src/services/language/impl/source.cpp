// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/source.h"

#include <charconv>
#include <functional>
#include <optional>
#include <set>

#include "base/text.h"
#include "base/yaml.h"

namespace entente::language {
namespace {

constexpr std::size_t item_limit = 200'000;  // sentences, values and replies of one file
constexpr int value_depth = 4;               // of lists in slots

class Reader {
 public:
  Reader(const SentenceFile& file, bool of_user, Source& source, std::vector<Problem>& problems)
      : file_(file), of_user_(of_user), source_(source), problems_(problems) {}

  void run() {
    with_root([this](const Yaml& root) { document(root); });
  }

  void run(const Combination& combination) {
    combination_ = &combination;
    with_root([this](const Yaml& root) { combination_document(root); });
  }

  Combinations run_combinations() {
    Combinations made;
    with_root([&](const Yaml& root) { schema(root, made); });
    return made;
  }

 private:
  void with_root(const std::function<void(const Yaml&)>& use) {
    Yaml::Limits limits;
    limits.bytes = file_limit;
    Yaml::Trouble trouble;
    const auto root = Yaml::parse(file_.yaml, limits, trouble);
    if (!root) return problems_.push_back({file_.name, trouble.line, std::move(trouble.reason)});
    if (root->is_null()) return;
    if (!root->is_map()) return problem(*root, "a sentence file is a map: language, intents, lists …");
    use(*root);
  }

  Place place(const Yaml& node) const { return {file_.name, node.line()}; }
  void problem(const Yaml& node, std::string reason) {
    if (problems_.size() < 1000) problems_.push_back({file_.name, node.line(), std::move(reason)});
  }
  // False, with a problem once, when the file has more in it than any household writes.
  bool afford(const Yaml& node) {
    if (++items_ == item_limit) problem(node, fmt::format("more than {} entries; the rest is left out", item_limit));
    return items_ < item_limit;
  }

  using Member = std::function<void(const Yaml& key, const std::string& name, const Yaml& value)>;
  void each(const Yaml& map, std::string_view what, const Member& member) {
    if (map.is_null()) return;
    if (!map.is_map()) return problem(map, fmt::format("{} is not a map", what));
    for (const auto& entry : map.members()) {
      if (afford(entry.key)) member(entry.key, entry.name, entry.value);
    }
  }

  // A scalar, or each of a sequence of scalars.
  void each_text(const Yaml& node, std::string_view what, const std::function<void(const Yaml&)>& text) {
    if (node.is_scalar()) return text(node);
    if (!node.is_list()) return problem(node, fmt::format("{} is not a list of texts", what));
    for (const auto& item : node.items()) {
      if (!item.is_scalar()) {
        problem(item, fmt::format("{} holds something that is not text", what));
      } else if (afford(item)) {
        text(item);
      }
    }
  }

  void document(const Yaml& root) {
    each(root, "the file", [this](const Yaml& key, const std::string& name, const Yaml& value) {
      if (name == "intents") return intents(value);
      if (name == "lists") return lists(value, source_.lists);
      if (name == "expansion_rules") return rules(value, source_.rules);
      if (name == "skip_words") return skip_words(value);
      if (name == "responses") return responses(value);
      if (name == "talk") return talk(value);
      if (name == "settings") return settings(value);
      if (name == "language") return;
      problem(key, fmt::format("'{}' is not known; a file has language, settings, intents, lists, expansion_rules, "
                               "skip_words, talk and responses",
                               text::shorten(name, 40)));
    });
  }

  // ---- the repository's layout

  void combination_document(const Yaml& root) {
    const auto data = root["data"];
    if (data.missing() || !data.is_list()) return problem(root, "a slot combination's file needs a list 'data'");
    // The blocks for recognisers that hear little are a subset of the others.
    const auto lean = [](const Yaml& item) {
      const auto tag = item.is_map() ? item["speech_to_phrase"] : Yaml();
      return !tag.missing() && boolean(tag, false);
    };
    const bool all_lean = std::all_of(data.items().begin(), data.items().end(), lean);
    for (const auto& item : data.items()) {
      if (!afford(item)) return;
      if (all_lean || !lean(item)) block(combination_->intent, item);
    }
  }

  bool combination_member(BlockSource& made, const std::string& name, const Yaml& held) {
    if (combination_ == nullptr) return false;
    if (name == "inferred_domain") {
      made.slots.emplace_back("domain", value(held));
    } else if (name == "name_domains") {
      ContextRule rule;
      rule.key = "domain";
      each_text(held, name, [&](const Yaml& item) {
        const auto group = combination_->domain_groups.find(item.text());
        if (held.is_scalar() && group != combination_->domain_groups.end()) {
          rule.values = group->second;
        } else {
          rule.values.push_back(value(item));
        }
      });
      made.requires_context.push_back(std::move(rule));
    } else {
      return name == "speech_to_phrase";
    }
    return true;
  }

  void add_combination(BlockSource& made) const {
    if (combination_ == nullptr) return;
    made.metadata["slot_combination"] = combination_->name;
    if (!combination_->context_area) return;
    ContextRule rule;
    rule.key = rule.slot = "area";
    rule.any = true;
    made.requires_context.push_back(std::move(rule));
  }

  void schema(const Yaml& root, Combinations& into) {
    each(root, "intents.yaml", [&](const Yaml&, const std::string& intent, const Yaml& about) {
      const auto held = about.is_map() ? about["slot_combinations"] : Yaml();
      if (held.missing()) return;
      each(held, "slot_combinations", [&](const Yaml&, const std::string& name, const Yaml& combination) {
        into.push_back(combination_of(intent, name, combination));
      });
    });
  }

  Combination combination_of(const std::string& intent, const std::string& name, const Yaml& node) {
    Combination made;
    made.intent = intent, made.name = name;
    if (!node.is_map()) return made;
    if (const auto area = node["context_area"]; !area.missing()) made.context_area = boolean(area, false);
    const auto groups = node["name_domain_groups"];
    if (groups.missing()) return made;
    each(groups, "name_domain_groups", [&](const Yaml&, const std::string& group, const Yaml& domains) {
      each_text(domains, group, [&](const Yaml& one) { made.domain_groups[group].push_back(value(one)); });
    });
    return made;
  }

  // ---- one file's parts

  void settings(const Yaml& node) {
    each(node, "settings", [this](const Yaml&, const std::string& name, const Yaml& value) {
      if (name == "ignore_whitespace") source_.ignore_whitespace = boolean(value, source_.ignore_whitespace);
    });
  }

  void skip_words(const Yaml& node) {
    each_text(node, "skip_words", [this](const Yaml& item) { source_.skip_words.push_back(item.text()); });
  }

  void talk(const Yaml& node) {
    const std::map<std::string, std::vector<std::string>*> kinds{{"and", &source_.talk.conjunctions},
                                                                 {"except", &source_.talk.exceptions},
                                                                 {"correct", &source_.talk.corrections},
                                                                 {"fillers", &source_.talk.fillers},
                                                                 {"articles", &source_.talk.articles}};
    each(node, "talk", [&](const Yaml& key, const std::string& name, const Yaml& held) {
      const auto kind = kinds.find(name);
      if (kind == kinds.end()) return problem(key, "talk has 'and', 'except', 'correct', 'fillers' and 'articles'");
      each_text(held, name, [&](const Yaml& item) { kind->second->push_back(item.text()); });
    });
  }

  void rules(const Yaml& node, std::map<std::string, PlacedText>& into) {
    each(node, "expansion_rules", [&](const Yaml&, const std::string& name, const Yaml& value) {
      if (!value.is_scalar()) return problem(value, fmt::format("the rule <{}> is not text", name));
      into[name] = PlacedText{value.text(), place(value)};
    });
  }

  // ---- values

  static model::Value scalar(const Yaml& node) {
    const std::string& text = node.text();
    if (node.quoted()) return text;  // quoted
    if (text == "true" || text == "True") return true;
    if (text == "false" || text == "False") return false;
    const char* const last = text.data() + text.size();
    std::int64_t whole = 0;
    if (auto [end, error] = std::from_chars(text.data(), last, whole); error == std::errc() && end == last)
      return whole;
    double real = 0;
    if (auto [end, error] = std::from_chars(text.data(), last, real, std::chars_format::fixed);
        error == std::errc() && end == last && !text.empty()) {
      return real;
    }
    return text;
  }

  // A list becomes its members with commas between.
  model::Value value(const Yaml& node, int depth = 0) {
    if (node.is_scalar()) return scalar(node);
    if (!node.is_list() || depth >= value_depth) return {};
    std::string joined;
    for (const auto& item : node.items()) {
      if (!afford(item)) break;
      if (!joined.empty()) joined += ',';
      joined += model::to_text(value(item, depth + 1));
    }
    return joined;
  }

  static bool boolean(const Yaml& node, bool fallback) {
    return node.is_scalar() ? model::to_bool(scalar(node)).value_or(fallback) : fallback;
  }

  std::map<std::string, model::Value> values(const Yaml& node, std::string_view what) {
    std::map<std::string, model::Value> made;
    each(node, what, [&](const Yaml&, const std::string& name, const Yaml& held) { made[name] = value(held); });
    return made;
  }

  // ---- lists

  void lists(const Yaml& node, std::map<std::string, ListSource>& into) {
    each(node, "lists", [&](const Yaml& key, const std::string& name, const Yaml& held) {
      if (!held.is_map()) return problem(held, fmt::format("the list {{{}}} is not a map", name));
      const auto range = held["range"];
      const auto values_node = held["values"];
      const auto wildcard = held["wildcard"];
      if (!range.missing()) return add_range(name, range, into);
      if (!values_node.missing()) return add_values(name, key, values_node, into);
      if (!wildcard.missing() && boolean(wildcard, false)) {
        ListSource& list = into[name];
        list.kind = ListSource::Kind::wildcard;
        list.place = place(key);
        return;
      }
      if (add_quantity(name, key, held, into)) return;
      problem(key,
              fmt::format("the list {{{}}} needs values, range, or true for wildcard, time, date or duration", name));
    });
  }

  bool add_quantity(const std::string& name, const Yaml& key, const Yaml& node,
                    std::map<std::string, ListSource>& into) {
    static constexpr std::pair<const char*, Quantity> kinds[] = {
        {"time", Quantity::time}, {"date", Quantity::date}, {"duration", Quantity::duration}};
    for (const auto& [word, quantity] : kinds) {
      const auto held = node[word];
      if (held.missing() || !boolean(held, false)) continue;
      ListSource& list = into[name];
      list.kind = ListSource::Kind::quantity;
      list.quantity = quantity;
      list.place = place(key);
      return true;
    }
    return false;
  }

  void add_values(const std::string& name, const Yaml& key, const Yaml& node, std::map<std::string, ListSource>& into) {
    if (!node.is_list()) return problem(node, fmt::format("the values of {{{}}} are not a list", name));
    ListSource& list = into[name];
    list.kind = ListSource::Kind::values;
    list.place = place(key);
    for (const auto& item : node.items()) {
      if (!afford(item)) return;
      if (auto made = list_value(name, item)) list.values.push_back(std::move(*made));
    }
  }

  std::optional<ListValueSource> list_value(const std::string& name, const Yaml& item) {
    ListValueSource made;
    if (item.is_scalar()) {
      made.in = {item.text(), place(item)};
      return made;
    }
    const auto in = item.is_map() ? item["in"] : Yaml();
    if (in.missing() || !in.is_scalar()) {
      problem(item, fmt::format("a value of {{{}}} is neither text nor a map with 'in'", name));
      return std::nullopt;
    }
    made.in = {in.text(), place(in)};
    if (const auto out = item["out"]; !out.missing()) made.out = value(out);
    if (const auto context = item["context"]; !context.missing()) made.context = values(context, "context");
    if (const auto metadata = item["metadata"]; !metadata.missing()) made.metadata = values(metadata, "metadata");
    return made;
  }

  void add_range(const std::string& name, const Yaml& node, std::map<std::string, ListSource>& into) {
    if (!node.is_map()) return problem(node, fmt::format("the range of {{{}}} is not a map", name));
    RangeSource range;
    const auto whole = [&](const char* key, std::int64_t& number) {
      const auto held = node[key];
      if (held.missing()) return;
      const auto read = held.is_scalar() ? scalar(held) : model::Value();
      if (const auto* integer = std::get_if<std::int64_t>(&read)) {
        number = *integer;
      } else {
        problem(held, fmt::format("'{}' of the range {{{}}} is not a whole number", key, name));
      }
    };
    whole("from", range.from), whole("to", range.to), whole("step", range.step);
    if (const auto held = node["multiplier"]; !held.missing()) {
      range.multiplier = held.is_scalar() ? model::to_number(scalar(held)).value_or(1) : 1;
    }
    if (const auto held = node["fractions"]; !held.missing() && held.is_scalar()) {
      if (held.text() == "halves") range.fractions = RangeSource::Fractions::halves;
      if (held.text() == "tenths") range.fractions = RangeSource::Fractions::tenths;
    }
    if (const auto held = node["digits"]; !held.missing()) range.digits = boolean(held, true);
    if (const auto held = node["words"]; !held.missing()) range.words = boolean(held, true);
    if (const auto held = node["type"]; !held.missing() && held.is_scalar()) {
      if (held.text() == "percentage") range.unit = "%";
      if (held.text() == "temperature") range.unit = range.from >= 1000 ? "K" : "°";  // of light: kelvins
    }
    if (const auto held = node["words_language"]; !held.missing() && held.is_scalar()) {
      range.words_language = held.text();
    }
    if (range.step < 1 || range.from > range.to) {
      return problem(node, fmt::format("the range {{{}}} has nothing in it: {} to {} by {}", name, range.from, range.to,
                                       range.step));
    }
    ListSource& list = into[name];
    list.kind = ListSource::Kind::range;
    list.range = range;
    list.place = place(node);
  }

  // ---- intents

  void intents(const Yaml& node) {
    each(node, "intents", [this](const Yaml& key, const std::string& name, const Yaml& intent) {
      if (intent.is_null()) return;
      const auto data = intent.is_map() ? intent["data"] : Yaml();
      if (data.missing() || !data.is_list()) {
        return problem(key, fmt::format("the intent {} needs a list 'data'", text::shorten(name, 60)));
      }
      for (const auto& item : data.items()) {
        if (!afford(item)) return;
        block(name, item);
      }
    });
  }

  void block(const std::string& intent, const Yaml& node) {
    if (!node.is_map()) return problem(node, fmt::format("a block of {} is not a map", intent));
    BlockSource made;
    made.intent = intent;
    made.place = place(node);
    made.of_user = of_user_;
    each(node, "a block", [&](const Yaml& key, const std::string& name, const Yaml& held) {
      if (!block_member(made, name, held) && !combination_member(made, name, held)) {
        problem(key, fmt::format("'{}' is not known in a block of sentences", text::shorten(name, 40)));
      }
    });
    if (made.sentences.empty()) return problem(node, fmt::format("a block of {} has no sentences", intent));
    add_combination(made);
    source_.blocks.push_back(std::move(made));
  }

  bool block_member(BlockSource& made, const std::string& name, const Yaml& held) {
    if (name == "sentences") {
      each_text(held, name, [&](const Yaml& item) { made.sentences.push_back({item.text(), place(item)}); });
    } else if (name == "slots") {
      each(held, name, [&](const Yaml&, const std::string& slot, const Yaml& fixed) {
        made.slots.emplace_back(slot, value(fixed));
      });
    } else if (name == "response") {
      if (held.is_scalar()) made.response = held.text();
    } else if (name == "requires_context") {
      context_rules(held, made.requires_context);
    } else if (name == "excludes_context") {
      context_rules(held, made.excludes_context);
    } else if (name == "metadata") {
      made.metadata = values(held, name);
    } else if (name == "required_keywords") {
      each_text(held, name, [&](const Yaml& item) { made.required_keywords.push_back(item.text()); });
    } else if (name == "commands") {
      each_text(held, name, [&](const Yaml& item) { made.commands.push_back(item.text()); });
    } else if (name == "expansion_rules") {
      rules(held, made.rules);
    } else if (name == "lists") {
      lists(held, made.lists);
    } else {
      return name == "settings" || name == "example";
    }
    return true;
  }

  void context_rules(const Yaml& node, std::vector<ContextRule>& into) {
    each(node, "the context", [&](const Yaml&, const std::string& key, const Yaml& held) {
      ContextRule rule;
      rule.key = key;
      Yaml wanted = held;
      if (held.is_map()) {
        const auto slot = held["slot"];
        if (!slot.missing() && slot.is_scalar()) rule.slot = slot_name(key, slot);
        const auto inner = held["value"];
        wanted = inner;
      }
      if (wanted.missing() || wanted.is_null()) {
        rule.any = true;
      } else if (wanted.is_list()) {
        for (const auto& item : wanted.items()) rule.values.push_back(value(item));
      } else {
        rule.values.push_back(value(wanted));
      }
      into.push_back(std::move(rule));
    });
  }

  static std::string slot_name(const std::string& key, const Yaml& slot) {
    const auto read = scalar(slot);
    if (const auto* yes = std::get_if<bool>(&read)) return *yes ? key : std::string();
    return model::to_text(read);
  }

  // ---- responses

  void responses(const Yaml& node) {
    each(node, "responses", [this](const Yaml& key, const std::string& name, const Yaml& held) {
      if (name == "errors") return replies(held, source_.refusals);
      if (name != "intents") return problem(key, "responses have 'intents' and 'errors'");
      each(held, "responses", [this](const Yaml&, const std::string& intent, const Yaml& keys) {
        replies(keys, source_.replies[intent]);
      });
    });
  }

  void replies(const Yaml& node, std::map<std::string, std::vector<PlacedText>>& into) {
    each(node, "responses", [&](const Yaml&, const std::string& key, const Yaml& held) {
      std::vector<PlacedText> variants;
      each_text(held, "a response", [&](const Yaml& item) { variants.push_back({item.text(), place(item)}); });
      if (!variants.empty()) into[key] = std::move(variants);
    });
  }

  const SentenceFile& file_;
  bool of_user_;
  Source& source_;
  std::vector<Problem>& problems_;
  const Combination* combination_ = nullptr;
  std::size_t items_ = 0;
};

}  // namespace

void read_yaml(const SentenceFile& file, bool of_user, Source& source, std::vector<Problem>& problems) {
  Reader(file, of_user, source, problems).run();
}

void read_combination(const SentenceFile& file, const Combination& combination, bool of_user, Source& source,
                      std::vector<Problem>& problems) {
  Reader(file, of_user, source, problems).run(combination);
}

Combinations read_combinations(const SentenceFile& intents_yaml, std::vector<Problem>& problems) {
  Source none;
  return Reader(intents_yaml, false, none, problems).run_combinations();
}

}  // namespace entente::language
