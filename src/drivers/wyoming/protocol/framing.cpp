// SPDX-License-Identifier: GPL-3.0-or-later
// https://github.com/OHF-Voice/wyoming, "Format":
//
//   event  = header LF [data] [payload]
//   header = JSON object {"type": text, "data"?: object, "data_length"?: n, "payload_length"?: n}, without LF
//   data   = data_length bytes: a JSON object whose members go over those of the header's "data"
//   payload = payload_length bytes
#include "drivers/wyoming/protocol/framing.h"

#include <fmt/format.h>

#include "base/text.h"

namespace entente::wyoming {
namespace {

constexpr int max_depth = 16;

Error corrupt(std::string_view cause) { return Error{ErrorCode::corrupt, fmt::format("wyoming: {}", cause)}; }

// Whoever sent what is no JSON broke the protocol: that is not the caller's mistake.
Result<Json> json_in(std::string_view text, std::string_view what) {
  auto json = parse_json(text, what, max_depth);
  if (!json) return Error{ErrorCode::corrupt, json.error().message};
  return json;
}

Result<std::size_t> length_in(const Json& header, std::string_view key, std::size_t limit, std::string_view of_what) {
  const auto* length = find(header, key);
  if (!length || length->is_null()) return std::size_t{0};
  if (!length->is_number_unsigned()) return corrupt(fmt::format("an event's {} is no length", key));
  const auto bytes = length->get<std::uint64_t>();
  if (bytes > limit) {
    return Error{ErrorCode::exhausted, fmt::format("wyoming: an event with {} bytes of {}", bytes, of_what)};
  }
  return static_cast<std::size_t>(bytes);
}

}  // namespace

std::string to_bytes(const Event& event) {
  Json header = {{"type", event.type}, {"version", "1.9.0"}};
  std::string data;
  if (!event.data.empty()) {
    data = to_text(event.data);
    header["data_length"] = data.size();
  }
  if (!event.payload.empty()) header["payload_length"] = event.payload.size();
  auto bytes = to_text(header);
  bytes += '\n';
  bytes += data;
  bytes += event.payload;
  return bytes;
}

Result<void> EventReader::feed(std::string_view bytes, std::vector<Event>& events) {
  for (;;) {
    const auto going = step(bytes, events);
    if (!going) {
      stage_ = Stage::broken;
      held_.clear();
      event_ = {};
      return going.error();
    }
    if (!*going) return {};
  }
}

// Does one part of an event; false when it takes more bytes.
Result<bool> EventReader::step(std::string_view& bytes, std::vector<Event>& events) {
  switch (stage_) {
    case Stage::broken: return false;
    case Stage::header: {
      ENTENTE_TRY(const bool complete, read_header(bytes));
      if (complete && stage_ == Stage::header) give(events);
      return complete;
    }
    case Stage::data:
      if (!gather(bytes, data_length_)) return false;
      ENTENTE_TRY_VOID(read_data());
      stage_ = after_data();
      if (stage_ == Stage::header) give(events);
      return true;
    case Stage::payload:
      if (!gather(bytes, payload_length_)) return false;
      event_.payload = std::exchange(held_, {});
      stage_ = Stage::header;
      give(events);
      return true;
  }
  return false;
}

bool EventReader::gather(std::string_view& bytes, std::size_t wanted) {
  const auto part = bytes.substr(0, wanted - held_.size());
  held_ += part;
  bytes.remove_prefix(part.size());
  return held_.size() == wanted;
}

Result<bool> EventReader::read_header(std::string_view& bytes) {
  const auto end = bytes.find('\n');
  const auto part = bytes.substr(0, end);
  if (held_.size() + part.size() > limits_.header_bytes) {
    return Error{ErrorCode::exhausted, fmt::format("wyoming: a line of more than {} bytes", limits_.header_bytes)};
  }
  held_ += part;
  bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
  if (end == bytes.npos) return false;
  const auto line = std::exchange(held_, {});
  ENTENTE_TRY(const auto header, json_in(line, "wyoming: an event"));
  event_.type = string_or(header, "type", "");
  if (event_.type.empty()) return corrupt("a line that is no event: " + text::shorten(text::to_valid_utf8(line), 80));
  ENTENTE_TRY(data_length_, length_in(header, "data_length", limits_.data_bytes, "data"));
  ENTENTE_TRY(payload_length_, length_in(header, "payload_length", limits_.payload_bytes, "sound"));
  if (const auto* data = find(header, "data"); data && data->is_object()) event_.data = *data;
  stage_ = data_length_ > 0 ? Stage::data : after_data();
  return true;
}

Result<void> EventReader::read_data() {
  const auto text = std::exchange(held_, {});
  ENTENTE_TRY(const auto data, json_in(text, "wyoming: an event's data"));
  if (!data.is_object()) return corrupt("an event's data is no object");
  event_.data.update(data);
  return {};
}

void EventReader::give(std::vector<Event>& events) {
  events.push_back(std::move(event_));
  event_ = {};
}

}  // namespace entente::wyoming
