import type { LayerSource } from "../shared/api.ts";
import type { SlError } from "../shared/errc.ts";
import type { FrameStream, Manifest, ManifestInstance } from "../shared/manifest.ts";
import type { TileSource } from "./tile_source.ts";

export interface StudyEvents {
  /** A newer revision than the one that is used. Its frame numbers differ: the owner rebases, then calls adopt(). */
  newer(manifest: Manifest): void;
  /** There is no such study (any more), or no access. */
  refused(error: SlError): void;
}
/** Where an open study comes from: its tiles, and news of it. */
export interface StudySource {
  readonly link: TileSource;
  /** what lies over its pictures */
  readonly layers: LayerSource;
  /** Streams of a part (from 0) of an instance's frames, where the manifest does not have them; rejects with SlError. */
  streamsApart?(instance: ManifestInstance, part: number): Promise<readonly FrameStream[]>;
  /** Asks from time to time for news while nobody would tell. */
  watch(): void;
  /** From now on frame numbers are those of this manifest. */
  adopt(manifest: Manifest): void;
  /** The source has said that there is a newer revision: gets it, however often it takes. */
  catchUp(): Promise<void>;
  dispose(): void;
}
