// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/console.h"

#include "base/json.h"
#include "base/text.h"
#include "base/version.h"
#include "doors/console/protocol/shapes.h"
#include "infra/audio/read_audio.h"
#include "infra/audio/wav.h"
#include "infra/net/websocket.h"

namespace entente::console {
namespace {

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

// A web page of another site that makes a browser here call us must not get in: its Origin is foreign, and after a
// rebound DNS name the Host is.
bool names_this_machine(std::string_view authority) {
  const auto host = authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1)
                                               : authority.substr(0, authority.find(':'));
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

bool from_this_machine(const net::Request& request) {
  if (!request.peer.is_loopback() || !names_this_machine(request.headers.get("Host"))) return false;
  const auto origin = request.headers.get("Origin");
  if (origin.empty()) return true;
  const auto scheme_end = origin.find("://");
  return scheme_end != std::string_view::npos && names_this_machine(origin.substr(scheme_end + 3));
}

std::string_view bearer_of(const net::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto value = request.headers.get("Authorization");
  return value.starts_with(scheme) ? value.substr(scheme.size()) : std::string_view();
}

}  // namespace

class Console::Routes {
 public:
  explicit Routes(Services services) : services_(std::move(services)) {}

  Task<net::Response> answer(const net::Request& request, bool open) {
    if (request.path == "/api/v1/health" && request.method == "GET") {
      co_return json_response(200, Json{{"status", "ready"}, {"version", version}});
    }
    if (request.path == "/api/v1/tokens" && request.method == "POST") co_return redeem(request);
    const bool allowed = open ? from_this_machine(request) : services_.access.allows(bearer_of(request));
    if (!allowed) {
      co_return json_response(open ? 403 : 401,
                              to_json(Error{ErrorCode::denied, open ? "not from this machine" : "a token is needed"}));
    }
    co_return co_await route(request);
  }

 private:
  Task<net::Response> route(const net::Request& request) {
    constexpr std::string_view devices = "/api/v1/devices";
    const std::string_view path = request.path;
    const auto& method = request.method;
    if (path == "/api/v1/ask" && method == "POST") co_return co_await ask(request);
    if (path == "/api/v1/say" && method == "POST") co_return co_await say(request);
    if (path == "/api/v1/listen" && method == "POST") co_return co_await listen(request);
    if (path == "/api/v1/rooms" && method == "GET") co_return list_rooms();
    if (path.starts_with("/api/v1/rooms/") && method == "PATCH") co_return change_room(request);
    if (path == "/api/v1/events" && method == "GET") co_return events(request);
    constexpr std::string_view sentences = "/api/v1/sentences";
    if (path == sentences && method == "GET") co_return list_sentences();
    if (path == sentences && method == "POST") co_return co_await add_sentence(request);
    if (path.starts_with("/api/v1/sentences/")) {
      auto parts = text::split(path.substr(sentences.size() + 1), '/');
      if (parts.size() == 2) co_return co_await sentences_route(request, std::string(parts[0]), std::string(parts[1]));
    }
    if (path == devices && method == "GET") co_return list_devices();
    if (path == devices && method == "POST") co_return add_device(request);
    if (path.starts_with("/api/v1/devices/")) {
      auto parts = text::split(path.substr(devices.size() + 1), '/');
      co_return co_await device_route(request, parts);
    }
    co_return error_response(404, fmt::format("{} {}: no such thing here", method, text::shorten(path, 200)));
  }

  net::Response redeem(const net::Request& request) {
    const auto body = body_of(request);
    if (!body) return error_response(body.error());
    const auto token = services_.access.redeem(string_or(*body, "code", ""), string_or(*body, "name", "owner"));
    if (!token) return error_response(token.error());
    return json_response(201, Json{{"token", *token}});
  }

  Task<net::Response> ask(const net::Request& request) {
    const auto body = body_of(request);
    if (!body) co_return error_response(body.error());
    auto utterance = utterance_from(*body);
    if (!utterance) co_return error_response(utterance.error());
    const auto reply = co_await services_.assistant.answer(*std::move(utterance));
    co_return json_response(200, to_json(reply));
  }

  Task<net::Response> say(const net::Request& request) {
    const auto body = body_of(request);
    if (!body) co_return error_response(body.error());
    if (!services_.say) co_return error_response(Error{ErrorCode::unsupported, "this server does not speak"});
    const auto markup = body->contains("ssml") ? speech::Markup::ssml : speech::Markup::none;
    auto text = string_or(*body, markup == speech::Markup::ssml ? "ssml" : "text", "");
    auto language = string_or(*body, "language", "en");
    const auto sound = co_await services_.say(std::move(text), std::move(language), markup);
    if (!sound) co_return error_response(sound.error());
    net::Response response;
    response.headers.set("Content-Type", "audio/wav");
    response.body = audio::write_wav(*sound);
    co_return response;
  }

  Task<net::Response> listen(const net::Request& request) {
    if (!services_.listen) co_return error_response(Error{ErrorCode::unsupported, "this server does not hear"});
    const auto* name = request.query_value("name");
    auto sound = audio::read_audio(request.body, name == nullptr ? "request body" : *name);
    if (!sound) co_return error_response(sound.error());
    const auto* area = request.query_value("area");
    std::string its_area;
    if (area != nullptr) its_area = *area;
    const auto reply = co_await services_.listen(std::move(sound->pcm), std::move(its_area));
    if (!reply) co_return error_response(reply.error());
    co_return json_response(200, to_json(*reply));
  }

  net::Response events(const net::Request& request) {
    if (!request.wants_websocket()) return error_response(426, "this is a WebSocket");
    return net::Response::upgrade([this](net::WebSocket& socket) { return stream_events(socket); });
  }

  Task<void> stream_events(net::WebSocket& socket) {
    const auto subscription = services_.bus.subscribe("#", [&socket](const bus::Message& message) {
      // A client that reads too slowly loses events, not the server its memory.
      [[maybe_unused]] const auto sent = socket.post(
          {net::WebSocket::Kind::text, to_text(Json{{"topic", message.topic}, {"payload", message.json()}})});
    });
    while ((co_await socket.receive()).ok()) {
    }
  }

  // ---- the household's own sentences

  net::Response list_sentences() {
    Json files = Json::array();
    for (const auto& file : services_.sentences.list()) {
      files.push_back(Json{{"language", file.language}, {"name", file.name}, {"yaml", file.yaml}});
    }
    return json_response(200, Json{{"files", files}});
  }

  Task<net::Response> add_sentence(const net::Request& request) {
    const auto body = body_of(request);
    if (!body) co_return error_response(body.error());
    const auto sentence = own_sentence_from(*body);
    if (!sentence) co_return error_response(sentence.error());
    assistant::OwnSentences::File file;
    file.language = string_or(*body, "language", "en");
    file.name = string_or(*body, "name", "");
    if (file.name.empty()) file.name = assistant::name_for(*sentence);
    file.yaml = assistant::to_yaml(*sentence, file.name);
    Json added{{"language", file.language}, {"name", file.name}};
    const auto put = co_await services_.sentences.put(std::move(file));
    if (!put) co_return error_response(put.error());
    co_return json_response(201, added);
  }

  Task<net::Response> sentences_route(const net::Request& request, std::string language, std::string name) {
    const Json named{{"language", language}, {"name", name}};
    if (request.method == "PUT") {
      assistant::OwnSentences::File file{std::move(language), std::move(name), request.body};
      const auto put = co_await services_.sentences.put(std::move(file));
      co_return put ? json_response(200, named) : error_response(put.error());
    }
    if (request.method == "DELETE") {
      const auto removed = co_await services_.sentences.remove(std::move(language), std::move(name));
      co_return removed ? json_response(200, Json{{"removed", named}}) : error_response(removed.error());
    }
    co_return error_response(405, "sentences take PUT and DELETE");
  }

  // ---- devices

  net::Response list_devices() {
    Json list = Json::array();
    for (const auto& device : services_.home.devices()) list.push_back(to_json(device));
    return json_response(200, Json{{"devices", list}});
  }

  net::Response add_device(const net::Request& request) {
    const auto body = body_of(request);
    if (!body) return error_response(body.error());
    auto device = new_device_from(*body);
    if (!device) return error_response(device.error());
    const auto id = services_.home.add(*std::move(device));
    if (!id) return error_response(id.error());
    return json_response(201, to_json(*services_.home.device(*id)));
  }

  Task<net::Response> device_route(const net::Request& request, std::vector<std::string_view> parts) {
    const auto device = services_.home.find(parts[0]);
    if (!device) {
      co_return error_response(
          Error{ErrorCode::not_found, fmt::format("no device '{}'", text::shorten(parts[0], 100))});
    }
    const auto& method = request.method;
    if (parts.size() == 1 && method == "GET") co_return show(*device);
    if (parts.size() == 1 && method == "PATCH") co_return change(request, *device);
    if (parts.size() == 1 && method == "DELETE") co_return remove(*device);
    if (parts.size() == 2 && parts[1] == "properties" && method == "PATCH") co_return co_await set(request, *device);
    if (parts.size() == 3 && parts[1] == "actions" && method == "POST") {
      co_return co_await act(request, *device, std::string(parts[2]));
    }
    co_return error_response(404, "devices have properties and actions/NAME");
  }

  static net::Response show(const home::DeviceView& device) {
    Json json = to_json(device);
    if (device.spec) json["spec"] = to_json(*device.spec);
    return json_response(200, json);
  }

  net::Response change(const net::Request& request, const home::DeviceView& device) {
    const auto body = body_of(request);
    if (!body) return error_response(body.error());
    if (const auto* name = find(*body, "name"); name != nullptr && name->is_string()) {
      const auto renamed = services_.home.rename(device.id, name->get<std::string>());
      if (!renamed) return error_response(renamed.error());
    }
    if (const auto* room = find(*body, "room"); room != nullptr && room->is_string()) {
      const auto moved = services_.home.set_room(device.id, room->get<std::string>());
      if (!moved) return error_response(moved.error());
    }
    return show(*services_.home.device(device.id));
  }

  net::Response list_rooms() {
    Json rooms = Json::array();
    for (const auto& room : services_.home.rooms()) rooms.push_back(Json{{"name", room.name}, {"floor", room.floor}});
    return json_response(200, Json{{"rooms", rooms}});
  }

  net::Response change_room(const net::Request& request) {
    const auto name = std::string_view(request.path).substr(std::string_view("/api/v1/rooms/").size());
    const auto body = body_of(request);
    if (!body) return error_response(body.error());
    const auto* floor = find(*body, "floor");
    if (floor == nullptr || !floor->is_string()) return error_response(400, "floor: a text is missing");
    const auto moved = services_.home.set_floor(name, floor->get<std::string>());
    if (!moved) return error_response(moved.error());
    return list_rooms();
  }

  net::Response remove(const home::DeviceView& device) {
    const auto removed = services_.home.remove(device.id);
    if (!removed) return error_response(removed.error());
    return json_response(200, Json{{"removed", device.id.text}});
  }

  Task<net::Response> set(const net::Request& request, const home::DeviceView& device) {
    const auto body = body_of(request);
    if (!body) co_return error_response(body.error());
    if (!device.spec) co_return error_response(Error{ErrorCode::unsupported, device.trouble});
    for (const auto& [name, value] : body->items()) {
      const auto property = find_property(*device.spec, name);
      if (!property) co_return error_response(property.error());
      auto wanted = model::value_from_json(value);
      const auto written = co_await services_.home.write(device.id, *property, std::move(wanted));
      if (!written) co_return error_response(written.error());
    }
    const auto now = services_.home.device(device.id);
    if (!now) co_return error_response(Error{ErrorCode::not_found, "the device was removed meanwhile"});
    co_return json_response(200, to_json(*now));
  }

  Task<net::Response> act(const net::Request& request, const home::DeviceView& device, std::string name) {
    if (!device.spec) co_return error_response(Error{ErrorCode::unsupported, device.trouble});
    const auto action = find_action(*device.spec, name);
    if (!action) co_return error_response(action.error());
    model::ActionCall call{*action, {}};
    if (!request.body.empty()) {
      const auto body = body_of(request);
      if (!body) co_return error_response(body.error());
      const auto& inputs = device.spec->action(*action)->in;
      if (const auto* values = find(*body, "in"); values != nullptr && values->is_array()) {
        for (std::size_t i = 0; i < std::min(values->size(), inputs.size()); ++i) {
          call.in.push_back({inputs[i], model::value_from_json((*values)[i])});
        }
      }
    }
    const auto out = co_await services_.home.act(device.id, std::move(call));
    if (!out) co_return error_response(out.error());
    Json values = Json::array();
    for (const auto& value : *out) values.push_back(model::to_json(value));
    co_return json_response(200, Json{{"out", values}});
  }

  Services services_;
};

Console::Console() = default;
Console::~Console() = default;

Result<std::unique_ptr<Console>> Console::open(net::EventLoop& loop, Services services, Options options) {
  const bool loopback = options.address.is_loopback();
  if (!loopback && !options.tls) {
    return Error{ErrorCode::denied,
                 fmt::format("console: {} is not loopback and needs TLS", options.address.to_string())};
  }
  std::unique_ptr<Console> console(new Console());
  console->encrypted_ = options.tls.has_value();
  console->routes_ = std::make_unique<Routes>(std::move(services));
  auto* routes = console->routes_.get();
  net::HttpServer::Limits limits;
  limits.body_bytes = 64U << 20U;
  const auto with_token = [routes](const net::Request& request) { return routes->answer(request, false); };
  const auto open_here = [routes](const net::Request& request) { return routes->answer(request, true); };
  ENTENTE_TRY(console->server_,
              net::HttpServer::open(loop, options.address, loopback ? net::HttpServer::Handler(open_here) : with_token,
                                    limits, std::move(options.tls)));
  if (!loopback) {
    ENTENTE_TRY(console->local_server_, net::HttpServer::open(loop, net::Endpoint::loopback(0), open_here, limits));
  }
  return console;
}

std::string Console::url() const {
  return fmt::format("{}://{}", encrypted_ ? "https" : "http", server_->local_endpoint().to_string());
}

std::string Console::local_url() const {
  return local_server_ ? fmt::format("http://{}", local_server_->local_endpoint().to_string()) : url();
}

Task<void> Console::stop(Deadline deadline) {
  co_await server_->stop(deadline);
  if (local_server_) co_await local_server_->stop(deadline);
}

}  // namespace entente::console
