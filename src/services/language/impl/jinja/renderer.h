// SPDX-License-Identifier: GPL-3.0-or-later
// Renders a parsed template once. What goes wrong throws Failure. Made for one rendering; one thread.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "services/language/impl/jinja/syntax.h"
#include "services/language/impl/jinja/workspace.h"

namespace entente::language::jinja {

// Names and what they mean. The body of a loop or macro has its own and sees those around it.
struct Scope {
  std::map<std::string, Value, std::less<>> names;
  Scope* around = nullptr;
};

class Renderer {
 public:
  explicit Renderer(const Json& variables);

  std::string run(const std::vector<Node>& nodes);  // as it stands, white space and all

 private:
  friend class Macro;
  enum class Flow : std::uint8_t { on, next, stop };  // what {% continue %} and {% break %} do to those around

  Flow render(const std::vector<Node>& nodes);
  Flow render(const Node& node);
  Flow choose(const Node& node);
  Flow loop(const Node& node);
  Flow loop_over(const Node& node, const Values& items);
  Flow scoped(const Node& node);
  void append(const std::string& text);
  std::string block_text(const Node& node);
  Value filtered_block(const Node& node);
  void call_block(const Node& node);
  void define(const Node& node);
  Value call_macro(const Node& node, Scope* around, const Arguments& arguments, bool is_caller);
  void assign(const Expression& target, const Value& value);

  Value evaluate(const Expression& expression);
  Value evaluate_inside(const Expression& expression);
  Value evaluate_defined(const Expression& expression);
  Values evaluate_all(const std::vector<Expression>& expressions);
  Value variable(const std::string& name);
  Value dictionary(const Expression& expression);
  bool comparison(const Expression& expression);
  Value call(const Expression& expression, const Value* caller);
  Arguments arguments_of(const Expression& expression, std::size_t first);

  // A scope within the one at hand, as long as it lives.
  class Inside {
   public:
    Inside(Renderer& renderer, Scope* around);
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { renderer_.scope_ = before_; }

   private:
    Renderer& renderer_;
    Scope* before_;
  };
  // Output goes to a text of its own, as long as it lives.
  class Capture {
   public:
    explicit Capture(Renderer& renderer) : renderer_(renderer) { renderer.output_.swap(before_); }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    ~Capture() { renderer_.output_.swap(before_); }
    std::string take() { return std::move(renderer_.output_); }

   private:
    Renderer& renderer_;
    std::string before_;
  };

  const Json& variables_;
  Workspace workspace_;
  std::deque<Scope> scopes_;  // a macro may see one that is over
  Scope* scope_ = nullptr;
  std::string output_;
};

}  // namespace entente::language::jinja
