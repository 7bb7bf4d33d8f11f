// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "base/json.h"
#include "base/text.h"

namespace entente {

struct Yaml::Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  bool quoted = false;
  int line = 0;
  int column = 0;
  std::string text;
  std::vector<Yaml> items;
  std::vector<Member> members;
  std::size_t weight = 1;  // values below it and itself, aliases counted in full
  int height = 0;          // of what is nested in it
};

namespace {

struct Refusal {
  int line;
  std::string reason;
};

}  // namespace

// Takes the parser's events one by one, so that a text that is too much is given up where it becomes too much.
class YamlBuilder : public YAML::EventHandler {
 public:
  explicit YamlBuilder(Yaml::Limits limits) : limits_(limits) {}

  Yaml root() { return root_ ? Yaml(std::move(root_)) : Yaml(std::make_shared<Yaml::Node>()); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { leaf(made(Kind::null, mark), anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = made(Kind::scalar, mark);
    node->text = value;
    node->quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    leaf(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refusal{mark.line + 1, "an alias inside of what it names"};
    count(found->second->weight, mark.line + 1);
    check_depth(static_cast<int>(open_.size()) + found->second->height, mark.line + 1);
    place(found->second);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(Kind::list, mark, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Kind::map, mark, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  using Node = Yaml::Node;
  using Kind = Node::Kind;
  struct Open {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor;
    std::shared_ptr<const Node> key;  // of a map, when its value comes next
  };

  static std::shared_ptr<Node> made(Kind kind, const YAML::Mark& mark) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->line = mark.line + 1;
    node->column = mark.column + 1;
    return node;
  }

  void count(std::size_t more, int line) {
    values_ += more;
    if (values_ > limits_.values) throw Refusal{line, fmt::format("more than {} values", limits_.values)};
  }

  void check_depth(int depth, int line) const {
    if (depth > limits_.depth) throw Refusal{line, fmt::format("nested deeper than {}", limits_.depth)};
  }

  void leaf(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    count(1, node->line);
    finish(std::move(node), anchor);
  }

  void begin(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    count(1, mark.line + 1);
    check_depth(static_cast<int>(open_.size()) + 1, mark.line + 1);
    open_.push_back({made(kind, mark), anchor, nullptr});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    finish(std::move(done.node), done.anchor);
  }

  void finish(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    std::shared_ptr<const Node> done = std::move(node);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = done;
    place(std::move(done));
  }

  void place(std::shared_ptr<const Node> node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& holder = open_.back();
    holder.node->weight += node->weight;
    holder.node->height = std::max(holder.node->height, node->height + 1);
    if (holder.node->kind == Kind::list) {
      holder.node->items.push_back(Yaml(std::move(node)));
    } else if (holder.key == nullptr) {
      if (node->kind != Kind::scalar) throw Refusal{node->line, "a key that is not text"};
      holder.key = std::move(node);
    } else {
      holder.node->members.push_back({holder.key->text, Yaml(holder.key), Yaml(std::move(node))});
      holder.key = nullptr;
    }
  }

  const Yaml::Limits limits_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, std::shared_ptr<const Node>> anchors_;
  std::shared_ptr<const Node> root_;
  std::size_t values_ = 0;
};

Yaml::Yaml() = default;

std::optional<Yaml> Yaml::parse(std::string_view text, Limits limits, Trouble& trouble) {
  if (text.size() > limits.bytes) {
    trouble = {0, fmt::format("{} bytes; {} are the limit", text.size(), limits.bytes)};
    return std::nullopt;
  }
  if (!text::is_valid_utf8(text)) {
    trouble = {0, "not UTF-8 text"};
    return std::nullopt;
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    YamlBuilder builder(limits);
    parser.HandleNextDocument(builder);
    return builder.root();
  } catch (const Refusal& refusal) {
    trouble = {refusal.line, refusal.reason};
  } catch (const YAML::Exception& error) {
    trouble = {error.mark.is_null() ? 0 : error.mark.line + 1, "not YAML: " + error.msg};
  } catch (const std::exception& error) {
    trouble = {0, std::string("not YAML: ") + error.what()};
  }
  return std::nullopt;
}

Result<Yaml> Yaml::parse(std::string_view text, std::string_view what, Limits limits) {
  Trouble trouble;
  if (auto parsed = parse(text, limits, trouble)) return *std::move(parsed);
  const auto place = trouble.line > 0 ? fmt::format("{}:{}", what, trouble.line) : std::string(what);
  return Error{ErrorCode::invalid, fmt::format("{}: {}", place, trouble.reason)};
}

bool Yaml::missing() const { return node_ == nullptr; }
bool Yaml::is_null() const { return node_ && node_->kind == Node::Kind::null; }
bool Yaml::is_scalar() const { return node_ && node_->kind == Node::Kind::scalar; }
bool Yaml::is_list() const { return node_ && node_->kind == Node::Kind::list; }
bool Yaml::is_map() const { return node_ && node_->kind == Node::Kind::map; }
bool Yaml::quoted() const { return node_ && node_->quoted; }
int Yaml::line() const { return node_ ? node_->line : 0; }
int Yaml::column() const { return node_ ? node_->column : 0; }

const std::string& Yaml::text() const {
  static const std::string none;
  return node_ ? node_->text : none;
}

const std::vector<Yaml>& Yaml::items() const {
  static const std::vector<Yaml> none;
  return node_ ? node_->items : none;
}

const std::vector<Yaml::Member>& Yaml::members() const {
  static const std::vector<Member> none;
  return node_ ? node_->members : none;
}

const Yaml& Yaml::operator[](std::string_view key) const {
  static const Yaml none;
  for (const auto& member : members()) {
    if (member.name == key) return member.value;
  }
  return none;
}

// ---- as JSON

namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.starts_with("0b")) {
    base = 2;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
  }
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || text.front() == '-' || error != std::errc() || stopped != end) return std::nullopt;
  return negative ? -value : value;
}

// Needs a point, as in YAML 1.1: "1e3" is a text.
std::optional<double> real_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (one_of(text, {".inf", ".Inf", ".INF"})) {
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  if (text.find('.') == std::string_view::npos || text.find_first_of("0123456789") == std::string_view::npos) {
    return std::nullopt;
  }
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.front() == '-' || error != std::errc() || stopped != end) return std::nullopt;
  return negative ? -value : value;
}

Json scalar_json(const Yaml& yaml) {
  const std::string& text = yaml.text();
  if (yaml.quoted()) return text;
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (one_of(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return true;
  if (one_of(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) return false;
  const bool may_be_number = std::string_view("+-.0123456789").find(text.front()) != std::string_view::npos;
  if (!may_be_number) return text;
  const auto digits = text::replace_all(text, "_", "");
  if (const auto whole = whole_number(digits)) return *whole;
  if (const auto real = real_number(digits)) return *real;
  return text;
}

}  // namespace

Json to_json(const Yaml& yaml) {
  if (yaml.is_scalar()) return scalar_json(yaml);
  if (yaml.is_list()) {
    auto made = Json::array();
    for (const auto& item : yaml.items()) made.push_back(to_json(item));
    return made;
  }
  if (!yaml.is_map()) return nullptr;
  auto made = Json::object();
  for (const auto& member : yaml.members()) made[member.name] = to_json(member.value);
  return made;
}

Result<Json> parse_yaml(std::string_view yaml, std::string_view what) {
  ENTENTE_TRY(const auto parsed, Yaml::parse(yaml, what));
  return to_json(parsed);
}

}  // namespace entente
