// The test program is also the worker that its pools start. The ill-behaved one exists here only.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "sandbox_probe.hpp"
#include "tile/program_sandbox.hpp"
#include "tile/transcode_worker.hpp"
#include "tile/worker_protocol.hpp"

namespace sightline::server {
namespace {

TranscodedFrame frame_of(std::string_view text) {
  TranscodedFrame frame;
  auto const bytes = std::as_bytes(std::span(text.data(), text.size()));
  frame.bytes.assign(bytes.begin(), bytes.end());
  frame.index.level_ends = {static_cast<std::uint32_t>(text.size())};
  return frame;
}

/// Does what the "file" says, one letter per frame: o fine, c crash, l loop for ever, a allocate
/// without end, s slow exit.
Status misbehave(ByteSource source, std::uint32_t first_frame, ParsedSink const& parsed,
                 FrameSink const& frame) {
  bool const is_large = source.size() > std::uint64_t{64} << 20;
  if (is_large && source.view(0, 1).front() == std::byte{'s'}) {  // four frames, slowly
    if (auto const told = parsed(4); !told) return told;
    for (std::uint32_t i = first_frame; i < 4; ++i) {
      ::usleep(600'000);
      if (auto const taken = frame(frame_of(std::to_string(i))); !taken) return taken;
    }
    return {};
  }
  if (is_large) {  // asks for what is not there
    Reply const question{ReplyTag::range, 0, 100};
    auto lie = encode(question);
    ByteWriter offset;
    offset.u64_le(source.size() - 1);
    lie.insert(lie.end(), offset.view().begin(), offset.view().end());
    return ::write(STDOUT_FILENO, lie.data(), lie.size()) > 0 && ::pause() != 0
               ? fail(Errc::io, "not answered")
               : Status{};
  }
  auto const file = source.view(0, source.size());
  std::string_view const orders(reinterpret_cast<char const*>(file.data()), file.size());
  if (orders == "refuse") return fail(Errc::not_dicom, "refused \x1b[2J");
  if (orders == "die early") ::raise(SIGKILL), std::abort();
  if (auto const told = parsed(static_cast<std::uint32_t>(orders.size())); !told) return told;
  for (std::size_t i = first_frame; i < orders.size(); ++i) {
    if (orders[i] == 'c') __builtin_trap();
    for (volatile bool forever = orders[i] == 'l'; forever;) {
    }
    std::vector<std::vector<std::byte>> hoard;
    while (orders[i] == 'a') hoard.emplace_back(std::size_t{64} << 20, std::byte{1});
    if (orders[i] == 'w') {  // lies about what follows
      auto lie = frame_of("four");
      lie.index.level_ends = {3};
      if (auto const taken = frame(std::move(lie)); !taken) return taken;
      continue;
    }
    if (auto const taken = frame(frame_of(orders.substr(i, 1))); !taken) return taken;
  }
  return {};
}

Status refuse(ByteSource const&, std::uint32_t, ParsedSink const&, FrameSink const&) {
  return fail(Errc::limit_exceeded, "refused");
}

}  // namespace
}  // namespace sightline::server

int main(int argc, char** argv) {
  std::string_view const role = argc > 1 ? argv[1] : "";
  if (role == "transcode-worker") return sightline::server::run_transcode_worker();
  if (role == "attempt")
    return sightline::server::testing::run_attempt(
        static_cast<sightline::server::testing::Attempt>(std::atoi(argv[2])));
  if (role == "program-worker") return sightline::server::run_program_worker(argv + 2);
  if (role == "misbehaving-worker")
    return sightline::server::serve_transcode_requests(sightline::server::misbehave);
  if (role == "refusing-worker")
    return sightline::server::serve_transcode_requests(sightline::server::refuse);
  if (role == "deaf-worker") return 7;
  if (role == "sandbox-probe") return sightline::server::testing::run_sandbox_probe();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
