// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/impl/device_news.h"

#include <charconv>

#include "base/json.h"

namespace entente::home {

std::optional<DeviceNews> news_of(std::string_view topic) {
  constexpr std::string_view prefix = "home/device/";
  const auto rest = topic.substr(prefix.size());
  const auto slash = rest.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return DeviceNews{rest.substr(0, slash), rest.substr(slash + 1)};
}

std::optional<ItemNumbers> numbers_in(std::string_view text) {
  ItemNumbers numbers;
  const char* const last = text.data() + text.size();
  const auto service = std::from_chars(text.data(), last, numbers.service);
  if (service.ec != std::errc() || service.ptr == last || *service.ptr != '.') return std::nullopt;
  const auto item = std::from_chars(service.ptr + 1, last, numbers.item);
  if (item.ec != std::errc() || item.ptr != last) return std::nullopt;
  return numbers;
}

std::optional<ItemNumbers> numbers_in(const Json& payload, std::string_view key) {
  const Json* held = find(payload, key);
  if (held == nullptr || !held->is_string()) return std::nullopt;
  return numbers_in(held->get_ref<const std::string&>());
}

}  // namespace entente::home
