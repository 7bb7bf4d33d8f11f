// SPDX-License-Identifier: GPL-3.0-or-later
// The way into Asio: every source of this module includes it through here, so that Asio's own code is compiled once
// (asio.cpp) and no deprecated part of it is in reach.
#pragma once

#ifdef BOOST_ASIO_DETAIL_CONFIG_HPP
#error "include infra/net/impl/asio.h instead of Asio's own headers: two ways of compiling Asio do not mix"
#endif
#define BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_NO_TS_EXECUTORS

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/result.h"
#include "infra/net/endpoint.h"

namespace entente::net {

namespace asio = boost::asio;
using boost::system::error_code;

// What went wrong, in words without a place: "connection refused".
std::string reason_of(const error_code& error);
// The same as an Error: "<what>: connection refused", with the code that a caller can act on.
Error error_of(std::string_view what, const error_code& error);

// The system's last error (errno).
inline error_code last_error() { return error_code(errno, boost::system::system_category()); }

}  // namespace entente::net
