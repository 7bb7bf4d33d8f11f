// SPDX-License-Identifier: GPL-3.0-or-later
// The answers of the API in its own shape, and the bodies of its requests. Pure functions.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "infra/net/http.h"

namespace entente::console {

net::Response json_response(int status, const Json& body);
net::Response error_response(const Error& error);
net::Response error_response(int status, std::string message);

// The JSON object in the body.
Result<Json> body_of(const net::Request& request);

}  // namespace entente::console
