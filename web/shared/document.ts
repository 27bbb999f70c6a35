/** What reader.wasm makes of an object without pictures: wasm/dicom/document.hpp, docs/documents.md. Empty values are left out. */

export interface CodedEntry {
  readonly value?: string;
  readonly scheme?: string;
  readonly meaning?: string;
}
/** PS3.3 C.18.3 to C.18.5. */
export interface SopReference {
  readonly sopClass?: string;
  readonly sopInstance?: string;
  readonly frames?: readonly number[];
  readonly segments?: readonly number[];
  /** pairs: multiplex group, channel */
  readonly channels?: readonly number[];
  readonly presentationState?: string;
}
/** PS3.3 C.17.3. */
export interface ContentItem {
  readonly id: string;
  /** (0040,A040); absent: a by-reference relationship to `target` */
  readonly type?: string;
  readonly target?: string;
  readonly relationship?: string;
  readonly concept?: CodedEntry;
  readonly observed?: string;
  readonly observationUID?: string;
  readonly text?: string;
  readonly code?: CodedEntry;
  readonly numbers?: readonly string[];
  readonly exact?: number;
  readonly numerator?: readonly number[];
  readonly denominator?: readonly number[];
  readonly unit?: CodedEntry;
  readonly qualifier?: CodedEntry;
  readonly graphicType?: string;
  readonly graphicData?: readonly number[];
  readonly frameOfReference?: string;
  /** of tiled images: FRAME, VOLUME */
  readonly pixelOrigin?: string;
  readonly rangeType?: string;
  readonly samplePositions?: readonly number[];
  readonly timeOffsets?: readonly string[];
  readonly dateTimes?: readonly string[];
  readonly references?: readonly SopReference[];
  readonly continuous?: true;
  readonly template?: string;
  readonly children?: readonly ContentItem[];
  /** it has content below the last level that is read */
  readonly deeper?: true;
}
export interface Observer {
  readonly role: "verifier" | "author" | "participant";
  readonly type?: string;
  readonly name?: string;
  readonly organization?: string;
  readonly device?: string;
  readonly station?: string;
  readonly when?: string;
}
/** One series of what a document refers to. */
export interface Evidence {
  readonly study?: string;
  readonly series?: string;
  readonly instances?: readonly SopReference[];
}
interface Identified {
  readonly sopClass?: string;
  readonly sopInstance?: string;
  /** something was broken or too large, and was left out */
  readonly incomplete?: true;
}
export interface SrDocument extends Identified {
  readonly kind: "sr";
  readonly completion?: string;
  readonly completionDescription?: string;
  readonly verification?: string;
  readonly preliminary?: string;
  readonly contentDate?: string;
  readonly contentTime?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly institution?: string;
  readonly seriesDescription?: string;
  readonly observers: readonly Observer[];
  readonly evidence: readonly Evidence[];
  readonly predecessors: readonly Evidence[];
  readonly root: ContentItem;
  /** an item of it is */
  readonly deeper?: true;
}
export interface WaveformChannel {
  readonly label?: string;
  readonly status?: string;
  readonly source?: CodedEntry;
  readonly modifiers?: readonly CodedEntry[];
  readonly sensitivity?: number;
  readonly unit?: CodedEntry;
  readonly correction?: number;
  readonly baseline?: number;
  readonly timeSkew?: number;
  readonly sampleSkew?: number;
  readonly offset?: number;
  readonly bitsStored?: number;
  readonly filterLow?: number;
  readonly filterHigh?: number;
  readonly notch?: number;
  readonly notchBandwidth?: number;
}
export interface WaveformGroup {
  readonly label?: string;
  readonly originality?: string;
  readonly channelCount: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly interpretation?: string;
  /** why its samples cannot be shown, a sentence */
  readonly reason?: string;
  /** Hz */
  readonly frequency?: number;
  /** ms */
  readonly timeOffset?: number;
  readonly triggerOffset?: number;
  /** stored value that stands for no sample */
  readonly padding?: number;
  readonly channels: readonly WaveformChannel[];
}
export interface WaveformAnnotation {
  /** pairs: multiplex group (from 1), channel (from 1; 0: all) */
  readonly channels?: readonly number[];
  readonly group?: number;
  readonly text?: string;
  readonly concept?: CodedEntry;
  readonly code?: CodedEntry;
  readonly number?: string;
  readonly unit?: CodedEntry;
  readonly rangeType?: string;
  /** from 1 */
  readonly samplePositions?: readonly number[];
  readonly timeOffsets?: readonly number[];
}
export interface WaveformDocument extends Identified {
  readonly kind: "waveform";
  readonly acquired?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly context: readonly {
    readonly concept?: CodedEntry;
    readonly code?: CodedEntry;
    readonly number?: string;
    readonly unit?: CodedEntry;
  }[];
  readonly groups: readonly WaveformGroup[];
  readonly annotations: readonly WaveformAnnotation[];
}
export interface EncapsulatedDocument extends Identified {
  readonly kind: "encapsulated";
  readonly documentTitle?: string;
  readonly mimeType?: string;
  /** what it is by its bytes, else by its SOP class */
  readonly contentType?: string;
  readonly mimeTypes?: string;
  readonly hl7Identifier?: string;
  readonly burnedIn?: string;
  readonly verification?: string;
  readonly contentDate?: string;
  readonly contentTime?: string;
  readonly modelDescription?: string;
  readonly modelModification?: string;
  readonly concept?: CodedEntry;
  readonly unit?: CodedEntry;
  readonly sources?: readonly SopReference[];
  /** bytes */
  readonly length?: number;
  /** why there is no document to open, a sentence */
  readonly reason?: string;
}
export type DocumentModel = SrDocument | WaveformDocument | EncapsulatedDocument;

export type DocumentKind = "report" | "keyObjects" | "waveform" | "encapsulated";
const KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59";
const KINDS: readonly (readonly [string, DocumentKind])[] = [
  [KEY_OBJECTS, "keyObjects"],
  ["1.2.840.10008.5.1.4.1.1.88.", "report"],
  ["1.2.840.10008.5.1.4.1.1.9.", "waveform"],
  ["1.2.840.10008.5.1.4.1.1.104.", "encapsulated"],
];
/** What a SOP class without pictures is shown as; null: it has no view of its own. PS3.4 B.5. */
export function documentKind(sopClassUID: string): DocumentKind | null {
  return KINDS.find(([prefix]) => sopClassUID.startsWith(prefix))?.[1] ?? null;
}
