// SPDX-License-Identifier: GPL-3.0-or-later
// WebSocket frames (RFC 6455 section 5): bytes in, events out; no socket, no clock. A violation is reported with the
// close code that answers it, and the reader is not to be used after that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace entente::net {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

enum class WebSocketSide { server, client };

struct FrameEvent {
  Opcode kind = Opcode::text;       // a whole text or binary message, or a control frame; never continuation
  std::string bytes;                // the payload; of a close frame the reason
  std::uint16_t close_code = 1005;  // of a close frame; 1005: it had none
};
struct FrameProblem {
  std::uint16_t close_code = 1002;
  std::string reason;
};

class FrameReader {
 public:
  // The side that reads: a server takes only masked frames, a client only unmasked ones.
  FrameReader(WebSocketSide side, std::size_t message_bytes) : side_(side), message_bytes_(message_bytes) {}

  void feed(std::string_view bytes);
  // The next event; nothing until more bytes come. Never holds more than one message and what feed() gave on top.
  std::variant<std::monostate, FrameEvent, FrameProblem> next();

 private:
  struct Head;
  std::optional<FrameProblem> check(const Head& head) const;
  std::variant<std::monostate, FrameEvent, FrameProblem> finish_frame(const Head& head, std::string payload);

  WebSocketSide side_;
  std::size_t message_bytes_;
  std::string buffer_;
  std::size_t used_ = 0;              // of buffer_
  std::optional<Opcode> fragmented_;  // the kind of the message whose first fragments are in message_
  std::string message_;
};

// One unfragmented frame. A client masks with `mask`, four random bytes; a server passes none.
std::string frame_text(Opcode kind, std::string_view payload, std::optional<std::uint32_t> mask);

// The payload of a close frame; the reason is cut to what fits.
std::string close_payload(std::uint16_t code, std::string_view reason);

}  // namespace entente::net
