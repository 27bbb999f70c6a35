/** Virtual scrolling: which rows exist in the page. Pure. */
export interface RowWindow {
  /** first row and one past the last */
  readonly first: number;
  readonly end: number;
}

/** Rows in view and a few beyond, so that fast scrolling shows no gap. Units: CSS pixels. */
export function rowWindow(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
  overscan = 8,
): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const end = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + overscan);
  return { first: Math.min(first, Math.max(0, count - 1)), end: Math.max(end, 0) };
}

/** The scroll position that shows a row whole; the present one when it is. */
export function scrollToShow(
  index: number,
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + viewHeight) return top + rowHeight - viewHeight;
  return scrollTop;
}

/** The row that a key moves to; null for other keys. */
export function rowForKey(
  key: string,
  index: number,
  count: number,
  pageRows: number,
): number | null {
  const clamp = (row: number): number => Math.min(Math.max(row, 0), Math.max(0, count - 1));
  switch (key) {
    case "ArrowDown":
      return clamp(index + 1);
    case "ArrowUp":
      return clamp(index - 1);
    case "PageDown":
      return clamp(index + pageRows);
    case "PageUp":
      return clamp(index - pageRows);
    case "Home":
      return 0;
    case "End":
      return clamp(count - 1);
    default:
      return null;
  }
}
