#include "net/responder.hpp"

#include <algorithm>
#include <array>

#include "dicomweb/accept.hpp"
#include "index/gzip.hpp"
#include "net/content_coding.hpp"
#include "net/entity_tag.hpp"
#include "net/problem.hpp"
#include "net/sign_in_responder.hpp"
#include "net/wadl.hpp"
#include "page/study_json.hpp"
#include "tile/tile_service.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kWorthCompressing = 1024;
constexpr int kDynamicLevel = 6;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

Response html(Request const& request, std::string text) {
  return text_response(request, "text/html; charset=utf-8", std::move(text));
}
Response json(Request const& request, std::string text) {
  return text_response(request, "application/json", std::move(text));
}

Response view_page(Services const& services, Request const& request, ViewPage const& route) {
  auto const without_study = [&] {
    Response response = html(request, services.page.without_study());
    response.status = 404;
    return response;
  };
  if (route.study_instance_uid.empty()) return without_study();
  Result<StudyHandle> const study = services.tiles.open(route.study_instance_uid);
  if (!study)
    return study.error().code == Errc::not_found ? without_study() : problem_of(study.error());
  return html(request, compose_study_page(services.page, **study, services.tiles));
}

Response study_list(Services const& services, Request const& request, StudyList const& route) {
  Result<StudyPage> const page = services.index.studies(route.query);
  return page ? json(request, encode_study_list(*page)) : problem_of(page.error());
}

Response study_manifest(Services const& services, Request const& request,
                        StudyManifest const& route) {
  Result<StudyHandle> const study = services.tiles.open(route.study_instance_uid);
  if (!study) return problem_of(study.error());
  // Weak: the bytes differ by content coding.
  std::string etag = "W/\"" + std::to_string((*study)->revision()) + "\"";
  if (client_has(request, etag)) return not_modified(std::move(etag), CachePolicy::no_store);
  Response response = json(request, wire::encode_manifest((*study)->manifest));
  response.headers.push_back({"ETag", std::move(etag)});
  return response;
}

Response status(Services const& services, Request const& request) {
  Result<Counts> const counts = services.index.counts();
  if (!counts) return problem_of(counts.error());
  auto const uptime = std::chrono::steady_clock::now() - services.started;
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(uptime).count();
  return json(request,
              encode_status(*counts, {services.version, static_cast<std::uint64_t>(seconds)}));
}

Response capabilities(Services const& services, Request const& request,
                      Capabilities const& target) {
  bool const is_writable = services.stow != nullptr;
  Response response;
  response.status = 204;
  if (target.is_service) {
    std::array const forms{Representation{"application/vnd.sun.wadl+xml", "", "", false}};
    auto const chosen = choose_representation({request.header("accept")}, forms);
    if (!chosen) return problem(400, "The Accept header cannot be read.");
    if (!*chosen) return problem(406, "The service is described as application/vnd.sun.wadl+xml.");
    response =
        text_response(request, forms[0].media_type,
                      describe_service(service_uri(request), is_writable,
                                       services.video != nullptr && services.video->works()));
  }
  bool const takes_post = target.takes_post && is_writable;
  std::string_view const methods = target.is_service ? "OPTIONS"
                                   : takes_post      ? "GET, HEAD, POST, OPTIONS"
                                                     : "GET, HEAD, OPTIONS";
  response.headers.push_back({"Allow", std::string(methods)});
  return response;
}

/// For who asks for it: nothing was refused.
Response sign_in_form(Services const& services) {
  Response response = sign_in_page(services.sign_in_page, "/");
  response.status = 200;
  response.headers.clear();
  return response;
}

}  // namespace

Response respond(Services const& services, Request const& request, Route const& route) {
  return std::visit(
      Overloaded{
          [&](ListPage const&) { return html(request, services.page.without_study()); },
          [&](ViewPage const& view) { return view_page(services, request, view); },
          [&](StudyList const& list) { return study_list(services, request, list); },
          [&](StudyManifest const& manifest) {
            return study_manifest(services, request, manifest);
          },
          [&](ServerStatus const&) { return status(services, request); },
          [&](TileStream const& stream) { return respond_tiles(services, request, stream); },
          [&](StreamTable const& table) { return respond_stream_table(services, request, table); },
          [&](OverlayFrame const& overlay) { return respond_overlay(services, request, overlay); },
          [&](PresentationDocument const& document) {
            return respond_presentation(services, request, document);
          },
          [&](LayerDocument const& document) { return respond_layer(services, request, document); },
          [&](VideoStream const& video) { return respond_video_stream(services, request, video); },
          [&](ProfileOfInstance const& instance) {
            return respond_profile(services, request, instance);
          },
          [&](TileSocketUpgrade const&) { return problem(500); },  // the session takes it before
          [&](Capabilities const& target) { return capabilities(services, request, target); },
          [&](StowStore const&) { return problem(500); },  // the same
          [&](SignIn const&) { return problem(500); },     // the same
          [&](SignInForm const&) { return sign_in_form(services); },
          [&](SignOut const&) { return respond_sign_out(services, request); },
          [&](WhoAmI const&) { return respond_who_am_i(services, request); },
          [&](Asset const& asset) { return respond_asset(services, request, asset); },
          [&](Rendered const& rendered) { return respond_rendered(services, request, rendered); },
          [&](QidoSearch const& search) { return respond_qido(services, request, search); },
          [&](WadoRetrieve const& retrieve) {
            return respond_retrieve(services, request, retrieve);
          }},
      route);
}

Response respond_asset(Services const& services, Request const& request, Asset const& asset) {
  AssetFile const* const file = services.assets.find(asset.path);
  if (file == nullptr) return problem(404, "There is no such thing here.");
  CachePolicy const cache =
      file->is_immutable ? CachePolicy::immutable_public : CachePolicy::revalidate;
  std::string_view const accepted = request.header("accept-encoding");
  std::shared_ptr<std::string const> content = file->plain;
  std::string etag = file->etag;
  std::string_view coding;
  if (file->brotli && accepts_coding(accepted, "br")) {
    content = file->brotli;
    coding = "br";
  } else if (file->gzip && accepts_coding(accepted, "gzip")) {
    content = file->gzip;
    coding = "gzip";
  }
  if (!coding.empty()) etag.insert(etag.size() - 1, "-" + std::string(coding));
  if (client_has(request, etag)) return not_modified(std::move(etag), cache);
  Response response;
  response.content_type = file->content_type;
  response.cache = cache;
  response.headers.push_back({"ETag", std::move(etag)});
  if (file->brotli || file->gzip) response.headers.push_back({"Vary", "Accept-Encoding"});
  if (!coding.empty()) response.headers.push_back({"Content-Encoding", std::string(coding)});
  response.body = Body(std::move(content));
  return response;
}

Response text_response(Request const& request, std::string content_type, std::string text) {
  Response response;
  response.content_type = std::move(content_type);
  response.headers.push_back({"Vary", "Accept-Encoding"});
  if (text.size() >= kWorthCompressing &&
      accepts_coding(request.header("accept-encoding"), "gzip")) {
    Result<std::string> packed =
        gzip(std::as_bytes(std::span(text.data(), text.size())), kDynamicLevel);
    if (packed) {
      response.headers.push_back({"Content-Encoding", "gzip"});
      response.body = Body(std::move(*packed));
      return response;
    }
  }
  response.body = Body(std::move(text));
  return response;
}

}  // namespace sightline::server
