// SPDX-License-Identifier: GPL-3.0-or-later
//   message  = id, flags, counts of questions, answers, authorities, additionals (2 bytes each), then these
//   question = name, type, class      record = name, type, class, time to live (4), length (2), data
//   name     = {length (1), label}, 0, or at any place 11xxxxxx xxxxxxxx: go on at that offset
#include "drivers/miio/protocol/dns.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace entente::miio {
namespace {

using net::Bytes;
using net::ByteSpan;

constexpr std::size_t header_size = 12;
constexpr std::size_t max_name = 255;
constexpr std::size_t max_label = 63;
constexpr int max_jumps = 16;
constexpr std::size_t max_records = 200;
constexpr std::uint16_t type_address = 1;
constexpr std::uint16_t type_pointer = 12;
constexpr std::uint16_t type_server = 33;
constexpr std::uint16_t internet = 1;
constexpr std::uint16_t top_bit = 0x8000;  // of a question's class: answer to me alone; of the flags: an answer

Error corrupt(std::string_view reason) { return Error{ErrorCode::corrupt, fmt::format("dns message: {}", reason)}; }

class Reader {
 public:
  Reader(ByteSpan bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  std::optional<std::uint16_t> number() {
    if (at_ + 2 > bytes_.size()) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(bytes_[at_] << 8U | bytes_[at_ + 1]);
    at_ += 2;
    return value;
  }
  std::optional<std::uint32_t> long_number() {
    const auto high = number();
    const auto low = number();
    if (!high || !low) return std::nullopt;
    return static_cast<std::uint32_t>(*high) << 16U | *low;
  }
  std::optional<std::string> name();
  std::optional<ByteSpan> take(std::size_t count) {
    if (count > bytes_.size() - at_) return std::nullopt;
    at_ += count;
    return bytes_.subspan(at_ - count, count);
  }
  std::size_t at() const { return at_; }

 private:
  ByteSpan bytes_;
  std::size_t at_;
};

// Each jump leads further back, so that it ends.
std::optional<std::string> Reader::name() {
  std::string name;
  std::size_t at = at_;
  std::optional<std::size_t> after;
  for (int jumps = 0; at < bytes_.size();) {
    const std::size_t length = bytes_[at];
    if (length == 0) {
      at_ = after.value_or(at + 1);
      return name;
    }
    if ((length & 0xc0U) == 0xc0U) {
      if (at + 1 >= bytes_.size() || ++jumps > max_jumps) return std::nullopt;
      const std::size_t target = (length & 0x3fU) << 8U | bytes_[at + 1];
      if (!after) after = at + 2;
      if (target >= at) return std::nullopt;
      at = target;
      continue;
    }
    if (length > max_label || at + 1 + length > bytes_.size() || name.size() + length + 1 > max_name)
      return std::nullopt;
    if (!name.empty()) name += '.';
    name.append(bytes_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                bytes_.begin() + static_cast<std::ptrdiff_t>(at + 1 + length));
    at += 1 + length;
  }
  return std::nullopt;
}

// Nothing for a broken record; `known` says whether it is one of the kinds wanted.
std::optional<DnsRecord> read_record(ByteSpan datagram, Reader& reader, bool& known) {
  DnsRecord record;
  const auto name = reader.name();
  const auto type = reader.number();
  const auto of_class = reader.number();
  const auto life = reader.long_number();
  const auto length = reader.number();
  if (!name || !type || !of_class || !life || !length) return std::nullopt;
  Reader inside(datagram, reader.at());
  const auto data = reader.take(*length);
  if (!data) return std::nullopt;
  record.name = *name;
  record.time_to_live = *life;
  known = (*of_class & ~top_bit) == internet;
  if (*type == type_address && data->size() == 4) {
    record.address = net::Endpoint::from_bytes(data->first<4>(), 0);
  } else if (*type == type_pointer || *type == type_server) {
    record.kind = *type == type_pointer ? DnsRecord::Kind::pointer : DnsRecord::Kind::server;
    if (*type == type_server) {
      (void)inside.long_number();  // priority and weight
      record.port = inside.number().value_or(0);
    }
    const auto target = inside.name();
    known = known && target.has_value();
    record.target = target.value_or("");
  } else {
    known = false;
  }
  return record;
}

void put_number(Bytes& bytes, std::uint16_t number) {
  bytes.push_back(static_cast<std::uint8_t>(number >> 8U));
  bytes.push_back(static_cast<std::uint8_t>(number));
}

std::string lower(std::string_view name) { return text::to_lower_ascii(name); }

}  // namespace

Bytes encode_dns_question(std::string_view service, bool unicast) {
  Bytes message;
  constexpr std::uint16_t head[] = {0, 0, 1, 0, 0, 0};  // one question
  for (const auto number : head) put_number(message, number);
  for (const auto label : text::split(service, '.')) {
    message.push_back(static_cast<std::uint8_t>(std::min(label.size(), max_label)));
    message.insert(message.end(), label.begin(), label.begin() + static_cast<std::ptrdiff_t>(message.back()));
  }
  message.push_back(0);
  put_number(message, type_pointer);
  put_number(message, unicast ? static_cast<std::uint16_t>(internet | top_bit) : internet);
  return message;
}

Result<std::vector<DnsRecord>> decode_dns_answer(ByteSpan datagram) {
  Reader reader(datagram, 0);
  if (datagram.size() < header_size) return corrupt("shorter than its header");
  (void)reader.number();
  const auto flags = reader.number();
  if ((*flags & top_bit) == 0) return corrupt("no answer");
  const std::size_t questions = *reader.number();
  std::size_t count = *reader.number();
  count += *reader.number();
  count += *reader.number();
  for (std::size_t i = 0; i < questions; ++i) {
    if (!reader.name() || !reader.number() || !reader.number()) return corrupt("a broken question");
  }
  std::vector<DnsRecord> records;
  for (std::size_t i = 0; i < count && records.size() < max_records; ++i) {
    bool known = false;
    auto record = read_record(datagram, reader, known);
    if (!record) return corrupt("a broken record");
    if (known) records.push_back(*std::move(record));
  }
  return records;
}

std::optional<Announcement> parse_instance(std::string_view name) {
  const std::string suffix = "." + std::string(miio_service);
  if (name.size() <= suffix.size() || lower(name.substr(name.size() - suffix.size())) != suffix) return std::nullopt;
  const auto instance = name.substr(0, name.size() - suffix.size());
  const auto mark = instance.rfind("_miio");
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  Announcement found;
  found.device_id = instance.substr(mark + 5);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (found.device_id.empty() || found.device_id.size() > 20) return std::nullopt;
  if (!std::all_of(found.device_id.begin(), found.device_id.end(), is_digit)) return std::nullopt;
  found.model = text::replace_all(text::to_valid_utf8(instance.substr(0, mark)), "-", ".");
  return found;
}

std::vector<Announcement> announcements_in(const std::vector<DnsRecord>& records) {
  std::vector<Announcement> found;
  const auto add = [&found](std::string_view instance, const DnsRecord& from) {
    auto announcement = parse_instance(instance);
    if (!announcement) return;
    announcement->goodbye = from.time_to_live == 0;
    const auto same = [&](const Announcement& held) { return held.device_id == announcement->device_id; };
    if (std::none_of(found.begin(), found.end(), same)) found.push_back(*std::move(announcement));
  };
  for (const auto& record : records) {
    if (record.kind == DnsRecord::Kind::pointer && lower(record.name) == miio_service) add(record.target, record);
    if (record.kind == DnsRecord::Kind::server) add(record.name, record);
  }
  for (auto& announcement : found) {
    for (const auto& server : records) {
      if (server.kind != DnsRecord::Kind::server) continue;
      const auto instance = parse_instance(server.name);
      if (!instance || instance->device_id != announcement.device_id) continue;
      announcement.at = announcement.at.with_port(server.port);
      for (const auto& address : records) {
        if (address.kind != DnsRecord::Kind::address || lower(address.name) != lower(server.target)) continue;
        announcement.at = address.address.with_port(server.port);
      }
    }
  }
  return found;
}

}  // namespace entente::miio
