// Part of libjxl's low_memory_render_pipeline.cc as Sightline builds it: groups that are rendered
// while they are decoded, a strip of rows at a time. A group's plane has a strip's rows, behind
// those above that the filters still read.
namespace jxl {

bool LowMemoryRenderPipeline::CanRenderStrips() const {
  return first_image_dim_stage_ == stages_.size();
}

// The stages that need none of the planes that a grey frame's strips leave out: filters, which come
// first, but the last stage that writes a channel.
size_t LowMemoryRenderPipeline::GreyStages() const {
  size_t filters = 0;
  const auto is_filter = [&](size_t i) {
    for (size_t c = 0; c < 3; c++) {
      if (stages_[i]->GetChannelMode(c) != RenderPipelineChannelMode::kInOut) return false;
    }
    return true;
  };
  while (filters < first_trailing_stage_ && is_filter(filters)) filters++;
  return filters > 0 && filters == first_trailing_stage_ ? filters - 1 : filters;
}

// True if the planes that are left out are written, each of the three channels' by one stage,
// before anything else reads them: by the last filter, or by what enlarges them after all filters.
bool LowMemoryRenderPipeline::CanRenderGrey() const {
  const std::vector<std::pair<size_t, size_t>>& shifts = channel_shifts_[0];
  if (shifts.size() != 3 || shifts[0] != shifts[1] || shifts[0] != shifts[2]) return false;
  size_t writers[3] = {};
  for (size_t i = GreyStages(); i < first_trailing_stage_; i++) {
    for (size_t c = 0; c < 3; c++) {
      const RenderPipelineChannelMode mode = stages_[i]->GetChannelMode(c);
      if (mode == RenderPipelineChannelMode::kInOut) {
        writers[c]++;
      } else if (mode != RenderPipelineChannelMode::kIgnored) {
        return false;
      }
    }
  }
  return writers[0] == 1 && writers[1] == 1 && writers[2] == 1;
}

namespace {
Status CopyPlane(JxlMemoryManager* memory_manager, const ImageF& from, bool is_zero, ImageF* to) {
  if (from.xsize() == 0) return true;
  JXL_ASSIGN_OR_RETURN(
      *to, ImageF::Create(memory_manager, from.xsize(), from.ysize(), kRenderPipelineXOffset));
  for (size_t y = 0; y < from.ysize(); y++) {
    if (is_zero) {
      memset(to->Row(y), 0, from.xsize() * sizeof(float));
    } else {
      memcpy(to->Row(y), from.ConstRow(y), from.xsize() * sizeof(float));
    }
  }
  return true;
}
}  // namespace

// Makes the planes that were left out.
Status LowMemoryRenderPipeline::AddColours() {
  const bool adds_b = repeats_y;
  is_grey = repeats_y = can_be_grey = false;
  for (size_t c : {0, 2}) {
    if (c == 2 && !adds_b) break;
    for (auto* planes : {&group_data_[0], &borders_horizontal_, &borders_vertical_, &corners_}) {
      JXL_RETURN_IF_ERROR(CopyPlane(memory_manager_, (*planes)[1], c == 0, &(*planes)[c]));
    }
    for (size_t i = 0; i < GreyStages(); i++) {
      JXL_RETURN_IF_ERROR(
          CopyPlane(memory_manager_, stage_data_[0][1][i], c == 0, &stage_data_[0][c][i]));
    }
  }
  zeros_ = ImageF();
  return true;
}

Status LowMemoryRenderPipeline::EnsureStripBorders() {
  const size_t num_channels = channel_shifts_[0].size();
  if (corners_.size() == num_channels) return true;
  if (is_grey) {
    const size_t width = frame_dimensions_.group_dim + 2 * group_data_x_border_;
    JXL_ASSIGN_OR_RETURN(zeros_,
                         ImageF::Create(memory_manager_, width + 2 * kRenderPipelineXOffset, 2));
    ZeroFillImage(&zeros_);
  }
  borders_horizontal_.resize(num_channels);
  borders_vertical_.resize(num_channels);
  corners_.resize(num_channels);
  for (size_t c = 0; c < num_channels; c++) {
    if (!IsRead(c)) continue;
    const std::pair<size_t, size_t> border = BorderToStore(c);
    if (frame_dimensions_.ysize_groups > 1) {
      JXL_ASSIGN_OR_RETURN(borders_horizontal_[c],
                           ImageF::Create(memory_manager_,
                                          DivCeil(frame_dimensions_.xsize_upsampled_padded,
                                                  1 << channel_shifts_[0][c].first),
                                          border.second));
      JXL_ASSIGN_OR_RETURN(corners_[c],
                           ImageF::Create(memory_manager_, border.first * border.second, 1));
    }
    if (frame_dimensions_.xsize_groups > 1) {
      JXL_ASSIGN_OR_RETURN(borders_vertical_[c],
                           ImageF::Create(memory_manager_, border.first * GroupInputYSize(c), 1));
    }
  }
  return true;
}

Status LowMemoryRenderPipeline::BeginStrip(size_t group_id, size_t y0, size_t y1, bool is_last) {
  JXL_ENSURE(y0 < y1 && y1 <= frame_dimensions_.group_dim && group_data_.size() == 1);
  y0 <<= base_color_shift_;
  y1 <<= base_color_shift_;
  if (y0 == 0) {
    if (group_id > next_group_) {
      has_gap_ = true;
    } else if (has_gap_ || group_id < next_group_) {
      return JXL_FAILURE("Groups out of order");
    }
  } else {
    JXL_ENSURE(y0 == strip_.y1 && group_id == strip_.group_id && !strip_.is_last);
  }
  strip_ = {group_id, y0, y1, is_last, strip_.next_row};
  return ReserveStrips((y1 - y0) >> base_color_shift_);
}

// Makes planes for strips of so many rows of the group.
Status LowMemoryRenderPipeline::ReserveStrips(size_t num_rows) {
  for (size_t c = 0; c < group_data_[0].size(); c++) {
    if (!IsRead(c)) continue;
    ImageF& rows = group_data_[0][c];
    const size_t height =
        group_data_y_border_ + ((num_rows << base_color_shift_) >> channel_shifts_[0][c].second);
    if (rows.ysize() >= height) continue;
    JXL_ASSIGN_OR_RETURN(ImageF larger, ImageF::Create(memory_manager_, BufferXSize(c), height,
                                                       kRenderPipelineXOffset));
    for (size_t y = 0; y < group_data_y_border_ && y < rows.ysize(); y++) {
      memcpy(larger.Row(y), rows.ConstRow(y), rows.xsize() * sizeof(float));
    }
    rows = std::move(larger);
  }
  return true;
}

Status LowMemoryRenderPipeline::EndStrip() {
  if (has_gap_) return true;
  std::vector<ImageF>& planes = group_data_[0];
  for (size_t c = 0; c < planes.size(); c++) {
    if (IsRead(c)) ExchangeBorders(c, &planes[c]);
  }
  JXL_RETURN_IF_ERROR(RenderStrip());
  if (strip_.is_last) return true;
  for (size_t c = 0; c < planes.size(); c++) {
    const size_t height = (strip_.y1 - strip_.y0) >> channel_shifts_[0][c].second;
    for (size_t y = 0; IsRead(c) && y < group_data_y_border_; y++) {
      memcpy(planes[c].Row(y), planes[c].ConstRow(y + height), planes[c].xsize() * sizeof(float));
    }
  }
  return true;
}

// Puts the edges of the groups above and at the left beside the strip, and keeps the strip's own in
// their place.
void LowMemoryRenderPipeline::ExchangeBorders(size_t c, ImageF* plane) {
  const size_t gx = strip_.group_id % frame_dimensions_.xsize_groups;
  const size_t gy = strip_.group_id / frame_dimensions_.xsize_groups;
  const bool has_right = gx + 1 < frame_dimensions_.xsize_groups;
  const bool has_below = gy + 1 < frame_dimensions_.ysize_groups;
  const size_t vshift = channel_shifts_[0][c].second;
  const size_t x0 = gx * GroupInputXSize(c);
  const size_t width =
      std::min(GroupInputXSize(c),
               DivCeil(frame_dimensions_.xsize_upsampled, 1 << channel_shifts_[0][c].first) - x0);
  const size_t y0 = strip_.y0 >> vshift, height = (strip_.y1 >> vshift) - y0;
  const std::pair<size_t, size_t> border = BorderToStore(c);
  const size_t border_bytes = border.first * sizeof(float);
  // Where in a row the group begins, and its last columns.
  const size_t left = group_data_x_border_, last = left + width - border.first;
  for (size_t y = 0; y0 == 0 && gy > 0 && y < border.second; y++) {
    float* to = plane->Row(group_data_y_border_ - border.second + y);
    memcpy(to + left, borders_horizontal_[c].ConstRow(y) + x0, width * sizeof(float));
    float* corner = gx > 0 || has_right ? corners_[c].Row(0) + y * border.first : nullptr;
    if (gx > 0) memcpy(to + left - border.first, corner, border_bytes);
    if (has_right) memcpy(corner, to + last, border_bytes);
  }
  for (size_t y = 0; y < height; y++) {
    float* row = plane->Row(group_data_y_border_ + y);
    float* kept =
        gx > 0 || has_right ? borders_vertical_[c].Row(0) + (y0 + y) * border.first : nullptr;
    if (gx > 0) memcpy(row + left - border.first, kept, border_bytes);
    if (has_right) memcpy(kept, row + last, border_bytes);
  }
  for (size_t y = 0; strip_.is_last && has_below && y < border.second; y++) {
    memcpy(borders_horizontal_[c].Row(y) + x0,
           plane->ConstRow(group_data_y_border_ + height - border.second + y) + left,
           width * sizeof(float));
  }
}

// Renders what can be with the rows that are there: what is the group's when groups are decoded
// row by row, from above and left of it to so much less of its right and lower edges.
Status LowMemoryRenderPipeline::RenderStrip() {
  const size_t gx = strip_.group_id % frame_dimensions_.xsize_groups;
  const size_t gy = strip_.group_id / frame_dimensions_.xsize_groups;
  const size_t group_dim = frame_dimensions_.group_dim;
  const auto range = [group_dim](size_t g, size_t num_groups, size_t border, size_t size) {
    const size_t from = g == 0 ? 0 : g * group_dim - border;
    return std::make_pair(from, (g + 1 == num_groups ? size : (g + 1) * group_dim - border) - from);
  };
  const auto x =
      range(gx, frame_dimensions_.xsize_groups, group_border_.first, frame_dimensions_.xsize);
  const auto y =
      range(gy, frame_dimensions_.ysize_groups, group_border_.second, frame_dimensions_.ysize);
  const Rect image_rect(x.first, y.first, x.second, y.second);
  const Rect data_rect(group_data_x_border_ + x.first - gx * group_dim,
                       group_data_y_border_ + y.first - gy * group_dim, x.second, y.second);
  return RenderRect(0, group_data_[0], data_rect, image_rect);
}

// The rows of `image_rect`, counted from its first, that are rendered with the strip: those above
// are, and those below need rows that are still to come. From `begin`, negative, on the stages
// make rows; each is as far ahead of what is given out as stages behind the first read.
std::pair<int, int> LowMemoryRenderPipeline::RowsOfStrip(const Rect& image_rect, int begin,
                                                         int end) {
  if (!renders_strips) return {begin, end};
  int ahead = -begin;
  for (size_t c = 0; c < channel_shifts_[0].size(); c++) {
    const size_t padding = padding_[0][c].second << channel_shifts_[0][c].second;
    ahead = std::max(ahead, static_cast<int>(padding));
  }
  const size_t gy = strip_.group_id / frame_dimensions_.xsize_groups;
  const int above = static_cast<int>(gy * frame_dimensions_.group_dim - image_rect.y0())
                    << base_color_shift_;
  const int all = static_cast<int>(strip_.y1) + above - (ahead + begin);
  if (strip_.y0 != 0) begin = strip_.next_row;
  if (!strip_.is_last) end = std::min(end, std::max(begin, all));
  strip_.next_row = end;
  return {begin, end};
}

}  // namespace jxl
