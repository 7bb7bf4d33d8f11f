// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/tls.h"

#include "infra/net/loopback_test.h"

namespace entente::net {
namespace {

using namespace std::chrono_literals;

const CertifiedKey& authority() {
  static const CertifiedKey ours = make_certificate_authority("Entente test home", 3650).value();
  return ours;
}
const CertifiedKey& other_authority() {
  static const CertifiedKey theirs = make_certificate_authority("Somebody else", 3650).value();
  return theirs;
}
CertifiedKey certificate_for(std::vector<std::string> names, WallTime now = std::chrono::system_clock::now()) {
  return issue_certificate(authority(), names, 30, now).value();
}

// Serves one connection: says what it hears.
Task<void> echo_once(EventLoop& loop, TcpListener& listener, TlsServerContext context, Deadline deadline) {
  auto plain = co_await listener.accept();
  auto stream = co_await accept_tls(loop, std::move(*plain), context, deadline);
  if (!stream) co_return;
  std::array<std::uint8_t, 100> bytes{};
  const auto count = co_await (*stream)->read_some(bytes, deadline);
  if (!count) co_return;
  const std::string heard(reinterpret_cast<const char*>(bytes.data()), *count);
  EXPECT_TRUE((co_await (*stream)->write_all(heard, deadline)).ok());
  EXPECT_TRUE((*stream)->encrypted());
  (void)co_await (*stream)->shutdown(deadline);
}

Task<Result<std::string>> say(EventLoop& loop, std::string host, std::uint16_t port, TlsClientContext context,
                              Deadline deadline) {
  auto stream = co_await connect(loop, host, port, deadline, &context);
  if (!stream) co_return stream.error();
  const std::string text = "hello";
  const auto written = co_await (*stream)->write_all(text, deadline);
  if (!written) co_return written.error();
  co_return co_await read_all(**stream, deadline, text.size());
}

class TlsTest : public LoopbackTest {
 protected:
  Result<std::string> talk(const CertifiedKey& server, const std::string& host, const CertifiedKey& trusted) {
    TaskGroup group("server");
    group.spawn(echo_once(loop, listener, TlsServerContext::from_pem(server).value(), soon()));
    const auto client = TlsClientContext::trusting(trusted.certificate).value();
    return run(say(loop, host, port, client, soon()));
  }

  TcpListener listener = TcpListener::open(loop, Endpoint::loopback()).value();
  const std::uint16_t port = listener.local_endpoint().port();
};

TEST_F(TlsTest, OurOwnAuthorityIsTrustedByAddress) {
  EXPECT_EQ(talk(certificate_for({"127.0.0.1", "localhost"}), "127.0.0.1", authority()).value_or("refused"), "hello");
}

TEST_F(TlsTest, OurOwnAuthorityIsTrustedByName) {
  EXPECT_EQ(talk(certificate_for({"localhost"}), "localhost", authority()).value_or("refused"), "hello");
}

TEST_F(TlsTest, AnotherAuthorityIsRefused) {
  const auto heard = talk(certificate_for({"localhost"}), "localhost", other_authority());
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().code, ErrorCode::denied);
  EXPECT_EQ(heard.error().message, fmt::format("net: connect to localhost:{}: certificate refused: unable to get local "
                                               "issuer certificate",
                                               port));
}

TEST_F(TlsTest, AnotherNameIsRefused) {
  const auto heard = talk(certificate_for({"hub.local"}), "localhost", authority());
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().code, ErrorCode::denied);
  EXPECT_EQ(heard.error().message,
            fmt::format("net: connect to localhost:{}: certificate refused: hostname mismatch", port));
}

TEST_F(TlsTest, AnotherAddressIsRefused) {
  const auto heard = talk(certificate_for({"192.0.2.7", "localhost"}), "127.0.0.1", authority());
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().message,
            fmt::format("net: connect to 127.0.0.1:{}: certificate refused: IP address mismatch", port));
}

TEST_F(TlsTest, AnExpiredCertificateIsRefused) {
  const auto long_ago = std::chrono::system_clock::now() - std::chrono::hours(24 * 40);
  const auto heard = talk(certificate_for({"localhost"}, long_ago), "localhost", authority());
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().message,
            fmt::format("net: connect to localhost:{}: certificate refused: certificate has expired", port));
}

Task<void> speak_plainly(TcpListener& listener, Deadline deadline) {
  auto stream = co_await listener.accept();
  (void)co_await (*stream)->write_all("I know nothing of TLS\r\n", deadline);
}

TEST_F(TlsTest, APeerWithoutTlsIsAnErrorThatSaysSo) {
  TaskGroup group("server");
  group.spawn(speak_plainly(listener, soon()));
  const auto client = TlsClientContext::trusting(authority().certificate).value();
  const auto heard = run(say(loop, "localhost", port, client, soon()));
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().message,
            fmt::format("net: connect to localhost:{}: TLS handshake: wrong version number", port));
}

TEST_F(TlsTest, ASilentPeerEndsAtTheDeadline) {
  const auto client = TlsClientContext::trusting(authority().certificate).value();
  const auto heard = run(say(loop, "localhost", port, client, Deadline::in(loop, 20ms)));
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().code, ErrorCode::timeout);
}

TEST(Certificate, AKeyOfAnotherCertificateIsRefused) {
  const std::vector<std::string> names{"localhost"};
  auto mixed = issue_certificate(authority(), names, 30).value();
  mixed.key = other_authority().key;
  const auto context = TlsServerContext::from_pem(mixed);
  ASSERT_FALSE(context.ok());
  EXPECT_EQ(context.error().message, "net: TLS private key: key values mismatch");
}

TEST(Certificate, TextThatIsNoPemIsRefused) {
  EXPECT_FALSE(TlsServerContext::from_pem(CertifiedKey{"nonsense", "nonsense"}).ok());
  EXPECT_FALSE(TlsClientContext::trusting("nonsense").ok());
  EXPECT_FALSE(certificate_expiry("").ok());
}

TEST(Certificate, AMissingFileIsNamed) {
  const auto context = TlsServerContext::from_files("/nonexistent/hub.pem", "/nonexistent/hub.key");
  ASSERT_FALSE(context.ok());
  EXPECT_NE(context.error().message.find("/nonexistent/hub.pem"), std::string::npos) << context.error().message;
}

TEST(Certificate, TellsWhenItEnds) {
  const std::vector<std::string> names{"localhost"};
  const auto now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  const auto identity = issue_certificate(authority(), names, 30, now).value();
  EXPECT_EQ(certificate_expiry(identity.certificate).value(), now + std::chrono::hours(24 * 30));
}

TEST(Certificate, ANameThatIsNoNameIsRefused) {
  for (const char* name : {"", "two words", "a,DNS:evil.example", "höst"}) {
    const std::vector<std::string> names{name};
    EXPECT_EQ(issue_certificate(authority(), names, 30).error().code, ErrorCode::invalid) << name;
  }
  EXPECT_FALSE(issue_certificate(authority(), {}, 30).ok());
}

}  // namespace
}  // namespace entente::net
