// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/task_group.h"

#include "base/log.h"

namespace entente {

// The coroutine at the bottom of each spawned task: it takes itself off the group's list when it ends.
struct TaskGroup::Root {
  struct promise_type {
    promise_type(Task<void>&, TaskGroup& owner) : group(&owner) {}

    Root get_return_object() { return Root{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Leave {
        bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          self.promise().group->roots_.erase(self.promise().place);
          self.destroy();
        }
        void await_resume() noexcept {}
      };
      return Leave{};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }  // run() catches everything

    TaskGroup* group;
    std::list<std::coroutine_handle<>>::iterator place;
  };

  std::coroutine_handle<promise_type> handle;
};

TaskGroup::Root TaskGroup::run(Task<void> task, TaskGroup& group) {
  try {
    co_await task;
  } catch (const std::exception& problem) {
    log::error(group.name_, "a task ended: {}", problem.what());
  } catch (...) {
    log::error(group.name_, "a task ended with an unknown exception");
  }
}

void TaskGroup::spawn(Task<void> task) {
  const Root root = run(std::move(task), *this);
  roots_.push_back(root.handle);
  root.handle.promise().place = std::prev(roots_.end());
  root.handle.resume();
}

void TaskGroup::cancel() {
  while (!roots_.empty()) {
    const auto root = roots_.front();
    roots_.pop_front();
    root.destroy();
  }
}

}  // namespace entente
