// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/console.h"

#include "base/json.h"
#include "base/text.h"
#include "base/version.h"
#include "doors/console/answers.h"
#include "doors/console/home_routes.h"
#include "doors/console/protocol/needed_scope.h"
#include "doors/console/protocol/shapes.h"
#include "doors/console/routines_routes.h"
#include "infra/audio/read_audio.h"
#include "infra/audio/wav.h"
#include "infra/net/websocket.h"

namespace entente::console {
namespace {

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
  Routes(Loop& loop, Services services)
      : services_(std::move(services)),
        home_routes_(loop, services_.home),
        routine_routes_(loop, services_.home, services_.routines, services_.history) {}

  Task<net::Response> answer(const net::Request& request, bool open) {
    if (request.path == "/api/v1/health" && request.method == "GET") {
      co_return json_response(200, Json{{"status", "ready"}, {"version", version}});
    }
    if (request.path == "/api/v1/tokens" && request.method == "POST" && is_redemption(request)) {
      co_return redeem(request);
    }
    if (open) {
      if (from_this_machine(request)) co_return co_await route(request);
      co_return json_response(403, to_json(Error{ErrorCode::denied, "not from this machine"}));
    }
    const auto scope = services_.access.scope_of(bearer_of(request));
    const auto needed = needed_scope(request.method, request.path);
    if (!scope) co_return json_response(401, to_json(Error{ErrorCode::denied, "a token is needed"}));
    if (*scope >= needed) co_return co_await route(request);
    const auto refusal =
        fmt::format("this token may {}; that takes the scope {}", to_string(*scope), to_string(needed));
    co_return json_response(403, to_json(Error{ErrorCode::denied, refusal}));
  }

 private:
  Task<net::Response> route(const net::Request& request) {
    const std::string_view path = request.path;
    const auto& method = request.method;
    if (path == "/api/v1/ask" && method == "POST") co_return co_await ask(request);
    if (path == "/api/v1/say" && method == "POST") co_return co_await say(request);
    if (path == "/api/v1/listen" && method == "POST") co_return co_await listen(request);
    if (path == "/api/v1/events" && method == "GET") co_return events(request);
    constexpr std::string_view tokens_path = "/api/v1/tokens";
    if (path == tokens_path) co_return tokens(request);
    if (path.starts_with("/api/v1/tokens/") && method == "DELETE")
      co_return revoke(path.substr(tokens_path.size() + 1));
    constexpr std::string_view sentences = "/api/v1/sentences";
    if (path == sentences && method == "GET") co_return list_sentences();
    if (path == sentences && method == "POST") co_return co_await add_sentence(request);
    if (path.starts_with("/api/v1/sentences/")) {
      auto parts = text::split(path.substr(sentences.size() + 1), '/');
      if (parts.size() == 2) co_return co_await sentences_route(request, std::string(parts[0]), std::string(parts[1]));
    }
    if (auto answered = co_await routine_routes_.answer(request)) co_return *std::move(answered);
    if (HomeRoutes::takes(path)) co_return co_await home_routes_.answer(request);
    co_return error_response(404, fmt::format("{} {}: no such thing here", method, text::shorten(path, 200)));
  }

  // Whoever has the owner code has no token yet.
  static bool is_redemption(const net::Request& request) {
    const auto body = body_of(request);
    return body && body->contains("code");
  }

  net::Response tokens(const net::Request& request) {
    if (request.method == "GET") {
      const auto tokens = services_.access.tokens();
      if (!tokens) return error_response(tokens.error());
      Json list = Json::array();
      for (const auto& token : *tokens) {
        list.push_back(Json{
            {"id", token.id}, {"name", token.name}, {"scope", to_string(token.scope)}, {"created", token.created_at}});
      }
      return json_response(200, Json{{"tokens", list}});
    }
    if (request.method != "POST") return error_response(405, "tokens take GET and POST, and DELETE tokens/ID");
    const auto body = body_of(request);
    if (!body) return error_response(body.error());
    const auto scope = scope_from(string_or(*body, "scope", "control"));
    if (!scope) return error_response(scope.error());
    const auto token = services_.access.issue(string_or(*body, "name", ""), *scope);
    if (!token) return error_response(token.error());
    return json_response(201, Json{{"token", *token}, {"scope", to_string(*scope)}});
  }

  net::Response revoke(std::string_view id) {
    const auto revoked = services_.access.revoke(id);
    if (!revoked) return error_response(revoked.error());
    return json_response(200, Json{{"removed", std::string(id)}});
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

  Services services_;
  HomeRoutes home_routes_;
  RoutineRoutes routine_routes_;
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
  console->routes_ = std::make_unique<Routes>(loop, std::move(services));
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
