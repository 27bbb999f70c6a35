/** Per pixel row of the track the worst of its pictures: 0 nothing, 1 part, 2 all of it, 3 failed. */
export function shareRows(cached: Float32Array, height: number): Uint8Array {
  const rows = new Uint8Array(height);
  for (let row = 0; row < height; row += 1) {
    const first = Math.floor((row * cached.length) / height);
    const end = Math.max(first + 1, Math.floor(((row + 1) * cached.length) / height));
    let least = 1;
    for (let index = first; index < end; index += 1) {
      const share = cached[index] ?? 0;
      if (share < 0) {
        least = -1;
        break;
      }
      least = Math.min(least, share);
    }
    rows[row] = least < 0 ? 3 : least >= 1 ? 2 : least > 0 ? 1 : 0;
  }
  return rows;
}
