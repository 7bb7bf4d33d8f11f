// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/lexicon.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.h"

namespace entente::language {
namespace {

constexpr std::size_t union_budget = 400'000;    // states of the united sentences
constexpr std::size_t total_budget = 3'000'000;  // states that all templates together may make

std::vector<std::string> token_keys(std::string_view text, const ScanRules& rules) {
  std::vector<std::string> keys;
  for (auto& token : tokens(normalise(text), rules)) keys.push_back(std::move(token.key));
  return keys;
}

bool same(const ContextRule& a, const ContextRule& b) {
  return a.key == b.key && a.any == b.any && a.values == b.values && a.slot == b.slot;
}
bool same(const std::vector<ContextRule>& a, const std::vector<ContextRule>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ContextRule& x, const ContextRule& y) { return same(x, y); });
}

class LexiconMaker : public TemplateScope {
 public:
  LexiconMaker(Source source, Lexicon& lexicon, std::vector<Problem>& problems)
      : source_(std::move(source)),
        lexicon_(lexicon),
        problems_(problems),
        numbers_(lexicon.language),
        tools_{lexicon.rules, lexicon.symbols, lexicon.calls, numbers_, builder_} {
    lexicon_.constraints.emplace_back();
  }

  void run() {
    add_skip_words();
    add_talk();
    for (const auto& block : source_.blocks) add_block(block);
    lexicon_.sentences = builder_.freeze(builder_.unite_all(roots_, union_budget));
    weigh();
    add_lists();
    lexicon_.list_sources = std::move(source_.lists);
    lexicon_.rule_sources = std::move(source_.rules);
  }

  Result<const Expression*> rule(const std::string& name) override {
    if (block_ != nullptr) {
      if (const auto local = block_->rules.find(name); local != block_->rules.end()) {
        return parsed(local->second, local_rules_[name]);
      }
    }
    const auto* names = block_ == nullptr ? nullptr : block_->names.get();
    const auto& rules = names == nullptr ? source_.rules : names->rules;
    const auto found = rules.find(name);
    if (found == rules.end()) return Error{ErrorCode::not_found, fmt::format("there is no rule <{}>", name)};
    return parsed(found->second, global_rules_[{names, name}]);
  }

  Result<std::uint32_t> list(const std::string& name) override {
    if (block_ != nullptr) {
      if (const auto local = block_->lists.find(name); local != block_->lists.end()) {
        const auto [at, fresh] = local_lists_.emplace(name, list_count_);
        if (fresh) sources_of_lists_.push_back({list_count_++, name, local->second, block_->names.get()});
        return at->second;
      }
      const auto* names = block_->names.get();
      if (const auto* own = names == nullptr ? nullptr : find(names->lists, name)) {
        const auto [at, fresh] = lists_of_names_.emplace(std::make_pair(names, name), list_count_);
        if (fresh) sources_of_lists_.push_back({list_count_++, name, *own, names});
        return at->second;
      }
    }
    const auto [at, fresh] = lexicon_.global_lists.emplace(name, list_count_);
    if (fresh) {
      const auto found = source_.lists.find(name);
      if (found != source_.lists.end()) sources_of_lists_.push_back({list_count_, name, found->second});
      ++list_count_;
    }
    return at->second;
  }

  std::uint32_t range(std::int64_t from, std::int64_t to, std::int64_t step) override {
    const auto [at, fresh] = ranges_.emplace(std::make_tuple(from, to, step), list_count_);
    if (fresh) {
      ListSource list;
      list.kind = ListSource::Kind::range;
      list.range.from = from, list.range.to = to, list.range.step = step;
      sources_of_lists_.push_back({list_count_++, fmt::format("{}..{}", from, to), std::move(list)});
    }
    return at->second;
  }

 private:
  struct NumberedList {
    std::uint32_t index;
    std::string name;
    ListSource source;
    const Names* names = nullptr;  // whose rules its values may use; null: the Source's
  };

  static const ListSource* find(const std::map<std::string, ListSource>& lists, const std::string& name) {
    const auto found = lists.find(name);
    return found == lists.end() ? nullptr : &found->second;
  }

  void problem(const Place& place, std::string reason) {
    problems_.push_back({place.file, place.line, std::move(reason)});
  }

  Result<const Expression*> parsed(const PlacedText& text, std::optional<Result<Expression>>& held) {
    if (!held) held = parse_template(text.text);
    if (!held->ok()) {
      return held->error().within(fmt::format("a rule it uses, in {}:{}", text.place.file, text.place.line));
    }
    return &held->value();
  }

  void add_skip_words() {
    lexicon_.skip_words = phrases(source_.skip_words);
    auto fillers = hesitations();
    fillers.insert(fillers.end(), source_.talk.fillers.begin(), source_.talk.fillers.end());
    lexicon_.fillers = phrases(fillers);
  }

  // As token sequences, longest first.
  std::vector<std::vector<std::string>> phrases(const std::vector<std::string>& texts) const {
    std::vector<std::vector<std::string>> made;
    for (const auto& text : texts) {
      auto keys = token_keys(text, lexicon_.rules);
      if (!keys.empty()) made.push_back(std::move(keys));
    }
    std::stable_sort(made.begin(), made.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return made;
  }

  void weigh() {
    std::map<std::string, std::uint64_t> intents;
    std::vector<std::uint64_t> of_block;
    for (auto& block : lexicon_.blocks) {
      const auto [at, fresh] = intents.emplace(block.intent, std::uint64_t{1} << (intents.size() % 64));
      block.intent_bit = at->second;
      of_block.push_back(at->second);
    }
    lexicon_.word_weights = weigh_words(lexicon_.sentences, of_block, lexicon_.symbols.size());
    for (const auto& article : lexicon_.talk.articles) {
      const auto word = lexicon_.symbols.find(article);
      if (word < lexicon_.word_weights.size())
        lexicon_.word_weights[word] = {article_weight, lexicon_.word_weights[word].intents, true};
    }
  }

  void add_talk() {
    lexicon_.talk = std::move(source_.talk);
    for (auto* words : {&lexicon_.talk.conjunctions, &lexicon_.talk.exceptions, &lexicon_.talk.corrections,
                        &lexicon_.talk.fillers, &lexicon_.talk.articles}) {
      for (auto& phrase : *words) phrase = text::join(token_keys(phrase, lexicon_.rules), " ");
      std::erase(*words, "");
    }
  }

  std::uint32_t constraint_of(const BlockSource& block) {
    auto& all = lexicon_.constraints;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Constraint& held) {
      return same(held.requires_context, block.requires_context) && same(held.excludes_context, block.excludes_context);
    });
    if (found != all.end()) return static_cast<std::uint32_t>(found - all.begin());
    all.push_back(Constraint{block.requires_context, block.excludes_context});
    return static_cast<std::uint32_t>(all.size() - 1);
  }

  void add_block(const BlockSource& source) {
    block_ = &source;
    local_rules_.clear();
    local_lists_.clear();
    const auto index = static_cast<std::uint32_t>(lexicon_.blocks.size());
    std::size_t used = 0;
    for (const auto& sentence : source.sentences) {
      if (add_sentence(sentence, index)) ++used;
    }
    block_ = nullptr;
    if (used == 0) return;
    lexicon_.sentence_count += used;
    Block block;
    block.intent = source.intent;
    block.response = source.response;
    block.slots = source.slots;
    block.metadata = source.metadata;
    for (const auto& keyword : source.required_keywords) {
      block.required_keywords.push_back(token_keys(keyword, lexicon_.rules));
    }
    block.commands = source.commands;
    block.constraint = constraint_of(source);
    block.of_user = source.of_user;
    block.place = source.place;
    lexicon_.blocks.push_back(std::move(block));
  }

  bool add_sentence(const PlacedText& sentence, std::uint32_t block) {
    const auto attempt = [&]() -> Result<std::uint32_t> {
      if (builder_.size() > total_budget) {
        return Error{ErrorCode::exhausted, "all sentences together have too many combinations"};
      }
      ENTENTE_TRY(const auto parsed, parse_template(sentence.text));
      return compile_template(parsed, block, *this, tools_);
    };
    const auto root = attempt();
    if (!root.ok()) {
      problem(sentence.place, fmt::format("'{}': {}", text::shorten(sentence.text, 80), root.error().message));
      return false;
    }
    if (builder_.arcs(*root).empty()) {
      problem(sentence.place, fmt::format("'{}' has no words", text::shorten(sentence.text, 80)));
      return false;
    }
    roots_.push_back(*root);
    return true;
  }

  void add_lists() {
    std::set<const Names*> all;
    for (const auto& list : sources_of_lists_) all.insert(list.names);
    for (const auto* names : all) add_lists_of(names);
    lexicon_.lists.resize(list_count_);
  }

  void add_lists_of(const Names* names) {
    const auto* rules = names == nullptr ? &source_.rules : &names->rules;
    ListCompiler compiler(lexicon_.rules, lexicon_.language, lexicon_.symbols, rules, problems_);
    for (const auto& list : sources_of_lists_) {
      if (list.names != names) continue;
      switch (list.source.kind) {
        case ListSource::Kind::values: compiler.add_values(list.index, list.name, list.source.values); break;
        case ListSource::Kind::range: compiler.add_range(list.index, list.name, list.source.range); break;
        case ListSource::Kind::wildcard: compiler.add_wildcard(list.index, list.name); break;
        case ListSource::Kind::quantity: compiler.add_quantity(list.index, list.name, list.source.quantity); break;
      }
    }
    compiler.finish(lexicon_.lists);
  }

  Source source_;
  Lexicon& lexicon_;
  std::vector<Problem>& problems_;
  NumberWords numbers_;
  AutomatonBuilder builder_;
  TemplateTools tools_;
  std::vector<std::uint32_t> roots_;
  std::uint32_t list_count_ = 0;
  std::vector<NumberedList> sources_of_lists_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, std::uint32_t> ranges_;
  std::map<std::pair<const Names*, std::string>, std::optional<Result<Expression>>> global_rules_;
  std::map<std::pair<const Names*, std::string>, std::uint32_t> lists_of_names_;

  // Of the block that is being added.
  const BlockSource* block_ = nullptr;
  std::map<std::string, std::optional<Result<Expression>>> local_rules_;
  std::map<std::string, std::uint32_t> local_lists_;
};

}  // namespace

void compile_lexicon(Source source, std::string_view language, Lexicon& lexicon, std::vector<Problem>& problems) {
  lexicon.language = std::string(language);
  lexicon.rules = ScanRules{source.ignore_whitespace ? Spacing::characters : Spacing::words};
  LexiconMaker(std::move(source), lexicon, problems).run();
}

}  // namespace entente::language
