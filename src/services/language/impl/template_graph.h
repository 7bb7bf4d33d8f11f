// SPDX-License-Identifier: GPL-3.0-or-later
// From a template to a minimal automaton over words and calls. Pieces inside a word ("light[s]", "{name}'s",
// "l'{area}") become whole words, or calls with a prefix or suffix; literal digits can be said ("lamp 2", "lamp two"),
// and capitals spelt ("TV", "t v"). Every step is bounded: a template that would explode is an Error. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "services/language/impl/automaton.h"
#include "services/language/impl/number_words.h"
#include "services/language/impl/scan.h"
#include "services/language/impl/symbols.h"
#include "services/language/impl/template.h"

namespace entente::language {

// A list, range or wildcard in a sentence.
struct Call {
  std::uint32_t list = 0;  // which of the sentence set's lists
  std::string slot;
  bool capture = false;
  std::string prefix, suffix;  // letters glued to it: "l'{area}", "{name}'s"
};

class Calls {
 public:
  Label intern(const Call& call);
  const Call& operator[](std::uint32_t index) const { return calls_[index]; }
  std::size_t size() const { return calls_.size(); }

 private:
  std::vector<Call> calls_;
  std::map<std::tuple<std::uint32_t, std::string, bool, std::string, std::string>, Label> known_;
};

// What the names in a template mean.
class TemplateScope {
 public:
  virtual ~TemplateScope() = default;
  virtual Result<const Expression*> rule(const std::string& name) = 0;
  virtual Result<std::uint32_t> list(const std::string& name) = 0;
  virtual std::uint32_t range(std::int64_t from, std::int64_t to, std::int64_t step) = 0;
};

// What all templates of one compilation share.
struct TemplateTools {
  ScanRules rules;
  Symbols& symbols;
  Calls& calls;
  NumberWords& numbers;
  AutomatonBuilder& builder;
};

// The state from which the template is accepted, ending with `final`.
Result<std::uint32_t> compile_template(const Expression& expression, std::uint32_t final, TemplateScope& scope,
                                       TemplateTools& tools);

// The same for text without templates: `text` as it is.
std::optional<std::uint32_t> compile_text(std::string_view text, std::uint32_t final, TemplateTools& tools);

}  // namespace entente::language
