// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/text.h"

namespace entente {

struct Config::Impl {
  toml::table table;
  std::string source;
  std::set<std::string, std::less<>> read;
  std::vector<std::string> complaints;

  const toml::node* find(std::string_view key) {
    read.emplace(key);
    return table.at_path(key).node();
  }
  void complain(const toml::node& node, std::string_view key, std::string_view reason) {
    auto complaint = fmt::format("{}:{}: {} {}", source, node.source().begin.line, key, reason);
    if (std::find(complaints.begin(), complaints.end(), complaint) == complaints.end()) {
      complaints.push_back(std::move(complaint));
    }
  }
  template <class T>
  T in_range(const toml::node& node, std::string_view key, T value, T fallback, T low, T high) {
    if (value >= low && value <= high) return value;
    complain(node, key, fmt::format("is {}, outside {} to {}", value, low, high));
    return fallback;
  }
};

namespace {

using Keys = std::set<std::string, std::less<>>;

bool any_below(const Keys& keys, const std::string& prefix) {
  const auto first = keys.lower_bound(prefix);
  return first != keys.end() && first->starts_with(prefix);
}

void collect_unread(const toml::table& table, const std::string& prefix, const Keys& read, const std::string& source,
                    std::vector<std::string>& complaints) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (read.contains(key)) continue;
    const auto* list = node.as_array();
    if (list != nullptr && !list->empty() && any_below(read, key + "[")) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        if (const auto* inner = list->get_as<toml::table>(i)) {
          collect_unread(*inner, fmt::format("{}[{}].", key, i), read, source, complaints);
        }
      }
      continue;
    }
    const auto* inner = node.as_table();
    if (inner != nullptr && (!inner->empty() || any_below(read, key + "."))) {
      collect_unread(*inner, key + ".", read, source, complaints);
    } else {
      complaints.push_back(fmt::format("{}:{}: {} is not a setting", source, node.source().begin.line, key));
    }
  }
}

}  // namespace

Config::Config() : impl_(std::make_unique<Impl>()) {}
Config::Config(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

Result<Config> Config::parse(std::string_view toml, std::string_view source) {
  if (!text::is_valid_utf8(toml)) return Error{ErrorCode::invalid, fmt::format("{}: not UTF-8", source)};
  auto impl = std::make_unique<Impl>();
  try {
    impl->table = toml::parse(toml, source);
  } catch (const toml::parse_error& problem) {
    return Error{ErrorCode::invalid,
                 fmt::format("{}:{}: {}", source, problem.source().begin.line, problem.description())};
  }
  impl->source = source;
  return Config(std::move(impl));
}

Result<Config> Config::load(const std::filesystem::path& path) {
  ENTENTE_TRY(const auto toml, read_file(path, 1U << 20U));
  return parse(toml, path.string());
}

std::string Config::text(std::string_view key, std::string_view fallback) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return std::string(fallback);
  if (const auto* value = node->as_string()) return value->get();
  impl_->complain(*node, key, "is not a text in quotes");
  return std::string(fallback);
}

std::int64_t Config::integer(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return fallback;
  if (const auto* value = node->as_integer()) return impl_->in_range(*node, key, value->get(), fallback, low, high);
  impl_->complain(*node, key, "is not a whole number");
  return fallback;
}

double Config::number(std::string_view key, double fallback, double low, double high) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return fallback;
  if (const auto value = node->value<double>(); value && node->is_number()) {
    return impl_->in_range(*node, key, *value, fallback, low, high);
  }
  impl_->complain(*node, key, "is not a number");
  return fallback;
}

bool Config::boolean(std::string_view key, bool fallback) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return fallback;
  if (const auto* value = node->as_boolean()) return value->get();
  impl_->complain(*node, key, "is not true or false");
  return fallback;
}

std::vector<std::string> Config::texts(std::string_view key, std::vector<std::string> fallback) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return fallback;
  const auto* array = node->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::string)) {
    if (array != nullptr && array->empty()) return {};
    impl_->complain(*node, key, "is not a list of texts in quotes");
    return fallback;
  }
  std::vector<std::string> values;
  for (const auto& item : *array) values.push_back(item.as_string()->get());
  return values;
}

std::vector<std::string> Config::tables(std::string_view key) {
  const auto* node = impl_->table.at_path(key).node();
  if (node == nullptr) return {};
  const auto* array = node->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
    impl_->read.emplace(key);
    if (array == nullptr || !array->empty()) impl_->complain(*node, key, fmt::format("is written as [[{}]]", key));
    return {};
  }
  std::vector<std::string> prefixes;
  for (std::size_t i = 0; i < array->size(); ++i) {
    prefixes.push_back(fmt::format("{}[{}].", key, i));
    impl_->read.insert(prefixes.back());
  }
  return prefixes;
}

// A key that the file lacks is complained of where its table begins.
void Config::refuse(std::string_view key, std::string_view reason) {
  const toml::node* node = impl_->table.at_path(key).node();
  if (node == nullptr) node = impl_->table.at_path(key.substr(0, key.rfind('.'))).node();
  impl_->complain(node != nullptr ? *node : impl_->table, key, reason);
}

Result<void> Config::check() const {
  auto complaints = impl_->complaints;
  collect_unread(impl_->table, "", impl_->read, impl_->source, complaints);
  if (complaints.empty()) return {};
  return Error{ErrorCode::invalid, text::join(complaints, "\n")};
}

}  // namespace entente
