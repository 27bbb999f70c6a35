#pragma once
#include "net/http_message.hpp"
#include "net/router.hpp"
#include "net/services.hpp"

namespace sightline::server {

/// Answers an admitted request: reads the store, makes the page, compresses. A HEAD request gets
/// the same answer; the session leaves its body out. Blocks on the disk, so it runs on the pool.
/// Threads: any.
Response respond(Services const& services, Request const& request, Route const& route);

/// The parts of respond(), one per kind of route.
Response respond_asset(Services const& services, Request const& request, Asset const& asset);
Response respond_tiles(Services const& services, Request const& request, TileStream const& stream);
Response respond_stream_table(Services const& services, Request const& request,
                              StreamTable const& table);
Response respond_overlay(Services const& services, Request const& request,
                         OverlayFrame const& overlay);
Response respond_presentation(Services const& services, Request const& request,
                              PresentationDocument const& document);
Response respond_layer(Services const& services, Request const& request,
                       LayerDocument const& document);
Response respond_video_stream(Services const& services, Request const& request,
                              VideoStream const& video);
Response respond_profile(Services const& services, Request const& request,
                         ProfileOfInstance const& instance);
Response respond_rendered(Services const& services, Request const& request,
                          Rendered const& rendered);
Response respond_qido(Services const& services, Request const& request, QidoSearch const& search);
Response respond_retrieve(Services const& services, Request const& request,
                          WadoRetrieve const& retrieve);

/// "http://host/dicom-web", as the client calls us: what Retrieve URLs begin with.
std::string service_uri(Request const& request);

/// A text answer, compressed when it is large and the client takes it.
Response text_response(Request const& request, std::string content_type, std::string text);

/// A multipart/related answer of at least one part. `etag` names its parts: the boundary is made of
/// it, so that the same answer is the same bytes.
Response multipart_response(std::string const& part_type, std::vector<Part> parts, unsigned status,
                            std::string_view etag);

}  // namespace sightline::server
