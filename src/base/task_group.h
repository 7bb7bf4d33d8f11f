// SPDX-License-Identifier: GPL-3.0-or-later
// TaskGroup owns tasks that nobody awaits. Its owner's destructor, or cancel(), ends them: when that returns, nothing
// of them runs. Loop thread. An exception that leaves a task ends that task and is logged under the group's name.
#pragma once

#include <list>
#include <string>

#include "base/task.h"

namespace entente {

class TaskGroup {
 public:
  explicit TaskGroup(std::string name) : name_(std::move(name)) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { cancel(); }

  // Starts the task now; it runs until its first wait before spawn returns.
  void spawn(Task<void> task);

  // Destroys every unfinished task. Not to be called from inside one of them.
  void cancel();

  bool empty() const { return roots_.empty(); }
  std::size_t size() const { return roots_.size(); }

 private:
  struct Root;
  static Root run(Task<void> task, TaskGroup& group);

  std::string name_;
  std::list<std::coroutine_handle<>> roots_;
};

}  // namespace entente
