// SPDX-License-Identifier: GPL-3.0-or-later
//
// frame := FIN(1 bit) RSV(3) opcode(4)  MASK(1) length(7)  [length16 | length64]  [mask(32)]  payload
// message := text|binary with FIN, or text|binary without, continuation without ..., continuation with FIN;
// control frames (close, ping, pong: FIN, at most 125 bytes) may stand between the fragments.
#include "infra/net/impl/websocket_frames.h"

#include <array>

#include "base/text.h"

namespace entente::net {

namespace {

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t invalid_text = 1007;
constexpr std::uint16_t too_big = 1009;

bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 8U) != 0; }

bool is_known(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::binary:
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong: return true;
  }
  return false;
}

// Codes that may stand in a close frame.
bool may_be_sent(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<std::uint8_t>(byte);
  return value;
}

void apply_mask(std::string& payload, std::string_view mask) {
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
}

std::variant<std::monostate, FrameEvent, FrameProblem> close_event(std::string payload) {
  FrameEvent event;
  event.kind = Opcode::close;
  if (payload.empty()) return event;
  if (payload.size() == 1) return FrameProblem{protocol_error, "a close frame of one byte"};
  event.close_code = static_cast<std::uint16_t>(big_endian(std::string_view(payload).substr(0, 2)));
  if (!may_be_sent(event.close_code)) return FrameProblem{protocol_error, "a close code that nobody may send"};
  event.bytes = payload.substr(2);
  if (!text::is_valid_utf8(event.bytes)) return FrameProblem{invalid_text, "a close reason that is not UTF-8"};
  return event;
}

}  // namespace

struct FrameReader::Head {
  Opcode opcode;
  bool final;
  bool reserved;
  bool masked;
  std::size_t size;  // of the head itself
  std::uint64_t payload;
  std::string_view mask;

  // Nothing while `bytes` do not hold a whole head.
  static std::optional<Head> parse(std::string_view bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    const auto second = static_cast<std::uint8_t>(bytes[1]);
    Head head{};
    head.opcode = static_cast<Opcode>(first & 15U);
    head.final = (first & 128U) != 0;
    head.reserved = (first & 112U) != 0;
    head.masked = (second & 128U) != 0;
    const std::size_t short_length = second & 127U;
    const std::size_t extra = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
    head.size = 2 + extra + (head.masked ? 4 : 0);
    if (bytes.size() < head.size) return std::nullopt;
    head.payload = extra == 0 ? short_length : big_endian(bytes.substr(2, extra));
    if (head.masked) head.mask = bytes.substr(2 + extra, 4);
    return head;
  }
};

void FrameReader::feed(std::string_view bytes) {
  buffer_.erase(0, used_);
  used_ = 0;
  buffer_.append(bytes);
}

std::optional<FrameProblem> FrameReader::check(const Head& head) const {
  const auto wrong = [](const char* reason) { return FrameProblem{protocol_error, reason}; };
  if (head.reserved) return wrong("a reserved bit is set");
  if (!is_known(head.opcode)) return wrong("an unknown opcode");
  if (head.masked != (side_ == WebSocketSide::server)) {
    return wrong(head.masked ? "a server's frame is masked" : "a client's frame is not masked");
  }
  if (is_control(head.opcode)) {
    if (!head.final || head.payload > 125) return wrong("a control frame is long or fragmented");
    return std::nullopt;
  }
  if ((head.opcode == Opcode::continuation) != fragmented_.has_value()) {
    return wrong(fragmented_ ? "a new message inside another" : "a continuation of nothing");
  }
  if (head.payload > message_bytes_ - message_.size()) return FrameProblem{too_big, "the message is too long"};
  return std::nullopt;
}

std::variant<std::monostate, FrameEvent, FrameProblem> FrameReader::finish_frame(const Head& head,
                                                                                 std::string payload) {
  if (head.opcode == Opcode::close) return close_event(std::move(payload));
  if (is_control(head.opcode)) return FrameEvent{head.opcode, std::move(payload), 0};
  if (head.opcode != Opcode::continuation) fragmented_ = head.opcode;
  message_ += payload;
  if (!head.final) return std::monostate();
  FrameEvent event{*fragmented_, std::move(message_), 0};
  fragmented_.reset();
  message_.clear();
  if (event.kind == Opcode::text && !text::is_valid_utf8(event.bytes)) {
    return FrameProblem{invalid_text, "a text message that is not UTF-8"};
  }
  return event;
}

std::variant<std::monostate, FrameEvent, FrameProblem> FrameReader::next() {
  for (;;) {
    const auto rest = std::string_view(buffer_).substr(used_);
    const auto head = Head::parse(rest);
    if (!head) return std::monostate();
    if (auto problem = check(*head)) return std::move(*problem);
    if (rest.size() - head->size < head->payload) return std::monostate();
    std::string payload(rest.substr(head->size, head->payload));
    if (head->masked) apply_mask(payload, head->mask);
    used_ += head->size + payload.size();
    auto event = finish_frame(*head, std::move(payload));
    if (!std::holds_alternative<std::monostate>(event)) return event;
  }
}

std::string frame_text(Opcode kind, std::string_view payload, std::optional<std::uint32_t> mask) {
  std::string frame;
  frame.reserve(payload.size() + 14);
  frame += static_cast<char>(128U | static_cast<unsigned>(kind));
  const unsigned mask_bit = mask ? 128U : 0U;
  const auto append_length = [&](unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) frame += static_cast<char>(payload.size() >> (8 * i) & 255U);
  };
  if (payload.size() < 126) {
    frame += static_cast<char>(mask_bit | payload.size());
  } else if (payload.size() < 65536) {
    frame += static_cast<char>(mask_bit | 126U);
    append_length(2);
  } else {
    frame += static_cast<char>(mask_bit | 127U);
    append_length(8);
  }
  if (!mask) return frame.append(payload);
  std::string mask_bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) mask_bytes += static_cast<char>(*mask >> shift & 255U);
  std::string masked(payload);
  apply_mask(masked, mask_bytes);
  return frame.append(mask_bytes).append(masked);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload;
  payload += static_cast<char>(code >> 8U);
  payload += static_cast<char>(code & 255U);
  constexpr std::size_t room = 120;  // shorten() may add an ellipsis of three bytes
  return payload + text::to_valid_utf8(text::shorten(reason, room - 3));
}

}  // namespace entente::net
