// SPDX-License-Identifier: GPL-3.0-or-later
// Whole files, with errors that name the path and the system's reason. Blocks; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente {

// The file's bytes; refuses more than `limit` of them and anything that is not a regular file or pipe.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64U << 20U);

// Replaces the file in one step: after a crash it holds the old bytes or the new ones, never a mixture.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

// The regular files in `folder` whose name ends with `extension` (".yaml"), sorted; with `below`, in all folders below.
Result<std::vector<std::filesystem::path>> list_files(const std::filesystem::path& folder, std::string_view extension,
                                                      bool below = false);

// Makes the folder and its parents, readable by the owner alone where it is new.
Result<void> make_folder(const std::filesystem::path& folder);

// strerror in a thread-safe form: "permission denied".
std::string system_reason(int error_number);

}  // namespace entente
