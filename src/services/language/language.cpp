// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/language.h"

#include <mutex>
#include <set>

#include "services/language/impl/lexicon.h"
#include "services/language/impl/projection.h"
#include "services/language/impl/reader.h"
#include "services/language/impl/replies.h"
#include "services/language/impl/repository.h"

namespace entente::language {

std::string to_string(const Problem& problem) {
  if (problem.file.empty()) return problem.reason;
  if (problem.line == 0) return fmt::format("{}: {}", problem.file, problem.reason);
  return fmt::format("{}:{}: {}", problem.file, problem.line, problem.reason);
}

// ---- SentenceSet

struct SentenceSet::Impl {
  Lexicon lexicon;
  std::vector<Problem> problems;
  Responses responses;

  static std::shared_ptr<const Impl> make(Source source, std::string_view language, std::vector<Problem> problems) {
    auto impl = std::make_shared<Impl>();
    impl->problems = std::move(problems);
    impl->responses = compile_replies(source.replies, source.refusals, impl->problems);
    compile_lexicon(std::move(source), language, impl->lexicon, impl->problems);
    return impl;
  }
};

SentenceSet::SentenceSet(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

SentenceSet SentenceSet::load(std::span<const std::filesystem::path> paths, std::string_view language) {
  std::vector<Problem> problems;
  Source source;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool of_user = i > 0;
    if (is_repository(paths[i])) {
      read_repository(paths[i], language, of_user, source, problems);
    } else {
      read_folder(paths[i], of_user, source, problems);
    }
  }
  return SentenceSet(Impl::make(std::move(source), language, std::move(problems)));
}

SentenceSet SentenceSet::parse(std::span<const SentenceFile> files, std::string_view language,
                               std::size_t first_of_user) {
  std::vector<Problem> problems;
  Source source;
  for (std::size_t i = 0; i < files.size(); ++i) read_yaml(files[i], i >= first_of_user, source, problems);
  return SentenceSet(Impl::make(std::move(source), language, std::move(problems)));
}

const std::string& SentenceSet::language() const { return impl_->lexicon.language; }
const std::vector<Problem>& SentenceSet::problems() const { return impl_->problems; }
const Responses& SentenceSet::responses() const { return impl_->responses; }
std::size_t SentenceSet::sentence_count() const { return impl_->lexicon.sentence_count; }

std::vector<std::string> SentenceSet::intents() const {
  std::set<std::string> names;
  for (const auto& block : impl_->lexicon.blocks) names.insert(block.intent);
  return {names.begin(), names.end()};
}

// ---- Grammar

struct Grammar::Impl {
  explicit Impl(std::shared_ptr<const SentenceSet::Impl> set)
      : sentences(std::move(set)), symbols(sentences->lexicon.symbols), lists(sentences->lexicon.lists) {}

  MatchTables tables() const { return MatchTables{sentences->lexicon, symbols, lists}; }

  // Constant after compile().
  std::shared_ptr<const SentenceSet::Impl> sentences;
  Symbols symbols;
  std::vector<SharedList> lists;
  std::vector<Problem> problems;

  mutable std::once_flag projected;
  mutable std::shared_ptr<const model::WordGraph> word_graph;  // written once, under projected
};

namespace {

// The home's values, then those of the files.
std::vector<ListValueSource> values_of(const std::string& name, const std::vector<ListValue>& given,
                                       const Lexicon& lexicon) {
  std::vector<ListValueSource> values;
  for (const auto& value : given) {
    ListValueSource source;
    source.in.text = value.text;
    source.out = value.out;
    source.context = value.context;
    values.push_back(std::move(source));
  }
  const auto held = lexicon.list_sources.find(name);
  if (held != lexicon.list_sources.end()) {
    values.insert(values.end(), held->second.values.begin(), held->second.values.end());
  }
  return values;
}

void report_empty_lists(const Lexicon& lexicon, const std::vector<SharedList>& lists, std::vector<Problem>& problems) {
  for (const auto& [name, index] : lexicon.global_lists) {
    if (!lists[index]) {
      problems.push_back({{}, 0, fmt::format("sentences use the list {{{}}}, but nothing says what is in it", name)});
    }
  }
}

}  // namespace

Grammar::Grammar(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Grammar::~Grammar() = default;

Result<std::shared_ptr<const Grammar>> Grammar::compile(const SentenceSet& sentences, const Lists& lists) {
  auto impl = std::make_unique<Impl>(sentences.impl_);
  const Lexicon& lexicon = impl->sentences->lexicon;
  if (lexicon.blocks.empty()) {
    return Error{ErrorCode::not_found, fmt::format("language: no sentences in '{}'", lexicon.language)};
  }
  ListCompiler compiler(lexicon.rules, lexicon.language, impl->symbols, &lexicon.rule_sources, impl->problems);
  for (const auto& [name, values] : lists) {
    const auto used = lexicon.global_lists.find(name);
    if (used != lexicon.global_lists.end()) compiler.add_values(used->second, name, values_of(name, values, lexicon));
  }
  compiler.finish(impl->lists);
  report_empty_lists(lexicon, impl->lists, impl->problems);
  return std::shared_ptr<const Grammar>(new Grammar(std::move(impl)));
}

Result<Understanding> Grammar::understand(std::string_view text, const Context& context) const {
  return understand_text(impl_->tables(), text, context);
}

Result<Understanding> Grammar::understand_tolerantly(std::span<const Hypothesis> heard, const Context& context) const {
  return language::understand_tolerantly(impl_->tables(), heard, context);
}

const Talk& Grammar::talk() const { return impl_->sentences->lexicon.talk; }

std::shared_ptr<const model::WordGraph> Grammar::word_graph() const {
  std::call_once(impl_->projected,
                 [this] { impl_->word_graph = std::make_shared<const model::WordGraph>(project(impl_->tables())); });
  return impl_->word_graph;
}

const std::string& Grammar::language() const { return impl_->sentences->lexicon.language; }
const Responses& Grammar::responses() const { return impl_->sentences->responses; }
const std::vector<Problem>& Grammar::problems() const { return impl_->problems; }

Grammar::Size Grammar::size() const {
  const Lexicon& lexicon = impl_->sentences->lexicon;
  Size size;
  std::set<const Automaton*> automata{&lexicon.sentences};
  for (const auto& list : impl_->lists) {
    if (!list) continue;
    size.list_values += list->entries.size();
    size.bytes += list->entries.size() * sizeof(ListEntry);
    if (list->automaton) automata.insert(list->automaton.get());
  }
  for (const auto* automaton : automata) {
    size.states += automaton->state_count();
    size.arcs += automaton->arc_count();
    size.bytes += automaton->bytes();
  }
  size.symbols = impl_->symbols.size();
  size.bytes += impl_->symbols.bytes() + lexicon.symbols.bytes();
  return size;
}

}  // namespace entente::language
