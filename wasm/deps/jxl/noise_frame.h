// Part of libjxl's stage_noise.h as Sightline builds it: what a frame's noise is made from.
#pragma once

#include <jxl/memory_manager.h>

#include <cstddef>

namespace jxl {

/// Sizes are in pixels of the picture. Each group of `group_dim` x `group_dim` has numbers of its
/// own, seeded by the frame's indices and by where the group is.
struct NoiseFrame {
  JxlMemoryManager* memory_manager;
  size_t visible_index, nonvisible_index;
  size_t xsize, ysize;
  size_t group_dim;
};

}  // namespace jxl
