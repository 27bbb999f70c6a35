// Part of libjxl's dec_modular.cc as Sightline builds it: a frame whose groups are all decoded is put together a row of groups at
// a time.
namespace jxl {

// Keeps in tiles what of a frame of several groups is not decoded in groups: its smallest channels.
Status ModularFrameDecoder::MakeTiles(Image& gi) {
  tiles.clear();
  tiles.resize(gi.channel.size());
  size_t in_groups = gi.nb_meta_channels;
  while (in_groups < gi.channel.size() && gi.channel[in_groups].w <= frame_dim.group_dim &&
         gi.channel[in_groups].h <= frame_dim.group_dim) {
    in_groups++;
  }
  const bool has_groups = in_groups < gi.channel.size();
  for (size_t c = 0; c < gi.channel.size(); c++) {
    Channel& ch = gi.channel[c];
    if (c < in_groups && (ch.plane.xsize() != ch.w || ch.plane.ysize() != ch.h)) {
      JXL_RETURN_IF_ERROR(ch.shrink());
      ZeroFillImage(&ch.plane);
    }
    if (!has_groups || c < gi.nb_meta_channels) continue;
    if (c < in_groups && ch.w > 0 && ch.h > 0) {
      JXL_RETURN_IF_ERROR(tiles[c].Store(Rect(0, 0, ch.w, ch.h), ch.w, ch.h, ch.plane));
    }
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

// Rows of the samples as the frame's transforms but its first ones leave them; none where that cannot be.
Status ModularFrameDecoder::UndoSqueezes(Image& gi, int before, std::vector<RowSourcePtr>* rows) {
  const size_t num_meta = gi.nb_meta_channels;
  if (before < 0 || !is_plain || gi.channel.size() != tiles.size()) return true;
  for (size_t c = num_meta; c < gi.channel.size(); c++) {
    if (gi.channel[c].plane.ysize() != 0) return true;  // all of the frame is one group
  }
  for (size_t c = num_meta; c < gi.channel.size(); c++) {
    rows->push_back(jxl::make_unique<DecodedRows>(std::move(tiles[c]), gi.channel[c].w, gi.channel[c].h));
  }
  for (size_t t = gi.transform.size(); t-- > static_cast<size_t>(before);) {
    JXL_RETURN_IF_ERROR(Unsqueeze(memory_manager_, gi.transform[t].squeezes, num_meta, rows));
  }
  for (const RowSourcePtr& each : *rows) {
    if (each->w != gi.w || each->h != gi.h) return JXL_FAILURE("Channels differ in size");
  }
  return true;
}

Status ModularFrameDecoder::FinalizeByRows(const FrameHeader& frame_header, PassesDecoderState* dec_state, Image& gi,
                                           bool* is_done) {
  const int before = TransformsBeforeSqueezes(gi);
  std::vector<RowSourcePtr> rows;
  JXL_RETURN_IF_ERROR(UndoSqueezes(gi, before, &rows));
  if (rows.empty()) return true;
  *is_done = true;
  const FrameDimensions& dim = dec_state->shared->frame_dim;
  for (size_t i = 0; i < dim.num_groups; i++) dec_state->render_pipeline->ClearDone(i);
  const bool use_group_ids =
      frame_header.encoding == FrameEncoding::kVarDCT || (frame_header.flags & FrameHeader::kNoise) != 0;
  JXL_RETURN_IF_ERROR(dec_state->render_pipeline->PrepareForThreads(1, use_group_ids));
  for (size_t gy = 0; gy < dim.ysize_groups; gy++) {
    const size_t height = std::min(dim.group_dim, gi.h - gy * dim.group_dim);
    std::vector<SampleTiles> band;
    for (size_t y = 0; y < height; y += kStripRows) {
      JXL_RETURN_IF_ERROR(StoreStrip(gi, before, y, std::min(kStripRows, height - y), rows, &band));
    }
    for (size_t gx = 0; gx < dim.xsize_groups; gx++) {
      const size_t x0 = gx * dim.group_dim;
      const size_t width = std::min(dim.group_dim, gi.w - x0);
      RenderPipelineInput input = dec_state->render_pipeline->GetInputBuffers(gy * dim.xsize_groups + gx, 0);
      for (size_t y = 0; y < height; y += kStripRows) {
        const size_t count = std::min(kStripRows, height - y);
        JXL_ASSIGN_OR_RETURN(Image part, Image::Create(memory_manager_, width, count, gi.bitdepth, band.size()));
        for (size_t c = 0; c < band.size(); c++) {
          for (size_t i = 0; i < count; i++) band[c].Load(y + i, x0, width, part.channel[c].Row(i));
        }
        RenderPipelineInput strip = input.Rows(y, count);
        JXL_RETURN_IF_ERROR(ModularImageToDecodedRect(frame_header, part, dec_state, nullptr, strip,
                                                      Rect(0, 0, width, count)));
      }
      JXL_RETURN_IF_ERROR(input.Done());
    }
  }
  return true;
}

// The next `count` rows of the frame, `y` rows below the first of `band`, whose tiles are as wide as groups.
Status ModularFrameDecoder::StoreStrip(const Image& full, size_t before, size_t y, size_t count,
                                       const std::vector<RowSourcePtr>& rows, std::vector<SampleTiles>* band) const {
  JXL_ASSIGN_OR_RETURN(Image strip, Image::Create(memory_manager_, full.w, count, full.bitdepth, rows.size()));
  for (size_t i = 0; i < count; i++) {
    for (size_t c = 0; c < rows.size(); c++) rows[c]->Next(strip.channel[c].Row(i));
  }
  JXL_RETURN_IF_ERROR(UndoLookups(full, before, &strip));
  JXL_ENSURE(strip.nb_meta_channels == 0);
  band->resize(strip.channel.size());
  for (size_t c = 0; c < band->size(); c++) {
    for (size_t x = 0; x < full.w; x += frame_dim.group_dim) {
      const Rect rect(x, y, std::min(frame_dim.group_dim, full.w - x), count);
      JXL_RETURN_IF_ERROR(
          (*band)[c].Store(rect, frame_dim.group_dim, kStripRows, strip.channel[c].plane, x));
    }
  }
  return true;
}

// Undoes the first `count` transforms of `full` on `part` of it, in front of whose channels its palettes are put.
Status ModularFrameDecoder::UndoLookups(const Image& full, size_t count, Image* part) const {
  part->nb_meta_channels = full.nb_meta_channels;
  for (size_t m = 0; m < full.nb_meta_channels; m++) {
    const Channel& from = full.channel[m];
    JXL_ASSIGN_OR_RETURN(Channel meta,
                         Channel::Create(memory_manager_, from.w, from.h, from.hshift, from.vshift));
    JXL_RETURN_IF_ERROR(CopyImageTo(from.plane, &meta.plane));
    part->channel.insert(part->channel.begin() + m, std::move(meta));
  }
  for (size_t t = count; t-- > 0;) {
    JXL_RETURN_IF_ERROR(full.transform[t].Inverse(*part, global_header.wp_header));
  }
  return true;
}

}  // namespace jxl
