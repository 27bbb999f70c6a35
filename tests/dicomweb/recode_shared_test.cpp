// Real files in the transfer syntaxes that they can be retrieved in: every value but those that
// must change is the file's, every frame decodes to the same stored values, and DCMTK's tools make
// the same of them. (dicom_expect_test.cpp proves those stored values against other decoders.)
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "../dicom/shared_files.hpp"
#include "dicom/dicom_json.hpp"
#include "dicom/part10_reader.hpp"
#include "dicom/transfer_syntax.hpp"
#include "dicomweb/pixel_media_type.hpp"
#include "dicomweb/retrieve.hpp"
#include "retrieve_sources.hpp"
#include "small_archive.hpp"
#include "tile/pyramid_builder.hpp"

namespace sightline::server {
namespace {

using namespace dicom_test;
using Bytes = std::vector<std::byte>;

constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1",
                           kHtj2kRpcl = "1.2.840.10008.1.2.4.202";
constexpr std::size_t kEvery = 5;  ///< so that a run stays short

Bytes bytes_of(PartBody const& body) {
  Bytes bytes;
  constexpr std::uint32_t kBlock = 100'000;  // as the server asks: blocks that no frame begins at
  for (std::uint64_t at = 0; at < body.length_bytes(); at += kBlock) {
    auto const count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(kBlock, body.length_bytes() - at));
    if (!body.append(at, count, bytes)) return {};  // a frame cannot be decoded
  }
  return bytes;
}

/// The file as the archive gives it in a transfer syntax; empty when it does not.
class Recoded {
 public:
  Bytes operator()(Bytes const& file, std::string_view syntax, bool with_pyramid = false) {
    auto const taken = Ingest(archive_.blobs(), archive_.index(), nullptr).ingest(file);
    if (!taken) return {};
    testing::MemoryStreams streams;
    if (with_pyramid) {
      Bytes copy = file;
      auto pyramid = build_pyramid(copy);
      if (!pyramid || !archive_.index().set_streams(taken->sha256_hex, pyramid->streams)) return {};
      streams.frames = std::move(pyramid->frame_streams);
    }
    auto const sources = testing::sources_of(archive_, directory_, streams);
    std::string const accept = "application/dicom; transfer-syntax=" + std::string(syntax);
    auto const parts = instance_parts(sources, {{{}, {}, {}, taken->sha256_hex, {}}}, {accept, {}});
    if (!parts) {
      EXPECT_EQ(parts.error().code, Errc::unsupported) << parts.error().detail;
      return {};
    }
    EXPECT_TRUE(parts->is_single_part);
    return bytes_of(parts->parts.front().body);
  }

 private:
  testing::SmallArchive archive_;
  FrameDirectory directory_;
};

codec::Encoding encoding_of(dicom::Instance const& instance) {
  auto const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  bool const is_swapped = encoding == codec::Encoding::native && instance.frame_bytes_big_endian;
  return is_swapped ? codec::Encoding::native_be : encoding;
}

/// Bits above Bits Stored are no part of a value: DCMTK leaves them, we extend the sign.
Bytes without_unused_bits(Bytes bytes, PixelFormat const& format) {
  if (format.bits_allocated != 16 || format.bits_stored == 16) return bytes;
  unsigned const mask = (1u << format.bits_stored) - 1u;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    bytes[i] &= static_cast<std::byte>(mask & 0xFF);
    bytes[i + 1] &= static_cast<std::byte>(mask >> 8);
  }
  return bytes;
}

Bytes values_of(Bytes const& file, dicom::Instance const& instance, std::uint32_t index0) {
  auto const bytes = dicom::frame_bytes(file, instance, index0);
  if (!bytes) return {};
  auto decoded = codec::decode_frame({encoding_of(instance), instance.format, *bytes, 0});
  return decoded ? without_unused_bits(std::move(decoded->block.bytes), instance.format) : Bytes{};
}

/// Attributes that say how the pixels are encoded: they may differ.
bool may_differ(std::string_view tag) {
  static std::set<std::string_view> const kTags{"00280004", "00280006", "00280102",
                                                "7FE00001", "7FE00002", "7FE00010"};
  return kTags.contains(tag);
}

void expect_same_attributes(Bytes const& before, Bytes const& after) {
  auto const mine = dicom::dicom_json(before, {"b", 1 << 30}),
             other = dicom::dicom_json(after, {"b", 1 << 30});
  ASSERT_TRUE(mine && other);
  auto const old_tags = boost::json::parse(*mine).as_object(),
             new_tags = boost::json::parse(*other).as_object();
  for (auto const& [tag, element] : old_tags) {
    if (may_differ(tag)) continue;
    auto const* const kept = new_tags.if_contains(tag);
    ASSERT_NE(kept, nullptr) << tag;
    EXPECT_EQ(*kept, element) << tag;
  }
  for (auto const& [tag, element] : new_tags)
    EXPECT_TRUE(may_differ(tag) || old_tags.contains(tag)) << tag;
}

void expect_same_frames(Bytes const& before, Bytes const& after) {
  auto const mine = dicom::read_instance(before), other = dicom::read_instance(after);
  ASSERT_TRUE(mine && other);
  ASSERT_EQ(other->frames.size(), mine->frames.size());
  EXPECT_EQ(other->unshowable_reason, mine->unshowable_reason);
  for (std::uint32_t const f : {0u, static_cast<std::uint32_t>(mine->frames.size()) - 1}) {
    if (mine->frames.empty()) break;
    EXPECT_TRUE(values_of(before, *mine, f) == values_of(after, *other, f)) << "frame " << f;
  }
}

/// Whether nothing is in the way: one-bit pixels would have to be packed, the others be decoded.
bool can_be_had(Bytes const& file, dicom::Instance const& instance) {
  if (!instance.unshowable_reason.empty() || instance.format.bits_allocated == 1) return false;
  for (std::uint32_t f = 0; f < instance.frames.size(); ++f)
    if (values_of(file, instance, f).empty()) return false;
  return true;
}

TEST(RecodeShared, ExplicitVrLittleEndianHasTheSameValues) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  Recoded recoded;
  std::map<std::string, int> given, refused;
  auto const paths = shared_files();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::string const name = paths[i].lexically_relative(shared_folder()).string();
    if (i % kEvery != 0 && !name.starts_with("transfer-syntax/") &&
        !name.starts_with("photometric/"))
      continue;
    Bytes const file = read_file(paths[i]);
    auto const instance = dicom::read_instance(file);
    if (!instance || instance->sop_instance_uid.empty() ||
        instance->study.study_instance_uid.empty())
      continue;
    SCOPED_TRACE(name);
    Bytes const after = recoded(file, kExplicitLittle);
    if (after.empty()) {
      ++refused[instance->transfer_syntax_uid];
      EXPECT_FALSE(can_be_had(file, *instance));
      continue;
    }
    ++given[instance->transfer_syntax_uid];
    auto const part10 = dicom::read_part10(after, kDefaultLimits);
    ASSERT_TRUE(part10);
    EXPECT_EQ(part10->transfer_syntax_uid, kExplicitLittle);
    if (instance->transfer_syntax_uid == kExplicitLittle) {
      EXPECT_EQ(after, file);
      continue;
    }
    expect_same_attributes(file, after);
    expect_same_frames(file, after);
  }
  for (auto const& [syntax, count] : given) std::printf("%4d given of %s\n", count, syntax.c_str());
  for (auto const& [syntax, count] : refused)
    std::printf("%4d refused of %s\n", count, syntax.c_str());
  for (char const* syntax :
       {"1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5",
        "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
        "1.2.840.10008.1.2.4.90"})
    EXPECT_GT(given[syntax], 0) << syntax;
}

TEST(RecodeShared, LosslessHtj2kHasTheSameValues) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  Recoded recoded;
  std::map<std::string, int> given;
  for (auto const& path : shared_files()) {
    std::string const name = path.lexically_relative(shared_folder()).string();
    if (!name.starts_with("transfer-syntax/one-ct") && !name.starts_with("photometric/")) continue;
    Bytes const file = read_file(path);
    if (file.size() > (4u << 20)) continue;
    auto const instance = dicom::read_instance(file);
    if (!instance || instance->sop_instance_uid.empty()) continue;
    SCOPED_TRACE(name);
    Bytes const after = recoded(file, kHtj2kRpcl, true);
    if (after.empty()) continue;
    EXPECT_TRUE(codec::is_lossless_syntax(instance->transfer_syntax_uid));
    ++given[instance->transfer_syntax_uid];
    expect_same_attributes(file, after);
    expect_same_frames(file, after);
  }
  for (auto const& [syntax, count] : given) std::printf("%4d given of %s\n", count, syntax.c_str());
  EXPECT_GT(given["1.2.840.10008.1.2"] + given[std::string(kExplicitLittle)], 5);
  EXPECT_GT(given["1.2.840.10008.1.2.5"], 0);
}

TEST(RecodeShared, JpegLosslessHasTheSameValues) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  Recoded recoded;
  std::map<std::string, int> given;
  for (auto const& path : shared_files()) {
    std::string const name = path.lexically_relative(shared_folder()).string();
    if (!name.starts_with("transfer-syntax/") && !name.starts_with("photometric/")) continue;
    Bytes const file = read_file(path);
    if (file.size() > (4u << 20)) continue;
    auto const instance = dicom::read_instance(file);
    if (!instance || instance->sop_instance_uid.empty()) continue;
    SCOPED_TRACE(name);
    Bytes const after = recoded(file, kJpegLossless);
    if (after.empty()) continue;
    ++given[instance->transfer_syntax_uid];
    if (instance->transfer_syntax_uid == kJpegLossless) continue;
    expect_same_attributes(file, after);
    expect_same_frames(file, after);
  }
  for (auto const& [syntax, count] : given) std::printf("%4d given of %s\n", count, syntax.c_str());
  for (char const* syntax : {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5",
                             "1.2.840.10008.1.2.4.80"})
    EXPECT_GT(given[syntax], 0) << syntax;
}

// ---- against DCMTK's tools

/// Without group lengths, which are retired, and private elements, whose VRs DCMTK knows more of.
constexpr char const* kConvert = "dcmconv +te -g";
constexpr char const* kErasePrivate = "dcmodify -nb -ep";

class Scratch {
 public:
  Scratch() {
    std::string name = ::testing::TempDir() + "sightline-recode-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Scratch() { std::filesystem::remove_all(folder_); }
  std::string write(char const* name, Bytes const& bytes) {
    auto const path = folder_ / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<char const*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }
  /// What a tool makes of the file; empty when it refuses.
  Bytes run(std::string const& tool, Bytes const& file) {
    std::string const in = write("in.dcm", file), out = (folder_ / "out.dcm").string();
    std::filesystem::remove(out);
    std::string const command = tool + " " + in + " " + out + " >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) return {};
    std::string const erase = std::string(kErasePrivate) + " " + out + " >/dev/null 2>&1";
    return std::system(erase.c_str()) == 0 ? read_file(out) : Bytes{};
  }

 private:
  std::filesystem::path folder_;
};

/// The tool that decodes a transfer syntax; null: none of DCMTK's does.
char const* tool_for(dicom::TransferSyntax const& syntax) {
  using Family = dicom::TransferSyntax::Family;
  switch (syntax.family) {
    case Family::native: return kConvert;
    case Family::rle: return "dcmdrle";
    case Family::jpeg: return "dcmdjpeg";
    case Family::jpeg_ls: return "dcmdjpls";
    default: return nullptr;
  }
}

TEST(RecodeShared, DcmtkMakesTheSameOfIt) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  if (std::system("dcmconv --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "SKIPPED: needs dcmconv, dcmdjpeg, … (package dcmtk), which are not here";
  Recoded recoded;
  Scratch scratch;
  int whole = 0, pixels = 0;
  for (auto const& path : shared_files()) {
    std::string const name = path.lexically_relative(shared_folder()).string();
    if (!name.starts_with("transfer-syntax/one-ct") && !name.starts_with("us-cine/") &&
        !name.starts_with("charset/"))
      continue;
    SCOPED_TRACE(name);
    Bytes const file = read_file(path);
    auto const instance = dicom::read_instance(file);
    if (!instance || file.size() > (8u << 20)) continue;
    auto const syntax = dicom::transfer_syntax_of(instance->transfer_syntax_uid);
    char const* const tool = tool_for(syntax);
    Bytes const ours = tool == nullptr ? Bytes{} : recoded(file, kExplicitLittle);
    Bytes const theirs = ours.empty() ? Bytes{} : scratch.run(tool, file);
    if (theirs.empty()) continue;
    // Through dcmconv ours has DCMTK's lengths of sequences and meta header.
    Bytes const again = scratch.run(kConvert, ours);
    ASSERT_FALSE(again.empty()) << "DCMTK cannot read it";
    if (!syntax.encapsulated) {
      EXPECT_TRUE(again == theirs) << "differs from dcmconv's file";
      ++whole;
      continue;
    }
    auto const mine = dicom::read_instance(again), other = dicom::read_instance(theirs);
    ASSERT_TRUE(mine && other);
    if (instance->format.samples_per_pixel != 1) continue;  // DCMTK's own colour conversion
    EXPECT_EQ(without_unused_bits(*dicom::frame_bytes(again, *mine, 0), mine->format),
              without_unused_bits(*dicom::frame_bytes(theirs, *other, 0), other->format));
    ++pixels;
  }
  std::printf("%d whole files, %d files' pixels\n", whole, pixels);
  EXPECT_GT(whole, 10);
  EXPECT_GT(pixels, 5);
}

}  // namespace
}  // namespace sightline::server
