// SPDX-License-Identifier: GPL-3.0-or-later
// Who we are and whom we trust under TLS 1.2 and 1.3. Contexts are immutable values, cheap to copy (the copies share);
// connections made from one keep it alive. Certificates are PEM text. Any thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace entente::net {

// A certificate (or chain, leaf first) and the private key that belongs to it, both PEM.
struct CertifiedKey {
  std::string certificate;
  std::string key;
};

// A new authority with an EC P-256 key: what a first start makes for itself. `name` is what people see.
Result<CertifiedKey> make_certificate_authority(const std::string& name, int days);

// A server certificate from `authority`, valid for `names` (host names or addresses, at least one).
Result<CertifiedKey> issue_certificate(const CertifiedKey& authority, std::span<const std::string> names, int days,
                                       WallTime now = std::chrono::system_clock::now());

// When the first certificate in `pem` ends, so that it can be renewed in time.
Result<WallTime> certificate_expiry(std::string_view pem);

class TlsServerContext {
 public:
  // Fails when the key does not belong to the certificate, or either is not PEM.
  static Result<TlsServerContext> from_pem(const CertifiedKey& identity);
  static Result<TlsServerContext> from_files(const std::string& certificate_path, const std::string& key_path);

  struct State;
  const std::shared_ptr<State>& state() const { return state_; }

 private:
  explicit TlsServerContext(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

class TlsClientContext {
 public:
  // Trusts what the operating system trusts.
  static Result<TlsClientContext> system_roots();
  // Trusts these authorities (PEM, one or more) and no others.
  static Result<TlsClientContext> trusting(std::string_view authorities_pem);

  struct State;
  const std::shared_ptr<State>& state() const { return state_; }

 private:
  explicit TlsClientContext(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace entente::net
