// SPDX-License-Identifier: GPL-3.0-or-later
// The heap of one rendering, and what it may cost: every list, dictionary and function made is kept until the end, and
// every step, item and piece of text is paid for. Owned by Jinja::render; one thread.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "services/language/impl/jinja/value.h"

namespace entente::language::jinja {

constexpr std::size_t text_limit = 64 * 1024;  // bytes of one value

class Workspace {
 public:
  Value list(Values items);
  Value tuple(Values items);
  Value dictionary(std::vector<std::pair<Value, Value>> items);
  Value name_space(std::vector<std::pair<Value, Value>> items);
  Value keep(std::unique_ptr<Function> function);
  Value text(std::string text);  // the same as Value(text), but paid for and limited

  // Fails when a reply has cost too much. One unit is a step of evaluation, or an item looked at.
  void spend(std::size_t units);
  // Fails when expressions, blocks and calls are nested too deeply. Lives as long as the level.
  class Level {
   public:
    explicit Level(Workspace& workspace);
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --workspace_.depth_; }

   private:
    Workspace& workspace_;
  };

  // The items of a list, the keys of a dictionary, the characters of a text; fails for the rest.
  Values items_of(const Value& value);
  std::size_t length_of(const Value& value);
  bool holds(const Value& box, const Value& wanted);  // "in"

  // JSON, with {"__date__": "2013-09-17"}, {"__time__": "01:02:00"}, {"__datetime__": "2013-09-17T01:02:00"} and
  // {"__lookup__": {…}}: a function that finds its first argument in the object, its second in what was found and so
  // on, and gives None where there is nothing.
  Value from_json(const Json& json);

 private:
  Dictionary* make_dictionary(std::vector<std::pair<Value, Value>> items);

  std::size_t left_ = 200'000;
  int depth_ = 0;
  std::deque<List> lists_;
  std::deque<Dictionary> dictionaries_;
  std::vector<std::unique_ptr<Function>> functions_;
};

}  // namespace entente::language::jinja
