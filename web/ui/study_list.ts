import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../i18n/translate.ts";
import "../styles/study_list.css";
import "../styles/study_cards.css";
import { icon } from "./icons.ts";
import { LocalPage, type LocalPageTools } from "./local_page.ts";
import { localPart, openButtons } from "./local_part.ts";
import { fragmentOf, queryFromFragment, sortedBy } from "./list_address.ts";
import { emptyStore, listFailure, noMatch } from "./list_states.ts";
import { rowForKey, rowWindow, scrollToShow } from "./row_window.ts";
import "./session_entry.ts";
import { StatusPoll } from "./status_poll.ts";
import type { ServerStatus, Sort, StudyQuery } from "./study_api.ts";
import { StudyPages } from "./study_pages.ts";
import { COLUMNS, placeholderCells, studyCells } from "./study_row.ts";

const SEARCH_DELAY_MS = 120;
/** CSS pixels; equal to --row-h of study_list.css */
const ROW_HEIGHT = 46;
const CARD_HEIGHT = 116;
const PHONE = "(max-width: 700px)";

/** Fills the page with the study list. tools: for files of this computer. */
export function mountStudyList(root: HTMLElement, tools: LocalPageTools): void {
  const local = new LocalPage(root, tools, () => {
    root.dataset["page"] = "list";
    document.title = `${t("list.title")} – ${t("app.name")}`;
    const list = new StudyList();
    list.local = local;
    root.replaceChildren(list);
  });
  local.showList();
}

@customElement("sl-study-list")
export class StudyList extends LitElement {
  /** files of this computer; set before the list is shown */
  @property({ attribute: false }) local: LocalPage | null = null;
  @state() private status: ServerStatus | null = null;
  @state() private isStale = false;
  /** row that has or takes the focus */
  @state() private active = 0;
  @query(".rows-scroller") private readonly scroller!: HTMLElement | null;
  @query("input[type=search]") private readonly searchField!: HTMLInputElement | null;

  readonly #pages = new StudyPages(queryFromFragment(location.hash), () => {
    this.requestUpdate();
  });
  readonly #phone = matchMedia(PHONE);
  /** a static host has no archive: the page is for files of this computer */
  readonly #hasServer = !import.meta.env.SIGHTLINE_STATIC;
  #poll: StatusPoll | null = null;
  #endLocal: (() => void) | undefined;
  #resize: ResizeObserver | null = null;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();
  #restoreTop: number | null = null;
  #focusWanted = false;

  /** Light DOM: one stylesheet, one tree for assistive technology and tests. */
  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#phone.addEventListener(
      "change",
      () => {
        this.requestUpdate();
      },
      { signal },
    );
    addEventListener(
      "hashchange",
      () => {
        this.#applyQuery(queryFromFragment(location.hash));
      },
      { signal },
    );
    addEventListener(
      "keydown",
      (event) => {
        this.#onPageKey(event);
      },
      { signal },
    );
    addEventListener(
      "pagehide",
      () => {
        this.#remember();
      },
      { signal },
    );
    this.#endLocal = this.local?.subscribe(() => {
      this.requestUpdate();
    });
    this.#restore();
    if (!this.#hasServer) return;
    this.#poll = new StatusPoll((status) => {
      this.#onStatus(status);
    });
    this.#pages.show(0, 1);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort.abort();
    this.#endLocal?.();
    this.#poll?.dispose();
    this.#resize?.disconnect();
    this.#pages.dispose();
    clearTimeout(this.#searchTimer);
  }

  protected override firstUpdated(): void {
    const hasFocus = this.#focusLocal();
    if (!this.scroller) return;
    this.#resize = new ResizeObserver(() => {
      this.requestUpdate();
    });
    this.#resize.observe(this.scroller);
    if (!this.#phone.matches && !hasFocus) this.searchField?.focus({ preventScroll: true });
  }

  /** Back from a study of this computer its row has the focus. False: there is none. */
  #focusLocal(): boolean {
    const row = Array.from(this.querySelectorAll<HTMLElement>(".local-study")).find(
      ({ dataset }) => dataset["study"] === this.local?.shown,
    );
    row?.focus();
    return row !== undefined;
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.#restoreTop !== null && this.scroller && (this.#pages.total ?? 0) > 0) {
      this.scroller.scrollTop = this.#restoreTop;
      this.#restoreTop = null;
    }
    if (!this.#hasServer) return;
    const { first, end } = this.#window();
    this.#pages.show(first, Math.max(end, 1));
    this.#takeFocus();
  }

  protected override render(): TemplateResult {
    return html`
      ${this.#header()}
      ${
        this.isStale && this.#pages.total !== null
          ? html`<p class="list-stale" role="status">${icon("offline")}${t("list.stale")}</p>`
          : nothing
      }
      <main class="list-main">
        ${this.local === null ? nothing : localPart(this.local, !this.#hasServer)}
        ${this.#hasServer ? this.#body() : nothing}
      </main>
    `;
  }

  #header(): TemplateResult {
    const { search } = this.#pages.query;
    return html`<header class="list-header">
      <h1 class="brand"><span class="brand-mark" aria-hidden="true"></span>${t("app.name")}</h1>
      ${this.#hasServer ? this.#searchBox(search) : nothing}
      ${this.local === null ? nothing : openButtons(this.local)}
      ${this.#hasServer ? html`<p class="list-count" role="status" aria-live="polite">${this.#countText()}</p>` : nothing}
      ${
        this.status && this.status.pending > 0
          ? html`<p class="importing" role="status"><span class="spinner" aria-hidden="true"></span>${t("list.importing#", { n: this.status.pending })}</p>`
          : nothing
      }
      ${this.#hasServer ? html`<sl-session-entry></sl-session-entry>` : nothing}
    </header>`;
  }

  #searchBox(search: string): TemplateResult {
    return html`<div class="search" role="search">
        ${icon("search")}
        <input
          type="search"
          .value=${search}
          placeholder=${t("list.search")}
          aria-label=${t("list.searchLabel")}
          autocomplete="off"
          spellcheck="false"
          enterkeyhint="search"
          maxlength="200"
          @input=${this.#onSearch}
          @keydown=${this.#onSearchKey}
        />
        ${
          search === ""
            ? html`<kbd aria-hidden="true">/</kbd>`
            : html`<button type="button" aria-label=${t("list.clear")} title=${t("list.clear")} @click=${this.#onClear}>${icon("close")}</button>`
        }
      </div>`;
  }

  #countText(): string {
    const {
      total,
      query: { search },
    } = this.#pages;
    if (total === null) return this.#pages.error === null ? t("list.loading") : "";
    return search === "" ? t("list.total#", { n: total }) : t("list.found#", { n: total });
  }

  #body(): TemplateResult {
    const { total, error } = this.#pages;
    if (total === null && error !== null) return listFailure(error, this.#onRetry);
    if (total === 0) return this.#pages.query.search === "" ? emptyStore() : noMatch(this.#onClear);
    const rows = total ?? 12;
    return html`<div
      class="rows-scroller"
      role="grid"
      aria-label=${t("list.title")}
      aria-rowcount=${rows + 1}
      aria-colcount=${COLUMNS.length}
      aria-busy=${this.#pages.loading}
      @scroll=${this.#onScroll}
      @keydown=${this.#onRowKey}
    >
      ${this.#columns()}
      <div class="rows" role="rowgroup" .style=${`height:${String(rows * this.#rowHeight())}px`}>
        ${this.#rows(rows)}
      </div>
    </div>`;
  }

  #columns(): TemplateResult {
    const current = this.#pages.query;
    return html`<div class="columns" role="rowgroup"><div role="row" aria-rowindex="1" class="row-grid">
      ${COLUMNS.map((column) => {
        const { sort } = column;
        if (sort === null)
          return html`<div role="columnheader" class="c-${column.id}">${t(column.label)}</div>`;
        const isSorted = current.sort === sort;
        const order = isSorted ? (current.descending ? "descending" : "ascending") : "none";
        return html`<div role="columnheader" class="c-${column.id}" aria-sort=${order}>
          <button
            type="button"
            title=${t("list.sortBy", { column: t(column.label) })}
            @click=${() => {
              this.#sort(sort);
            }}
          >${t(column.label)}${isSorted ? icon(current.descending ? "down" : "up") : nothing}</button>
        </div>`;
      })}
    </div></div>`;
  }

  #rows(count: number): unknown {
    const { first, end } = this.#window();
    const indices = Array.from(
      { length: Math.max(0, Math.min(end, count) - first) },
      (_, offset) => first + offset,
    );
    // The focused row stays in the page when it is scrolled out of view, or the focus would be lost.
    if (this.active < count && (this.active < first || this.active >= end))
      indices.push(this.active);
    const height = this.#rowHeight();
    return repeat(
      indices,
      (index) => index,
      (index) => {
        const study = this.#pages.at(index);
        return html`<div
          role="row"
          class="study row-grid"
          aria-rowindex=${index + 2}
          data-index=${index}
          ?data-active=${index === this.active}
          .style=${`transform:translateY(${String(index * height)}px)`}
          @focusin=${() => {
            this.active = index;
          }}
        >${study ? studyCells(study, index === this.active) : placeholderCells()}</div>`;
      },
    );
  }

  #rowHeight(): number {
    return this.#phone.matches ? CARD_HEIGHT : ROW_HEIGHT;
  }

  #window(): { first: number; end: number } {
    const scroller = this.scroller;
    const view = scroller?.clientHeight ?? innerHeight;
    return rowWindow(scroller?.scrollTop ?? 0, view, this.#rowHeight(), this.#pages.total ?? 12);
  }

  readonly #onRetry = (): void => {
    this.#pages.refresh();
    this.requestUpdate();
  };

  readonly #onScroll = (): void => {
    this.requestUpdate();
  };

  readonly #onSearch = (): void => {
    clearTimeout(this.#searchTimer);
    this.#focusWanted = false;
    this.#searchTimer = setTimeout(() => {
      this.#search(this.searchField?.value ?? "");
    }, SEARCH_DELAY_MS);
  };

  readonly #onClear = (): void => {
    this.#search("");
    this.searchField?.focus();
  };

  #search(value: string): void {
    clearTimeout(this.#searchTimer);
    this.#applyQuery({ ...this.#pages.query, search: value.trim() });
  }

  #sort(sort: Sort): void {
    this.#applyQuery(sortedBy(this.#pages.query, sort));
  }

  #applyQuery(next: StudyQuery): void {
    const now = this.#pages.query;
    if (next.search === now.search && next.sort === now.sort && next.descending === now.descending)
      return;
    history.replaceState(null, "", location.pathname + fragmentOf(next));
    this.active = 0;
    if (this.scroller) this.scroller.scrollTop = 0;
    this.#pages.setQuery(next);
    this.requestUpdate();
  }

  readonly #onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.#pages.query.search !== "") {
      event.preventDefault();
      this.#search("");
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      if (event.key === "Enter") this.#search(this.searchField?.value ?? "");
      this.#focusRow(this.active);
    }
  };

  readonly #onRowKey = (event: KeyboardEvent): void => {
    if (
      !(event.target instanceof Element) ||
      !event.target.closest(".study") ||
      event.ctrlKey ||
      event.metaKey
    )
      return;
    const view = (this.scroller?.clientHeight ?? 0) - this.#columnsHeight();
    const count = this.#pages.total ?? 0;
    if (event.key === "ArrowUp" && this.active === 0) {
      event.preventDefault();
      this.searchField?.focus();
      return;
    }
    const next = rowForKey(
      event.key,
      this.active,
      count,
      Math.max(1, Math.floor(view / this.#rowHeight()) - 1),
    );
    if (next === null) return;
    event.preventDefault();
    this.#focusRow(next);
  };

  /** Moves the focus to a row, which may have to be scrolled to and fetched first. */
  #focusRow(index: number): void {
    if (index >= (this.#pages.total ?? 0)) return;
    this.active = index;
    const scroller = this.scroller;
    if (scroller) {
      const view = scroller.clientHeight - this.#columnsHeight();
      scroller.scrollTop = scrollToShow(index, scroller.scrollTop, view, this.#rowHeight());
    }
    this.#focusWanted = true;
    this.requestUpdate();
  }

  /** Once the row is in the page, which may be after its page of studies has come. */
  #takeFocus(): void {
    if (!this.#focusWanted) return;
    const row = this.querySelector(`.study[data-index="${String(this.active)}"]`);
    const link = row?.querySelector<HTMLElement>(".study-link");
    if (!link) return;
    this.#focusWanted = false;
    link.focus({ preventScroll: true });
  }

  #columnsHeight(): number {
    return this.querySelector<HTMLElement>(".columns")?.offsetHeight ?? 0;
  }

  #onPageKey(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.searchField?.focus();
    this.searchField?.select();
  }

  #onStatus(status: ServerStatus | null): void {
    const before = this.status;
    this.isStale = status === null;
    if (!status) return;
    this.status = status;
    const changed =
      before !== null &&
      (before.studies !== status.studies ||
        before.instances !== status.instances ||
        before.pending !== status.pending);
    // A request under way brings fresh rows itself; the next round sees what it missed.
    if ((changed || this.#pages.error !== null) && !this.#pages.loading) this.#pages.refresh();
  }

  /** Back from a study the list stands where it was left. */
  #remember(): void {
    history.replaceState({ listTop: this.scroller?.scrollTop ?? 0, listRow: this.active }, "");
  }

  #restore(): void {
    const saved: unknown = history.state;
    if (
      typeof saved !== "object" ||
      saved === null ||
      !("listTop" in saved) ||
      !("listRow" in saved)
    )
      return;
    if (typeof saved.listTop === "number") this.#restoreTop = saved.listTop;
    if (typeof saved.listRow === "number") this.active = saved.listRow;
  }
}
