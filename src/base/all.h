// SPDX-License-Identifier: GPL-3.0-or-later
// all(loop, tasks) runs tasks side by side and gives their values in the same order when the last has ended. Loop
// thread. Each task has deadlines of its own; destroying the waiting task ends them all. An exception of
// one leaves through the co_await once all have ended.
#pragma once

#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "base/task_group.h"
#include "base/wait.h"

namespace entente {

namespace detail {

template <class T>
struct Gathering {
  Gathering(Loop& loop, std::size_t count) : values(count), left(count), finished(loop) {}
  std::vector<std::optional<T>> values;
  std::size_t left;
  std::exception_ptr failure;
  OneShot<bool> finished;
};

template <class T>
Task<void> gather_one(Task<T> task, Gathering<T>& gathering, std::size_t index) {
  try {
    gathering.values[index].emplace(co_await task);
  } catch (...) {
    gathering.failure = std::current_exception();
  }
  if (--gathering.left == 0) gathering.finished.fulfil(true);
}

}  // namespace detail

template <class T>
Task<std::vector<T>> all(Loop& loop, std::vector<Task<T>> tasks) {
  detail::Gathering<T> gathering(loop, tasks.size());
  TaskGroup group("all");
  for (std::size_t i = 0; i < tasks.size(); ++i) group.spawn(detail::gather_one(std::move(tasks[i]), gathering, i));
  if (!tasks.empty()) {
    const auto deadline = Deadline::in(loop, std::chrono::hours(24));
    const auto ended = co_await gathering.finished.wait(deadline, "all");
    ENTENTE_ASSERT(ended.ok());
  }
  if (gathering.failure) std::rethrow_exception(gathering.failure);
  std::vector<T> values;
  values.reserve(gathering.values.size());
  for (auto& value : gathering.values) values.push_back(std::move(*value));
  co_return values;
}

}  // namespace entente
