// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "services/language/impl/jinja/expression_parser.h"
#include "services/language/impl/jinja/syntax.h"
#include "services/language/impl/jinja/tokens.h"

namespace entente::language::jinja {
namespace {

Expression the_block() {
  Expression made;
  made.kind = Expression::Kind::name;
  made.text = std::string(block_subject);
  return made;
}

class DocumentParser {
 public:
  explicit DocumentParser(std::vector<Part> parts) : parts_(std::move(parts)) {}

  std::vector<Node> run() {
    auto nodes = body();
    if (at_ < parts_.size()) fail_here(fmt::format("'{}' belongs to no block", text::shorten(word(), 40)));
    return nodes;
  }

 private:
  [[noreturn]] void fail_here(std::string reason) const {
    fail_at(parts_[at_].line, Failure{Error{ErrorCode::invalid, std::move(reason)}});
  }

  // The first word of the block at hand, or nothing where there is none.
  std::string_view word() const {
    if (at_ >= parts_.size() || parts_[at_].kind != Part::Kind::block) return {};
    const auto& tokens = parts_[at_].tokens;
    return tokens.empty() ? std::string_view() : std::string_view(tokens[0].text);
  }

  // The tokens after that word, through `read`; errors get the line.
  template <class Read>
  void head(Read read) {
    const int line = parts_[at_].line;
    auto tokens = std::move(parts_[at_].tokens);
    tokens.erase(tokens.begin(), tokens.begin() + 1);
    ExpressionParser parser(std::move(tokens));
    try {
      read(parser);
      parser.expect_end();
    } catch (const Failure& failure) {
      fail_at(line, failure);
    }
    ++at_;
  }

  // Up to a block that begins nothing: elif, else, endif …
  // NOLINTBEGIN(misc-no-recursion): depth is counted.
  std::vector<Node> body() {
    std::vector<Node> nodes;
    while (at_ < parts_.size()) {
      if (parts_[at_].kind == Part::Kind::block && parts_[at_].tokens.empty()) fail_here("an empty block");
      auto node = statement();
      if (!node) return nodes;
      nodes.push_back(std::move(*node));
    }
    return nodes;
  }

  std::optional<Node> statement() {
    Node node;
    node.line = parts_[at_].line;
    if (parts_[at_].kind == Part::Kind::text) {
      node.text = std::move(parts_[at_++].text);
      return node;
    }
    if (parts_[at_].kind == Part::Kind::output) return output(std::move(node));
    struct Reading {
      std::string_view word;
      void (DocumentParser::*read)(Node&);
    };
    static constexpr Reading readings[] = {
        {"if", &DocumentParser::choice},   {"for", &DocumentParser::loop},  {"set", &DocumentParser::set},
        {"macro", &DocumentParser::macro}, {"call", &DocumentParser::call}, {"filter", &DocumentParser::filter},
        {"with", &DocumentParser::scope},  {"do", &DocumentParser::action}, {"continue", &DocumentParser::next},
        {"break", &DocumentParser::stop},
    };
    const auto* reading = std::find_if(std::begin(readings), std::end(readings),
                                       [this](const Reading& known) { return known.word == word(); });
    if (reading == std::end(readings)) return std::nullopt;
    if (depth_ >= depth_limit) {
      fail_at(node.line, Failure{Error{ErrorCode::exhausted, "blocks are nested too deeply"}});
    }
    ++depth_;
    (this->*reading->read)(node);
    --depth_;
    return node;
  }

  Node output(Node node) {
    node.kind = Node::Kind::output;
    ExpressionParser parser(std::move(parts_[at_].tokens));
    try {
      node.expression = parser.expression_or_tuple();
      parser.expect_nothing();
    } catch (const Failure& failure) {
      fail_at(node.line, failure);
    }
    ++at_;
    return node;
  }

  // The body and its end, which stands for itself.
  Node::Branch block(const Node& node, std::string_view what) {
    Node::Branch branch;
    branch.body = body();
    close(node, what);
    return branch;
  }

  void close(const Node& node, std::string_view what) {
    if (word() != fmt::format("end{}", what)) {
      fail_at(node.line, Failure{Error{ErrorCode::invalid, fmt::format("'{{% {} %}}' is never closed", what)}});
    }
    ++at_;
  }

  void choice(Node& node) {
    node.kind = Node::Kind::choice;
    bool otherwise = false;
    while ((word() == "if" && node.branches.empty()) || (!otherwise && (word() == "elif" || word() == "else"))) {
      auto& branch = node.branches.emplace_back();
      otherwise = word() == "else";
      branch.condition.value = true;
      head([&](ExpressionParser& parser) {
        if (!otherwise) branch.condition = parser.expression_or_tuple();
      });
      branch.body = body();
    }
    close(node, "if");
  }

  void loop(Node& node) {
    node.kind = Node::Kind::loop;
    head([&](ExpressionParser& parser) {
      node.target = parser.target();
      parser.expect("in");
      node.expression = parser.without_condition();
      node.condition.value = true;
      if (parser.accept("if")) node.condition = parser.expression();
      if (parser.is("recursive")) fail("a recursive loop");
    });
    node.branches.emplace_back().body = body();
    if (word() == "else") {
      head([](ExpressionParser&) {});
      node.branches.emplace_back().body = body();
    }
    close(node, "for");
  }

  void set(Node& node) {
    bool whole = false;
    head([&](ExpressionParser& parser) {
      node.target = parser.target();
      whole = parser.accept("=");
      node.kind = whole ? Node::Kind::set : Node::Kind::set_block;
      if (whole) {
        node.expression = parser.expression_or_tuple();
      } else {
        node.expression = the_block();
        parser.filters(node.expression);
      }
    });
    if (!whole) node.branches.push_back(block(node, "set"));
  }

  void macro(Node& node) {
    node.kind = Node::Kind::macro;
    head([&](ExpressionParser& parser) {
      node.text = parser.expect_name();
      node.parameters = parser.parameters();
    });
    node.branches.push_back(block(node, "macro"));
  }

  void call(Node& node) {
    node.kind = Node::Kind::call;
    head([&](ExpressionParser& parser) {
      if (parser.is("(")) node.parameters = parser.parameters();
      node.expression = parser.expression();
      if (node.expression.kind != Expression::Kind::call) fail("'call' is {% call name(…) %}");
    });
    node.branches.push_back(block(node, "call"));
  }

  void filter(Node& node) {
    node.kind = Node::Kind::filter;
    head([&](ExpressionParser& parser) { node.expression = parser.filter_chain(the_block()); });
    node.branches.push_back(block(node, "filter"));
  }

  void scope(Node& node) {
    node.kind = Node::Kind::scope;
    node.target.kind = node.expression.kind = Expression::Kind::tuple;
    head([&](ExpressionParser& parser) {
      while (!parser.at_end() && !parser.is(":")) {
        if (!node.target.items.empty()) parser.expect(",");
        auto& target = node.target.items.emplace_back();
        target.kind = Expression::Kind::name;
        target.text = parser.expect_name();
        parser.expect("=");
        node.expression.items.push_back(parser.expression());
      }
    });
    node.branches.push_back(block(node, "with"));
  }

  void action(Node& node) {
    node.kind = Node::Kind::action;
    head([&](ExpressionParser& parser) { node.expression = parser.expression_or_tuple(); });
  }
  void next(Node& node) {
    node.kind = Node::Kind::next;
    head([](ExpressionParser&) {});
  }
  void stop(Node& node) {
    node.kind = Node::Kind::stop;
    head([](ExpressionParser&) {});
  }
  // NOLINTEND(misc-no-recursion)

  std::vector<Part> parts_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::vector<Node> parse_document(std::string_view text) { return DocumentParser(split_template(text)).run(); }

}  // namespace entente::language::jinja
