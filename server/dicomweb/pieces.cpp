#include "dicomweb/pieces.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

namespace sightline::server {
namespace {

std::uint64_t length_of(Piece const& piece) {
  if (auto const* made = std::get_if<std::vector<std::byte>>(&piece)) return made->size();
  if (auto const* span = std::get_if<dicom::ByteSpan>(&piece)) return span->length_bytes;
  return std::get<FramePiece>(piece).length_bytes;
}

class PieceBody {
 public:
  PieceBody(std::vector<Piece> pieces, BlobStore const& blobs, std::string sha256_hex,
            FrameMaker make)
      : pieces_(std::move(pieces)),
        blobs_(blobs),
        sha256_hex_(std::move(sha256_hex)),
        make_(std::move(make)) {
    starts_.push_back(0);
    for (Piece const& piece : pieces_) starts_.push_back(starts_.back() + length_of(piece));
  }
  std::uint64_t length_bytes() const { return starts_.back(); }

  Result<std::vector<std::byte>> read(std::uint64_t offset, std::uint32_t count) {
    std::lock_guard const lock(mutex_);
    std::vector<std::byte> block;
    block.reserve(count);
    auto at =
        static_cast<std::size_t>(std::ranges::upper_bound(starts_, offset) - starts_.begin()) - 1;
    for (; block.size() < count && at < pieces_.size(); ++at) {
      std::uint64_t const from = offset + block.size() - starts_[at];
      std::uint64_t const n =
          std::min<std::uint64_t>(length_of(pieces_[at]) - from, count - block.size());
      if (Status const done = append(pieces_[at], from, n, block); !done)
        return std::unexpected(done.error());
    }
    return block;
  }

 private:
  Status append(Piece const& piece, std::uint64_t from, std::uint64_t count,
                std::vector<std::byte>& block) {
    if (auto const* span = std::get_if<dicom::ByteSpan>(&piece)) {
      // Opened for each block: a study of thousands must not hold as many files open.
      auto const reader = blobs_.open(sha256_hex_);
      if (!reader) return std::unexpected(reader.error());
      std::size_t const before = block.size();
      block.resize(before + static_cast<std::size_t>(count));
      return (*reader)->read(span->offset_bytes + from, std::span(block).subspan(before));
    }
    std::span<std::byte const> bytes;
    if (auto const* made = std::get_if<std::vector<std::byte>>(&piece)) {
      bytes = *made;
    } else {
      FramePiece const& frame = std::get<FramePiece>(piece);
      if (Status const have = hold(frame); !have) return have;
      bytes = held_;
    }
    auto const part =
        bytes.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count));
    block.insert(block.end(), part.begin(), part.end());
    return {};
  }

  Status hold(FramePiece const& frame) {
    if (held_index_ == frame.frame_index0) return {};
    held_index_.reset();
    auto made = make_(frame.frame_index0);
    if (!made) return std::unexpected(made.error());
    if (made->size() != frame.length_bytes)
      return fail(Errc::corrupt, "a frame has another length than it should");
    held_ = std::move(*made);
    held_index_ = frame.frame_index0;
    return {};
  }

  std::vector<Piece> pieces_;
  std::vector<std::uint64_t> starts_;  ///< of each piece, then the end
  BlobStore const& blobs_;
  std::string sha256_hex_;
  FrameMaker make_;
  std::mutex mutex_;
  std::optional<std::uint32_t> held_index_;
  std::vector<std::byte> held_;
};

}  // namespace

void PieceList::add(std::span<std::byte const> bytes) {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  made_bytes_ += bytes.size();
  auto* const last =
      pieces_.empty() ? nullptr : std::get_if<std::vector<std::byte>>(&pieces_.back());
  if (last != nullptr) {
    last->insert(last->end(), bytes.begin(), bytes.end());
  } else {
    pieces_.emplace_back(std::vector<std::byte>(bytes.begin(), bytes.end()));
  }
}

void PieceList::add(dicom::ByteSpan original) {
  if (original.length_bytes == 0) return;
  bytes_ += original.length_bytes;
  auto* const last = pieces_.empty() ? nullptr : std::get_if<dicom::ByteSpan>(&pieces_.back());
  if (last != nullptr && last->offset_bytes + last->length_bytes == original.offset_bytes) {
    last->length_bytes += original.length_bytes;
  } else {
    pieces_.emplace_back(original);
  }
}

void PieceList::add(FramePiece frame) {
  if (frame.length_bytes == 0) return;
  bytes_ += frame.length_bytes;
  pieces_.emplace_back(frame);
}

PartBody body_of(std::vector<Piece> pieces, BlobStore const& blobs, std::string sha256_hex,
                 FrameMaker make) {
  auto const body =
      std::make_shared<PieceBody>(std::move(pieces), blobs, std::move(sha256_hex), std::move(make));
  return PartBody(body->length_bytes(), [body](std::uint64_t offset, std::uint32_t count) {
    return body->read(offset, count);
  });
}

}  // namespace sightline::server
