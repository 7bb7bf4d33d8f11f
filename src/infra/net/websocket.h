// SPDX-License-Identifier: GPL-3.0-or-later
// WebSocket (RFC 6455), either side: messages over a Stream, with keep-alive and limits. Owned by one task, loop
// thread. A server gets one through Response::upgrade (http.h), a client through connect_websocket. Destroying it
// closes the connection at once; close() says goodbye first. No extensions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/net/http.h"
#include "infra/net/stream.h"

namespace entente::net {

struct WebSocketOptions {
  std::size_t message_bytes = 4U << 20U;  // a longer incoming message closes with 1009
  std::size_t queue_bytes = 8U << 20U;    // what post() may pile up for a slow peer
  Duration ping_interval = seconds(30);   // silence this long is asked about; twice as long ends the connection
  Duration write_time = seconds(30);      // for one message to leave
  std::string protocol;                   // Sec-WebSocket-Protocol: the server's choice, or the client's offer
};

class WebSocket {
 public:
  enum class Kind : std::uint8_t { text, binary };
  struct Message {
    Kind kind = Kind::text;
    std::string bytes;  // text is valid UTF-8
  };
  // RFC 6455 section 7.4.1.
  enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported = 1003,
    invalid_text = 1007,
    policy = 1008,
    too_big = 1009,
    internal_error = 1011,
  };

  virtual ~WebSocket() = default;

  // The next message. Pings are answered while somebody waits here, so keep a task in it. The end is an Error:
  // ErrorCode::cancelled when either side closed in order ("net: websocket 127.0.0.1:4711: closed by the peer: 1000"),
  // else what broke. One waiting task at a time.
  virtual Task<Result<Message>> receive() = 0;

  // Queues a message and returns at once; ErrorCode::exhausted when the queue is full (the message is not queued).
  virtual Result<void> post(Message message) = 0;
  // Queues a message and waits until the system has taken it: the way to send much without piling it up.
  virtual Task<Result<void>> send(Message message) = 0;

  // Says goodbye after what is queued, waits for the peer's goodbye until `deadline`, and closes.
  virtual Task<void> close(CloseCode code, std::string reason, Deadline deadline) = 0;

  virtual bool is_open() const = 0;
  virtual std::size_t queued_bytes() const = 0;
  virtual const Endpoint& peer_endpoint() const = 0;
  virtual const std::string& protocol() const = 0;  // what both agreed on; empty for none
};

// `url` is ws:// or wss://. Without `tls` (which outlives the call) wss trusts the system's roots.
Task<Result<std::unique_ptr<WebSocket>>> connect_websocket(EventLoop& loop, std::string url, Headers headers,
                                                           WebSocketOptions options, Deadline deadline,
                                                           const TlsClientContext* tls = nullptr);

}  // namespace entente::net
