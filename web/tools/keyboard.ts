import type { CommandId } from "./commands.ts";
import { matchKey } from "./keymap.ts";

/** Who does what keys mean. */
export interface CommandRunner {
  run(command: CommandId, digit: number | null): void;
}

/** Binds the key map to a page. Returns the function that ends it. */
export function attachKeyboard(page: Window, runner: CommandRunner): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    const match = matchKey(event);
    if (!match || ownsKey(event)) return;
    event.preventDefault();
    runner.run(match.command, match.digit);
  };
  page.addEventListener("keydown", onKey);
  return () => {
    page.removeEventListener("keydown", onKey);
  };
}

/** Text goes to the field that has it. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && target.type !== "range" && target.type !== "checkbox"
  );
}

/** Keys that the focused control or an open dialog needs for itself. */
function ownsKey(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest("dialog[open]")) return true;
  if (
    target.closest("[role=slider], input[type=range]") &&
    /^(Arrow|Home|End|Page)/.test(event.key)
  )
    return true;
  // a document scrolls by these; PgUp and PgDn lead to other series from there too
  if (target.closest(".document-body") && /^(Arrow|Home|End| $)/.test(event.key)) return true;
  return event.key === " " && target.closest("button, a, summary, [role=button]") !== null;
}
