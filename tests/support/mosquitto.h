// SPDX-License-Identifier: GPL-3.0-or-later
// A real MQTT broker for one test: mosquitto on a free port of loopback.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

extern char** environ;

namespace entente::test {

inline std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

class Mosquitto {
 public:
  explicit Mosquitto(std::uint16_t port) : port_(port) { start(); }
  Mosquitto(const Mosquitto&) = delete;
  Mosquitto& operator=(const Mosquitto&) = delete;
  ~Mosquitto() { kill(); }

  void start() {
    const auto file = folder_.path() / "mosquitto.conf";
    std::ofstream(file) << "listener " << port_ << " 127.0.0.1\nallow_anonymous true\nlog_type none\nuser root\n";
    std::string name = "/usr/sbin/mosquitto", option = "-c", path = file.string();
    char* arguments[] = {name.data(), option.data(), path.data(), nullptr};
    ASSERT_EQ(::posix_spawn(&process_, name.c_str(), nullptr, nullptr, arguments, environ), 0);
  }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  TemporaryFolder folder_;
  std::uint16_t port_;
  pid_t process_ = 0;
};

}  // namespace entente::test
