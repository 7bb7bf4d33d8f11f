// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/openai_audio/protocol/messages.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"

namespace entente::openai_audio {
namespace {

constexpr std::size_t most_text = 64U << 10U;
constexpr std::size_t longest_reason = 200;

void add_field(std::string& body, std::string_view boundary, std::string_view name, std::string_view value) {
  body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name, value);
}

// Servers say it as {"error": {"message": …}}, {"error": …}, {"detail": …}, {"detail": [{"msg": …}]}, {"message": …}
// or as plain text.
std::string reason_in(std::string_view body) {
  const auto json = parse_json(body, "answer", 16);
  if (!json) return std::string(body);
  const auto* inner = find(*json, "error");
  if (!inner) inner = find(*json, "detail");
  if (!inner) inner = &*json;
  if (inner->is_array() && !inner->empty()) inner = &inner->front();
  if (inner->is_string()) return inner->get<std::string>();
  const auto message = string_or(*inner, "message", "");
  return message.empty() ? string_or(*inner, "msg", "") : message;
}

// One line, without the secret.
std::string fit_to_show(std::string reason, std::string_view secret) {
  if (!secret.empty()) reason = text::replace_all(std::move(reason), secret, "…");
  for (auto& each : reason) {
    if (static_cast<unsigned char>(each) < 0x20U) each = ' ';
  }
  return text::shorten(text::to_valid_utf8(text::trim(reason)), longest_reason);
}

struct Meaning {
  ErrorCode code;
  std::string_view words;
};

Meaning meaning_of(int status) {
  switch (status) {
    case 401:
    case 403: return {ErrorCode::denied, "the key is refused"};
    case 404: return {ErrorCode::not_found, "no such address or model"};
    case 408:
    case 504: return {ErrorCode::timeout, "it took too long"};
    case 413: return {ErrorCode::exhausted, "that is too much at once"};
    case 429: return {ErrorCode::exhausted, "too many requests, or nothing left to pay them with"};
    default: break;
  }
  if (status >= 500) return {ErrorCode::unavailable, "the server has trouble of its own"};
  if (status >= 300 && status < 400) return {ErrorCode::failed, "the address leads elsewhere"};
  return {ErrorCode::failed, "the request is refused"};
}

}  // namespace

Body transcription_body(const TranscriptionRequest& request, std::string_view boundary) {
  std::string bytes;
  bytes.reserve(request.wav.size() + 1'024);
  add_field(bytes, boundary, "model", request.model);
  if (!request.language.empty()) {
    add_field(bytes, boundary, "language", request.language.substr(0, request.language.find_first_of("-_")));
  }
  add_field(bytes, boundary, "response_format", "json");
  add_field(bytes, boundary, "temperature", "0");
  bytes += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.wav\"\r\n"
      "Content-Type: audio/wav\r\n\r\n",
      boundary);
  bytes += request.wav;
  bytes += fmt::format("\r\n--{}--\r\n", boundary);
  return {fmt::format("multipart/form-data; boundary={}", boundary), std::move(bytes)};
}

Body speech_body(const SpeechRequest& request) {
  Json json = {{"model", request.model}, {"input", request.text}, {"voice", request.voice}, {"response_format", "wav"}};
  if (request.speed != 1.0) json["speed"] = request.speed;
  return {"application/json", to_text(json)};
}

Result<std::string> transcription_in(std::string_view content_type, std::string_view body) {
  if (body.size() > most_text) return Error{ErrorCode::exhausted, "a transcription of more than 64 KiB"};
  if (content_type.starts_with("text/plain")) return text::to_valid_utf8(body);
  const auto json = parse_json(body, "the transcription", 16);
  if (!json) return Error{ErrorCode::corrupt, json.error().message};
  const auto* text = find(*json, "text");
  if (!text || !text->is_string()) return Error{ErrorCode::corrupt, "the transcription has no \"text\""};
  return text->get<std::string>();
}

Error refusal(int status, std::string_view body, std::string_view secret) {
  const auto [code, words] = meaning_of(status);
  const auto reason = fit_to_show(reason_in(body.substr(0, most_text)), secret);
  return Error{
      code, reason.empty() ? fmt::format("{} ({})", words, status) : fmt::format("{} ({}): {}", words, status, reason)};
}

}  // namespace entente::openai_audio
