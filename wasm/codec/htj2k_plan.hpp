#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "codec/block_style.hpp"
#include "codec/frame_decoder.hpp"
#include "codec/j2k_structure.hpp"
#include "codec/main_header.hpp"

namespace sightline::codec {

/// Why a codestream is not decoded: told by its headers alone, before a sample is. OpenJPEG refuses
/// these, too, or gives what is no picture. Source: ISO/IEC 15444-1 A; 15444-15 A.
enum class HtRefusal : std::uint8_t {
  header,            ///< The main header or a tile-part's is broken, or tile-parts are missing.
  block_style,       ///< HT code-blocks of both kinds.
  layers,            ///< Several HT sets of a code-block.
  progression,       ///< POC whose length is not that of whole progressions.
  packed_headers,    ///< PPM or PPT that is broken, or both.
  tile_parameters,   ///< Broken, or markers that tile-parts of Part 1 do not have.
  region,            ///< Region of interest (RGN) of HT code-blocks, or out of range.
  mixed_components,  ///< RCT or ICT over components of both wavelets.
  quantization,      ///< Broken, or fewer steps than bands.
  depth,             ///< More bits than 32-bit arithmetic has room for.
  packets,           ///< Packets that are broken, cut or missing.
  cost,              ///< So many changes of progression that reading them takes too long.
};

/// One code-block of a band. passes = 0: no packet has brought it, its samples are zero.
struct HtCodedBlock {
  std::size_t offset_bytes = 0;
  std::uint32_t first_bytes = 0;       ///< HT: the cleanup pass. Part 1: the first piece.
  std::uint32_t refinement_bytes = 0;  ///< HT, of the packet with the cleanup pass: behind it.
  /// Of the band's: those behind the first of Part 1; HT: more refinement bytes, from later layers.
  std::uint32_t next_piece = 0;   ///< 0: none
  std::uint8_t passes = 0;        ///< Without placeholders: 1 to 3; of Part 1 more.
  std::uint8_t first_passes = 0;  ///< Part 1: of the first piece.
  std::uint8_t zero_planes = 0;   ///< With what placeholders add.
};

/// What one packet brings of one code-word segment of a Part 1 code-block, or of the refinement
/// passes of an HT one. Most code-blocks have one, which has its place in them.
struct J2kPiece {
  std::size_t offset_bytes = 0;
  std::uint32_t bytes = 0;
  std::uint32_t next = 0;  ///< Of the band's pieces; 0: none
  std::uint8_t passes = 0;
};

/// Half-open, on the grid of a resolution or of a band.
struct HtArea {
  std::uint32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  [[nodiscard]] bool is_empty() const { return x0 >= x1 || y0 >= y1; }
  [[nodiscard]] std::uint32_t cols() const { return x1 - x0; }
  [[nodiscard]] std::uint32_t rows() const { return y1 - y0; }
};

/// What a sub-band's packets are held against.
struct HtBandRules {
  std::uint32_t block_cols = 0;
  int planes = 0;                ///< M_b, E-2; with a region of interest, M'_b, H-1.
  std::uint8_t block_style = 0;  ///< Table A.19; 15444-15 table A.4.

  /// Else its code-blocks are those of Part 1.
  [[nodiscard]] bool is_ht() const { return (block_style & block_style::kHt) != 0; }
};

/// One sub-band: where it lies (B-15), and its code-blocks row by row.
struct HtBand : HtBandRules {
  HtArea area;
  HtArea needed;  ///< What of it is decoded.
  std::uint8_t block_width_exponent = 6, block_height_exponent = 6;
  std::uint8_t roi_shift = 0;  ///< H.1: what is of interest lies that many planes higher.
  unsigned high = 0;           ///< 0 LL, 1 HL, 2 LH, 3 HH
  float half_step = 0;         ///< Irreversible: half of the quantization step.
  std::vector<HtCodedBlock> blocks;
  std::vector<J2kPiece> pieces;  ///< From index 1 on.
};

/// The bands of a component that is not decoded, LL first, and of each code-block the passes that
/// packets brought: there may be a thousand such components.
struct HtUndecoded {
  struct Band : HtBandRules {
    std::uint32_t first_block = 0;
  };
  std::vector<Band> bands;
  std::vector<std::uint8_t> passes;

  [[nodiscard]] std::size_t resolutions() const { return (bands.size() + 2) / 3; }
};

/// One resolution of a tile-component. `shown` is what is asked of it; the filters reach further,
/// up to two samples (5/3) or four (9/7): what they read is `synthesized` (htj2k_region).
struct HtResolution {
  HtArea area;  ///< B-14
  HtArea shown, synthesized;
  std::vector<HtBand> bands;  ///< LL; or HL, LH, HH.
};

struct HtComponent {
  bool is_reversible = false;  ///< 5/3
  /// From the coarsest to the one that is asked for; of a component that is not decoded this alone,
  /// without bands.
  std::vector<HtResolution> resolutions;
  HtUndecoded undecoded = {};  ///< While its tile's packets are read.
};

struct HtTile {
  std::uint32_t number = 0;  ///< Of the image's.
  bool uses_mct = false;     ///< RCT or ICT over the first three, which are of one wavelet.
  std::vector<HtComponent> components;
};

/// All that decoding a codestream needs, with the places of its code-blocks.
struct HtPlan {
  std::vector<HtTile> tiles;
  std::uint8_t bits = 0;
  bool is_signed = false;
  bool is_ht = false;  ///< By the main header, or by that of a tile which is shown.
  HtArea shown;        ///< Of the reduced image, on its grid; tiles outside of it are left out.
  bool is_complete = true;  ///< Every packet that is needed was read.
};

/// Reads all headers of a codestream for decoding without its `discard_levels` highest resolutions.
/// The caller has checked it (check_j2k). A prefix is taken when it has every packet that is
/// needed: of a region, those that its samples depend on and those before them. `region`, counted
/// from the reduced image's first sample, lies in it and is not empty. `extensions`: as
/// read_main_header. `decoded`: which components are; none: all. The packets of the others are held
/// to the same rules, and needed whatever the region is.
std::expected<HtPlan, HtRefusal> plan_htj2k(std::span<std::byte const> codestream, bool is_whole,
                                            std::uint32_t discard_levels,
                                            std::optional<FrameRegion> region = {},
                                            Extensions extensions = Extensions::none,
                                            std::vector<bool> const& decoded = {});

/// What is there of a codestream that is cut or broken: of each tile the packets before the first
/// fault, and of a packet that is cut the code-blocks whose bytes are all there; what is missing is
/// as if nothing were coded. Tiles that nothing is there of are left out. Refused: as plan_htj2k,
/// but for packets and tile-parts; `header` where there is no tile.
std::expected<HtPlan, HtRefusal> plan_damaged_htj2k(std::span<std::byte const> codestream,
                                                    std::uint32_t discard_levels,
                                                    std::optional<FrameRegion> region = {},
                                                    Extensions extensions = Extensions::none,
                                                    std::vector<bool> const& decoded = {});

/// By the one or the other: of what is cut or broken, what is there; of a level or a region that
/// has all its packets it does not matter that others are missing.
std::expected<HtPlan, HtRefusal> plan_what_is_there(std::span<std::byte const> codestream,
                                                    J2kStructure const& structure,
                                                    std::uint32_t discard_levels,
                                                    std::optional<FrameRegion> region = {},
                                                    std::vector<bool> const& decoded = {});

/// The same as an error. Errors: corrupt, truncated, unsupported, limit_exceeded.
Error error_of(HtRefusal refusal, J2kStructure const& structure);

}  // namespace sightline::codec
