// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/websocket.h"

#include <limits>

#include "base/text.h"
#include "infra/net/crypto.h"
#include "infra/net/impl/http_client_stream.h"
#include "infra/net/impl/http_text.h"
#include "infra/net/impl/websocket_session.h"

namespace entente::net {

namespace {

constexpr std::size_t batch_bytes = 64U << 10U;  // what one write takes from the queue, at least one frame
constexpr Duration linger_time = seconds(1);
constexpr Deadline no_deadline{TimePoint::max()};

std::uint32_t random_mask() {
  const Bytes bytes = random_bytes(4);
  return static_cast<std::uint32_t>(bytes[0]) << 24U | static_cast<std::uint32_t>(bytes[1]) << 16U |
         static_cast<std::uint32_t>(bytes[2]) << 8U | bytes[3];
}

}  // namespace

// One task in send(), as long as it waits.
struct WebSocketSession::Sender {
  Sender(WebSocketSession& owner, std::uint64_t frame)
      : session(owner), wants(frame), written(owner.loop_), place(owner.senders_.insert(owner.senders_.end(), this)) {}
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender() { session.senders_.erase(place); }

  WebSocketSession& session;
  std::uint64_t wants;  // the frame whose writing it waits for
  OneShot<Result<void>> written;
  std::list<Sender*>::iterator place;
};

struct WebSocketSession::Receiving {
  explicit Receiving(bool& flag) : receiving(flag) {
    ENTENTE_ASSERT(!receiving);  // one task receives at a time
    receiving = true;
  }
  Receiving(const Receiving&) = delete;
  Receiving& operator=(const Receiving&) = delete;
  ~Receiving() { receiving = false; }
  bool& receiving;
};

WebSocketSession::WebSocketSession(Loop& loop, std::unique_ptr<Stream> stream, WebSocketSide side,
                                   WebSocketOptions options, std::string protocol, std::string_view received)
    : loop_(loop),
      stream_(std::move(stream)),
      side_(side),
      options_(std::move(options)),
      protocol_(std::move(protocol)),
      reader_(side, options_.message_bytes),
      silence_(loop) {
  reader_.feed(received);
  watch_for_silence();
}

Error WebSocketSession::error(ErrorCode code, std::string_view what) const {
  return Error{code, fmt::format("net: websocket {}: {}", stream_->peer_endpoint().to_string(), what)};
}

// ---- Receiving

Task<Result<WebSocket::Message>> WebSocketSession::receive() {
  const Receiving receiving(receiving_);
  std::array<std::uint8_t, 16384> bytes{};
  for (;;) {
    if (end_) co_return *end_;
    auto next = reader_.next();
    if (auto* event = std::get_if<FrameEvent>(&next)) {
      if (auto message = take_event(std::move(*event))) co_return std::move(*message);
      if (goodbye_received_) co_await finish(*goodbye_received_);
      continue;
    }
    if (const auto* problem = std::get_if<FrameProblem>(&next)) {
      say_goodbye(problem->close_code, problem->reason);
      co_await finish(error(problem->close_code == 1009 ? ErrorCode::exhausted : ErrorCode::corrupt, problem->reason));
      continue;
    }
    const auto count = co_await stream_->read_some(bytes, no_deadline);
    if (end_) co_return *end_;
    if (!count) {
      fail(error_at(error(count.error().code, "broken").message, count.error()));
    } else if (*count == 0) {
      fail(error(ErrorCode::unavailable, "cut off by the peer"));
    } else {
      heard_ = true;
      reader_.feed({reinterpret_cast<const char*>(bytes.data()), *count});
    }
  }
}

// A message for the caller; control frames are answered here.
std::optional<WebSocket::Message> WebSocketSession::take_event(FrameEvent event) {
  switch (event.kind) {
    case Opcode::text: return Message{Kind::text, std::move(event.bytes)};
    case Opcode::binary: return Message{Kind::binary, std::move(event.bytes)};
    case Opcode::ping:
      // A peer that asks without reading the answers gets no pile of them.
      if (!goodbye_sent_ && queued_bytes_ < options_.queue_bytes) enqueue(Opcode::pong, event.bytes);
      return std::nullopt;
    case Opcode::close: {
      const std::string reason = event.bytes.empty() ? "" : " " + event.bytes;
      goodbye_received_ =
          error(ErrorCode::cancelled,
                goodbye_sent_ ? "closed" : fmt::format("closed by the peer: {}{}", event.close_code, reason));
      say_goodbye(event.close_code == 1005 ? 1000 : event.close_code, "");
      return std::nullopt;
    }
    case Opcode::pong:
    case Opcode::continuation: return std::nullopt;
  }
  return std::nullopt;
}

// After both goodbyes, or ours over a violation: lets the queue leave, then closes the connection.
Task<void> WebSocketSession::finish(Error error) {
  if (enqueued_ != written_ && !end_) {
    Sender last(*this, enqueued_);
    (void)co_await last.written.wait(Deadline::in(loop_, options_.write_time), "net: websocket");
  }
  if (!end_ && side_ == WebSocketSide::server) co_await linger(loop_, *stream_, linger_time);
  fail(std::move(error));
}

void WebSocketSession::fail(Error error) {
  if (end_) return;
  end_ = std::move(error);
  silence_.stop();
  queue_.clear();
  stream_->close();
  wake_senders();
}

// ---- Sending

void WebSocketSession::enqueue(Opcode kind, std::string_view payload) {
  const auto mask = side_ == WebSocketSide::client ? std::optional(random_mask()) : std::nullopt;
  queue_.push_back(frame_text(kind, payload, mask));
  queued_bytes_ += queue_.back().size();
  ++enqueued_;
  if (!writing_) tasks_.spawn(write_queue());
}

Task<void> WebSocketSession::write_queue() {
  writing_ = true;
  while (!queue_.empty() && !end_) {
    std::string batch = std::move(queue_.front());
    queue_.pop_front();
    std::uint64_t frames = 1;
    while (!queue_.empty() && batch.size() + queue_.front().size() <= batch_bytes) {
      batch += queue_.front();
      queue_.pop_front();
      ++frames;
    }
    const auto sent = co_await stream_->write_all(batch, Deadline::in(loop_, options_.write_time));
    queued_bytes_ -= batch.size();
    written_ += frames;
    if (!sent && !end_) fail(error_at(error(sent.error().code, "broken").message, sent.error()));
    wake_senders();
  }
  writing_ = false;
}

void WebSocketSession::wake_senders() {
  for (Sender* sender : senders_) {
    if (end_) {
      sender->written.fulfil(*end_);
    } else if (sender->wants <= written_) {
      sender->written.fulfil(Result<void>());
    }
  }
}

Result<void> WebSocketSession::post(Message message) {
  if (end_) return *end_;
  if (goodbye_sent_) return error(ErrorCode::cancelled, "closed");
  if (message.bytes.size() > options_.queue_bytes - std::min(queued_bytes_, options_.queue_bytes)) {
    return error(ErrorCode::exhausted, fmt::format("{} bytes wait already for a slow peer", queued_bytes_));
  }
  enqueue(message.kind == Kind::text ? Opcode::text : Opcode::binary, message.bytes);
  return {};
}

Task<Result<void>> WebSocketSession::send(Message message) {
  const auto queued = post(std::move(message));
  if (!queued) co_return queued;
  Sender sender(*this, enqueued_);
  const auto written = co_await sender.written.wait(no_deadline, "net: websocket");  // each write has its own deadline
  if (!written) co_return written.error();
  co_return *written;
}

// ---- Ending

void WebSocketSession::say_goodbye(std::uint16_t code, std::string_view reason) {
  if (end_ || goodbye_sent_) return;
  goodbye_sent_ = true;
  enqueue(Opcode::close, close_payload(code, reason));
}

Task<void> WebSocketSession::close(CloseCode code, std::string reason, Deadline deadline) {
  say_goodbye(static_cast<std::uint16_t>(code), reason);
  Timer limit(loop_);
  limit.start(deadline.left(loop_), [this] { fail(error(ErrorCode::timeout, "no goodbye from the peer")); });
  if (receiving_) {  // another task will see the peer's goodbye
    Sender the_end(*this, std::numeric_limits<std::uint64_t>::max());
    (void)co_await the_end.written.wait(no_deadline, "net: websocket");
  } else {
    while ((co_await receive()).ok()) {
    }
  }
  fail(error(ErrorCode::cancelled, "closed"));
}

// ---- Keep-alive

void WebSocketSession::watch_for_silence() {
  silence_.start(options_.ping_interval, [this] { ask_for_life(); });
}

// While nobody receives we cannot hear, and so may not conclude anything from the silence.
void WebSocketSession::ask_for_life() {
  if (heard_ || !receiving_) {
    asked_ = false;
  } else if (asked_) {
    fail(error(ErrorCode::timeout, "the peer gives no sign of life"));
    return;
  } else if (!goodbye_sent_) {
    asked_ = true;
    enqueue(Opcode::ping, "");
  }
  heard_ = false;
  watch_for_silence();
}

// ---- The client's handshake (RFC 6455 section 4.1)

namespace {

std::optional<std::string> refusal(const Response& response, const std::string& key, const std::string& protocol) {
  if (response.status != 101) {
    return fmt::format("the server answers {} {}", response.status, status_text(response.status));
  }
  const auto& headers = response.headers;
  if (!headers.has_token("Upgrade", "websocket") || !headers.has_token("Connection", "upgrade") ||
      headers.get("Sec-WebSocket-Accept") != websocket_accept(key)) {
    return "the server's handshake is wrong";
  }
  const auto chosen = headers.get("Sec-WebSocket-Protocol");
  if (!chosen.empty() && chosen != protocol) return "the server chose a protocol that was not offered";
  return std::nullopt;
}

}  // namespace

Task<Result<std::unique_ptr<WebSocket>>> connect_websocket(EventLoop& loop, std::string url_text, Headers headers,
                                                           WebSocketOptions options, Deadline deadline,
                                                           const TlsClientContext* tls) {
  const auto url = parse_url(url_text);
  if (!url) co_return url.error();
  const std::string place = place_of("websocket", *url);
  const std::string key = base64_encode(random_bytes(16));
  ClientRequest request;
  request.headers = std::move(headers);
  request.headers.set("Upgrade", "websocket");
  request.headers.set("Sec-WebSocket-Version", "13");
  request.headers.set("Sec-WebSocket-Key", key);
  if (!options.protocol.empty()) request.headers.set("Sec-WebSocket-Protocol", options.protocol);
  if (!are_well_formed(request.headers)) co_return Error{ErrorCode::invalid, place + ": malformed header field"};

  const std::optional<TlsClientContext> context = tls != nullptr ? std::optional(*tls) : std::nullopt;
  auto stream = co_await connect_for(loop, *url, std::nullopt, context, deadline);
  if (!stream) co_return error_at(place, stream.error());
  const std::string text = request_text(request, *url);
  const auto written = co_await (*stream)->write_all(text, deadline);
  if (!written) co_return error_at(place, written.error());
  std::string inbox;
  const auto response =
      co_await read_response(**stream, ResponseReader::Body::expected, HttpClient::Options(), inbox, deadline);
  if (!response) co_return error_at(place, response.error());
  const auto refused = refusal(*response, key, options.protocol);
  if (refused) {
    const auto code = response->status == 401 || response->status == 403 ? ErrorCode::denied : ErrorCode::failed;
    co_return Error{code, place + ": " + *refused};
  }
  const std::string protocol(response->headers.get("Sec-WebSocket-Protocol"));
  co_return std::unique_ptr<WebSocket>(std::make_unique<WebSocketSession>(
      loop, std::move(*stream), WebSocketSide::client, std::move(options), protocol, inbox));
}

}  // namespace entente::net
