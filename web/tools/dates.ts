/** DICOM dates and times (VR DA, TM) for people, in the reader's own locale. Source: PS3.5 6.2. */

export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Takes "20240131", the retired "2024.01.31" and the "2024-01-31" of some files; null for what is no day of the
 *  calendar. */
export function parseDate(value: string): CalendarDate | null {
  const match = /^(\d{4})([.-]?)(\d{2})\2(\d{2})$/.exec(value.trim());
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[3]), Number(match[4])];
  const date = new Date(Date.UTC(year, month - 1, day));
  // Years below 100 would be moved to 19xx by Date; none is a study's.
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? { year, month, day } : null;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(locale: string | undefined): Intl.DateTimeFormat {
  const key = locale ?? "";
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      year: "numeric",
      month: "short",
      day: "numeric",
      timeZone: "UTC",
    });
    dateFormats.set(key, format);
  }
  return format;
}

/** The date as the locale writes it, the raw text when it is none, "" when empty or nothing but zeros, which stand for none. */
export function formatDate(value: string, locale?: string): string {
  const date = parseDate(value);
  if (!date) return /^[0.-]*$/.test(value.trim()) ? "" : value.trim();
  return dateFormat(locale).format(new Date(Date.UTC(date.year, date.month - 1, date.day)));
}

/** Hours and minutes ("142530.123" -> "14:25"); with seconds where asked. The raw text when it is no time. */
export function formatTime(value: string, seconds = false): string {
  const match = /^(\d{2}):?(\d{2})?:?(\d{2})?(?:\.\d{1,6})?$/.exec(value.trim());
  if (!match) return value.trim();
  const [hours, minutes = "00"] = [match[1] ?? "", match[2]];
  if (Number(hours) > 23 || Number(minutes) > 59) return value.trim();
  const clock = `${hours}:${minutes}`;
  return seconds && match[3] !== undefined ? `${clock}:${match[3]}` : clock;
}

/** Age at a day: years from 2 up, months from 2 up, else days; null when either date is unknown or out of order. */
export function ageAt(
  birthDate: string,
  atDate: string,
): { readonly value: number; readonly unit: "years" | "months" | "days" } | null {
  const birth = parseDate(birthDate);
  const at = parseDate(atDate);
  if (!birth || !at) return null;
  const days =
    (Date.UTC(at.year, at.month - 1, at.day) - Date.UTC(birth.year, birth.month - 1, birth.day)) /
    864e5;
  if (days < 0) return null;
  const months =
    (at.year - birth.year) * 12 + (at.month - birth.month) - (at.day < birth.day ? 1 : 0);
  if (months >= 24) return { value: Math.floor(months / 12), unit: "years" };
  if (months >= 2) return { value: months, unit: "months" };
  return { value: days, unit: "days" };
}
