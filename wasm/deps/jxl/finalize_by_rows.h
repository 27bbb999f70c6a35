// Part of libjxl's dec_modular.cc as Sightline builds it: a frame whose groups are all decoded is
// put together a row of groups at a time.
namespace jxl {

// True for the global channels of frames that are put together when all groups are decoded: those
// of several groups, and frames of one that can be rendered by rows.
bool ModularFrameDecoder::KeepsGlobalTiles(const FrameHeader& frame_header, const Image& gi) const {
  for (size_t c = gi.nb_meta_channels; c < gi.channel.size(); c++) {
    if (gi.channel[c].w > frame_dim.group_dim || gi.channel[c].h > frame_dim.group_dim) return true;
  }
  return is_plain && frame_header.encoding == FrameEncoding::kModular &&
         TransformsBeforeSqueezes(gi) >= 0;
}

// Where a channel of the frame is kept that is not decoded in groups.
ChannelPlace ModularFrameDecoder::GlobalPlace(const Image& gi, size_t c) {
  tiles.resize(gi.channel.size());
  const Channel& ch = gi.channel[c];
  return ChannelPlace(&tiles[c], Rect(0, 0, ch.w, ch.h), ch.w, ChannelPlace::kMostRows);
}

// Where channel `c` of a group is kept: in `kept`, or, if transforms of the group are undone when
// it is decoded, in `decoded` as far as rows are enough for them.
ChannelPlace ModularFrameDecoder::GroupPlace(const Image& group, size_t c,
                                             const std::vector<ChannelPlace>& kept,
                                             std::vector<SampleTiles>* decoded) {
  if (group.transform.empty()) return kept[c];
  const ChannelPlace& first = kept[0];
  const bool are_alike = std::all_of(kept.begin(), kept.end(), [&](const ChannelPlace& each) {
    return each.tiles != nullptr && each.height == first.height &&
           each.rect.xsize() == first.rect.xsize() && each.rect.ysize() == first.rect.ysize();
  });
  if (!are_alike || c < group.nb_meta_channels ||
      UndoneLookups::Count(group) != group.transform.size()) {
    return ChannelPlace();
  }
  decoded->resize(group.channel.size() - group.nb_meta_channels);
  return ChannelPlace(&(*decoded)[c - group.nb_meta_channels],
                      Rect(0, 0, group.channel[c].w, group.channel[c].h), group.channel[c].w,
                      ChannelPlace::kMostRows);
}

// Undoes the transforms of a group and keeps what they make.
Status ModularFrameDecoder::StoreGroup(const Image& group, const weighted::Header& header,
                                       const std::vector<ChannelPlace>& kept,
                                       std::vector<SampleTiles>* decoded) const {
  UndoneLookups lookups(group, group.transform.size(), header);
  const size_t w = kept[0].rect.xsize(), h = kept[0].rect.ysize();
  for (size_t y = 0; y < h; y += kept[0].height) {
    const size_t count = std::min(kept[0].height, h - y);
    JXL_ASSIGN_OR_RETURN(Image strip, LoadPart(*decoded, Rect(0, y, w, count)));
    JXL_RETURN_IF_ERROR(lookups.Undo(&strip));
    JXL_ENSURE(strip.channel.size() == kept.size());
    for (size_t c = 0; c < kept.size(); c++) {
      JXL_RETURN_IF_ERROR(kept[c].Store(y, count, strip.channel[c].plane, 0));
    }
    for (SampleTiles& each : *decoded) each.ReleaseAbove(y + count);
  }
  return true;
}

// Keeps in tiles what of a frame is not decoded in groups, where it is not kept yet.
Status ModularFrameDecoder::MakeTiles(const FrameHeader& frame_header, Image& gi) {
  tiles.resize(gi.channel.size());
  const bool keeps = KeepsGlobalTiles(frame_header, gi);
  bool is_global = true;
  for (size_t c = 0; c < gi.channel.size(); c++) {
    Channel& ch = gi.channel[c];
    if (c >= gi.nb_meta_channels && (ch.w > frame_dim.group_dim || ch.h > frame_dim.group_dim)) {
      is_global = false;
    }
    if (!tiles[c].IsEmpty()) continue;
    if (is_global && (ch.plane.xsize() != ch.w || ch.plane.ysize() != ch.h)) {
      JXL_RETURN_IF_ERROR(ch.shrink());
      ZeroFillImage(&ch.plane);
    }
    if (!keeps || c < gi.nb_meta_channels) continue;
    if (is_global) JXL_RETURN_IF_ERROR(GlobalPlace(gi, c).StoreAll(ch.plane));
    ch.plane = Plane<pixel_type>();
  }
  return true;
}

// For transforms that need whole pictures.
Status ModularFrameDecoder::MakePlanes(Image& gi) {
  for (size_t c = 0; c < gi.channel.size() && c < tiles.size(); c++) {
    Channel& ch = gi.channel[c];
    if (ch.plane.xsize() == ch.w && ch.plane.ysize() == ch.h) continue;
    JXL_ASSIGN_OR_RETURN(ch.plane, Plane<pixel_type>::Create(memory_manager_, ch.w, ch.h));
    for (size_t y = 0; y < ch.h && ch.w > 0; y++) tiles[c].Load(y, 0, ch.w, ch.Row(y));
    tiles[c] = SampleTiles();
  }
  return true;
}

// True for a frame that could be rendered as its groups are decoded, but takes less memory when it
// is not: a group of 32 bits a sample and what it is rendered in are much beside a small frame, and
// beside one of large groups.
bool ModularFrameDecoder::KeepsTiles(const FrameHeader& frame_header, const Image& gi) const {
  constexpr size_t kMuch = 1u << 20;
  return is_plain && frame_header.encoding == FrameEncoding::kModular &&
         TransformsBeforeSqueezes(gi) == static_cast<int>(gi.transform.size()) &&
         (frame_dim.group_dim > kGroupDim || frame_dim.xsize * frame_dim.ysize <= kMuch);
}

bool ModularFrameDecoder::RendersByRows(const FrameHeader& frame_header) const {
  const bool is_dropped =
      full_image.transform.empty() && !have_something && all_same_shift && !keeps_tiles;
  if (is_dropped || !is_plain || full_image.channel.size() <= full_image.nb_meta_channels ||
      frame_header.encoding != FrameEncoding::kModular ||
      TransformsBeforeSqueezes(full_image) < 0) {
    return false;
  }
  for (size_t c = full_image.nb_meta_channels; c < full_image.channel.size(); c++) {
    if (full_image.channel[c].plane.ysize() != 0) return false;
  }
  return true;
}

// Rows of the samples as the frame's transforms but its first ones leave them.
Status ModularFrameDecoder::UndoSqueezes(Image& gi, size_t before,
                                         std::vector<RowSourcePtr>* rows) {
  const size_t num_meta = gi.nb_meta_channels;
  for (size_t c = num_meta; c < gi.channel.size(); c++) {
    rows->push_back(
        jxl::make_unique<DecodedRows>(std::move(tiles[c]), gi.channel[c].w, gi.channel[c].h));
  }
  for (size_t t = gi.transform.size(); t-- > before;) {
    JXL_RETURN_IF_ERROR(Unsqueeze(memory_manager_, gi.transform[t].squeezes, num_meta, rows));
  }
  for (const RowSourcePtr& each : *rows) {
    if (each->w != gi.w || each->h != gi.h) return JXL_FAILURE("Channels differ in size");
  }
  return true;
}

namespace {
// True if a frame of XYB, whose second channel is X, has any there.
bool HasX(const Image& part) {
  if (part.channel.size() < 2) return false;
  const Channel& x = part.channel[1];
  for (size_t y = 0; y < x.plane.ysize(); y++) {
    const pixel_type* row = x.Row(y);
    if (std::any_of(row, row + x.plane.xsize(), [](pixel_type value) { return value != 0; })) {
      return true;
    }
  }
  return false;
}
}  // namespace

Status ModularFrameDecoder::FinalizeByRows(const FrameHeader& frame_header,
                                           PassesDecoderState* dec_state, Image& gi) {
  const size_t before = static_cast<size_t>(TransformsBeforeSqueezes(gi));
  const bool is_direct = before == gi.transform.size() && gi.nb_meta_channels == 0;
  UndoneLookups lookups(gi, before, global_header.wp_header);
  std::vector<RowSourcePtr> rows;
  if (!is_direct) JXL_RETURN_IF_ERROR(UndoSqueezes(gi, before, &rows));
  const FrameDimensions& dim = dec_state->rendered_dim;
  RenderPipeline& pipeline = *dec_state->render_pipeline;
  pipeline.is_grey = pipeline.can_be_grey;
  JXL_RETURN_IF_ERROR(pipeline.PrepareForThreads(1, /*use_group_ids=*/false));
  std::vector<SampleTiles> band;
  for (size_t gy = 0; gy < dim.ysize_groups; gy++) {
    const size_t y0 = gy * dim.group_dim;
    const size_t height = std::min(dim.group_dim, gi.h - y0);
    band.clear();
    for (size_t y = 0; y < height && !is_direct; y += kStripRows) {
      JXL_RETURN_IF_ERROR(
          StoreStrip(gi, y, std::min(kStripRows, height - y), rows, &lookups, &band));
    }
    for (size_t gx = 0; gx < dim.xsize_groups; gx++) {
      RenderPipelineInput input = pipeline.GetInputBuffers(gy * dim.xsize_groups + gx, 0);
      const size_t x0 = gx * dim.group_dim;
      for (size_t y = 0; y < height; y += kStripRows) {
        const Rect rect(x0, is_direct ? y0 + y : y, dim.group_dim, std::min(kStripRows, height - y),
                        gi.w, gi.h);
        JXL_ASSIGN_OR_RETURN(Image part, LoadPart(is_direct ? tiles : band, rect));
        if (is_direct) JXL_RETURN_IF_ERROR(lookups.Undo(&part));
        if (input.IsGrey() && HasX(part)) JXL_RETURN_IF_ERROR(input.AddColours());
        const bool is_strip = input.RendersStrips();
        if (is_strip) {
          JXL_RETURN_IF_ERROR(input.BeginStrip(y, y + part.h, y + part.h == height));
        }
        RenderPipelineInput strip = input.Rows(is_strip ? 0 : y, part.h);
        JXL_RETURN_IF_ERROR(ModularImageToDecodedRect(frame_header, part, dec_state, nullptr, strip,
                                                      Rect(0, 0, part.w, part.h)));
        if (is_strip) JXL_RETURN_IF_ERROR(input.EndStrip());
      }
      JXL_RETURN_IF_ERROR(input.Done());
    }
    for (SampleTiles& each : tiles) each.ReleaseAbove(y0 + height);
  }
  return true;
}

// What stands at `rect` in each of `from`.
StatusOr<Image> ModularFrameDecoder::LoadPart(const std::vector<SampleTiles>& from,
                                              const Rect& rect) const {
  JXL_ASSIGN_OR_RETURN(Image part, Image::Create(memory_manager_, rect.xsize(), rect.ysize(),
                                                 full_image.bitdepth, from.size()));
  for (size_t c = 0; c < from.size(); c++) {
    for (size_t y = 0; y < part.h; y++)
      from[c].Load(rect.y0() + y, rect.x0(), part.w, part.channel[c].Row(y));
  }
  return part;
}

// Stores the next `count` rows of the frame, `y` rows below the first of `band`: a channel after
// the other, where nothing mixes them.
Status ModularFrameDecoder::StoreStrip(const Image& full, size_t y, size_t count,
                                       const std::vector<RowSourcePtr>& rows,
                                       UndoneLookups* lookups,
                                       std::vector<SampleTiles>* band) const {
  const size_t num_together = lookups->IsEmpty() ? 1 : rows.size();
  size_t num_stored = 0;
  for (size_t first = 0; first < rows.size(); first += num_together) {
    JXL_ASSIGN_OR_RETURN(
        Image strip, Image::Create(memory_manager_, full.w, count, full.bitdepth, num_together));
    for (size_t i = 0; i < count; i++) {
      for (size_t c = 0; c < num_together; c++) rows[first + c]->Next(strip.channel[c].Row(i));
    }
    JXL_RETURN_IF_ERROR(lookups->Undo(&strip));
    if (band->size() < num_stored + strip.channel.size()) {
      band->resize(num_stored + strip.channel.size());
    }
    for (Channel& channel : strip.channel) {
      SampleTiles& kept = (*band)[num_stored++];
      for (size_t x = 0; x < full.w; x += kTileColumns) {
        const Rect rect(x, y, std::min(kTileColumns, full.w - x), count);
        JXL_RETURN_IF_ERROR(kept.Store(rect, kTileColumns, kStripRows, channel.plane, x));
      }
    }
  }
  return true;
}

}  // namespace jxl
