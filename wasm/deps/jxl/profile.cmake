# A frame's ICC profile is read, for what is broken in it breaks the frame, and not applied: of its bytes none but the header is
# kept, which many structures copy, and nothing of what it was read with.
edit(decode.cc [[
    Bytes(decoded_icc).AppendTo(icc);
]] [[
    constexpr size_t kHeaderBytes = 128;
    Bytes(decoded_icc.data(), std::min(decoded_icc.size(), kHeaderBytes)).AppendTo(icc);
    dec->icc_reader.reset();
]])
edit(icc_codec.cc [[
  icc->clear();
  return UnpredictICC(decompressed_.data(), decompressed_.size(), icc);
]] [[
  icc->clear();
  ans_reader_ = ANSSymbolReader();
  code_ = ANSCode();
  return UnpredictICC(decompressed_.data(), decompressed_.size(), icc);
]])
edit(icc_codec.cc [[
  if (pos >= size) return JXL_FAILURE("Out of bounds");
  uint64_t csize = DecodeVarInt(enc, size, &pos);  // Commands size
]] [[
  if (pos >= size) return JXL_FAILURE("Out of bounds");
  JXL_RETURN_IF_ERROR(result->reserve(std::min<uint64_t>(osize, 2 * size)));
  uint64_t csize = DecodeVarInt(enc, size, &pos);  // Commands size
]])
