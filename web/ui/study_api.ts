/** The study list's requests: GET /api/studies and /api/status. What comes back is checked before it is used. */

import { signInAgain } from "../source/session.ts";

export interface StudySummary {
  readonly studyInstanceUID: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyDescription: string;
  readonly accessionNumber: string;
  readonly patientName: string;
  readonly patientID: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;
  readonly referringPhysicianName: string;
  readonly modalities: readonly string[];
  readonly series: number;
  readonly instances: number;
  readonly frames: number;
  /** instances */
  readonly pending: number;
  readonly failed: number;
  readonly conflicts: number;
}
export interface StudyPage {
  readonly total: number;
  readonly studies: readonly StudySummary[];
}
export const SORTS = [
  "date",
  "patientName",
  "patientID",
  "modality",
  "description",
  "instances",
] as const;
export type Sort = (typeof SORTS)[number];
export interface StudyQuery {
  readonly search: string;
  readonly sort: Sort;
  readonly descending: boolean;
}
export interface ServerStatus {
  readonly studies: number;
  readonly instances: number;
  readonly pending: number;
}

const MAX_SEARCH_BYTES = 256;

/** The answer was not the list: an HTTP status, or a body of another shape. */
export class ListError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "ListError";
  }
}

/** One page. Rejects with ListError, with TypeError (no connection) or with the signal's reason. */
export async function fetchStudies(
  query: StudyQuery,
  offset: number,
  limit: number,
  signal: AbortSignal,
): Promise<StudyPage> {
  const parameters = new URLSearchParams({
    sort: query.sort,
    order: query.descending ? "desc" : "asc",
    offset: String(offset),
    limit: String(limit),
  });
  if (query.search !== "") parameters.set("search", boundedSearch(query.search));
  return parseStudyPage(await fetchJson(`/api/studies?${parameters.toString()}`, signal));
}

/** The server refuses a search of more than 256 bytes; what is longer is cut between characters. */
export function boundedSearch(search: string): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let kept = "";
  for (const character of search) {
    bytes += encoder.encode(character).length;
    if (bytes > MAX_SEARCH_BYTES) break;
    kept += character;
  }
  return kept;
}

export async function fetchStatus(signal: AbortSignal): Promise<ServerStatus> {
  const status = record(await fetchJson("/api/status", signal));
  return {
    studies: count(status["studies"]),
    instances: count(status["instances"]),
    pending: count(status["pending"]),
  };
}

async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
  if (response.status === 401) signInAgain();
  if (!response.ok) throw new ListError(`HTTP ${String(response.status)}`);
  try {
    return await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ListError("JSON");
  }
}

export function parseStudyPage(value: unknown): StudyPage {
  const page = record(value);
  if (!Array.isArray(page["studies"])) throw new ListError("JSON");
  return { total: count(page["total"]), studies: page["studies"].map(parseSummary) };
}

function parseSummary(value: unknown): StudySummary {
  const study = record(value);
  const studyInstanceUID = text(study["studyInstanceUID"]);
  if (studyInstanceUID === "") throw new ListError("JSON");
  return {
    studyInstanceUID,
    studyDate: text(study["studyDate"]),
    studyTime: text(study["studyTime"]),
    studyDescription: text(study["studyDescription"]),
    accessionNumber: text(study["accessionNumber"]),
    patientName: text(study["patientName"]),
    patientID: text(study["patientID"]),
    patientBirthDate: text(study["patientBirthDate"]),
    patientSex: text(study["patientSex"]),
    referringPhysicianName: text(study["referringPhysicianName"]),
    modalities: Array.isArray(study["modalities"])
      ? study["modalities"].map(text).filter(Boolean)
      : [],
    series: count(study["series"]),
    instances: count(study["instances"]),
    frames: count(study["frames"]),
    pending: count(study["pending"]),
    failed: count(study["failed"]),
    conflicts: count(study["conflicts"]),
  };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ListError("JSON");
  return value as Record<string, unknown>;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}
