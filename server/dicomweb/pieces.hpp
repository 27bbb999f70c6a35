#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "blob/blob_store.hpp"
#include "dicom/instance.hpp"
#include "dicomweb/multipart.hpp"

namespace sightline::server {

/// A frame in another encoding than the stored one: made when it is sent.
struct FramePiece {
  std::uint32_t frame_index0 = 0;
  std::uint64_t length_bytes = 0;
};

/// What an answer is put together from: bytes in memory, bytes of the original, a frame.
using Piece = std::variant<std::vector<std::byte>, dicom::ByteSpan, FramePiece>;

/// Collects pieces in order; neighbours of one kind become one. Threads: one object, one thread.
class PieceList {
 public:
  void add(std::span<std::byte const> bytes);
  void add(dicom::ByteSpan original);
  void add(FramePiece frame);

  std::uint64_t bytes() const { return bytes_; }            ///< in all
  std::uint64_t made_bytes() const { return made_bytes_; }  ///< that are held in memory
  std::vector<Piece> take() { return std::move(pieces_); }

 private:
  std::vector<Piece> pieces_;
  std::uint64_t bytes_ = 0, made_bytes_ = 0;
};

/// Gives the bytes of one frame (0-based), as many as its piece says.
using FrameMaker = std::function<Result<std::vector<std::byte>>(std::uint32_t frame_index0)>;

/// The pieces as a body. The last frame is kept, so that blocks of one frame cost one making.
/// Lifetime: `blobs` outlives it. Errors when read: io, `make`'s; corrupt when a frame has another
/// length than stated. Threads: any.
PartBody body_of(std::vector<Piece> pieces, BlobStore const& blobs, std::string sha256_hex,
                 FrameMaker make);

}  // namespace sightline::server
