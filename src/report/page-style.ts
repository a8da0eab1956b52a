import { PLOT_STYLE, THEME } from './plot-style.ts';

const PAGE = [
  '*{box-sizing:border-box}',
  'body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}',
  'main{max-width:960px;margin:0 auto;padding:24px 20px 48px}',
  'h1{font-size:1.6rem;line-height:1.25;margin:0 0 4px}h2{font-size:1.15rem;margin:40px 0 10px}h3{font-size:1rem;margin:24px 0 8px}',
  'h1,h2,h3,p,li,dd,figcaption{overflow-wrap:anywhere}td,th{overflow-wrap:break-word}p{margin:6px 0}',
  '.dim,figcaption,dt,th{color:var(--dim)}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}',
  '.badge{display:inline-block;border:1.5px solid currentColor;border-radius:6px;padding:1px 10px;font-weight:600}.badge,.verdict{white-space:nowrap}',
  '.scroll{overflow-x:auto;max-width:100%}.scroll:focus-visible{outline:2px solid var(--s0);outline-offset:2px}',
  'table{border-collapse:collapse;font-variant-numeric:tabular-nums;min-width:min(100%,420px)}',
  'th,td{padding:5px 14px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}',
  'th{font-weight:500}tbody th{min-width:7em}tbody th.tight{min-width:0}td.words{min-width:14em}thead th{vertical-align:bottom}.number{text-align:right}td.number{white-space:nowrap}ul{margin:6px 0;padding:0;list-style:none}.scroll+.scroll{margin-top:14px}tbody tr:last-child>*{border-bottom:0}',
  'figure{margin:18px 0 28px;padding:14px;border:1px solid var(--line);border-radius:8px}',
  'figure h3{margin:0 0 4px}figcaption{font-size:.87rem;margin-bottom:12px}',
  'details{margin-top:10px;font-size:.87rem}summary{cursor:pointer;color:var(--dim)}summary+div{margin-top:6px}',
  'dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 16px;margin:0}dd{margin:0}',
  'code{font:.87em ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace;background:var(--soft);border-radius:4px;padding:1px 5px}',
  'pre{margin:10px 0;padding:10px 12px;overflow-x:auto;background:var(--soft);border-radius:6px;font:.8rem/1.45 ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace}',
  'pre:focus-visible{outline:2px solid var(--s0);outline-offset:2px}:target{scroll-margin-top:3.5rem}a{color:var(--s0)}',
  '.narrow{display:none}',
  '@media (max-width:640px){main{padding:16px 12px 32px}figure{padding:10px}.wide{display:none}.narrow{display:block}table{font-size:.93rem}th,td{padding-right:9px}tbody th{min-width:6em}td.words{min-width:10em}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:6px}}',
  '@media print{main{max-width:none;padding:0}figure,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}details::details-content{content-visibility:visible;block-size:auto;display:block}summary{display:none}a{color:inherit}}',
].join('');

/** Everything that decides how a page looks. */
export const PAGE_STYLE: string = THEME + PAGE + PLOT_STYLE;
