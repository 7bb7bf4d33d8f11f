// SPDX-License-Identifier: GPL-3.0-or-later
// Many plain phrases, each with a number, on their way into an AutomatonBuilder: what ranges and quantities spell out
// by the thousand, without a template for each. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "services/language/impl/automaton.h"
#include "services/language/impl/scan.h"
#include "services/language/impl/symbols.h"

namespace entente::language {

class PhraseTrie {
 public:
  PhraseTrie(const ScanRules& rules, Symbols& symbols) : rules_(rules), symbols_(symbols) {}

  void add(std::string_view phrase, std::uint32_t final, Symbols::Use use);
  void add(std::span<const Label> words, std::uint32_t final);

  // The state that accepts every phrase; each ends with its finals.
  std::uint32_t build(AutomatonBuilder& builder) const { return build(builder, 0); }

 private:
  struct Node {
    std::map<Label, std::uint32_t> next;
    std::vector<std::uint32_t> finals;
  };
  std::uint32_t build(AutomatonBuilder& builder, std::uint32_t node) const;

  const ScanRules& rules_;
  Symbols& symbols_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
};

}  // namespace entente::language
