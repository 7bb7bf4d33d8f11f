// SPDX-License-Identifier: GPL-3.0-or-later
// YAML text as a tree that still knows where each value stood, so that whoever reads a file that people wrote can say
// what is wrong in which line. Bounded in size, depth and what aliases blow up; parts that several aliases name are
// shared. Immutable; cheap to copy; pure functions, any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace entente {

class Yaml {
 public:
  struct Limits {
    std::size_t bytes = 4U << 20U;
    std::size_t values = 1'000'000;  // each alias counts as all that it names
    int depth = 64;
  };
  struct Member;

  Yaml();  // missing
  // The first document of the text; an empty text is null. `what` names the source in errors:
  // "what:12: not YAML: …".
  static Result<Yaml> parse(std::string_view text, std::string_view what, Limits limits);
  static Result<Yaml> parse(std::string_view text, std::string_view what) { return parse(text, what, Limits()); }
  // The same for who shows the line by itself.
  struct Trouble {
    int line = 0;  // 0: all of it
    std::string reason;
  };
  static std::optional<Yaml> parse(std::string_view text, Limits limits, Trouble& trouble);

  bool missing() const;
  bool is_null() const;
  bool is_scalar() const;
  bool is_list() const;
  bool is_map() const;

  const std::string& text() const;             // of a scalar as it is written; empty for anything else
  bool quoted() const;                         // the scalar is text, whatever it looks like: "5", 'off', a block
  const std::vector<Yaml>& items() const;      // of a list; none for anything else
  const std::vector<Member>& members() const;  // of a map in the order written, a key as often as it stands there
  const Yaml& operator[](std::string_view key) const;  // the first member of that name, or a missing value

  int line() const;    // from 1; 0 when missing
  int column() const;  // from 1, in characters

 private:
  friend class YamlBuilder;
  struct Node;
  explicit Yaml(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

  std::shared_ptr<const Node> node_;  // null: missing
};

struct Yaml::Member {
  std::string name;
  Yaml key;
  Yaml value;
};

// With the types that YAML 1.1 gives to plain scalars (yes, off, 0x1F, 1_000, ~), as most tools read such files. Of
// a key that stands twice the last counts.
Json to_json(const Yaml& yaml);

// A YAML text as JSON, for who does not need to know the lines.
Result<Json> parse_yaml(std::string_view yaml, std::string_view what);

}  // namespace entente
