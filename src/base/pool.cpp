// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/pool.h"

#include <pthread.h>

#include "base/log.h"

namespace entente {

Pool::Pool(Loop& loop, unsigned threads, std::string name) : loop_(loop), name_(std::move(name)) {
  ENTENTE_ASSERT(threads > 0);
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
  }
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Pool::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void Pool::work() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    try {
      job();
    } catch (const std::exception& problem) {
      log::error(name_, "a job ended: {}", problem.what());
    } catch (...) {
      log::error(name_, "a job ended with an unknown exception");
    }
  }
}

}  // namespace entente
