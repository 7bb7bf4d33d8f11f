// SPDX-License-Identifier: GPL-3.0-or-later
// WebSocketSession is the WebSocket of either side, over a stream whose handshake is done. One task receives; what is
// to be sent is queued and one task of its own writes it; a timer asks a silent peer for a sign of life.
#pragma once

#include <deque>
#include <list>

#include "base/task_group.h"
#include "base/wait.h"
#include "infra/net/impl/websocket_frames.h"
#include "infra/net/websocket.h"

namespace entente::net {

class WebSocketSession final : public WebSocket {
 public:
  // `received` is what came after the handshake already.
  WebSocketSession(Loop& loop, std::unique_ptr<Stream> stream, WebSocketSide side, WebSocketOptions options,
                   std::string protocol, std::string_view received);
  WebSocketSession(const WebSocketSession&) = delete;
  WebSocketSession& operator=(const WebSocketSession&) = delete;
  ~WebSocketSession() override = default;

  Task<Result<Message>> receive() override;
  Result<void> post(Message message) override;
  Task<Result<void>> send(Message message) override;
  Task<void> close(CloseCode code, std::string reason, Deadline deadline) override;
  bool is_open() const override { return !end_ && !goodbye_sent_; }
  std::size_t queued_bytes() const override { return queued_bytes_; }
  const Endpoint& peer_endpoint() const override { return stream_->peer_endpoint(); }
  const std::string& protocol() const override { return protocol_; }

  // Queues the goodbye and waits for nothing: receive() ends when the peer has answered.
  void say_goodbye(std::uint16_t code, std::string_view reason);

 private:
  struct Receiving;
  struct Sender;

  Error error(ErrorCode code, std::string_view what) const;
  void enqueue(Opcode kind, std::string_view payload);
  Task<void> write_queue();
  void wake_senders();
  void fail(Error error);
  Task<void> finish(Error error);
  void watch_for_silence();
  void ask_for_life();
  std::optional<Message> take_event(FrameEvent event);

  // Constant after construction.
  Loop& loop_;
  const std::unique_ptr<Stream> stream_;
  const WebSocketSide side_;
  const WebSocketOptions options_;
  const std::string protocol_;

  FrameReader reader_;
  bool receiving_ = false;
  bool goodbye_sent_ = false;
  std::optional<Error> goodbye_received_;  // the peer's, as receive() will report it
  std::optional<Error> end_;               // why nothing goes any more

  std::deque<std::string> queue_;  // frames
  std::size_t queued_bytes_ = 0;   // of queue_ and of what is being written
  std::uint64_t enqueued_ = 0;     // frames so far
  std::uint64_t written_ = 0;
  bool writing_ = false;
  std::list<Sender*> senders_;  // in the order of what they wait for

  bool heard_ = false;  // since the timer ran last
  bool asked_ = false;
  Timer silence_;

  TaskGroup tasks_{"websocket"};  // last: ends first
};

}  // namespace entente::net
