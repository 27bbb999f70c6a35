import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { fetchUser, signOut } from "../source/session.ts";
import "../styles/session_entry.css";

/** Who is signed in, and the way out; empty where nobody has to sign in. */
@customElement("sl-session-entry")
export class SessionEntry extends LitElement {
  @state() private user: string | null = null;
  @state() private hasFailed = false;

  protected override createRenderRoot(): this {
    return this;
  }
  override connectedCallback(): void {
    super.connectedCallback();
    void fetchUser().then((user) => {
      this.user = user;
    });
  }
  protected override render(): TemplateResult | typeof nothing {
    if (this.user === null) return nothing;
    return html`<bdi class="session-user" title=${t("session.user", { name: this.user })}>${this.user}</bdi>
      <button type="button" class="session-out" @click=${this.#onSignOut}>
        ${t(this.hasFailed ? "session.retry" : "session.out")}
      </button>`;
  }
  readonly #onSignOut = (): void => {
    void signOut().then((isOut) => {
      this.hasFailed = !isOut;
      // Not to this page's address: whoever comes next signs in to the list, not to somebody's study.
      if (isOut) location.assign("/");
    });
  };
}
