// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/file.h"
#include "base/text.h"
#include "infra/net/impl/tls_state.h"

namespace entente::net {

namespace {

using asio::ssl::context;

void keep_to_modern_versions(context& tls) {
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(tls.native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(tls.native_handle(), SSL_MODE_RELEASE_BUFFERS);
}

asio::const_buffer buffer_of(std::string_view text) { return asio::const_buffer(text.data(), text.size()); }

Error tls_error(std::string_view what, const error_code& error) {
  const char* reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));
  ERR_clear_error();
  return Error{ErrorCode::invalid,
               fmt::format("net: {}: {}", what, reason == nullptr ? error.message() : text::to_lower_ascii(reason))};
}

}  // namespace

std::string tls_reason() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "malformed" : text::to_lower_ascii(reason);
}

Result<TlsServerContext> TlsServerContext::from_pem(const CertifiedKey& identity) {
  auto state = std::make_shared<State>();
  auto& tls = state->context;
  keep_to_modern_versions(tls);
  error_code error;
  tls.use_certificate_chain(buffer_of(identity.certificate), error);
  if (error) return tls_error("TLS certificate", error);
  tls.use_private_key(buffer_of(identity.key), context::pem, error);
  if (error) return tls_error("TLS private key", error);
  if (SSL_CTX_check_private_key(tls.native_handle()) != 1) {
    return Error{ErrorCode::invalid, "net: TLS private key: " + tls_reason()};
  }
  return TlsServerContext(std::move(state));
}

Result<TlsServerContext> TlsServerContext::from_files(const std::string& certificate_path,
                                                      const std::string& key_path) {
  constexpr std::size_t limit = 1U << 20U;
  ENTENTE_TRY(auto certificate, read_file(certificate_path, limit));
  ENTENTE_TRY(auto key, read_file(key_path, limit));
  auto context = from_pem(CertifiedKey{std::move(certificate), std::move(key)});
  if (!context)
    return Error{context.error().code, fmt::format("{} ({}, {})", context.error().message, certificate_path, key_path)};
  return context;
}

Result<TlsClientContext> TlsClientContext::system_roots() {
  auto state = std::make_shared<State>();
  keep_to_modern_versions(state->context);
  error_code error;
  state->context.set_default_verify_paths(error);
  if (error) return tls_error("the system's certificate authorities", error);
  state->context.set_verify_mode(asio::ssl::verify_peer);
  return TlsClientContext(std::move(state));
}

Result<TlsClientContext> TlsClientContext::trusting(std::string_view authorities_pem) {
  auto state = std::make_shared<State>();
  keep_to_modern_versions(state->context);
  error_code error;
  state->context.add_certificate_authority(buffer_of(authorities_pem), error);
  if (error) return tls_error("certificate authority", error);
  state->context.set_verify_mode(asio::ssl::verify_peer);
  return TlsClientContext(std::move(state));
}

}  // namespace entente::net
