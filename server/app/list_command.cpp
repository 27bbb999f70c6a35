#include <algorithm>
#include <cstdio>
#include <string>

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/store.hpp"

namespace sightline::server {
namespace {

constexpr std::uint32_t kPage = 1000;

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// The keys are those of docs/wire_format.md.
std::string json_of(StudySummary const& s) {
  std::string out = "{";
  for (auto const& [key, value] : {std::pair{"studyInstanceUID", &s.study_instance_uid},
                                   {"studyDate", &s.study_date},
                                   {"studyTime", &s.study_time},
                                   {"studyDescription", &s.study_description},
                                   {"accessionNumber", &s.accession_number},
                                   {"patientName", &s.patient_name},
                                   {"patientId", &s.patient_id},
                                   {"patientBirthDate", &s.patient_birth_date},
                                   {"patientSex", &s.patient_sex},
                                   {"referringPhysicianName", &s.referring_physician_name}}) {
    out += json_text(key) + ":" + json_text(*value) + ",";
  }
  out += "\"modalities\":[";
  for (auto const& modality : s.modalities)
    out += (out.back() == '[' ? "" : ",") + json_text(modality);
  out += "]";
  for (auto const& [key, value] : {std::pair<char const*, std::uint64_t>{"series", s.series},
                                   {"instances", s.instances},
                                   {"frames", s.frames},
                                   {"bytes", s.bytes},
                                   {"pending", s.pending},
                                   {"failed", s.failed},
                                   {"conflicts", s.conflicts}}) {
    out += "," + json_text(key) + ":" + std::to_string(value);
  }
  return out + "}";
}

/// Cut or filled to a number of characters.
std::string cell(std::string_view text, std::size_t width) {
  std::string const shown = printable(text);
  std::string out;
  std::size_t characters = 0;
  for (char const c : shown) {
    bool const starts_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (starts_character && characters == width) break;
    characters += starts_character ? 1 : 0;
    out += c;
  }
  return out + std::string(width - characters + 2, ' ');
}

void print_row(StudySummary const& s) {
  std::string modalities;
  for (auto const& modality : s.modalities)
    modalities += (modalities.empty() ? "" : " ") + modality;
  std::string notes;
  if (s.pending > 0) notes += " " + std::to_string(s.pending) + " being prepared";
  if (s.failed > 0) notes += " " + std::to_string(s.failed) + " failed";
  if (s.conflicts > 0) notes += " " + std::to_string(s.conflicts) + " in conflict";
  std::printf("%s%s%s%s%6u %6u  %s%s%s\n", cell(s.study_date, 8).c_str(),
              cell(s.patient_name, 28).c_str(), cell(s.patient_id, 16).c_str(),
              cell(modalities, 10).c_str(), s.series, s.instances,
              cell(s.study_description, 28).c_str(), printable(s.study_instance_uid).c_str(),
              notes.c_str());
}

}  // namespace

int run_list(Options const& options) {
  Log const log(options.log_level);
  auto const store = Store::open_existing(options.store);
  if (!store) return log.error(store.error().detail), 1;
  StudyQuery query;
  for (auto const& word : options.operands) query.search += word + " ";
  query.limit = kPage;
  if (options.json) std::fputs("[", stdout);
  for (std::uint64_t total = 1; query.offset < total; query.offset += kPage) {
    auto const page = (*store)->index().studies(query);
    if (!page) return log.error(page.error().detail), 1;
    total = page->total;
    if (!options.json && query.offset == 0 && total > 0) {
      std::printf("%s%s%s%s%6s %6s  %s%s\n", cell("Date", 8).c_str(), cell("Patient", 28).c_str(),
                  cell("ID", 16).c_str(), cell("Modality", 10).c_str(), "Series", "Images",
                  cell("Description", 28).c_str(), "Study Instance UID");
    }
    for (std::size_t i = 0; i < page->studies.size(); ++i) {
      if (!options.json)
        print_row(page->studies[i]);
      else
        std::printf("%s%s", query.offset + i == 0 ? "" : ",\n ", json_of(page->studies[i]).c_str());
    }
    if (!options.json && total == 0)
      std::fputs(query.search.empty() ? "The store is empty.\n" : "No study has these words.\n",
                 stdout);
  }
  if (options.json) std::fputs("]\n", stdout);
  return 0;
}

}  // namespace sightline::server
