// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/source.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <functional>
#include <optional>
#include <set>

#include "base/text.h"

namespace entente::language {
namespace {

constexpr std::size_t item_limit = 200'000;  // sentences, values and replies of one file
constexpr int value_depth = 4;               // of lists in slots

class Reader {
 public:
  Reader(const SentenceFile& file, bool of_user, Source& source, std::vector<Problem>& problems)
      : file_(file), of_user_(of_user), source_(source), problems_(problems) {}

  void run() {
    with_root([this](const YAML::Node& root) { document(root); });
  }

  void run(const Combination& combination) {
    combination_ = &combination;
    with_root([this](const YAML::Node& root) { combination_document(root); });
  }

  Combinations run_combinations() {
    Combinations made;
    with_root([&](const YAML::Node& root) { schema(root, made); });
    return made;
  }

 private:
  void with_root(const std::function<void(const YAML::Node&)>& use) {
    if (file_.yaml.size() > file_limit) {
      problems_.push_back({file_.name, 0, fmt::format("{} bytes; {} are the limit", file_.yaml.size(), file_limit)});
      return;
    }
    if (!text::is_valid_utf8(file_.yaml)) return problems_.push_back({file_.name, 0, "not UTF-8 text"});
    try {
      const auto root = YAML::Load(file_.yaml);
      if (root.IsNull() || !root.IsDefined()) return;
      if (!root.IsMap()) return problem(root, "a sentence file is a map: language, intents, lists …");
      use(root);
    } catch (const YAML::Exception& error) {
      problems_.push_back({file_.name, error.mark.is_null() ? 0 : error.mark.line + 1, "not YAML: " + error.msg});
    } catch (const std::exception& error) {
      problems_.push_back({file_.name, 0, std::string("not YAML: ") + error.what()});
    }
  }

  static int line_of(const YAML::Node& node) { return node.Mark().is_null() ? 0 : node.Mark().line + 1; }
  Place place(const YAML::Node& node) const { return {file_.name, line_of(node)}; }
  void problem(const YAML::Node& node, std::string reason) {
    if (problems_.size() < 1000) problems_.push_back({file_.name, line_of(node), std::move(reason)});
  }
  // False, with a problem once, when the file has more in it than any household writes.
  bool afford(const YAML::Node& node) {
    if (++items_ == item_limit) problem(node, fmt::format("more than {} entries; the rest is left out", item_limit));
    return items_ < item_limit;
  }

  using Member = std::function<void(const YAML::Node& key, const std::string& name, const YAML::Node& value)>;
  void each(const YAML::Node& map, std::string_view what, const Member& member) {
    if (map.IsNull()) return;
    if (!map.IsMap()) return problem(map, fmt::format("{} is not a map", what));
    for (const auto& entry : map) {
      if (!entry.first.IsScalar()) {
        problem(entry.first, fmt::format("{} has a key that is not text", what));
      } else if (afford(entry.first)) {
        member(entry.first, entry.first.Scalar(), entry.second);
      }
    }
  }

  // A scalar, or each of a sequence of scalars.
  void each_text(const YAML::Node& node, std::string_view what, const std::function<void(const YAML::Node&)>& text) {
    if (node.IsScalar()) return text(node);
    if (!node.IsSequence()) return problem(node, fmt::format("{} is not a list of texts", what));
    for (const auto& item : node) {
      if (!item.IsScalar()) {
        problem(item, fmt::format("{} holds something that is not text", what));
      } else if (afford(item)) {
        text(item);
      }
    }
  }

  void document(const YAML::Node& root) {
    each(root, "the file", [this](const YAML::Node& key, const std::string& name, const YAML::Node& value) {
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

  void combination_document(const YAML::Node& root) {
    const auto data = root["data"];
    if (!data.IsDefined() || !data.IsSequence()) return problem(root, "a slot combination's file needs a list 'data'");
    // The blocks for recognisers that hear little are a subset of the others.
    const auto lean = [](const YAML::Node& item) {
      const auto tag = item.IsMap() ? item["speech_to_phrase"] : YAML::Node(YAML::NodeType::Undefined);
      return tag.IsDefined() && boolean(tag, false);
    };
    const bool all_lean = std::all_of(data.begin(), data.end(), lean);
    for (const auto& item : data) {
      if (!afford(item)) return;
      if (all_lean || !lean(item)) block(combination_->intent, item);
    }
  }

  bool combination_member(BlockSource& made, const std::string& name, const YAML::Node& held) {
    if (combination_ == nullptr) return false;
    if (name == "inferred_domain") {
      made.slots.emplace_back("domain", value(held));
    } else if (name == "name_domains") {
      ContextRule rule;
      rule.key = "domain";
      each_text(held, name, [&](const YAML::Node& item) {
        const auto group = combination_->domain_groups.find(item.Scalar());
        if (held.IsScalar() && group != combination_->domain_groups.end()) {
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

  void schema(const YAML::Node& root, Combinations& into) {
    each(root, "intents.yaml", [&](const YAML::Node&, const std::string& intent, const YAML::Node& about) {
      const auto held = about.IsMap() ? about["slot_combinations"] : YAML::Node(YAML::NodeType::Undefined);
      if (!held.IsDefined()) return;
      each(held, "slot_combinations", [&](const YAML::Node&, const std::string& name, const YAML::Node& combination) {
        into.push_back(combination_of(intent, name, combination));
      });
    });
  }

  Combination combination_of(const std::string& intent, const std::string& name, const YAML::Node& node) {
    Combination made;
    made.intent = intent, made.name = name;
    if (!node.IsMap()) return made;
    if (const auto area = node["context_area"]; area.IsDefined()) made.context_area = boolean(area, false);
    const auto groups = node["name_domain_groups"];
    if (!groups.IsDefined()) return made;
    each(groups, "name_domain_groups", [&](const YAML::Node&, const std::string& group, const YAML::Node& domains) {
      each_text(domains, group, [&](const YAML::Node& one) { made.domain_groups[group].push_back(value(one)); });
    });
    return made;
  }

  // ---- one file's parts

  void settings(const YAML::Node& node) {
    each(node, "settings", [this](const YAML::Node&, const std::string& name, const YAML::Node& value) {
      if (name == "ignore_whitespace") source_.ignore_whitespace = boolean(value, source_.ignore_whitespace);
    });
  }

  void skip_words(const YAML::Node& node) {
    each_text(node, "skip_words", [this](const YAML::Node& item) { source_.skip_words.push_back(item.Scalar()); });
  }

  void talk(const YAML::Node& node) {
    const std::map<std::string, std::vector<std::string>*> kinds{{"and", &source_.talk.conjunctions},
                                                                 {"except", &source_.talk.exceptions},
                                                                 {"correct", &source_.talk.corrections},
                                                                 {"fillers", &source_.talk.fillers},
                                                                 {"articles", &source_.talk.articles}};
    each(node, "talk", [&](const YAML::Node& key, const std::string& name, const YAML::Node& held) {
      const auto kind = kinds.find(name);
      if (kind == kinds.end()) return problem(key, "talk has 'and', 'except', 'correct', 'fillers' and 'articles'");
      each_text(held, name, [&](const YAML::Node& item) { kind->second->push_back(item.Scalar()); });
    });
  }

  void rules(const YAML::Node& node, std::map<std::string, PlacedText>& into) {
    each(node, "expansion_rules", [&](const YAML::Node&, const std::string& name, const YAML::Node& value) {
      if (!value.IsScalar()) return problem(value, fmt::format("the rule <{}> is not text", name));
      into[name] = PlacedText{value.Scalar(), place(value)};
    });
  }

  // ---- values

  static model::Value scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return text;  // quoted
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
  model::Value value(const YAML::Node& node, int depth = 0) {
    if (node.IsScalar()) return scalar(node);
    if (!node.IsSequence() || depth >= value_depth) return {};
    std::string joined;
    for (const auto& item : node) {
      if (!afford(item)) break;
      if (!joined.empty()) joined += ',';
      joined += model::to_text(value(item, depth + 1));
    }
    return joined;
  }

  static bool boolean(const YAML::Node& node, bool fallback) {
    return node.IsScalar() ? model::to_bool(scalar(node)).value_or(fallback) : fallback;
  }

  std::map<std::string, model::Value> values(const YAML::Node& node, std::string_view what) {
    std::map<std::string, model::Value> made;
    each(node, what,
         [&](const YAML::Node&, const std::string& name, const YAML::Node& held) { made[name] = value(held); });
    return made;
  }

  // ---- lists

  void lists(const YAML::Node& node, std::map<std::string, ListSource>& into) {
    each(node, "lists", [&](const YAML::Node& key, const std::string& name, const YAML::Node& held) {
      if (!held.IsMap()) return problem(held, fmt::format("the list {{{}}} is not a map", name));
      const auto range = held["range"];
      const auto values_node = held["values"];
      const auto wildcard = held["wildcard"];
      if (range.IsDefined()) return add_range(name, range, into);
      if (values_node.IsDefined()) return add_values(name, key, values_node, into);
      if (wildcard.IsDefined() && boolean(wildcard, false)) {
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

  bool add_quantity(const std::string& name, const YAML::Node& key, const YAML::Node& node,
                    std::map<std::string, ListSource>& into) {
    static constexpr std::pair<const char*, Quantity> kinds[] = {
        {"time", Quantity::time}, {"date", Quantity::date}, {"duration", Quantity::duration}};
    for (const auto& [word, quantity] : kinds) {
      const auto held = node[word];
      if (!held.IsDefined() || !boolean(held, false)) continue;
      ListSource& list = into[name];
      list.kind = ListSource::Kind::quantity;
      list.quantity = quantity;
      list.place = place(key);
      return true;
    }
    return false;
  }

  void add_values(const std::string& name, const YAML::Node& key, const YAML::Node& node,
                  std::map<std::string, ListSource>& into) {
    if (!node.IsSequence()) return problem(node, fmt::format("the values of {{{}}} are not a list", name));
    ListSource& list = into[name];
    list.kind = ListSource::Kind::values;
    list.place = place(key);
    for (const auto& item : node) {
      if (!afford(item)) return;
      if (auto made = list_value(name, item)) list.values.push_back(std::move(*made));
    }
  }

  std::optional<ListValueSource> list_value(const std::string& name, const YAML::Node& item) {
    ListValueSource made;
    if (item.IsScalar()) {
      made.in = {item.Scalar(), place(item)};
      return made;
    }
    const auto in = item.IsMap() ? item["in"] : YAML::Node(YAML::NodeType::Undefined);
    if (!in.IsDefined() || !in.IsScalar()) {
      problem(item, fmt::format("a value of {{{}}} is neither text nor a map with 'in'", name));
      return std::nullopt;
    }
    made.in = {in.Scalar(), place(in)};
    if (const auto out = item["out"]; out.IsDefined()) made.out = value(out);
    if (const auto context = item["context"]; context.IsDefined()) made.context = values(context, "context");
    if (const auto metadata = item["metadata"]; metadata.IsDefined()) made.metadata = values(metadata, "metadata");
    return made;
  }

  void add_range(const std::string& name, const YAML::Node& node, std::map<std::string, ListSource>& into) {
    if (!node.IsMap()) return problem(node, fmt::format("the range of {{{}}} is not a map", name));
    RangeSource range;
    const auto whole = [&](const char* key, std::int64_t& number) {
      const auto held = node[key];
      if (!held.IsDefined()) return;
      const auto read = held.IsScalar() ? scalar(held) : model::Value();
      if (const auto* integer = std::get_if<std::int64_t>(&read)) {
        number = *integer;
      } else {
        problem(held, fmt::format("'{}' of the range {{{}}} is not a whole number", key, name));
      }
    };
    whole("from", range.from), whole("to", range.to), whole("step", range.step);
    if (const auto held = node["multiplier"]; held.IsDefined()) {
      range.multiplier = held.IsScalar() ? model::to_number(scalar(held)).value_or(1) : 1;
    }
    if (const auto held = node["fractions"]; held.IsDefined() && held.IsScalar()) {
      if (held.Scalar() == "halves") range.fractions = RangeSource::Fractions::halves;
      if (held.Scalar() == "tenths") range.fractions = RangeSource::Fractions::tenths;
    }
    if (const auto held = node["digits"]; held.IsDefined()) range.digits = boolean(held, true);
    if (const auto held = node["words"]; held.IsDefined()) range.words = boolean(held, true);
    if (const auto held = node["type"]; held.IsDefined() && held.IsScalar()) {
      if (held.Scalar() == "percentage") range.unit = "%";
      if (held.Scalar() == "temperature") range.unit = range.from >= 1000 ? "K" : "°";  // of light: kelvins
    }
    if (const auto held = node["words_language"]; held.IsDefined() && held.IsScalar()) {
      range.words_language = held.Scalar();
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

  void intents(const YAML::Node& node) {
    each(node, "intents", [this](const YAML::Node& key, const std::string& name, const YAML::Node& intent) {
      if (intent.IsNull()) return;
      const auto data = intent.IsMap() ? intent["data"] : YAML::Node(YAML::NodeType::Undefined);
      if (!data.IsDefined() || !data.IsSequence()) {
        return problem(key, fmt::format("the intent {} needs a list 'data'", text::shorten(name, 60)));
      }
      for (const auto& item : data) {
        if (!afford(item)) return;
        block(name, item);
      }
    });
  }

  void block(const std::string& intent, const YAML::Node& node) {
    if (!node.IsMap()) return problem(node, fmt::format("a block of {} is not a map", intent));
    BlockSource made;
    made.intent = intent;
    made.place = place(node);
    made.of_user = of_user_;
    each(node, "a block", [&](const YAML::Node& key, const std::string& name, const YAML::Node& held) {
      if (!block_member(made, name, held) && !combination_member(made, name, held)) {
        problem(key, fmt::format("'{}' is not known in a block of sentences", text::shorten(name, 40)));
      }
    });
    if (made.sentences.empty()) return problem(node, fmt::format("a block of {} has no sentences", intent));
    add_combination(made);
    source_.blocks.push_back(std::move(made));
  }

  bool block_member(BlockSource& made, const std::string& name, const YAML::Node& held) {
    if (name == "sentences") {
      each_text(held, name, [&](const YAML::Node& item) { made.sentences.push_back({item.Scalar(), place(item)}); });
    } else if (name == "slots") {
      each(held, name, [&](const YAML::Node&, const std::string& slot, const YAML::Node& fixed) {
        made.slots.emplace_back(slot, value(fixed));
      });
    } else if (name == "response") {
      if (held.IsScalar()) made.response = held.Scalar();
    } else if (name == "requires_context") {
      context_rules(held, made.requires_context);
    } else if (name == "excludes_context") {
      context_rules(held, made.excludes_context);
    } else if (name == "metadata") {
      made.metadata = values(held, name);
    } else if (name == "required_keywords") {
      each_text(held, name, [&](const YAML::Node& item) { made.required_keywords.push_back(item.Scalar()); });
    } else if (name == "commands") {
      each_text(held, name, [&](const YAML::Node& item) { made.commands.push_back(item.Scalar()); });
    } else if (name == "expansion_rules") {
      rules(held, made.rules);
    } else if (name == "lists") {
      lists(held, made.lists);
    } else {
      return name == "settings" || name == "example";
    }
    return true;
  }

  void context_rules(const YAML::Node& node, std::vector<ContextRule>& into) {
    each(node, "the context", [&](const YAML::Node&, const std::string& key, const YAML::Node& held) {
      ContextRule rule;
      rule.key = key;
      YAML::Node wanted = held;
      if (held.IsMap()) {
        const auto slot = held["slot"];
        if (slot.IsDefined() && slot.IsScalar()) rule.slot = slot_name(key, slot);
        const auto inner = held["value"];
        wanted.reset(inner.IsDefined() ? inner : YAML::Node(YAML::NodeType::Null));
      }
      if (wanted.IsNull()) {
        rule.any = true;
      } else if (wanted.IsSequence()) {
        for (const auto& item : wanted) rule.values.push_back(value(item));
      } else {
        rule.values.push_back(value(wanted));
      }
      into.push_back(std::move(rule));
    });
  }

  static std::string slot_name(const std::string& key, const YAML::Node& slot) {
    const auto read = scalar(slot);
    if (const auto* yes = std::get_if<bool>(&read)) return *yes ? key : std::string();
    return model::to_text(read);
  }

  // ---- responses

  void responses(const YAML::Node& node) {
    each(node, "responses", [this](const YAML::Node& key, const std::string& name, const YAML::Node& held) {
      if (name == "errors") return replies(held, source_.refusals);
      if (name != "intents") return problem(key, "responses have 'intents' and 'errors'");
      each(held, "responses", [this](const YAML::Node&, const std::string& intent, const YAML::Node& keys) {
        replies(keys, source_.replies[intent]);
      });
    });
  }

  void replies(const YAML::Node& node, std::map<std::string, std::vector<PlacedText>>& into) {
    each(node, "responses", [&](const YAML::Node&, const std::string& key, const YAML::Node& held) {
      std::vector<PlacedText> variants;
      each_text(held, "a response", [&](const YAML::Node& item) { variants.push_back({item.Scalar(), place(item)}); });
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
