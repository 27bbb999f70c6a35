/** The session with the page's own server. The cookie is out of scripts' reach: only the server knows whose it is. */

/** The session is over: the server puts the sign-in in this page's place. The address, with its fragment, brings back the
 *  same picture afterwards. A worker has no page to give up: who asked there is told "forbidden". */
export function signInAgain(): void {
  if (typeof document !== "undefined") location.reload();
}

/** Who is signed in; null when the server asks nobody. Asked for once: a page lives as long as its session, or less. */
let user: Promise<string | null> | undefined;
export function fetchUser(): Promise<string | null> {
  user ??= askForUser();
  return user;
}

async function askForUser(): Promise<string | null> {
  if (import.meta.env.SIGHTLINE_STATIC) return null; // there is nobody to ask
  try {
    const response = await fetch("/api/session");
    if (!response.ok) return null;
    const answer: unknown = await response.json();
    if (typeof answer !== "object" || answer === null || !("user" in answer)) return null;
    return typeof answer.user === "string" ? answer.user : null;
  } catch {
    return null; // nothing depends on the name: what needs the session says so itself
  }
}

/** Ends the session; false: the server did not answer. */
export async function signOut(): Promise<boolean> {
  try {
    const response = await fetch("/logout", { method: "POST" });
    return response.ok;
  } catch {
    return false;
  }
}
