#include <algorithm>
#include <cstdlib>
#include <string>

#include "dicomweb/multipart_reader.hpp"

namespace {

using namespace sightline;
using namespace sightline::server;

/// Writes down what is told.
class Recorder final : public MultipartVisitor {
 public:
  Status part_begin(PartHeaders const& headers) override {
    text += "[" + std::to_string(headers.list.size()) + "|";
    return {};
  }
  Status part_data(std::span<std::byte const> bytes) override {
    text.append(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    return {};
  }
  Status part_end() override {
    text += "]";
    return {};
  }
  Status done() override {
    text += ".";
    return {};
  }
  std::string text;
};

struct Outcome {
  std::string text;
  Errc error = Errc::ok;
  bool operator==(Outcome const&) const = default;
};
Outcome read(std::span<std::byte const> bytes, std::size_t piece) {
  Recorder recorder;
  auto reader = MultipartReader::create("b", {256, 4, 8}, recorder);
  if (!reader) std::abort();
  Status fed;
  for (std::size_t at = 0; at < bytes.size() && fed; at += piece)
    fed = reader->feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
  if (fed) fed = reader->finish();
  return {recorder.text, fed ? Errc::ok : fed.error().code};
}

}  // namespace

/// A body is the same however it is cut. The first byte says how.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 1) return 0;
  auto const bytes = std::as_bytes(std::span(data, size)).subspan(1);
  Outcome const whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
  if (read(bytes, 1) != whole || read(bytes, 1u + data[0]) != whole) std::abort();
  return 0;
}
