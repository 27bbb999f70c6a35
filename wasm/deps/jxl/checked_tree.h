// Part of libjxl's dec_ma.cc as Sightline builds it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "lib/jxl/base/status.h"
#include "lib/jxl/modular/encoding/dec_ma.h"

namespace jxl {

/// Fails for a tree that is too tall, or that asks what is known at a node already.
inline Status CheckTree(const Tree& tree) {
  constexpr size_t kMostHeight = 2048;
  struct Range {
    PropertyVal lowest = std::numeric_limits<PropertyVal>::min();
    PropertyVal highest = std::numeric_limits<PropertyVal>::max();
  };
  struct Step {
    size_t node;
    Range range;  // of its property
    bool is_right;
  };
  int num_properties = 0;
  for (const PropertyDecisionNode& node : tree) {
    num_properties = std::max(num_properties, node.property + 1);
  }
  std::vector<Range> ranges(num_properties);
  std::vector<Step> path;
  for (size_t at = 0;;) {
    if (path.size() > kMostHeight) return JXL_FAILURE("Tree too tall");
    const PropertyDecisionNode& node = tree[at];
    if (node.property != -1) {
      const Range range = ranges[node.property];
      if (range.lowest > node.splitval || range.highest <= node.splitval) {
        return JXL_FAILURE("Invalid tree");
      }
      path.push_back({at, range, false});
      ranges[node.property].lowest = node.splitval + 1;
      at = node.lchild;
      continue;
    }
    for (; !path.empty() && path.back().is_right; path.pop_back()) {
      ranges[tree[path.back().node].property] = path.back().range;
    }
    if (path.empty()) return true;
    Step& step = path.back();
    const PropertyDecisionNode& above = tree[step.node];
    step.is_right = true;
    ranges[above.property] = {step.range.lowest, above.splitval};
    at = above.rchild;
  }
}

}  // namespace jxl
