// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two steps. Pattern: Thompson's construction over pieces, where boundary edges say that a word may end there. Words:
// subset construction in which one step is a whole word, found by walking pieces up to the next boundary.
#include "services/language/impl/template_graph.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace entente::language {
namespace {

constexpr std::size_t node_limit = 60'000;       // of a pattern
constexpr std::size_t state_limit = 20'000;      // of the automaton of one template
constexpr std::size_t word_limit = 4'000;        // different words at one place of a template
constexpr int depth_limit = 400;                 // words in a sentence
constexpr std::size_t permutation_limit = 7;     // items of a permutation
constexpr std::size_t spelt_capitals_limit = 4;  // letters of an abbreviation that people spell
constexpr double spelt_number_limit = 9'999;     // literal numbers that people say

using Node = std::uint32_t;

struct Edge {
  enum class Kind : std::uint8_t { empty, boundary, glue, unit, call };
  Kind kind = Kind::empty;
  std::uint32_t payload = 0;  // glue: index of letters; unit: label; call: index of Call
  Node target = 0;
};

struct Pattern {
  std::vector<std::vector<Edge>> nodes;
  std::vector<std::string> letters;
  std::vector<Call> calls;

  Node add() {
    nodes.emplace_back();
    return static_cast<Node>(nodes.size() - 1);
  }
  void link(Node from, Edge::Kind kind, std::uint32_t payload, Node to) { nodes[from].push_back({kind, payload, to}); }
  Node extend(Node from, Edge::Kind kind, std::uint32_t payload = 0) {
    const Node to = add();
    link(from, kind, payload, to);
    return to;
  }
};

Error too_large() { return Error{ErrorCode::exhausted, "too many combinations in one template; split it"}; }

class PatternMaker {
 public:
  PatternMaker(TemplateScope* scope, TemplateTools& tools) : scope_(scope), tools_(tools) {}

  Pattern pattern;

  // The node after `expression` when it is entered at `from`.
  // NOLINTNEXTLINE(misc-no-recursion): as deep as templates and rules nest, both bounded.
  Result<Node> emit(const Expression& expression, Node from) {
    if (pattern.nodes.size() > node_limit) return too_large();
    switch (expression.kind) {
      case Expression::Kind::text: return text(expression.text, from);
      case Expression::Kind::sequence: return sequence(expression, from);
      case Expression::Kind::alternatives: return alternatives(expression, from);
      case Expression::Kind::permutation: return permutation(expression, from);
      case Expression::Kind::rule: return rule(expression, from);
      case Expression::Kind::list:
      case Expression::Kind::range: return list(expression, from);
    }
    return from;
  }

  Node text(std::string_view text, Node from) {
    const auto pieces = scan(text, tools_.rules);
    for (std::size_t i = 0; i < pieces.size(); ++i) from = piece(pieces[i], from);
    return from;
  }

 private:
  Node word(std::string_view key, Symbols::Use use, Node from) {
    return pattern.extend(from, Edge::Kind::unit, tools_.symbols.intern(key, use));
  }
  Node spaced(Node from) { return pattern.extend(from, Edge::Kind::boundary); }
  void join(Node from, Node to) { pattern.link(from, Edge::Kind::boundary, 0, to); }

  Node piece(const Piece& piece, Node from) {
    switch (piece.kind) {
      case Piece::Kind::boundary: return spaced(from);
      case Piece::Kind::letters: return letters(piece, from);
      case Piece::Kind::unit: return spaced(word(piece.key, unit_use(piece.key), spaced(from)));
      case Piece::Kind::number: return number(piece, from);
      case Piece::Kind::initialism: {
        const Node begin = spaced(from);
        const Node end = spaced(word(piece.key, Symbols::Use::typed, begin));
        spell_letters(piece.key, begin, end);
        return end;
      }
    }
    return from;
  }

  static Symbols::Use unit_use(std::string_view key) {
    const bool symbol = key.size() == 1 && !((key[0] >= 'a' && key[0] <= 'z'));
    return symbol || key == "°" || key == "℃" ? Symbols::Use::typed : Symbols::Use::spoken;
  }

  Node letters(const Piece& piece, Node from) {
    pattern.letters.push_back(piece.key);
    const Node end = pattern.extend(from, Edge::Kind::glue, static_cast<std::uint32_t>(pattern.letters.size() - 1));
    if (piece.capitals && piece.key.size() <= spelt_capitals_limit && piece.key.find('\'') == std::string::npos) {
      const Node after = pattern.add();
      spell_letters(piece.key, spaced(from), after);
      pattern.link(after, Edge::Kind::boundary, 0, end);
    }
    return end;
  }

  void spell_letters(std::string_view key, Node begin, Node end) {
    Node at = begin;
    for (std::size_t i = 0; i < key.size();) {
      std::size_t length = 1;
      while (i + length < key.size() && text::is_continuation(key[i + length])) ++length;
      at = word(key.substr(i, length), Symbols::Use::spoken, at);
      i += length;
    }
    join(at, end);
  }

  Node number(const Piece& piece, Node from) {
    const Node begin = spaced(from);
    const Node end = spaced(word(piece.key, Symbols::Use::typed, begin));
    if (piece.value < 0 || piece.value > spelt_number_limit) return end;
    for (const auto& spelling : tools_.numbers.spell(piece.value)) {
      Node at = begin;
      for (const auto& token : tokens(spelling, tools_.rules)) at = word(token.key, Symbols::Use::spoken, at);
      join(at, end);
    }
    return end;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Result<Node> sequence(const Expression& expression, Node from) {
    for (const auto& item : expression.items) {
      ENTENTE_TRY(from, emit(item, from));
    }
    return from;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Result<Node> alternatives(const Expression& expression, Node from) {
    const Node end = pattern.add();
    for (const auto& branch : expression.items) {
      ENTENTE_TRY(const Node after, emit(branch, pattern.extend(from, Edge::Kind::empty)));
      pattern.link(after, Edge::Kind::empty, 0, end);
    }
    return end;
  }

  // One node for every set of items already said, so n items cost n·2ⁿ⁻¹ copies and not n!.
  // NOLINTNEXTLINE(misc-no-recursion)
  Result<Node> permutation(const Expression& expression, Node from) {
    const auto count = expression.items.size();
    if (count > permutation_limit) {
      return Error{ErrorCode::exhausted,
                   fmt::format("a permutation of {} items; {} are the limit", count, permutation_limit)};
    }
    std::vector<Node> said(std::size_t{1} << count);
    said[0] = spaced(from);
    for (std::size_t set = 1; set < said.size(); ++set) said[set] = pattern.add();
    for (std::size_t set = 0; set < said.size(); ++set) {
      for (std::size_t item = 0; item < count; ++item) {
        const auto bit = std::size_t{1} << item;
        if ((set & bit) != 0) continue;
        ENTENTE_TRY(const Node after, emit(expression.items[item], pattern.extend(said[set], Edge::Kind::empty)));
        join(after, said[set | bit]);
      }
    }
    return said.back();
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Result<Node> rule(const Expression& expression, Node from) {
    if (scope_ == nullptr)
      return Error{ErrorCode::invalid, fmt::format("the rule <{}> cannot be used here", expression.text)};
    if (std::find(open_rules_.begin(), open_rules_.end(), expression.text) != open_rules_.end()) {
      return Error{ErrorCode::invalid, fmt::format("the rule <{}> contains itself", expression.text)};
    }
    if (open_rules_.size() > static_cast<std::size_t>(template_depth_limit)) return too_large();
    ENTENTE_TRY(const Expression* meaning, scope_->rule(expression.text));
    open_rules_.push_back(expression.text);
    auto after = emit(*meaning, from);
    open_rules_.pop_back();
    return after;
  }

  Result<Node> list(const Expression& expression, Node from) {
    if (scope_ == nullptr)
      return Error{ErrorCode::invalid, fmt::format("the list {{{}}} cannot be used here", expression.text)};
    Call call;
    call.slot = expression.slot;
    call.capture = expression.capture;
    if (expression.kind == Expression::Kind::range) {
      call.list = scope_->range(expression.from, expression.to, expression.step);
    } else {
      ENTENTE_TRY(call.list, scope_->list(expression.text));
    }
    pattern.calls.push_back(std::move(call));
    return pattern.extend(from, Edge::Kind::call, static_cast<std::uint32_t>(pattern.calls.size() - 1));
  }

  TemplateScope* scope_;
  TemplateTools& tools_;
  std::vector<std::string> open_rules_;
};

class WordMaker {
 public:
  WordMaker(Pattern& pattern, Node end, std::uint32_t final, TemplateTools& tools)
      : pattern_(pattern), end_(end), final_(final), tools_(tools) {}

  Result<std::uint32_t> run(Node begin) { return state({begin}, 0); }

 private:
  using Subset = std::vector<Node>;
  using Steps = std::map<Label, Subset>;

  // What has been walked of the word that is being put together.
  struct Walk {
    Node node;
    std::string word;   // before the call, if there is one
    int call = -1;      // index of Call
    std::string after;  // letters behind the call
    friend bool operator<(const Walk& a, const Walk& b) {
      return std::tie(a.node, a.call, a.word, a.after) < std::tie(b.node, b.call, b.word, b.after);
    }
    bool empty() const { return call < 0 && word.empty(); }
  };

  Subset closure(const Subset& nodes) const {
    Subset closed = nodes;
    std::set<Node> seen(nodes.begin(), nodes.end());
    for (std::size_t at = 0; at < closed.size(); ++at) {
      for (const Edge& edge : pattern_.nodes[closed[at]]) {
        if (edge.kind != Edge::Kind::empty && edge.kind != Edge::Kind::boundary) continue;
        if (seen.insert(edge.target).second) closed.push_back(edge.target);
      }
    }
    std::sort(closed.begin(), closed.end());
    return closed;
  }

  // Nodes that only lead on without a word say nothing about a state.
  Subset kernel(const Subset& closed) const {
    Subset kept;
    for (const Node node : closed) {
      const auto& edges = pattern_.nodes[node];
      const bool speaks = std::any_of(edges.begin(), edges.end(), [](const Edge& edge) {
        return edge.kind != Edge::Kind::empty && edge.kind != Edge::Kind::boundary;
      });
      if (speaks || node == end_) kept.push_back(node);
    }
    return kept;
  }

  // NOLINTNEXTLINE(misc-no-recursion): bounded by depth_limit.
  Result<std::uint32_t> state(const Subset& nodes, int depth) {
    if (depth > depth_limit) {
      return Error{ErrorCode::exhausted, fmt::format("a sentence of more than {} words", depth_limit)};
    }
    const Subset key = kernel(closure(nodes));
    if (const auto known = made_.find(key); known != made_.end()) return known->second;
    if (made_.size() >= state_limit || pattern_.nodes.size() > 2 * node_limit) return too_large();

    ENTENTE_TRY(const Steps steps, words_from(key));
    std::vector<Arc> arcs;
    for (const auto& [label, targets] : steps) {
      ENTENTE_TRY(const auto target, state(targets, depth + 1));
      arcs.push_back(Arc{label, target});
    }
    std::vector<std::uint32_t> finals;
    if (std::binary_search(key.begin(), key.end(), end_)) finals.push_back(final_);
    const auto id = tools_.builder.state(std::move(finals), arcs);
    made_.emplace(key, id);
    return id;
  }

  Result<Steps> words_from(const Subset& nodes) {
    Steps steps;
    std::set<Walk> seen;
    std::vector<Walk> open;
    const auto go = [&](Walk walk) {
      if (seen.insert(walk).second) open.push_back(std::move(walk));
    };
    for (const Node node : nodes) go(Walk{node, {}, -1, {}});
    while (!open.empty()) {
      if (seen.size() > word_limit) return too_large();
      const Walk walk = std::move(open.back());
      open.pop_back();
      if (walk.node == end_ && !walk.empty()) complete(walk, walk.node, steps);
      // complete() adds nodes, so edges are looked up by index.
      for (std::size_t at = 0; at < pattern_.nodes[walk.node].size(); ++at) {
        const Edge edge = pattern_.nodes[walk.node][at];
        switch (edge.kind) {
          case Edge::Kind::empty:
            if (!walk.empty()) go(Walk{edge.target, walk.word, walk.call, walk.after});
            break;
          case Edge::Kind::boundary:
            if (!walk.empty()) complete(walk, edge.target, steps);
            break;
          case Edge::Kind::glue: {
            Walk longer = walk;
            longer.node = edge.target;
            (walk.call < 0 ? longer.word : longer.after) += pattern_.letters[edge.payload];
            go(std::move(longer));
            break;
          }
          case Edge::Kind::unit:
            if (walk.empty()) steps[edge.payload].push_back(edge.target);
            break;
          case Edge::Kind::call:
            if (walk.call >= 0) {  // two lists without a space: the first ends here
              complete(walk, walk.node, steps);
            } else {
              go(Walk{edge.target, walk.word, static_cast<int>(edge.payload), {}});
            }
            break;
        }
      }
    }
    return steps;
  }

  Label word(std::string_view letters) { return tools_.symbols.intern(letters, Symbols::Use::spoken); }

  void complete(const Walk& walk, Node target, Steps& steps) {
    if (walk.call < 0) {
      const auto bare = trim_apostrophes(walk.word);
      if (!bare.empty()) steps[word(bare)].push_back(target);
      return;
    }
    Call call = pattern_.calls[static_cast<std::size_t>(walk.call)];
    const auto prefix = std::string(trim_apostrophes(walk.word));
    const auto suffix = std::string(trim_apostrophes(walk.after));
    const Label bare = tools_.calls.intern(call);
    if (prefix.empty() && suffix.empty()) {
      steps[bare].push_back(target);
      return;
    }
    // Glued to the list's letters, and apart from its digits: "zweistündig", "2-stündig".
    call.prefix = walk.word;
    call.suffix = walk.after;
    while (!call.prefix.empty() && call.prefix.front() == '\'') call.prefix.erase(0, 1);
    while (!call.suffix.empty() && call.suffix.back() == '\'') call.suffix.pop_back();
    steps[tools_.calls.intern(call)].push_back(target);
    Node last = target;
    if (!suffix.empty()) {
      last = pattern_.add();
      pattern_.link(last, Edge::Kind::unit, word(suffix), target);
    }
    if (prefix.empty()) {
      steps[bare].push_back(last);
      return;
    }
    const Node first = pattern_.add();
    pattern_.link(first, Edge::Kind::call, static_cast<std::uint32_t>(walk.call), last);
    steps[word(prefix)].push_back(first);
    // The call's edge must not glue to what follows.
    const Node gap = pattern_.add();
    pattern_.nodes[first].back().target = gap;
    pattern_.link(gap, Edge::Kind::boundary, 0, last);
  }

  Pattern& pattern_;
  Node end_;
  std::uint32_t final_;
  TemplateTools& tools_;
  std::map<Subset, std::uint32_t> made_;
};

}  // namespace

Label Calls::intern(const Call& call) {
  const auto key = std::make_tuple(call.list, call.slot, call.capture, call.prefix, call.suffix);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  const Label label = call_bit | static_cast<Label>(calls_.size());
  calls_.push_back(call);
  known_.emplace(key, label);
  return label;
}

Result<std::uint32_t> compile_template(const Expression& expression, std::uint32_t final, TemplateScope& scope,
                                       TemplateTools& tools) {
  PatternMaker maker(&scope, tools);
  const Node begin = maker.pattern.add();
  ENTENTE_TRY(const Node last, maker.emit(expression, begin));
  const Node end = maker.pattern.extend(last, Edge::Kind::boundary);
  return WordMaker(maker.pattern, end, final, tools).run(begin);
}

std::optional<std::uint32_t> compile_text(std::string_view text, std::uint32_t final, TemplateTools& tools) {
  PatternMaker maker(nullptr, tools);
  const Node begin = maker.pattern.add();
  const Node end = maker.pattern.extend(maker.text(normalise(text), begin), Edge::Kind::boundary);
  auto made = WordMaker(maker.pattern, end, final, tools).run(begin);
  if (!made.ok()) return std::nullopt;
  return std::move(made).value();
}

}  // namespace entente::language
