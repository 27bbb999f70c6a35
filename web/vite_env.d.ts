/// <reference types="vite/client" />
interface ImportMetaEnv {
  /** built by `npm run build:static`: there is no server behind the page */
  readonly SIGHTLINE_STATIC: boolean;
}
