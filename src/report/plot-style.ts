// Every colour of a series has a contrast of at least 4.5 to 1 to the paper of its scheme.
const LIGHT =
  '--paper:#fff;--ink:#1c2127;--dim:#57606a;--grid:#e3e7eb;--axis:#8b949e;--line:#d0d7de;--soft:#f4f6f8;' +
  '--good:#1a7037;--warn:#8a5a00;--bad:#b42318;--s0:#0b5cad;--s1:#b3470a;--s2:#19704a;--s3:#7e36b0;--s4:#8a6400;--s5:#4d5866;';
const DARK =
  '--paper:#14181d;--ink:#e6eaef;--dim:#a2adb9;--grid:#2a323b;--axis:#66727f;--line:#39434e;--soft:#1c2229;' +
  '--good:#5fcf86;--warn:#e3b341;--bad:#ff8a80;--s0:#6db3ff;--s1:#ff9d5c;--s2:#62d19b;--s3:#cf9dff;--s4:#e0bf4a;--s5:#b4bfcb;';

/** The colours of pages and plots for light and for dark screens; on paper they are the light ones. */
export const THEME: string = `:root{color-scheme:light dark;${LIGHT}}@media screen and (prefers-color-scheme:dark){:root{${DARK}}}`;

const SERIES = [0, 1, 2, 3, 4, 5].map((series) => `.plot .s${series}{color:var(--s${series})}`).join('');

/** How the parts of plots look. */
export const PLOT_STYLE: string = [
  '.plot{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;display:block;max-width:100%;height:auto}',
  '.plot .paper{fill:var(--paper)}',
  '.plot text{fill:var(--ink)}.plot text.tick,.plot text.dim{fill:var(--dim)}.plot text.strong{font-weight:600}',
  '.plot .grid{stroke:var(--grid);fill:none}.plot .axis{stroke:var(--axis);fill:none}',
  SERIES,
  '.plot .curve{stroke:currentColor;stroke-width:2;fill:none;stroke-linejoin:round}',
  '.plot .ghost{stroke:currentColor;stroke-width:1;fill:none;opacity:.3}',
  '.plot .mark{fill:currentColor;stroke:var(--paper);stroke-width:1}',
  '.plot .open{fill:none;stroke:currentColor;stroke-width:2}',
  '.plot .dot{fill:currentColor;opacity:.55}',
  '.plot .interval{stroke:currentColor;stroke-width:2;fill:none}.plot .span{fill:currentColor;opacity:.16}',
  '.plot .band{fill:var(--axis);opacity:.16}',
  '.plot .objective{stroke:var(--bad);stroke-width:1.5;fill:none}.plot text.objective{fill:var(--bad);stroke:none}',
  '.plot .knee{stroke:currentColor;stroke-width:1.5;fill:none}',
].join('');
