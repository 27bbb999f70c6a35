#pragma once
#include <stdint.h>

#include "bind/sl_abi.h"

/* The flat C ABI of dcmtk.wasm, beside that of sl_abi.h which every module has and that of the
 * decoder; dcmtk_jxl.wasm has only these two. Rules as there. web/dcmtk/module.ts mirrors the
 * structs; the static_asserts in dcmtk_abi.cpp hold the numbers. */
#ifdef __cplusplus
extern "C" {
#endif

/* One object that is read. What its functions answer with is valid until the next call on it. */
typedef struct SlObject SlObject;
SlObject* sl_object_create(void);
void sl_object_destroy(SlObject*);

/* The outer form of a file. inflated_*: the data set where it was deflated. 40 bytes. */
typedef struct SlPart10 {
  uint32_t meta_begin, meta_end, data_set_offset;
  uint32_t
      flags; /* 1 explicit VR, 2 big endian, 4 deflated, 8 meta in explicit VR, 16 encapsulated */
  uint32_t uid_ptr, uid_len; /* transfer syntax */
  uint32_t inflated_ptr, inflated_len;
  uint32_t reserved[2];
} SlPart10;
/* bytes: the beginning of the file, or all of it. Errors: need_more_input (a longer beginning is
 * needed), else as dicom::read_part10. */
int32_t sl_object_open(SlObject*, const uint8_t* bytes, uint32_t length, uint32_t total,
                       SlPart10* out);

/* dicom::EventScan. error: Errc when outcome is broken. 32 bytes. */
typedef struct SlScan {
  uint32_t outcome, next_offset, error, error_offset;
  uint32_t events_ptr, event_count, text_ptr, text_len;
} SlScan;
/* The events of group 0002; bytes as for sl_object_open. */
int32_t sl_object_meta(SlObject*, const uint8_t* bytes, uint32_t length, SlScan* out);
/* Reads on at offset. bytes NULL: the inflated data set. stop_flags: 1 there is a tag, 2 its value
 * is read, 4 a greater tag stops too. Offsets count from the file's (or inflated data set's) first
 * byte, and bytes[0] is number base of it. */
int32_t sl_object_scan(SlObject*, const uint8_t* bytes, uint32_t length, uint32_t base,
                       uint32_t total, uint32_t offset, uint32_t stop_tag, uint32_t stop_flags,
                       SlScan* out);

/* The frames of a file: dicom::Instance. spans_ptr: span_count times (frame index, offset, length)
 * as float64. form: 1 video (one frame: its stream), 2 native samples are big endian, 4 each frame
 * is deflated (sl_object_inflate). 80 bytes. */
typedef struct SlFrames {
  SlFormat format; /* 32 bytes */
  uint32_t encoding, frame_count, form, spans_ptr, span_count;
  uint32_t reason_ptr, reason_len; /* why frames cannot be decoded; empty when they can */
  uint32_t reserved[5];
} SlFrames;
int32_t sl_object_frames(SlObject*, const uint8_t* file, uint32_t length, SlFrames* out);
/* The samples of a frame of Deflated Image Frame Compression, whose fragments are joined. Errors:
 * as dicom::decoder_input. */
int32_t sl_object_inflate(SlObject*, const SlFormat* format, const uint8_t* bytes, uint32_t length,
                          SlBytes* out);
/* Encodes samples (as SlBlock has them: format's rows, cols, samples, bits_allocated, is_signed;
 * bits_stored is the precision). encoding: rle, jpeg (lossless), jpeg_ls (lossless), j2k and htj2k
 * (reversible; photometric rgb: with the colour transform). Errors: unsupported, as the encoders.
 */
int32_t sl_object_encode(SlObject*, uint32_t encoding, const SlFormat* format,
                         const uint8_t* samples, uint32_t length, SlBytes* out);

/* A data set in Explicit VR Little Endian, written by DCMTK. flags: 1 explicit VR, 2 big endian,
 * 4 deflated, 16 encapsulated. */
int32_t sl_object_write(SlObject*, const uint8_t* bytes, uint32_t length, uint32_t flags,
                        SlBytes* out);
/* dicom::check_data_set. flags: 16 encapsulated. */
int32_t sl_object_check(SlObject*, const uint8_t* bytes, uint32_t length, uint32_t flags,
                        SlBytes* out);
/* VR of the data dictionary: its two letters, low byte first. */
uint32_t sl_dictionary_vr(uint32_t tag);

#ifdef __cplusplus
}
#endif
