// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/answers.h"

#include "base/json.h"
#include "doors/console/protocol/shapes.h"

namespace entente::console {

net::Response json_response(int status, const Json& body) { return net::Response::json(status, to_text(body)); }

net::Response error_response(const Error& error) { return json_response(status_of(error.code), to_json(error)); }

net::Response error_response(int status, std::string message) {
  return json_response(status, Json{{"error", {{"code", "invalid"}, {"message", std::move(message)}}}});
}

Result<Json> body_of(const net::Request& request) {
  ENTENTE_TRY(auto body, parse_json(request.body, "request body"));
  if (!body.is_object()) return Error{ErrorCode::invalid, "request body: not a JSON object"};
  return body;
}

}  // namespace entente::console
