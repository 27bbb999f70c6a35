#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dicom/presentation_state.hpp"
#include "net/http_message.hpp"
#include "net/router.hpp"
#include "net/services.hpp"
#include "page/picture.hpp"

namespace sightline::server {

inline constexpr std::size_t kMostPictures = 512;  ///< in one answer
inline constexpr std::uint64_t kMostPictureBytes = 256u << 20;

/// Which stored frame a request means, and as which presentation state wants it.
struct Subject {
  std::string sha256_hex;
  std::uint32_t frame_index0 = 0;
  std::shared_ptr<dicom::PresentationState const> state;  ///< null: as the data set wants it
  std::string state_sha256_hex{};
};
/// The one picture of the route: the frame that it names, the first one that the presentation state
/// that it names refers to and that is here, or the middle one of a series or study. Errors:
/// not_found, pending, no_pixels, io; corrupt, … (a state that cannot be read); invalid_argument (a
/// state of the query that is none, or is not for this frame).
Result<Subject> find_subject(Services const& services, Rendered const& route);

/// One of several pictures, and its own address.
struct Member {
  Subject subject;
  std::string location;
};
/// The pictures of a study, a series or a list of frames; of the former those that can be shown.
struct PictureSet {
  std::vector<Member> members;
  bool is_partial = false;
};
/// At most one more than kMostPictures of a study or series. `service`: see service_uri. Errors: as
/// find_subject.
Result<PictureSet> find_set(Services const& services, Rendered const& route,
                            std::string_view service);

/// Draws it as the route's query says. Errors: as draw_frame; pending, not_found, no_pixels, io.
Result<Picture> draw_picture(Services const& services, Subject const& subject,
                             StreamLocation const& location, Rendered const& route);

/// Why a picture cannot be had. Of a frame that came broken nothing is wrong here: never 5xx.
Response picture_problem(Error const& error);
/// 413: more pictures, or larger ones, than one answer has.
Response too_many_pictures();
Response too_large_pictures();

}  // namespace sightline::server
