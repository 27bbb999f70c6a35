/** Whether a UID can name an object: 1 to 64 letters, digits, points, hyphens, underscores and inner spaces, a letter or
 *  digit first. Real files hold more than the digits and points of PS3.5 9.1; wasm/base/uid.hpp has the same rule. */
export function isUid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9A-Za-z](?:[\w. -]{0,62}[\w.-])?$/.test(value);
}
