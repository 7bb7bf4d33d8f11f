// SPDX-License-Identifier: GPL-3.0-or-later
// The lock file, written by the holder alone:
//   file    = "pid " number "\n" [ "address " text "\n" ]
// It is never deleted: a process that opened it just before would otherwise lock a file that nobody sees any more.
#include "infra/store/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace entente::store {
namespace {

// Open-file-description locks: they end with the descriptor, unlike POSIX's own, and can be asked about without being
// taken, unlike flock's.
struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

Error lock_error(const std::filesystem::path& folder, int number) {
  const auto code = number == EACCES || number == EPERM || number == EROFS ? ErrorCode::denied
                    : number == ENOSPC || number == EDQUOT                 ? ErrorCode::exhausted
                                                                           : ErrorCode::failed;
  return Error{code, fmt::format("state folder {}: lock: {}", folder.string(), system_reason(number))};
}

LockHolder parse_holder(std::string_view content) {
  LockHolder holder;
  for (const auto line : text::split(content, '\n')) {
    if (line.starts_with("pid ")) std::from_chars(line.data() + 4, line.data() + line.size(), holder.process);
    if (line.starts_with("address ")) holder.address = line.substr(8);
  }
  return holder;
}

LockHolder read_content(int descriptor) {
  std::array<char, 4096> content{};
  const auto got = ::pread(descriptor, content.data(), content.size(), 0);
  return got > 0 ? parse_holder({content.data(), static_cast<std::size_t>(got)}) : LockHolder{};
}

Result<void> write_content(int descriptor, const std::filesystem::path& folder, const std::string& content) {
  const auto written = ::pwrite(descriptor, content.data(), content.size(), 0);
  if (written != static_cast<ssize_t>(content.size())) return lock_error(folder, written < 0 ? errno : ENOSPC);
  if (::ftruncate(descriptor, written) != 0) return lock_error(folder, errno);
  return {};
}

std::string own_line() { return fmt::format("pid {}\n", ::getpid()); }

}  // namespace

StateFolderLock::StateFolderLock(std::filesystem::path folder, int descriptor)
    : folder_(std::move(folder)), descriptor_(descriptor) {}

StateFolderLock::StateFolderLock(StateFolderLock&& other) noexcept
    : folder_(std::move(other.folder_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

StateFolderLock& StateFolderLock::operator=(StateFolderLock&& other) noexcept {
  if (this == &other) return *this;
  release();
  folder_ = std::move(other.folder_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  return *this;
}

StateFolderLock::~StateFolderLock() { release(); }

void StateFolderLock::release() {
  if (descriptor_ < 0) return;
  [[maybe_unused]] const int emptied = ::ftruncate(descriptor_, 0);
  ::close(std::exchange(descriptor_, -1));
}

Result<StateFolderLock> StateFolderLock::take(const std::filesystem::path& folder) {
  if (auto made = make_folder(folder); !made) return made.error().within("state folder " + folder.string());
  const int descriptor = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return lock_error(folder, errno);
  auto wanted = whole_file(F_WRLCK);
  if (::fcntl(descriptor, F_OFD_SETLK, &wanted) != 0) {
    const int number = errno;
    const auto holder = read_content(descriptor);
    ::close(descriptor);
    if (number != EAGAIN && number != EACCES) return lock_error(folder, number);
    const auto who = holder.process != 0 ? fmt::format("process {}", holder.process) : std::string("another process");
    return Error{ErrorCode::exists, fmt::format("state folder {} is in use by {}", folder.string(), who)};
  }
  StateFolderLock lock(folder, descriptor);
  ENTENTE_TRY_VOID(write_content(descriptor, folder, own_line()));
  return lock;
}

Result<void> StateFolderLock::set_address(std::string_view address) {
  ENTENTE_ASSERT(descriptor_ >= 0 && address.find('\n') == std::string_view::npos);
  return write_content(descriptor_, folder_,
                       own_line() + (address.empty() ? "" : fmt::format("address {}\n", address)));
}

Result<LockHolder> read_holder(const std::filesystem::path& folder) {
  const auto nobody = [&] {
    return Error{ErrorCode::not_found, fmt::format("state folder {}: no server is running on it", folder.string())};
  };
  const int descriptor = ::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) return nobody();
  if (descriptor < 0) return lock_error(folder, errno);
  auto asked = whole_file(F_RDLCK);
  const bool answered = ::fcntl(descriptor, F_OFD_GETLK, &asked) == 0;
  const int number = errno;
  auto holder = read_content(descriptor);
  ::close(descriptor);
  if (!answered) return lock_error(folder, number);
  if (asked.l_type == F_UNLCK) return nobody();
  return holder;
}

}  // namespace entente::store
