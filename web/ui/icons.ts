import { svg, html, type TemplateResult } from "lit";

/** Line icons on a 24 x 24 grid, drawn in the text's colour. */
const SHAPES = {
  back: svg`<path d="M14.5 5.5 8 12l6.5 6.5"/>`,
  window: svg`<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" stroke="none"/>`,
  pan: svg`<path d="M12 3.5v17M3.5 12h17M9.5 6 12 3.5 14.5 6M9.5 18l2.5 2.5 2.5-2.5M6 9.5 3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5"/>`,
  zoom: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5M10.5 8v5M8 10.5h5"/>`,
  scroll: svg`<rect x="4" y="9" width="11" height="11" rx="1.5"/><path d="M7 6.2h9.3A1.5 1.5 0 0 1 17.8 7.7v9.3M10 3.5h9A1.5 1.5 0 0 1 20.5 5v9"/>`,
  sliders: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`,
  invert: svg`<rect x="4" y="4" width="16" height="16" rx="2"/><path d="M4 18V6a2 2 0 0 1 2-2h12z" fill="currentColor" stroke="none"/>`,
  rotateRight: svg`<path d="M19 12.5a7 7 0 1 1-2.1-5L19.5 10M19.5 4.5V10H14"/>`,
  rotateLeft: svg`<path d="M5 12.5a7 7 0 1 0 2.1-5L4.5 10M4.5 4.5V10H10"/>`,
  flipHorizontal: svg`<path d="M12 3v18" stroke-dasharray="2.5 2"/><path d="M9 6.5v11H3.5z"/><path d="M15 6.5v11h5.5z" fill="currentColor"/>`,
  flipVertical: svg`<path d="M3 12h18" stroke-dasharray="2.5 2"/><path d="M6.5 9h11V3.5z"/><path d="M6.5 15h11v5.5z" fill="currentColor"/>`,
  fit: svg`<path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15"/><rect x="8.5" y="8.5" width="7" height="7" rx=".8"/>`,
  oneToOne: svg`<path d="M5 8.5 7.5 7v10M16.5 8.5 19 7v10"/><path d="M12.5 9.8v.1M12.5 14.5v.1" stroke-width="2.4"/>`,
  reset: svg`<path d="M5 12a7.2 7.2 0 1 0 2.6-5.5L4.5 9M4.5 4v5h5"/><circle cx="12" cy="12" r="1.5" fill="currentColor" stroke="none"/>`,
  overlay: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M6.5 8h4M6.5 10.5h2.5M14 16h3.5M15.5 13.5h2"/>`,
  layers: svg`<path d="m12 3.5 8.5 4.7L12 13 3.5 8.2z"/><path d="m3.5 12.2 8.5 4.8 8.5-4.8M3.5 16.2l8.5 4.8 8.5-4.8"/>`,
  help: svg`<circle cx="12" cy="12" r="8.5"/><path d="M9.6 9.4a2.5 2.5 0 1 1 3.5 2.7c-.8.4-1.1.9-1.1 1.7"/><path d="M12 16.8v.1" stroke-width="2.2"/>`,
  play: svg`<path d="M7.5 5v14l11-7z" fill="currentColor"/>`,
  pause: svg`<path d="M8 5.5v13M16 5.5v13" stroke-width="3"/>`,
  repeat: svg`<path d="M7 6h9.5A3.5 3.5 0 0 1 20 9.5V12M17 18H7.5A3.5 3.5 0 0 1 4 14.5V12M9.5 3 6.5 6l3 3M14.5 15l3 3-3 3"/>`,
  more: svg`<path d="M6 12h.1M12 12h.1M18 12h.1" stroke-width="2.8"/>`,
  series: svg`<rect x="4" y="4" width="7" height="7" rx="1.3"/><rect x="13" y="4" width="7" height="7" rx="1.3"/><rect x="4" y="13" width="7" height="7" rx="1.3"/><rect x="13" y="13" width="7" height="7" rx="1.3"/>`,
  strip: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M9 4.5v15"/>`,
  search: svg`<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  warning: svg`<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5M12 17v.1" stroke-width="1.9"/>`,
  check: svg`<path d="m5.5 12.5 4 4 9-9" stroke-width="2.2"/>`,
  info: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 11.5v5M12 8v.1" stroke-width="2"/>`,
  offline: svg`<path d="M4 4l16 16M8.5 8.6A11 11 0 0 0 4 11M12 7.5c3 0 5.7 1.2 8 3.5M7.3 14.5a6.6 6.6 0 0 1 4.2-2M15.6 13.8l1.1.7M12 18.5v.1" />`,
  down: svg`<path d="m7 10 5 5 5-5"/>`,
  up: svg`<path d="m7 14 5-5 5 5"/>`,
  forward: svg`<path d="M9.5 5.5 16 12l-6.5 6.5"/>`,
  document: svg`<path d="M6.5 3.5h7l4.5 4.5v12.5h-11.5z"/><path d="M13.5 3.5V8H18M9 12h6M9 15h6M9 18h3.5"/>`,
  waveform: svg`<path d="M2.5 13h4l1.5-3 1.8 6L12.5 5l2.2 12 1.6-4h5.2"/>`,
  star: svg`<path d="m12 3.8 2.5 5.3 5.8.7-4.3 4 1.1 5.7L12 16.7l-5.1 2.8L8 13.8l-4.3-4 5.8-.7z"/>`,
  object: svg`<path d="M12 3.5 19.5 8v8L12 20.5 4.5 16V8z"/><path d="M4.5 8 12 12l7.5-4M12 12v8.5"/>`,
  image: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="m4 17 5-5 4 4 3-3 4.5 4"/><circle cx="15.5" cy="9" r="1.5"/>`,
  external: svg`<path d="M13 5H6.5A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5V11M15 4h5v5M20 4l-9 9"/>`,
  caliper: svg`<path d="M4 4v16M20 4v16M4 12h16M7 9l-3 3 3 3M17 9l3 3-3 3"/>`,
  print: svg`<path d="M7 8.5v-5h10v5M7 17.5H4.5v-9h15v9H17"/><path d="M7 14h10v6.5H7z"/>`,
  download: svg`<path d="M12 3.5v12M7 11l5 5 5-5M4.5 20h15"/>`,
  tags: svg`<path d="M4.5 6h.1M4.5 12h.1M4.5 18h.1" stroke-width="2.4"/><path d="M8.5 6h11M8.5 12h11M8.5 18h11"/>`,
  segments: svg`<path d="M4.5 8.5c1-4 6-5.5 9-3.5 2.5 1.7 1 4.5-1 6s-4 3.5-6 2.5-2.5-3-2-5z"/><path d="M14 14.5c2-2 5-1.5 5.5.8s-1.5 4.7-4 4.7-4-1-3.5-2.5 1-2 2-3z" fill="currentColor"/>`,
  visible: svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>`,
  hidden: svg`<path d="M4 4l16 16M9.5 5.9A9.5 9.5 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M14.5 18.1a9.5 9.5 0 0 1-2.5.4c-6 0-9.5-6.5-9.5-6.5a17 17 0 0 1 3.5-4.2"/>`,
  target: svg`<circle cx="12" cy="12" r="6.5"/><path d="M12 2.5v5M12 16.5v5M2.5 12h5M16.5 12h5"/>`,
  fullScreen: svg`<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

/** Decorative: the control around it carries the name. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${SHAPES[name]}</svg>`;
}
