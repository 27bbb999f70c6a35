export type ScrollDirection = -1 | 0 | 1;

/**
 * The order in which the pictures of a stack matter, nearest first: the current one, then outwards on both sides;
 * while scrolling, two ahead for each one behind. Every index comes exactly once.
 */
export function stackOrder(length: number, current: number, direction: ScrollDirection): number[] {
  if (length <= 0) return [];
  const order: number[] = [current];
  const ahead = direction < 0 ? -1 : 1;
  const strides = direction === 0 ? 1 : 2;
  let front = current + ahead;
  let back = current - ahead;
  const inside = (index: number): boolean => index >= 0 && index < length;
  while (inside(front) || inside(back)) {
    for (let n = 0; n < strides && inside(front); n++, front += ahead) order.push(front);
    if (inside(back)) {
      order.push(back);
      back -= ahead;
    }
  }
  return order;
}
