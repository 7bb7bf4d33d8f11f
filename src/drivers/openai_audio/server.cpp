// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/openai_audio/server.h"

#include <algorithm>

#include "base/text.h"

namespace entente::openai_audio {

bool Server::speaks_of(std::string_view language) const {
  const auto lower = text::to_lower_ascii(language);
  return std::any_of(settings_.languages.begin(), settings_.languages.end(), [&lower](const std::string& each) {
    const auto known = text::to_lower_ascii(each);
    return lower == known || (lower.starts_with(known) && lower[known.size()] == '-');
  });
}

net::HttpClient::Options Server::client_options() const {
  net::HttpClient::Options options;
  options.body_bytes = 64U << 20U;
  options.tls = settings_.tls;
  return options;
}

net::ClientRequest Server::request(std::string_view path, std::string content_type, std::string body) const {
  net::ClientRequest request;
  request.method = "POST";
  request.url = settings_.url + std::string(path);
  request.headers.set("Content-Type", std::move(content_type));
  request.headers.set("Accept", "*/*");
  if (!settings_.key.empty()) request.headers.set("Authorization", "Bearer " + settings_.key);
  request.body = std::move(body);
  return request;
}

}  // namespace entente::openai_audio
