// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one HTTP/1 message from bytes as they come: no socket, no clock. The only face of Beast.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "infra/net/http.h"

namespace entente::net {

// Why a message is refused, as the status to answer with.
struct HttpProblem {
  int status = 400;
  std::string reason;
};

// What feed() did: how many bytes at the front it is done with (give the rest again, with more), or what is wrong.
struct HttpProgress {
  std::size_t taken = 0;
  std::optional<HttpProblem> problem;
};

class RequestReader {
 public:
  RequestReader(std::size_t header_bytes, std::size_t body_bytes);
  ~RequestReader();

  HttpProgress feed(std::string_view bytes);
  bool head_done() const;
  bool done() const;

  // After head_done().
  bool expects_continue() const;
  bool keep_alive() const;
  // After done(). Target, path and query are checked; peer and encrypted are the caller's.
  std::variant<Request, HttpProblem> take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class ResponseReader {
 public:
  enum class Body { expected, none };  // none: the answer to HEAD

  ResponseReader(Body body, std::size_t header_bytes, std::size_t body_bytes);
  ~ResponseReader();

  HttpProgress feed(std::string_view bytes);
  // The connection ended: some responses end that way, for others it is a problem.
  std::optional<HttpProblem> end();
  bool done() const;
  // Once the status is known: 0 before.
  int status() const;
  // What came of the body since the last call; take() has only the rest.
  std::string take_body();
  Response take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace entente::net
