#include "dicomweb/native_model_level.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace sightline::server {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kFirstBlock = 0x10, kLastBlock = 0xFF;  // PS3.5 7.8.1

std::optional<std::uint32_t> tag_of(std::string_view digits) {
  std::uint32_t tag = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), tag, 16);
  bool const is_tag = digits.size() == 8 && error == std::errc{} && end == digits.data() + 8;
  return is_tag ? std::optional(tag) : std::nullopt;
}

std::string digits_of(std::uint32_t tag) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[tag >> shift & 0xF];
  return text;
}

bool is_private(std::uint32_t tag) { return (tag >> 16) % 2 != 0; }

/// Whether the element reserves a block, and for whom.
bool reserves(std::uint32_t tag) {
  std::uint32_t const element = tag & 0xFFFF;
  return is_private(tag) && element >= kFirstBlock && element <= kLastBlock;
}

}  // namespace

bool NativeModelLevel::add(NativeModelAttribute attribute) {
  auto const tag = tag_of(attribute.tag);
  if (!tag) return false;
  if (!attribute.values.empty()) attribute.element["Value"] = std::move(attribute.values);
  if (is_private(*tag) && !attribute.private_creator.empty()) {
    private_.push_back(std::move(attribute));
    return true;
  }
  std::string const digits = digits_of(*tag);
  if (object_.contains(digits)) return false;
  if (reserves(*tag)) {
    auto const* const value = attribute.element.if_contains("Value");
    auto const* const values = value ? value->if_array() : nullptr;
    auto const* const text = values && !values->empty() ? values->front().if_string() : nullptr;
    if (text != nullptr) blocks_[{*tag >> 16, std::string(*text)}].push_back(*tag & 0xFFFF);
  }
  object_.emplace(digits, std::move(attribute.element));
  return true;
}

/// A block of the creator in which this element is still free.
std::optional<std::uint32_t> NativeModelLevel::block_for(std::uint32_t tag,
                                                         std::string const& creator) {
  std::uint32_t const group = tag & 0xFFFF0000;
  auto& blocks = blocks_[{tag >> 16, creator}];
  for (std::uint32_t const block : blocks)
    if (!object_.contains(digits_of(group | block << 8 | (tag & 0xFF)))) return block;
  if (!blocks.empty()) return std::nullopt;  // the same attribute twice
  for (std::uint32_t block = kFirstBlock; block <= kLastBlock; ++block) {
    std::string const digits = digits_of(group | block);
    if (object_.contains(digits)) continue;
    object_.emplace(digits, json::object{{"vr", "LO"}, {"Value", json::array{creator}}});
    blocks.push_back(block);
    return block;
  }
  return std::nullopt;
}

bool NativeModelLevel::place(NativeModelAttribute attribute) {
  std::uint32_t tag = tag_of(attribute.tag).value_or(0);
  // Some writers leave the block in the tag: it is the creator's, or nobody's.
  auto const block = block_for(tag, attribute.private_creator);
  if (!block) return false;
  tag = (tag & 0xFFFF0000) | *block << 8 | (tag & 0xFF);
  return object_.emplace(digits_of(tag), std::move(attribute.element)).second;
}

std::optional<json::object> NativeModelLevel::take() && {
  for (NativeModelAttribute& each : private_)
    if (!place(std::move(each))) return std::nullopt;
  return std::move(object_);
}

std::optional<std::size_t> value_number(std::string_view text) {
  std::uint32_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const is_number = error == std::errc{} && end == text.data() + text.size() && number > 0;
  return is_number ? std::optional<std::size_t>(number) : std::nullopt;
}

}  // namespace sightline::server
