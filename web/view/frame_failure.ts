import type { ErrorDetail } from "../shared/api.ts";
import type { ErrcName } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { HeldFrame } from "../tiles/frame_record.ts";

/** Why a frame cannot be shown (better than it is); null when nothing is known against it. */
export function failureOf(frame: ManifestFrame, held: HeldFrame | null): ErrorDetail | null {
  const { instance, stream } = frame;
  const failure = (code: ErrcName, message: string): ErrorDetail => ({
    code,
    message,
    sopInstanceUID: instance.sopInstanceUID,
    frame: frame.frameNumber,
  });
  if (instance.reason !== "") return failure("unsupported", instance.reason);
  if (stream === null) {
    return instance.pending
      ? failure("pending", "This image is still being prepared.")
      : failure("no_pixels", "This object has no image.");
  }
  if (stream.failure !== null)
    return failure(
      knownCode(stream.failure),
      instance.isLocal
        ? "The file does not hold this image whole."
        : "The server could not prepare this image.",
    );
  if (held?.failure != null) return failure(held.failure, sentence(held.failure));
  return null;
}
function knownCode(name: string): ErrcName {
  return name as ErrcName; // web/source/manifest.ts lets no other name in
}
function sentence(code: ErrcName): string {
  switch (code) {
    case "digest_mismatch":
      return "The image that arrived is not identical to the original; it is not shown.";
    case "module_died":
      return "The decoder failed on this image.";
    case "forbidden":
      return "Access to this image has ended.";
    case "not_found":
      return "This image is no longer on the server.";
    case "out_of_memory":
    case "limit_exceeded":
      return "This image is too large for this device.";
    default:
      return "This image could not be decoded.";
  }
}
