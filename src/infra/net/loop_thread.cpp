// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/loop_thread.h"

namespace entente::net {

LoopThread::LoopThread(std::string name) : name_(std::move(name)), tasks_(name_), thread_([this] { loop_.run(); }) {}

LoopThread::~LoopThread() {
  post([this] {
    tasks_.cancel();
    post([this] { loop_.stop(); });  // after what the tasks let go of
  });
  thread_.join();
}

}  // namespace entente::net
