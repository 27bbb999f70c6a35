#pragma once
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/byte_writer.hpp"

namespace sightline::server::testing {

/// Writes ZIP files, also such as lie. Source: APPNOTE.TXT 4.3.
class ZipBuilder {
 public:
  using Bytes = std::vector<std::byte>;
  struct Lies {
    std::uint16_t flags = 0, method = 0xFFFF;
    std::uint32_t size = 0, crc = 0;
  };

  ZipBuilder& stored(std::string const& name, std::span<std::byte const> content) {
    return member(name, content, content, 0, {});
  }
  ZipBuilder& deflated(std::string const& name, std::span<std::byte const> content) {
    return deflated(name, content, {});
  }
  /// What is not zero in `lies` stands in the directory in place of the truth.
  ZipBuilder& deflated(std::string const& name, std::span<std::byte const> content,
                       Lies const& lies) {
    return member(name, content, deflate(content, -MAX_WBITS), 8, lies);
  }
  Bytes end() const {
    ByteWriter end;
    end.bytes(file_);
    end.bytes(directory_.view());
    end.u32_le(0x06054B50);
    end.u32_le(0);
    end.u16_le(count_);
    end.u16_le(count_);
    end.u32_le(static_cast<std::uint32_t>(directory_.view().size()));
    end.u32_le(static_cast<std::uint32_t>(file_.size()));
    end.u16_le(0);
    return {end.view().begin(), end.view().end()};
  }
  static Bytes gzip(std::span<std::byte const> content) { return deflate(content, 16 + MAX_WBITS); }

 private:
  static Bytes deflate(std::span<std::byte const> content, int window_bits) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    Bytes out(deflateBound(&stream, content.size()) + 64);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
  }
  ZipBuilder& member(std::string const& name, std::span<std::byte const> content,
                     std::span<std::byte const> packed, std::uint16_t method, Lies const& lies) {
    ByteWriter fields;  // those that both headers share, 4.3.7 and 4.3.12
    fields.u16_le(20);
    fields.u16_le(lies.flags);
    fields.u16_le(lies.method == 0xFFFF ? method : lies.method);
    fields.u32_le(0);
    auto const crc = ::crc32_z(0, reinterpret_cast<Bytef const*>(content.data()), content.size());
    fields.u32_le(lies.crc != 0 ? lies.crc : static_cast<std::uint32_t>(crc));
    fields.u32_le(static_cast<std::uint32_t>(packed.size()));
    fields.u32_le(lies.size != 0 ? lies.size : static_cast<std::uint32_t>(content.size()));
    fields.u16_le(static_cast<std::uint16_t>(name.size()));
    fields.u16_le(0);
    auto const offset = static_cast<std::uint32_t>(file_.size());
    ByteWriter local;
    local.u32_le(0x04034B50);
    local.bytes(fields.view());
    local.text(name);
    local.bytes(packed);
    file_.insert(file_.end(), local.view().begin(), local.view().end());
    directory_.u32_le(0x02014B50);
    directory_.u16_le(20);
    directory_.bytes(fields.view());
    directory_.u32_le(0);
    directory_.u16_le(0);
    directory_.u32_le(0);
    directory_.u32_le(offset);
    directory_.text(name);
    ++count_;
    return *this;
  }

  Bytes file_;
  ByteWriter directory_;
  std::uint16_t count_ = 0;
};

}  // namespace sightline::server::testing
