// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/mqtt/impl/connection.h"

#include <fmt/format.h>
#include <mosquitto.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask

#include <cerrno>
#include <system_error>

#include "base/text.h"

namespace entente::mqtt {
namespace {

constexpr int keep_alive = 30;  // seconds
constexpr int qos = 1;
constexpr std::size_t most_waiting_bytes = 16U * 1024 * 1024;
constexpr std::size_t most_waiting = 20'000;
constexpr std::size_t filters_in_one_packet = 100;
constexpr milliseconds turn{500};
constexpr seconds patience{10};  // for the broker's first word

struct Instance {
  mosquitto* handle;
  explicit Instance(mosquitto* made) : handle(made) {}
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance() {
    if (handle != nullptr) mosquitto_destroy(handle);
  }
};

// The library wants to be started once for the process, and never ended before the last instance.
void start_library() {
  static const int started = mosquitto_lib_init();
  static_cast<void>(started);
}

// The library's sentence as a part of ours.
std::string as_reason(const char* sentence) {
  std::string words = text::to_lower_ascii(sentence);
  while (!words.empty() && words.back() == '.') words.pop_back();
  return words;
}

std::string words_for(int code, int system_error) {
  if (code == MOSQ_ERR_ERRNO && system_error != 0)
    return text::to_lower_ascii(std::system_category().message(system_error));
  if (code == MOSQ_ERR_EAI) return "its name is not known here";
  if (code == MOSQ_ERR_CONN_LOST && system_error == ECONNREFUSED) return "connection refused";
  if (code == MOSQ_ERR_TLS) return "TLS failed: certificate or protocol not accepted";
  return as_reason(mosquitto_strerror(code));
}

Error failed(std::string_view doing, int code) {
  return Error{ErrorCode::unavailable, fmt::format("{}: {}", doing, words_for(code, errno))};
}

}  // namespace

Connection::Connection(const ClientOptions& options, std::function<void()> arrived)
    : options_(options), arrived_(std::move(arrived)), pause_(options.first_pause) {
  start_library();
  // Signals are the loop's, and a broker that hangs up must not end us with SIGPIPE.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Connection::~Connection() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  {
    // Either wakes the thread. After a clean goodbye the broker would keep the will to itself.
    const std::lock_guard lock(instance_mutex_);
    if (instance_ != nullptr && options_.will) mosquitto_unsubscribe(instance_, nullptr, options_.will->topic.c_str());
    if (instance_ != nullptr && !options_.will) mosquitto_disconnect(instance_);
  }
  thread_.join();
}

std::vector<Happening> Connection::take(std::size_t limit) {
  std::vector<Happening> taken;
  {
    const std::lock_guard lock(mutex_);
    while (!happenings_.empty() && taken.size() < limit) {
      waiting_bytes_ -= happenings_.front().message.payload.size();
      taken.push_back(std::move(happenings_.front()));
      happenings_.pop_front();
    }
  }
  changed_.notify_all();
  return taken;
}

void Connection::tell(Happening happening) {
  bool first = false;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
      return stopping_ || (waiting_bytes_ < most_waiting_bytes && happenings_.size() < most_waiting);
    });
    if (stopping_) return;
    first = happenings_.empty();
    waiting_bytes_ += happening.message.payload.size();
    happenings_.push_back(std::move(happening));
  }
  if (first) arrived_();
}

bool Connection::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Connection::run() {
  while (!stopping()) {
    attempt();
    pause();
  }
}

void Connection::pause() {
  if (accepted_) pause_ = options_.first_pause;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, pause_, [this] { return stopping_; });
  pause_ = std::min(pause_ * 2, options_.longest_pause);
}

void Connection::attempt() {
  accepted_ = false;
  refusal_.clear();
  const Instance instance(mosquitto_new(options_.client_id.empty() ? nullptr : options_.client_id.c_str(), true, this));
  std::string reason = "out of memory";
  if (instance.handle != nullptr) {
    const auto configured = configure(instance.handle);
    reason = configured.ok() ? serve(instance.handle) : configured.error().message;
  }
  Happening lost;
  lost.kind = Happening::Kind::lost;
  lost.reason = std::move(reason);
  tell(std::move(lost));
}

Result<void> Connection::configure(mosquitto* instance) const {
  const auto& broker = options_.broker;
  mosquitto_threaded_set(instance, true);
  mosquitto_connect_callback_set(instance, on_connect);
  mosquitto_message_callback_set(instance, on_message);
  mosquitto_publish_callback_set(instance, on_publish);
  if (!broker.user.empty()) {
    const char* password = broker.password.empty() ? nullptr : broker.password.c_str();
    mosquitto_username_pw_set(instance, broker.user.c_str(), password);
  }
  if (const auto& will = options_.will) {
    const auto length = static_cast<int>(will->payload.size());
    const int code =
        mosquitto_will_set(instance, will->topic.c_str(), length, will->payload.data(), qos, will->retained);
    if (code != MOSQ_ERR_SUCCESS) return failed("the will", code);
  }
  if (!broker.encrypted) return {};
  if (broker.ca_file.empty()) {
    const int code = mosquitto_int_option(instance, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    if (code != MOSQ_ERR_SUCCESS) return failed("TLS", code);
    return {};
  }
  const int code = mosquitto_tls_set(instance, broker.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr);
  if (code != MOSQ_ERR_SUCCESS) return failed(broker.ca_file, code);
  return {};
}

// From connecting to the end of the connection, and why it ended.
std::string Connection::serve(mosquitto* instance) {
  const auto started = Clock::now();
  errno = 0;
  int code = mosquitto_connect_async(instance, options_.broker.host.c_str(), options_.broker.port, keep_alive);
  {
    const std::lock_guard lock(instance_mutex_);
    instance_ = instance;
  }
  while (code == MOSQ_ERR_SUCCESS && !stopping() && refusal_.empty()) {
    errno = 0;
    code = mosquitto_loop(instance, static_cast<int>(turn.count()), 1);
    if (code == MOSQ_ERR_SUCCESS && !accepted_ && Clock::now() - started > patience) refusal_ = "no answer";
  }
  const int system_error = errno;
  const std::lock_guard lock(instance_mutex_);
  instance_ = nullptr;
  return refusal_.empty() ? words_for(code, system_error) : refusal_;
}

void Connection::on_connect(mosquitto*, void* self, int code) {
  auto& connection = *static_cast<Connection*>(self);
  if (code != 0) {
    connection.refusal_ = as_reason(mosquitto_connack_string(code));
    return;
  }
  connection.accepted_ = true;
  Happening happening;
  happening.kind = Happening::Kind::connected;
  connection.tell(std::move(happening));
}

void Connection::on_message(mosquitto*, void* self, const mosquitto_message* message) {
  auto& connection = *static_cast<Connection*>(self);
  const auto length = static_cast<std::size_t>(std::max(message->payloadlen, 0));
  Happening happening;
  happening.message.topic = text::to_valid_utf8(message->topic);
  happening.message.retained = message->retain;
  if (length > connection.options_.max_payload) {
    happening.dropped = length;
  } else if (length > 0) {
    happening.message.payload.assign(static_cast<const char*>(message->payload), length);
  }
  connection.tell(std::move(happening));
}

void Connection::on_publish(mosquitto*, void* self, int packet) {
  Happening happening;
  happening.kind = Happening::Kind::acknowledged;
  happening.packet = packet;
  static_cast<Connection*>(self)->tell(std::move(happening));
}

Result<int> Connection::publish(const Message& message) {
  const std::lock_guard lock(instance_mutex_);
  if (instance_ == nullptr) return Error{ErrorCode::unavailable, "not connected"};
  int packet = 0;
  const int code =
      mosquitto_publish(instance_, &packet, message.topic.c_str(), static_cast<int>(message.payload.size()),
                        message.payload.data(), qos, message.retained);
  if (code != MOSQ_ERR_SUCCESS) return failed("publish", code);
  return packet;
}

void Connection::subscribe(const std::vector<std::string>& filters) {
  const std::lock_guard lock(instance_mutex_);
  if (instance_ == nullptr) return;
  for (std::size_t i = 0; i < filters.size(); i += filters_in_one_packet) {
    std::vector<char*> names;
    for (std::size_t j = i; j < std::min(filters.size(), i + filters_in_one_packet); ++j) {
      names.push_back(const_cast<char*>(filters[j].c_str()));  // lint: allow const cast: it only reads
    }
    mosquitto_subscribe_multiple(instance_, nullptr, static_cast<int>(names.size()), names.data(), qos, 0, nullptr);
  }
}

void Connection::unsubscribe(const std::string& filter) {
  const std::lock_guard lock(instance_mutex_);
  if (instance_ != nullptr) mosquitto_unsubscribe(instance_, nullptr, filter.c_str());
}

}  // namespace entente::mqtt
