// SPDX-License-Identifier: GPL-3.0-or-later
// StateFolderLock: one server per state folder. The server takes the lock at start and holds it while it lives; the
// system lets go of it when the process ends, however it ends, so that a stale file never locks anybody out. The file
// `<folder>/lock` also says who holds it and where it answers, which is how command-line clients find their server.
// Blocks for a few file operations; any thread.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entente::store {

class StateFolderLock {
 public:
  // Makes the folder where there is none. "state folder /x is in use by process 123" is ErrorCode::exists.
  static Result<StateFolderLock> take(const std::filesystem::path& folder);

  StateFolderLock(StateFolderLock&& other) noexcept;
  StateFolderLock& operator=(StateFolderLock&& other) noexcept;
  ~StateFolderLock();

  // Publishes where the server answers ("http://127.0.0.1:8780"); one line, empty to take it back.
  Result<void> set_address(std::string_view address);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  StateFolderLock(std::filesystem::path folder, int descriptor);
  void release();

  std::filesystem::path folder_;
  int descriptor_;  // -1 after a move
};

struct LockHolder {
  pid_t process = 0;
  std::string address;  // empty while the server is still starting
};

// Who holds the folder's lock now; ErrorCode::not_found where nobody does. Never takes the lock itself, so asking
// cannot get in the way of a server that starts.
Result<LockHolder> read_holder(const std::filesystem::path& folder);

}  // namespace entente::store
