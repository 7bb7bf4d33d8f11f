// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace entente {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

ErrorCode code_of(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::denied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM: return ErrorCode::exhausted;
    case EEXIST: return ErrorCode::exists;
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP: return ErrorCode::invalid;
    default: return ErrorCode::failed;
  }
}

Error file_error(std::string_view action, const fs::path& path, int number) {
  return Error{code_of(number), fmt::format("{} {}: {}", action, path.string(), system_reason(number))};
}

Result<void> write_all(int descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return file_error("write", path, errno);
  return {};
}

}  // namespace

std::string system_reason(int error_number) {
  auto reason = std::generic_category().message(error_number);
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] = static_cast<char>(reason[0] + 32);
  return reason;
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return file_error("read", path, errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return file_error("read", path, errno);
  if (S_ISDIR(status.st_mode)) return file_error("read", path, EISDIR);
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
    return Error{ErrorCode::invalid, fmt::format("read {}: neither a file nor a pipe", path.string())};
  }

  std::string bytes;
  if (S_ISREG(status.st_mode)) bytes.reserve(std::min(limit, static_cast<std::size_t>(status.st_size) + 1));
  std::array<char, 65536> chunk{};
  for (;;) {
    const auto got = ::read(file.number(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", path, errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > limit) {
      return Error{ErrorCode::exhausted, fmt::format("read {}: larger than {} bytes", path.string(), limit)};
    }
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

Result<void> write_file(const fs::path& path, std::string_view bytes) {
  const fs::path fresh = path.string() + ".new";
  {
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.number() < 0) return file_error("write", path, errno);
    if (auto written = write_all(file.number(), bytes, path); !written) {
      ::unlink(fresh.c_str());
      return written;
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) == 0) return {};
  const auto problem = file_error("write", path, errno);
  ::unlink(fresh.c_str());
  return problem;
}

Result<std::vector<fs::path>> list_files(const fs::path& folder, std::string_view extension, bool below) {
  std::vector<fs::path> files;
  std::error_code problem;
  const auto take = [&](const fs::directory_entry& entry) {
    std::error_code ignored;
    if (entry.is_regular_file(ignored) && entry.path().filename().string().ends_with(extension)) {
      files.push_back(entry.path());
    }
  };
  if (below) {
    for (fs::recursive_directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
      take(*it);
    }
  } else {
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) take(*it);
  }
  if (problem) return file_error("list", folder, problem.value());
  std::sort(files.begin(), files.end());
  return files;
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code problem;
  if (fs::is_directory(folder, problem)) return {};
  if (folder.has_parent_path() && folder.parent_path() != folder) ENTENTE_TRY_VOID(make_folder(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return file_error("make folder", folder, errno);
  if (!fs::is_directory(folder, problem)) return file_error("make folder", folder, ENOTDIR);
  return {};
}

}  // namespace entente
