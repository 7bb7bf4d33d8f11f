// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/impl/asio.h"

#include <boost/asio/error.hpp>
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>

#include "base/file.h"

namespace entente::net {

std::string reason_of(const error_code& error) {
  if (error == asio::error::eof) return "connection closed by the peer";
  if (error == asio::error::operation_aborted) return "cancelled";
  if (error.category() == boost::system::system_category()) return system_reason(error.value());
  return error.message();
}

static ErrorCode code_of(const error_code& error) {
  if (error == asio::error::operation_aborted) return ErrorCode::cancelled;
  if (error.category() != boost::system::system_category()) return ErrorCode::unavailable;
  switch (error.value()) {
    case EADDRINUSE: return ErrorCode::exists;
    case EACCES:
    case EPERM: return ErrorCode::denied;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EAGAIN: return ErrorCode::exhausted;
    case EINVAL:
    case EMSGSIZE:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: return ErrorCode::invalid;
    case ETIMEDOUT: return ErrorCode::timeout;
    default: return ErrorCode::unavailable;
  }
}

Error error_of(std::string_view what, const error_code& error) {
  return Error{code_of(error), fmt::format("{}: {}", what, reason_of(error))};
}

}  // namespace entente::net
