#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tile/tile_service.hpp"

namespace sightline::server {

/// The built index.html, parted at `<!--sightline:study-->`.
class PageTemplate {
 public:
  /// `embedding_origins` go into the page as JSON (id "sightline-config"), for the messages of an
  /// embedding page. Errors: corrupt (the comment is not there exactly once).
  static Result<PageTemplate> parse(std::string_view index_html,
                                    std::vector<std::string> const& embedding_origins);
  /// The page with this in the comment's place.
  std::string with(std::string_view study) const;
  /// The page without a study: the list, or the one that says that the study is not here.
  std::string without_study() const { return with({}); }

 private:
  std::string before_, after_;
};

inline constexpr std::uint32_t kFirstLevelSide = 128;  ///< of the levels that travel in the page
/// Bytes of preview and first levels together: with the page round them, the first picture of a 512
/// x 512 CT arrives within 25 KB. The preview gives way, because the levels follow it at once.
inline constexpr std::size_t kFirstPictureBytes = 20 * 1024;
inline constexpr std::size_t kMinPreviewBytes = 3 * 512, kMaxPreviewBytes = 8 * 1024;

/// The page of /view/{study}: preview picture, first levels, manifest, as docs/wire_format.md
/// describes them. What cannot be made (no pictures yet, a frame that does not decode) is left out;
/// the viewer then fetches it and says why. Nothing in it can end its element early: base64, and a
/// manifest without '<'.
std::string compose_study_page(PageTemplate const& page, StudyTable const& study,
                               TileService const& tiles);

}  // namespace sightline::server
