#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "access/doorkeeper.hpp"
#include "blob/blob_store.hpp"
#include "dicomweb/pixel_source.hpp"
#include "net/client_address.hpp"
#include "net/origin_policy.hpp"
#include "net/server.hpp"
#include "page/asset_table.hpp"
#include "page/sign_in_page.hpp"
#include "page/study_page.hpp"
#include "tile/color_tables.hpp"
#include "tile/ingest.hpp"
#include "tile/video_encoder.hpp"
#include "tile/video_frames.hpp"

namespace sightline::server {

/// Where store requests go.
struct StowServices {
  BlobStore& blobs;
  Ingest& ingest;
};

/// What every session reads. Made once at start, immutable afterwards (but for the doorkeeper,
/// which keeps its own peace); outlives the sessions. Threads: any.
struct Services {
  Index const& index;
  BlobStore const& blobs;
  TileService const& tiles;
  StowServices const* stow;   ///< null: read-only
  VideoEncoder const* video;  ///< null: no codec
  VideoFrames* video_frames;  ///< null: no frames of videos; keeps its own peace
  ColorTables* colors;        ///< null: no colour is converted; keeps its own peace
  Doorkeeper& doorkeeper;
  std::unique_ptr<FrameDirectory> frame_directory;  ///< what `retrieve` remembers
  RetrieveSources retrieve;
  OriginPolicy origins;
  TrustedProxies proxies;
  AssetTable assets;
  PageTemplate page;
  SignInPage sign_in_page;
  NetLimits limits;
  std::string version;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  ServerLog log;
};

}  // namespace sightline::server
