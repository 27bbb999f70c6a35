#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dicomweb/qido_query.hpp"
#include "dicomweb/retrieve.hpp"
#include "index/index.hpp"
#include "net/request_target.hpp"
#include "page/rendered_query.hpp"

namespace sightline::server {

/// What a target asks for; every text in it has been checked for form (UIDs, hashes, numbers).
/// docs/http.md is the table.
struct ListPage {};
struct ViewPage {
  std::string study_instance_uid;  ///< empty when the path has no valid UID
};
struct StudyList {
  StudyQuery query;
};
struct StudyManifest {
  std::string study_instance_uid;
};
struct ServerStatus {};
struct TileStream {
  std::string sha256_hex;
  std::uint32_t frame_index0 = 0;
};
/// One frame of an overlay plane.
struct StreamTable {
  std::string sha256_hex;
  std::uint32_t part_index0 = 0;  ///< of wire::kStreamsPerPart frames
};
struct OverlayFrame {
  std::string sha256_hex;
  std::uint16_t group = 0;
  std::uint32_t frame_index0 = 0;
};
/// A presentation state, for the viewer to apply.
struct PresentationDocument {
  std::string sha256_hex;
};
/// What an object that lies over images says of them.
struct LayerDocument {
  std::string sha256_hex;
};
/// The stream of a video, as its fragments hold it.
struct VideoStream {
  std::string sha256_hex;
};
/// The colour profile of an image.
struct ProfileOfInstance {
  std::string sha256_hex;
};
struct TileSocketUpgrade {};
struct Asset {
  std::string path;  ///< key of the asset table, "/assets/…"
};
/// Pictures of an instance, of a series (sop_instance_uid empty) or of a study
/// (series_instance_uid empty, too). Source: PS3.18 10.4, table 10.4.1-3.
struct Rendered {
  std::string study_instance_uid, series_instance_uid, sop_instance_uid;
  /// 1-based, in the order asked for; empty: the first of an instance, all of a series or study.
  std::vector<std::uint32_t> frame_numbers;
  bool is_thumbnail = false;
  RenderedQuery query;
  /// Of the same study, by WADO-URI; of WADO-RS the instance itself may be one.
  struct State {
    std::string series_instance_uid, sop_instance_uid;
  };
  std::optional<State> state{};
  std::vector<std::string> accept;  ///< of the query

  /// Whether the answer is a multipart of pictures.
  bool has_many() const {
    return !is_thumbnail && (sop_instance_uid.empty() || frame_numbers.size() > 1);
  }
};
/// A QIDO-RS search. Source: PS3.18 10.6.
struct QidoSearch {
  QidoResource resource;
  std::vector<std::pair<std::string, std::string>> query;
};
/// What WADO-RS retrieves of stored objects. Source: PS3.18 10.4.
struct WadoRetrieve {
  enum class Kind : std::uint8_t { instances, metadata, frames, bulk_data } kind;
  RetrieveTarget target;
  std::vector<std::uint32_t> frame_numbers;  ///< 1-based, in the order asked for
  std::string bulk_path;                     ///< as dicom::bulk_value takes it
  std::vector<std::string> accept;           ///< of the query
};
/// STOW-RS. Source: PS3.18 10.5.
struct StowStore {
  std::string study_instance_uid;   ///< empty: of any study
  std::vector<std::string> accept;  ///< of the query
};
/// OPTIONS: which methods a target is answered to; of the DICOMweb service also what there is in
/// it. Source: RFC 9110 9.3.7, PS3.18 8.9.
struct Capabilities {
  bool takes_post = false;
  bool is_service = false;
};
/// The page to sign in on, for who asks for it by its address.
struct SignInForm {};
/// A name and a password, from that page.
struct SignIn {};
struct SignOut {};
/// Whose session it is, for the page to show.
struct WhoAmI {};
using Route =
    std::variant<ListPage, ViewPage, StudyList, StudyManifest, ServerStatus, TileStream,
                 TileSocketUpgrade, Asset, Rendered, QidoSearch, WadoRetrieve, StowStore,
                 Capabilities, SignInForm, SignIn, SignOut, WhoAmI, OverlayFrame,
                 PresentationDocument, LayerDocument, StreamTable, VideoStream, ProfileOfInstance>;

/// Error: the status, 404 (no such route, or an identifier that cannot be one) or 400 (a query that
/// cannot be read).
std::expected<Route, unsigned> find_route(RequestTarget const& target);
/// What a POST asks for. Error: 404, 400, 405 (there is such a target, but not to post to).
std::expected<Route, unsigned> find_post_route(RequestTarget const& target);

/// The route's name for the log: "/view/{study}". Never a part of a request.
std::string_view route_pattern(Route const& route);

}  // namespace sightline::server
