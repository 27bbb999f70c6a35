#include "net/rendered_colors.hpp"

#include <algorithm>
#include <utility>

#include "net/instance_profile.hpp"
#include "net/video_source.hpp"
#include "pixel/color_profile.hpp"
#include "pixel/presentation.hpp"

namespace sightline::server {
namespace {

using Asked = RenderedQuery::IccProfile;
using Profile = std::vector<std::byte>;

bool has_palette(Subject const& subject) {
  return subject.state && subject.state->kind == dicom::PresentationState::Kind::pseudo_color;
}
/// Colours before the profile applies: grey values have none. Source: PS3.4 N.2.2.1.
bool is_colored(Subject const& subject, dicom::Instance const& instance) {
  return !is_video(instance) && (instance.format.samples_per_pixel == 3 || has_palette(subject) ||
                                 instance.format.photometric == Photometric::palette_color);
}

/// Whose colours they are: the state's, where it speaks of colours. Source: PS3.3 A.33.2, A.33.3.
std::string const& owner_of(Subject const& subject) {
  bool const is_states =
      has_palette(subject) ||
      (subject.state && subject.state->kind == dicom::PresentationState::Kind::color);
  return is_states ? subject.state_sha256_hex : subject.sha256_hex;
}

/// nullopt: it has none.
Result<std::optional<Profile>> own_profile(Services const& services, Subject const& subject) {
  auto const reader = services.blobs.open(owner_of(subject));
  if (!reader) return std::unexpected(reader.error());
  auto profile = profile_in(**reader);
  if (profile) return std::optional(std::move(*profile));
  if (profile.error().code == Errc::not_found) return std::optional<Profile>{};
  return std::unexpected(profile.error());
}

color::Space space_of(Asked asked) {
  if (asked == Asked::adobe_rgb) return color::Space::adobe_rgb;
  return asked == Asked::romm_rgb ? color::Space::romm_rgb : color::Space::srgb;
}

/// What is a failure of ours, and not of the profile.
bool is_our_own(Error const& error) {
  return error.code == Errc::io || error.code == Errc::out_of_memory;
}

Profile copy_of(std::span<std::byte const> profile) { return {profile.begin(), profile.end()}; }

/// As the viewer shows it.
Result<RenderedColors> automatic_colors(ColorTables& tables,
                                        Result<std::optional<Profile>> const& own) {
  RenderedColors colors;
  colors.is_automatic = true;
  if (!own && is_our_own(own.error())) return std::unexpected(own.error());
  if (!own || !*own) return colors;
  auto table = tables.find(**own, color::Space::srgb);
  if (!table && is_our_own(table.error())) return std::unexpected(table.error());
  if (!table) return colors;
  colors.table = std::move(*table);
  colors.icc_profile = copy_of(tables.profile_of(color::Space::srgb));
  return colors;
}

Result<RenderedColors> asked_colors(ColorTables& tables, std::optional<Profile> const& own,
                                    Asked asked) {
  RenderedColors colors;
  color::Space const space = space_of(asked);
  bool const converts = asked != Asked::yes && (own || space != color::Space::srgb);
  if (converts || own) {  // one that is only handed on has to be one, too
    auto table = tables.find(
        own ? std::span<std::byte const>(*own) : tables.profile_of(color::Space::srgb), space);
    if (!table) return std::unexpected(table.error());
    if (converts) colors.table = std::move(*table);
  }
  bool const keeps_own = asked == Asked::yes && own;
  colors.icc_profile = keeps_own ? *own : copy_of(tables.profile_of(space));
  return colors;
}

Picture as_rgb(Picture const& grey) {
  Picture rgb{grey.rows, grey.cols, 3, {}};
  rgb.bytes.reserve(grey.bytes.size() * 3);
  for (std::byte const level : grey.bytes) rgb.bytes.insert(rgb.bytes.end(), 3, level);
  return rgb;
}

void convert(Picture& rgb, pixel::ColorTable const& table) {
  auto const part = [](std::byte level) { return std::to_integer<int>(level) / 255.0; };
  for (std::size_t i = 0; i + 2 < rgb.bytes.size(); i += 3) {
    auto const [red, green, blue] = pixel::apply_color_profile(
        {part(rgb.bytes[i]), part(rgb.bytes[i + 1]), part(rgb.bytes[i + 2])}, table);
    rgb.bytes[i] = std::byte{pixel::output_level(red)};
    rgb.bytes[i + 1] = std::byte{pixel::output_level(green)};
    rgb.bytes[i + 2] = std::byte{pixel::output_level(blue)};
  }
}

}  // namespace

std::optional<pixel::ColorTable> RenderedColors::while_drawing() const {
  if (!table || table->is_identity || is_applied_after) return std::nullopt;
  return table->table();
}

bool wants_profile(Asked asked) { return asked != Asked::automatic && asked != Asked::no; }

Result<RenderedColors> find_colors(Services const& services, Subject const& subject,
                                   dicom::Instance const& instance, Asked asked) {
  if (asked == Asked::no) return RenderedColors{};
  bool const has_colors = is_colored(subject, instance);
  if (services.colors == nullptr || (asked == Asked::automatic && !has_colors)) {
    if (wants_profile(asked)) return fail(Errc::unsupported, "colours are not converted here");
    return RenderedColors{};
  }
  auto const own = has_colors ? own_profile(services, subject) : std::optional<Profile>{};
  if (asked == Asked::automatic) return automatic_colors(*services.colors, own);
  if (!own) return std::unexpected(own.error());
  auto colors = asked_colors(*services.colors, *own, asked);
  if (colors) colors->is_applied_after = !has_colors;
  return colors;
}

Picture with_colors(Picture picture, RenderedColors const& colors) {
  if (colors.icc_profile.empty()) return picture;
  if (picture.samples == 1) {
    if (colors.is_automatic) return picture;
    picture = as_rgb(picture);
  }
  if (colors.is_applied_after && colors.table && !colors.table->is_identity)
    convert(picture, colors.table->table());
  picture.icc_profile = colors.icc_profile;
  picture.is_srgb = colors.is_automatic;
  return picture;
}

}  // namespace sightline::server
