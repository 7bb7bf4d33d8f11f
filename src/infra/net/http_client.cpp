// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/http.h"
#include "infra/net/impl/http_client_stream.h"
#include "infra/net/impl/http_reader.h"
#include "infra/net/impl/http_text.h"
#include "infra/net/impl/socket_stream.h"

namespace entente::net {

Task<Result<std::unique_ptr<Stream>>> connect_for(EventLoop& loop, Url url, std::optional<Endpoint> address,
                                                  std::optional<TlsClientContext> tls, Deadline deadline) {
  if (url.encrypted() && !tls) {
    auto roots = TlsClientContext::system_roots();
    if (!roots) co_return roots.error();
    tls = *roots;
  }
  const TlsClientContext* context = url.encrypted() ? &*tls : nullptr;
  if (!address) co_return co_await connect(loop, url.host, url.port, deadline, context);
  auto stream = co_await connect(loop, *address, deadline);
  if (!stream || context == nullptr) co_return stream;
  std::unique_ptr<PlainStream> plain(static_cast<PlainStream*>(stream->release()));
  co_return co_await connect_tls(loop, std::move(plain), *context, url.host, url.host_header(), deadline);
}

namespace {

// False when no more is wanted.
bool pass_on(ResponseReader& reader, const HttpClient::OnBody& on_body) {
  if (!on_body || reader.status() < 200 || reader.status() > 299) return true;
  const auto piece = reader.take_body();
  return piece.empty() || on_body(piece);
}

}  // namespace

Task<Result<Response>> read_response(Stream& stream, ResponseReader::Body body, HttpClient::Options options,
                                     std::string& inbox, Deadline deadline, HttpClient::OnBody on_body) {
  ResponseReader reader(body, options.header_bytes, options.body_bytes);
  std::array<std::uint8_t, 16384> bytes{};
  for (;;) {
    const auto progress = reader.feed(inbox);
    inbox.erase(0, progress.taken);
    if (progress.problem) {
      const bool too_long = progress.problem->status == 413 || progress.problem->status == 431;
      const auto code = too_long ? ErrorCode::exhausted : ErrorCode::corrupt;
      co_return Error{code, "malformed response: " + progress.problem->reason};
    }
    if (!pass_on(reader, on_body)) co_return Error{ErrorCode::cancelled, "the rest is not wanted"};
    if (reader.done()) co_return reader.take();
    if (progress.taken > 0 && !inbox.empty()) continue;
    const auto count = co_await stream.read_some(bytes, deadline);
    if (!count) co_return count.error();
    if (*count == 0) {
      const auto problem = reader.end();
      if (problem) co_return Error{ErrorCode::unavailable, problem->reason};
      if (reader.done()) co_return reader.take();
      co_return Error{ErrorCode::unavailable, "the connection ended before the response"};
    }
    inbox.append(reinterpret_cast<const char*>(bytes.data()), *count);
  }
}

Task<Result<Response>> HttpClient::fetch(ClientRequest request, Deadline deadline) {
  return fetch(std::move(request), deadline, nullptr);
}

Task<Result<Response>> HttpClient::fetch(ClientRequest request, Deadline deadline, OnBody on_body) {
  auto url = parse_url(request.url);
  if (!url) co_return url.error();
  const std::string place = place_of(request.method, *url);
  Headers method_as_field;
  method_as_field.add(request.method, "");
  if (!are_well_formed(request.headers) || !are_well_formed(method_as_field)) {
    co_return Error{ErrorCode::invalid, place + ": malformed method or header field"};
  }
  auto stream = co_await connect_for(loop_, *url, options_.address, options_.tls, deadline);
  if (!stream) co_return error_at(place, stream.error());
  const std::string text = request_text(request, *url);
  const auto written = co_await (*stream)->write_all(text, deadline);
  if (!written) co_return error_at(place, written.error());
  const auto body = request.method == "HEAD" ? ResponseReader::Body::none : ResponseReader::Body::expected;
  std::string inbox;
  for (;;) {
    auto response = co_await read_response(**stream, body, options_, inbox, deadline, on_body);
    if (!response) co_return error_at(place, response.error());
    const bool interim = response->status < 200 && response->status != 101;
    if (!interim) co_return response;
  }
}

}  // namespace entente::net
