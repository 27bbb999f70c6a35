// `npm run bench:qido [-- STUDIES]`: an index of generated studies, and how long typical QIDO-RS
// searches of it take, from query to JSON. Each search is repeated with other values; the first is
// not counted. The last column is the processor's time, which others on the machine do not add to.
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "app/part10_writer.hpp"
#include "base/sha256.hpp"
#include "dicom/instance.hpp"
#include "dicomweb/describe.hpp"
#include "dicomweb/qido_answer.hpp"
#include "dicomweb/qido_query.hpp"
#include "index/index.hpp"

namespace {

using namespace sightline;
using namespace sightline::server;
using Clock = std::chrono::steady_clock;
using Parameters = std::vector<std::pair<std::string, std::string>>;

constexpr unsigned kRepetitions = 200;
constexpr std::array kModalities{"CT", "MR", "US", "CR", "DX", "PT"};
constexpr std::array kFamilies{"Andersson", "Brown",  "Ciobanu", "Dubois",  "Evans",
                               "Fischer",   "Garcia", "Hansen",  "Ivanova", "Jensen"};

std::string date_of(unsigned n) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "20%02u%02u%02u", 10 + n % 16, 1 + n / 16 % 12,
                1 + n / 192 % 28);
  return text.data();
}
std::string family_of(unsigned n) { return kFamilies[n % 10] + std::to_string(n / 10 % 1000); }

std::vector<std::byte> study_file(unsigned n) {
  std::string const study = "1.2.3." + std::to_string(n + 1);
  DataSetWriter d;
  d.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7").text(0x00080018, "UI", study + ".1.1");
  d.text(0x00080020, "DA", date_of(n)).text(0x00080030, "TM", "101500");
  d.text(0x00080050, "SH", "A" + std::to_string(n)).text(0x00080060, "CS", kModalities[n % 6]);
  d.text(0x00080090, "PN", "Refer^Ron").text(0x00081030, "LO", "Study of region");
  d.text(0x00100010, "PN", family_of(n) + "^Ann")
      .text(0x00100020, "LO", "P" + std::to_string(n / 2));
  d.text(0x00100030, "DA", "1970" + date_of(n).substr(4)).text(0x00100040, "CS", n % 2 ? "F" : "M");
  d.text(0x0020000D, "UI", study).text(0x0020000E, "UI", study + ".1");
  d.text(0x00200010, "SH", "S" + std::to_string(n)).text(0x00200011, "IS", "1");
  d.text(0x00200013, "IS", "1");
  return part10_file("1.2.840.10008.5.1.4.1.1.7", study + ".1.1", d);
}

bool fill(Index& index, unsigned studies) {
  auto const began = Clock::now();
  for (unsigned n = 0; n < studies; ++n) {
    auto const file = study_file(n);
    auto const instance = dicom::read_instance(file);
    if (!instance ||
        !index.add(*instance, to_hex(sha256(file)), file.size(), describe(file, *instance))) {
      return false;
    }
    if (n % 10'000 == 9'999) {
      auto const seconds = std::chrono::duration<double>(Clock::now() - began).count();
      std::printf("%u of %u studies, %.0f s\n", n + 1, studies, seconds);
      std::fflush(stdout);
    }
  }
  return true;
}

double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}
double at_95(std::vector<double>& times) {
  std::ranges::sort(times);
  return times[times.size() * 95 / 100];
}

struct Search {
  char const* name;
  std::function<Parameters(unsigned)> parameters;
};

}  // namespace

int main(int argc, char** argv) {
  unsigned const studies =
      argc > 1 ? static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)) : 100'000;
  // In memory where that can be: a hundred thousand commits are not what is measured.
  std::string folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm/sightline-bench-XXXXXX"
                                                     : "/tmp/sightline-bench-XXXXXX";
  if (studies == 0 || mkdtemp(folder.data()) == nullptr) return 2;
  auto const index = open_sqlite_index(std::filesystem::path(folder) / "index.sqlite");
  if (!index || !fill(**index, studies)) return 1;

  auto const pick = [studies](unsigned i) { return i * 7919u % studies; };
  std::vector<Search> const searches{
      {"PatientID",
       [&](unsigned i) { return Parameters{{"PatientID", "P" + std::to_string(pick(i) / 2)}}; }},
      {"AccessionNumber",
       [&](unsigned i) { return Parameters{{"AccessionNumber", "A" + std::to_string(pick(i))}}; }},
      {"StudyInstanceUID",
       [&](unsigned i) {
         return Parameters{{"StudyInstanceUID", "1.2.3." + std::to_string(pick(i) + 1)}};
       }},
      {"StudyDate",
       [&](unsigned i) { return Parameters{{"StudyDate", date_of(pick(i))}, {"limit", "100"}}; }},
      {"StudyDate range",
       [&](unsigned i) {
         return Parameters{{"StudyDate", date_of(pick(i)) + "-"}, {"limit", "100"}};
       }},
      {"PatientName prefix*",
       [&](unsigned i) {
         return Parameters{{"PatientName", family_of(pick(i)) + "*"}, {"limit", "100"}};
       }},
      {"PatientName *middle*",
       [&](unsigned i) {
         return Parameters{{"PatientName", "*" + family_of(pick(i)).substr(2) + "*"},
                           {"limit", "100"}};
       }},
      {"ModalitiesInStudy + date",
       [&](unsigned i) {
         return Parameters{{"ModalitiesInStudy", kModalities[i % 6]},
                           {"StudyDate", date_of(pick(i))},
                           {"limit", "100"}};
       }},
      {"PatientSex + birth date",
       [&](unsigned i) {
         return Parameters{{"PatientSex", "F"},
                           {"PatientBirthDate", "1970" + date_of(pick(i)).substr(4)},
                           {"limit", "100"}};
       }},
      {"newest 100",
       [](unsigned i) { return Parameters{{"limit", "100"}, {"offset", std::to_string(i)}}; }},
  };
  std::printf("%u studies, %u searches of each kind, ms\n%-26s %8s %8s %8s %8s %8s\n", studies,
              kRepetitions, "", "results", "median", "p95", "worst", "p95 CPU");
  for (Search const& search : searches) {
    std::vector<double> times, processor_times;
    std::size_t results = 0;
    for (unsigned i = 0; i <= kRepetitions; ++i) {
      auto const began = Clock::now();
      double const began_cpu = processor_ms();
      auto const query =
          parse_qido_query({DicomSearch::Level::study, {}, {}}, search.parameters(i));
      if (!query) return 1;
      auto const answer = answer_qido(**index, *query, "http://localhost/dicom-web");
      if (!answer) return 1;
      results += answer->results;
      if (i == 0) continue;
      times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
      processor_times.push_back(processor_ms() - began_cpu);
    }
    double const p95 = at_95(times);
    std::printf("%-26s %8.1f %8.2f %8.2f %8.2f %8.2f\n", search.name,
                static_cast<double>(results) / (kRepetitions + 1), times[times.size() / 2], p95,
                times.back(), at_95(processor_times));
    std::fflush(stdout);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
