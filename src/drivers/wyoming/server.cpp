// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/server.h"

#include <algorithm>

#include "base/text.h"
#include "drivers/wyoming/impl/connection.h"
#include "drivers/wyoming/impl/waiter.h"
#include "drivers/wyoming/protocol/messages.h"

namespace entente::wyoming {
namespace {

// One question, and what came of it.
struct Question {
  Question(net::EventLoop& event_loop, const ServerSettings& settings)
      : loop(event_loop),
        connection(event_loop, settings.address, settings.connect_time,
                   {[this](const Event& event) { receive(event); }, [this](const Error& error) { settle(error); }}) {}

  void receive(const Event& event) {
    if (event.type == "info") settle(std::make_shared<const ServerInfo>(read_info(event.data)));
    if (event.type == "error") settle(error_in(event));
  }
  void settle(Result<std::shared_ptr<const ServerInfo>> outcome) {
    if (answer) return;
    answer.emplace(std::move(outcome));
    if (waiting) waiting->fulfil(true);
  }

  net::EventLoop& loop;
  std::optional<Result<std::shared_ptr<const ServerInfo>>> answer;
  OneShot<bool>* waiting = nullptr;
  Connection connection;
};

}  // namespace

Server::Server(net::LoopThread& thread, ServerSettings settings) : thread_(thread), settings_(std::move(settings)) {}
Server::~Server() = default;

bool Server::speaks_of(std::string_view language) const {
  const auto lower = text::to_lower_ascii(language);
  return std::any_of(settings_.languages.begin(), settings_.languages.end(), [&lower](const std::string& each) {
    const auto known = text::to_lower_ascii(each);
    return lower == known || (lower.starts_with(known) && lower[known.size()] == '-');
  });
}

Result<std::shared_ptr<const ServerInfo>> Server::ask() {
  return thread_.run<std::shared_ptr<const ServerInfo>>([this] { return ask_on_loop(); });
}

Task<Result<std::shared_ptr<const ServerInfo>>> Server::ask_on_loop() {
  const auto deadline = Deadline::in(thread_.loop(), settings_.connect_time + settings_.answer_time);
  Question question(thread_.loop(), settings_);
  question.connection.open();
  question.connection.send(describe());
  if (!question.answer) {
    const auto place = "wyoming: " + settings_.address.to_string();
    Waiter waiter(thread_.loop(), question.waiting);
    const auto woken = co_await waiter.wait(deadline, place);
    if (!woken) co_return woken.error();
  }
  if (*question.answer) learn(**question.answer);
  co_return *question.answer;
}

}  // namespace entente::wyoming
