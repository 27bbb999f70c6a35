#pragma once
#include <stdint.h>

/* The flat C ABI of viewer.wasm, dicom.wasm, jxl.wasm, reader.wasm and icc.wasm. Every function
 * returns an Errc (base/error.hpp), 0 = ok, unless said otherwise. Pointers are offsets in the
 * module's memory (uint32_t in WASM). No C++ exception crosses it. web/decode/sl_abi.ts mirrors the
 * structs; tests/web/abi_layout.test.ts compares sizes and offsets by sl_layout(). */
#ifdef __cplusplus
extern "C" {
#endif

#define SL_ABI_VERSION 1
int32_t sl_abi_version(void);

/* ---- viewer.wasm, dicom.wasm and jxl.wasm: decoding (in workers)
 * ------------------------------------------------------------------ */

/* Mirrors PixelFormat (bits_stored 0: real numbers). 32 bytes. */
typedef struct SlFormat {
  uint32_t rows, cols;
  uint16_t samples_per_pixel, bits_allocated, bits_stored, high_bit;
  uint16_t is_signed, planar_configuration, photometric, reserved;
  uint32_t reserved2[2];
} SlFormat;

/* A decoded block. values_ptr is valid until the next call on the same decoder. 32 bytes. */
typedef struct SlBlock {
  uint32_t rows, cols;
  uint16_t samples, bits_allocated, is_signed, is_rgb;
  uint32_t values_ptr, values_len;
  uint16_t is_float;   /* binary32 or binary64 */
  uint16_t missing;    /* 0: whole; else the Errc of what is not there (zeros), or of the step of
                          its decoding that sl_error_text then names ("": of none) */
  uint32_t whole_rows; /* when missing: rows from the top that are whole; 0 = not known */
} SlBlock;

typedef struct SlDecoder SlDecoder;
SlDecoder* sl_decoder_create(void);
void sl_decoder_destroy(SlDecoder*);
/* encoding: codec::Encoding. For htj2k/j2k `bytes` may be a prefix that ends at a level (EOC is
 * appended here). */
int32_t sl_decode(SlDecoder*, uint32_t encoding, const SlFormat* format, const uint8_t* bytes,
                  uint32_t length, uint32_t discard_levels, SlBlock* out);
/* The same of a part of the level. region: x, y, cols, rows in its samples. Of htj2k and j2k
 * nothing else is decoded. Errors: invalid_argument (not in the level). */
int32_t sl_decode_region(SlDecoder*, uint32_t encoding, const SlFormat* format,
                         const uint8_t* bytes, uint32_t length, uint32_t discard_levels,
                         const uint32_t* region, SlBlock* out);
/* 1 if the module holds a decoder for this codec::Encoding. */
int32_t sl_can_decode(uint32_t encoding);

/* ---- every module: version, memory, digests, error texts
 * -------------------------------------------------- */

/* SHA-256 of memory: 32 bytes to out. */
int32_t sl_sha256(const uint8_t* bytes, uint32_t length, uint8_t* out);
/* UTF-8 text of the last failure of this decoder, renderer or archive, NUL-terminated, at most cap
 * bytes with the NUL; returns the length written. NULL: of the last sl_renderer_create that
 * returned NULL. */
int32_t sl_error_text(const void* handle, char* out, uint32_t cap);
void* sl_alloc(uint32_t bytes);
void sl_free(void*);

/* ---- reader.wasm only: files on this computer (in the reading worker)
 * --------------------------------------- */

/* Instances without their bytes: local::Archive. Texts and spans that a function answers with are
 * valid until the next call on the same archive. */
typedef struct SlArchive SlArchive;
SlArchive* sl_archive_create(void);
void sl_archive_destroy(SlArchive*);
/* Reads a whole file; sha256: 32 bytes of the same bytes. Sets the instance's number and its
 * frames. Errors: as dicom::read_instance; stale: the same bytes were added before. */
int32_t sl_archive_add(SlArchive*, const uint8_t* bytes, uint32_t length, const uint8_t* sha256,
                       uint32_t* instance, uint32_t* frames);

/* 1 if an instance with this SOP Instance UID (NUL-terminated) was added. */
int32_t sl_archive_contains(SlArchive*, const char* sop_instance_uid);

/* A text or bytes of the archive's. 8 bytes. */
typedef struct SlBytes {
  uint32_t ptr, len;
} SlBytes;
/* The files that a DICOMDIR names, one to a line: path, tab, SOP Instance UID or nothing. Errors:
 * as dicom::read_media_directory. */
int32_t sl_archive_directory(SlArchive*, const uint8_t* bytes, uint32_t length, SlBytes* out);
/* The studies, one to a line: UID, tab, number of instances. */
int32_t sl_archive_studies(SlArchive*, SlBytes* out);
/* The manifest of a study (docs/wire_format.md). study: NUL-terminated UID. Errors: not_found. */
int32_t sl_archive_manifest(SlArchive*, const char* study, SlBytes* out);

/* Where a frame's bytes lie. spans_ptr: span_count times offset, length (float64: files may be
 * larger than 4 GiB). is_plain 0: ask sl_archive_frame_bytes with the whole file. 16 bytes. */
typedef struct SlFrameLocation {
  uint32_t is_plain, spans_ptr, span_count, reserved;
} SlFrameLocation;
/* instance: as sl_archive_add numbered it. Errors: not_found. */
int32_t sl_archive_locate(SlArchive*, uint32_t instance, uint32_t frame_index0,
                          SlFrameLocation* out);
int32_t sl_archive_frame_bytes(SlArchive*, uint32_t instance, uint32_t frame_index0,
                               const uint8_t* file, uint32_t length, SlBytes* out);
/* The bits of one frame of the overlay plane of this group, of a file that is at hand whole:
 * dicom::overlay_bits. */
int32_t sl_archive_overlay(SlArchive*, uint32_t group, uint32_t frame_index0, const uint8_t* file,
                           uint32_t length, SlBytes* out);
/* The presentation state that a file holds, as the JSON of docs/wire_format.md. Errors: as
 * dicom::read_presentation_state. */
int32_t sl_archive_presentation(SlArchive*, const uint8_t* file, uint32_t length, SlBytes* out);
/* What a segmentation, structure set, dose or parametric map says of the images it lies over, as
 * the JSON of docs/wire_format.md. Errors: as dicom::layer_object_json. */
int32_t sl_archive_layer(SlArchive*, const uint8_t* file, uint32_t length, SlBytes* out);

/* ---- reader.wasm only: objects without pictures, and attributes of any (in the reading worker)
 * ------------------------------------------------------------------------------------- */

/* Answers about one file at a time; an answer is valid until the next call on the same handle. */
typedef struct SlDocument SlDocument;
SlDocument* sl_document_create(void);
void sl_document_destroy(SlDocument*);
/* The object as JSON (docs/documents.md). Errors: as dicom::document_json. */
int32_t sl_document_json(SlDocument*, const uint8_t* file, uint32_t length, SlBytes* out);
/* Samples of a multiplex group, or the encapsulated document. Errors: as dicom::document_part. */
int32_t sl_document_part(SlDocument*, const uint8_t* file, uint32_t length, uint32_t part,
                         SlBytes* out);
/* All attributes in the DICOM JSON Model. Errors: as dicom::dicom_json. */
int32_t sl_document_attributes(SlDocument*, const uint8_t* file, uint32_t length, SlBytes* out);
/* The keywords of standard tags, one to a line, empty where there is none. tags: that many numbers,
 * group << 16 | element. */
int32_t sl_document_keywords(SlDocument*, const uint32_t* tags, uint32_t count, SlBytes* out);

/* The same of a file that is not in the module: while the call runs, the page's
 * Module.readRange(offset, length, into) puts bytes of it at `into`, and answers 0. size: in bytes.
 * Errors: io where it answers anything else. sha256 names the file, as for sl_archive_add. */
int32_t sl_archive_add_ranged(SlArchive*, double size, const uint8_t* sha256, uint32_t* instance,
                              uint32_t* frames);
int32_t sl_archive_frame_ranged(SlArchive*, uint32_t instance, uint32_t frame_index0, double size,
                                SlBytes* out);
int32_t sl_archive_overlay_ranged(SlArchive*, uint32_t group, uint32_t frame_index0, double size,
                                  SlBytes* out);
int32_t sl_document_attributes_ranged(SlDocument*, double size, SlBytes* out);
/* SHA-256 piece by piece. */
typedef struct SlDigest SlDigest;
SlDigest* sl_digest_create(void);
void sl_digest_destroy(SlDigest*);
int32_t sl_digest_update(SlDigest*, const uint8_t* bytes, uint32_t length);
/* out: 32 bytes. Call once. */
int32_t sl_digest_finish(SlDigest*, uint8_t* out);

/* The colour profile that a file holds: dicom::read_icc_profile. Errors: its own; not_found when
 * there is none. */
int32_t sl_archive_profile(SlArchive*, const uint8_t* file, uint32_t length, SlBytes* out);

/* ---- icc.wasm only: colour profiles (in a worker that makes one table)
 * --------------------------------------------------------------------- */

/* What color::table_of_profile makes. is_srgb 1: there is no table, colours are sRGB's already.
 * curves_ptr, light_ptr: floats as sl_color_table_put takes them. description: UTF-8, not
 * NUL-terminated. 32 bytes. */
typedef struct SlProfileTable {
  uint32_t is_srgb, curve_entries, side, curves_ptr;
  uint32_t light_ptr, description_ptr, description_len, reserved;
} SlProfileTable;
typedef struct SlProfile SlProfile;
SlProfile* sl_profile_create(void);
void sl_profile_destroy(SlProfile*);
/* The table is valid until the next call. Errors: as color::table_of_profile. */
int32_t sl_profile_table(SlProfile*, const uint8_t* bytes, uint32_t length, SlProfileTable* out);

/* ---- viewer.wasm only: the renderer (main thread, WebGL2)
 * ----------------------------------------------------- */

/* Which part of PS3.3 C.11 applies to a draw. Doubles first, so that layout is the same everywhere.
 * 152 bytes. */
typedef struct SlView {
  double rescale_slope,
      rescale_intercept; /* modality = stored * slope + intercept, unless modality_lut */
  double window_center, window_width; /* modality units */
  double zoom;                        /* device pixels per image column */
  double pan_x, pan_y; /* device pixels from the viewport's centre to the image's, after rotation */
  double pixel_aspect; /* height / width of one image pixel (row spacing / column spacing) */
  uint32_t texture;    /* from sl_texture_put */
  uint32_t image_rows,
      image_cols; /* full resolution of the frame, whatever level the texture has */
  uint32_t viewport_width, viewport_height; /* device pixels */
  uint32_t modality_lut, voi_lut, palette;  /* from sl_lut_put, 0 = none */
  uint32_t voi_function;                    /* 0 linear, 1 linear_exact, 2 sigmoid */
  uint32_t photometric;                     /* Photometric; RGB for converted colour */
  int32_t padding_first, padding_last;      /* stored values, used when has_padding; of a texture of
                                               real numbers the bits of binary32 */
  uint16_t has_padding,
      inverted; /* inverted: the user's toggle, on top of photometric/presentation */
  uint16_t presentation_inverse, rotation_deg; /* 0, 90, 180, 270 */
  uint16_t flip_horizontal, flip_vertical;     /* applied to the image before rotation */
  uint16_t interpolate;                        /* 1 = bilinear of modality values, 0 = nearest */
  uint16_t color_bits;             /* colour: significant bits of a sample (bits stored); 0 = 8 */
  uint32_t color_table;            /* from sl_color_table_put, 0 = none; colour only */
  uint32_t level_rows, level_cols; /* of the resolution level that the texture is a part of; 0: the
                                      texture is a whole level */
  uint32_t first_row, first_col;   /* of the part in the level */
  uint32_t reserved;
} SlView;

typedef struct SlRenderer SlRenderer;
/* selector: CSS selector of the canvas. NULL result: see sl_error_text(NULL). */
SlRenderer* sl_renderer_create(const char* canvas_selector);
void sl_renderer_destroy(SlRenderer*);
/* Copies a block to a texture. Errors: graphics, limit_exceeded (larger than MAX_TEXTURE_SIZE),
 * unsupported. */
int32_t sl_texture_put(SlRenderer*, const SlBlock* block, uint32_t* texture);
void sl_texture_drop(SlRenderer*, uint32_t texture);
/* 16-bit entries; kind 0 = modality or VOI table (entries become value), 1 = palette (3 * count:
 * red, green, blue). */
int32_t sl_lut_put(SlRenderer*, uint32_t kind, int32_t first_mapped, uint32_t bits_per_entry,
                   uint32_t count, const uint16_t* entries, uint32_t* lut);
void sl_lut_drop(SlRenderer*, uint32_t lut);
/* A colour profile's table: pixel::ColorTable. curves: curve_entries * 3, light: side^3 * 3. */
int32_t sl_color_table_put(SlRenderer*, uint32_t curve_entries, const float* curves, uint32_t side,
                           const float* light, uint32_t* table);
void sl_color_table_drop(SlRenderer*, uint32_t table);
/* Draws to the canvas; a zero texture clears it to black. */
int32_t sl_draw(SlRenderer*, const SlView* view);
/* Draws to a part of the canvas (device pixels: first included, end not), over what is there: one
 * of the tiles of a slide, or a part of a large picture. */
int32_t sl_draw_over(SlRenderer*, const SlView* view, int32_t first_x, int32_t first_y,
                     int32_t end_x, int32_t end_y);
/* One colour (0xRRGGBB) in such a part of a canvas of that size. */
int32_t sl_fill(SlRenderer*, uint32_t width, uint32_t height, int32_t first_x, int32_t first_y,
                int32_t end_x, int32_t end_y, uint32_t rgb);
/* Draws the same off screen and reads it back: width*height*4 RGBA bytes, top row first. */
int32_t sl_capture(SlRenderer*, const SlView* view, uint8_t* rgba, uint32_t length);
/* Bytes held in textures. */
uint32_t sl_texture_bytes(SlRenderer*);
uint32_t sl_max_texture_size(SlRenderer*);

/* "SlView.zoom" etc.: offset of a field or, for a bare struct name, its size; -1 if unknown. For
 * the layout test. */
int32_t sl_layout(const char* name);

#ifdef __cplusplus
}
#endif
