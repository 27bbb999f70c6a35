#include "dicomweb/accept.hpp"

#include <algorithm>
#include <vector>

#include "dicomweb/media_type.hpp"
#include "dicomweb/pixel_media_type.hpp"

namespace sightline::server {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

std::string dicom_name(std::string media_type) {
  return media_type == "application/json" ? "application/dicom+json" : media_type;
}

/// "application/dicom json" -> "application/dicom+json": in a query '+' is decoded as a space, and
/// no media range has a space between two letters.
std::string restore_plus(std::string text) {
  auto const is_name = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  bool quoted = false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ' ' && !quoted && is_name(text[i - 1]) && is_name(text[i + 1])) text[i] = '+';
  }
  return text;
}

/// Whether "image/*", "*/*" or "image/jp2" covers the media type.
bool covers(std::string_view range, std::string_view media_type) {
  if (range == "*/*" || range == "*") return true;
  if (range.ends_with("/*")) return media_type.starts_with(range.substr(0, range.size() - 1));
  return range == media_type;
}

/// What a form's bytes are, in one part or in many.
std::string const& content_type(Representation const& form) {
  return form.part_type.empty() ? form.media_type : form.part_type;
}

/// PS3.18 8.7.3: which transfer syntax a range asks for; `named` is the media type it names, or a
/// range.
bool takes_transfer_syntax(MediaType const& range, std::string_view named,
                           Representation const& form) {
  std::string const* wanted = range.find("transfer-syntax");
  if (wanted && *wanted == "*") return true;
  if (wanted && !wanted->empty()) return *wanted == form.transfer_syntax_uid;
  if (named.ends_with('*') || form.transfer_syntax_uid.empty()) return true;
  std::string_view const usual = default_transfer_syntax(content_type(form));
  return usual.empty() || form.transfer_syntax_uid == usual || form.stands_for_default;
}

bool takes(MediaType const& range, Representation const& form, std::string_view default_part_type) {
  std::string const essence = dicom_name(range.essence());
  if (!covers(essence, form.media_type)) return false;
  if (range.type != "multipart") return takes_transfer_syntax(range, essence, form);
  std::string const* type = range.find("type");
  std::string const part_type =
      type && !type->empty() ? dicom_name(lower_case(*type)) : std::string(default_part_type);
  return covers(part_type, form.part_type) && takes_transfer_syntax(range, part_type, form);
}

/// All entries that count, in order of preference.
Result<std::vector<AcceptEntry>> entries_of(AcceptRequest const& request) {
  std::string joined;
  for (std::string const& value : request.query) {
    if (joined.size() + value.size() > kMaxMediaTypeBytes)
      return fail(Errc::limit_exceeded, "accept parameters too long");
    joined += (joined.empty() ? "" : ",") + restore_plus(value);
  }
  if (joined.find_first_not_of(" \t,") != std::string::npos) return parse_accept(joined);
  return parse_accept(request.header);
}

}  // namespace

Result<std::optional<std::size_t>> choose_representation(AcceptRequest const& request,
                                                         std::span<Representation const> offered) {
  Result<std::vector<AcceptEntry>> const entries = entries_of(request);
  if (!entries) return std::unexpected(entries.error());
  if (offered.empty()) return std::nullopt;
  if (entries->empty()) return 0;

  auto const multipart = std::ranges::find_if(
      offered, [](Representation const& form) { return !form.part_type.empty(); });
  std::string const default_part_type = multipart == offered.end() ? "" : multipart->part_type;

  std::optional<std::size_t> chosen;
  std::size_t chosen_rank = entries->size();
  for (std::size_t i = 0; i < offered.size(); ++i) {
    std::size_t rank = entries->size();  // of the narrowest entry that covers the form
    for (std::size_t k = 0; k < entries->size(); ++k) {
      if (!takes((*entries)[k].range, offered[i], default_part_type)) continue;
      if (rank == entries->size() ||
          specificity((*entries)[k].range) > specificity((*entries)[rank].range))
        rank = k;
    }
    if (rank >= chosen_rank || (*entries)[rank].q_thousandths == 0) continue;
    chosen = i;
    chosen_rank = rank;
  }
  return chosen;
}

}  // namespace sightline::server
