// SPDX-License-Identifier: GPL-3.0-or-later
// Makes X.509 v3 certificates with EC P-256 keys: an authority of our own, and server certificates from it.
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "infra/net/crypto.h"
#include "infra/net/endpoint.h"
#include "infra/net/impl/tls_state.h"
#include "infra/net/tls.h"

namespace entente::net {

namespace {

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION, X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO, BIO_free_all>>;

Error failed(std::string_view what) {
  return Error{ErrorCode::failed, fmt::format("net: make certificate: {}: {}", what, tls_reason())};
}

std::string text_of(BIO* bio) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(bio, &start);
  return std::string(start, static_cast<std::size_t>(size));
}

Bio reader_of(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

Result<CertifiedKey> to_pem(X509* certificate, EVP_PKEY* key) {
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_text.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failed("write PEM");
  }
  return CertifiedKey{text_of(certificate_text.get()), text_of(key_text.get())};
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Everything that an authority's and a server's certificate have in common. Valid from a day ago, so that a device
// whose clock is slow accepts it.
bool fill(X509* certificate, EVP_PKEY* key, std::string_view name, WallTime now, int days) {
  const Bytes serial = random_bytes(16);
  BIGNUM* number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
  const bool numbered = number != nullptr && BN_clear_bit(number, 127) >= 0 &&
                        BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  std::time_t seconds_now = std::chrono::system_clock::to_time_t(now);
  X509_NAME* subject = X509_get_subject_name(certificate);
  const std::string shown = text::shorten(name, 60);
  return numbered && X509_set_version(certificate, X509_VERSION_3) == 1 &&
         X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, &seconds_now) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, &seconds_now) != nullptr &&
         X509_set_pubkey(certificate, key) == 1 &&
         X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(shown.data()),
                                    static_cast<int>(shown.size()), -1, 0) == 1;
}

// "DNS:hub.local,IP:192.168.1.2". Names are checked, because OpenSSL's text form would read commas as syntax.
Result<std::string> alternative_names(std::span<const std::string> names) {
  std::string result;
  for (const std::string& name : names) {
    const bool is_address = Endpoint::of(name, 0).ok() && name.find('%') == name.npos;
    const bool is_name = !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' || c == '*';
    });
    if (!is_address && !is_name) {
      return Error{ErrorCode::invalid, fmt::format("net: make certificate: '{}' is neither a host name nor an address",
                                                   text::to_valid_utf8(text::shorten(name, 60)))};
    }
    result += fmt::format("{}{}:{}", result.empty() ? "" : ",", is_address ? "IP" : "DNS", name);
  }
  if (result.empty()) return Error{ErrorCode::invalid, "net: make certificate: no name given"};
  return result;
}

Result<Certificate> read_certificate(std::string_view pem) {
  const Bio reader = reader_of(pem);
  Certificate certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  if (!certificate) return failed("read the certificate");
  return certificate;
}

}  // namespace

Result<CertifiedKey> make_certificate_authority(const std::string& name, int days) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  if (!key || !certificate) return failed("new key");
  X509* raw = certificate.get();
  const bool made = fill(raw, key.get(), name, std::chrono::system_clock::now(), days) &&
                    X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1 &&
                    add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    add_extension(raw, raw, NID_subject_key_identifier, "hash") &&
                    X509_sign(raw, key.get(), EVP_sha256()) > 0;
  if (!made) return failed("authority");
  return to_pem(raw, key.get());
}

Result<CertifiedKey> issue_certificate(const CertifiedKey& authority, std::span<const std::string> names, int days,
                                       WallTime now) {
  ENTENTE_TRY(const std::string alternatives, alternative_names(names));
  ENTENTE_TRY(const Certificate issuer, read_certificate(authority.certificate));
  const Bio key_reader = reader_of(authority.key);
  const Key issuer_key(PEM_read_bio_PrivateKey(key_reader.get(), nullptr, nullptr, nullptr));
  if (!issuer_key) return failed("read the authority's key");
  if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) return failed("the authority's key");

  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  if (!key || !certificate) return failed("new key");
  X509* raw = certificate.get();
  const bool made = fill(raw, key.get(), names.front(), now, days) &&
                    X509_set_issuer_name(raw, X509_get_subject_name(issuer.get())) == 1 &&
                    add_extension(raw, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(raw, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(raw, issuer.get(), NID_ext_key_usage, "serverAuth") &&
                    add_extension(raw, issuer.get(), NID_subject_key_identifier, "hash") &&
                    add_extension(raw, issuer.get(), NID_authority_key_identifier, "keyid:always") &&
                    add_extension(raw, issuer.get(), NID_subject_alt_name, alternatives) &&
                    X509_sign(raw, issuer_key.get(), EVP_sha256()) > 0;
  if (!made) return failed(names.front());
  return to_pem(raw, key.get());
}

Result<WallTime> certificate_expiry(std::string_view pem) {
  ENTENTE_TRY(const Certificate certificate, read_certificate(pem));
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) return failed("read the expiry");
  return std::chrono::system_clock::from_time_t(timegm(&end));
}

}  // namespace entente::net
