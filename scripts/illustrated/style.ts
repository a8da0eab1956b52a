const LIGHT =
  '--paper:#faf8f3;--card:#fff;--ink:#1e2227;--dim:#5a606a;--line:#ddd7cb;--soft:#f1ede4;--client:#1d5ca3;--server:#8f4708;--bad:#b3261e;--focus:#1d5ca3;' +
  '--bits:#e2e3fb;--bits-ink:#2b2f86;--len:#fbecca;--len-ink:#6a4500;--key:#fbdde4;--key-ink:#8a1638;--data:#d8efde;--data-ink:#124d2a;--code:#d5edf3;--code-ink:#0e4658;--glue:#ebe7de;--glue-ink:#55524a;';

const DARK =
  '--paper:#14171b;--card:#1b1f25;--ink:#e6e3dc;--dim:#a5abb5;--line:#343a43;--soft:#22272e;--client:#80b6f6;--server:#f0ab62;--bad:#ff8d83;--focus:#9cc7ff;' +
  '--bits:#2a2d5c;--bits-ink:#ccceff;--len:#483811;--len-ink:#ffe0a0;--key:#541a2c;--key-ink:#ffc5d2;--data:#163f29;--data-ink:#b9f0cc;--code:#123e4c;--code-ink:#b6e8f7;--glue:#2d3138;--glue-ink:#b8b5ad;';

const TYPE = [
  'html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}',
  '*{box-sizing:border-box}',
  'body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.65 ui-serif,"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,serif}',
  'header{max-width:48.5rem;margin:0 auto;padding:4rem 1.25rem 2.5rem}',
  'h1{font-size:clamp(2rem,6vw,3.1rem);line-height:1.1;letter-spacing:-.015em;font-weight:600;margin:0 0 1.75rem;text-wrap:balance}',
  'h2{font-size:1.6rem;line-height:1.2;letter-spacing:-.01em;font-weight:600;margin:0 0 .75rem;text-wrap:balance}',
  'p{margin:0 0 1em;text-wrap:pretty;overflow-wrap:break-word}',
  'a{color:var(--client);text-decoration-thickness:1px;text-underline-offset:.15em}',
  ':focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}',
  'code,samp,pre,.b,.bits b{font-family:ui-monospace,"Cascadia Mono","SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}',
  'code,samp{font-size:.86em}p code{overflow-wrap:anywhere}',
  '.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.25rem .75rem}',
  '.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}',
].join('');

const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif';

const OVERVIEW = [
  `.overview{list-style:none;margin:2.5rem 0;padding:.5rem 0;font:.85rem/1.4 ${SANS};border-left:2px solid var(--client);border-right:2px solid var(--server)}`,
  '.overview li{position:relative;margin:.3rem 0;text-align:center}',
  '.overview li>*{display:block;padding:.15rem 1.5rem .3rem;color:var(--ink);text-decoration:none}.overview a:hover{background:var(--soft)}',
  '.overview .client>*,.overview .server>*{border-bottom:2px solid currentColor}',
  '.overview .client>*{color:var(--client);margin-right:6px}.overview .server>*{color:var(--server);margin-left:6px}.overview .bad>*{border-bottom-style:dashed}',
  '.overview .client::after,.overview .server::after{content:"";position:absolute;bottom:-5px;border:6px solid transparent}',
  '.overview .client::after{right:0;border-left:8px solid var(--client);border-right:0}.overview .server::after{left:0;border-right:8px solid var(--server);border-left:0}',
  '.overview .part{margin:1rem 0 .8rem;font-style:italic}.overview .part a{color:var(--dim)}.overview .sign{padding:.15rem 1.5rem .3rem}',
].join('');

const LEGEND = [
  `.legend{font:.85rem/1.5 ${SANS}}`,
  '.legend ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1.25rem}.legend li{white-space:nowrap}',
  '.all{margin:1rem 0 0;display:none}.all input{accent-color:var(--client);width:1.05rem;height:1.05rem;vertical-align:-.15rem}',
  '@supports selector(::details-content){.all{display:block}:root:has(#open-all:checked) details::details-content{content-visibility:visible;block-size:auto}}',
  '.b{font-size:.86em;border-radius:3px;padding:.1em .3em;-webkit-box-decoration-break:clone;box-decoration-break:clone;background:var(--bg);color:var(--fg)}',
  ...['bits', 'len', 'key', 'data', 'code', 'glue'].map((k) => `.k-${k}{--bg:var(--${k});--fg:var(--${k}-ink)}`),
  '.k-name{--bg:var(--bits);--fg:var(--bits-ink)}.k-value{--bg:var(--data);--fg:var(--data-ink)}',
].join('');

const LANES = [
  'main{position:relative;max-width:62rem;margin:0 auto;padding:0 8rem 5rem}',
  'main::before,main::after{content:"";position:absolute;top:0;bottom:0;width:2px}',
  'main::before{left:3.5rem;background:var(--client)}main::after{right:3.5rem;background:var(--server)}',
  `.lanes{position:sticky;top:0;z-index:1;margin:0 -8rem;display:flex;justify-content:space-between;pointer-events:none;font:600 .85rem/1 ${SANS}}`,
  '.lanes span{width:7rem;text-align:center;padding:.7rem 0;background:var(--paper)}.lanes span:first-child{color:var(--client)}.lanes span:last-child{color:var(--server)}',
  'section{padding:3.25rem 0 0;scroll-margin-top:.5rem}',
  '.chapter{padding-top:4.5rem}.chapter h2{font-size:1.9rem}',
].join('');

const RECORD = [
  '.record{--side:var(--client);position:relative;margin:1.5rem 0 0;background:var(--card);border:1px solid var(--line);border-radius:10px}',
  '.server .record{--side:var(--server)}',
  '.record::before,.record::after{content:"";position:absolute;top:1.45rem;width:4.5rem;height:2px;background:var(--side)}',
  '.record::before{right:100%}.record::after{left:100%}',
  'figcaption::before,figcaption::after{content:"";position:absolute;top:1.45rem;translate:0 calc(1px - 50%)}',
  '.client figcaption::before{left:-4.5rem;width:.6rem;height:.6rem;border-radius:50%;background:var(--side);margin-left:-.3rem}',
  '.client figcaption::after{right:-4.5rem;border:.4rem solid transparent;border-left:.7rem solid var(--side);border-right:0}',
  '.server figcaption::before{right:-4.5rem;width:.6rem;height:.6rem;border-radius:50%;background:var(--side);margin-right:-.3rem}',
  '.server figcaption::after{left:-4.5rem;border:.4rem solid transparent;border-right:.7rem solid var(--side);border-left:0}',
  `figcaption{font:.9rem/1.4 ${SANS};display:flex;flex-wrap:wrap;gap:.1rem .75rem;padding:.8rem 1.1rem;border-bottom:1px solid var(--line)}`,
  '.who{font-weight:650;color:var(--side)}.size{margin-left:auto;color:var(--dim);font-variant-numeric:tabular-nums}',
  '.piece{padding:1rem 1.1rem .6rem}.piece+.piece{border-top:1px dashed var(--line)}',
  `.title{font:600 .9rem/1.4 ${SANS};margin:0 0 .6rem}.note{font-style:italic;font-size:.95rem;line-height:1.5;color:var(--dim);margin:.2rem 0 .7rem}`,
  `.bits{display:flex;gap:2px;margin:0 0 .9rem;max-width:34rem}.bits span{flex:auto;text-align:center;background:var(--bg);color:var(--fg);padding:.3rem .15rem;font:.72rem/1.45 ${SANS}}`,
  '.bits span:first-child{border-radius:6px 0 0 6px}.bits span:last-child{border-radius:0 6px 6px 0}',
  '.bits i{display:block;font-style:normal}.bits b{display:block;font-size:1rem;font-weight:500;letter-spacing:.12em;margin-right:-.12em}',
  '.bytes{margin:0 0 .8rem;line-height:1.9}.bytes p{margin:0;text-wrap:wrap}.bytes a{text-decoration:none}.bytes a:hover{text-decoration:underline}.bytes a span{display:inline-block}',
  '.same{color:var(--dim);font-style:italic}',
  '.bits .bad,a.bad{outline:2px solid var(--bad);outline-offset:-1px}',
].join('');

const DETAILS = [
  'details{border-top:1px solid var(--line);margin:0 -1.1rem;padding:0 1.1rem}',
  `summary{cursor:pointer;padding:.45rem 0;font:.9rem/1.5 ${SANS};list-style:none;display:flex;gap:.6rem;align-items:baseline}`,
  'summary::-webkit-details-marker{display:none}summary::before{content:"";flex:none;border:.3rem solid transparent;border-left:.42rem solid var(--dim);border-right:0;align-self:center}',
  'details[open]>summary::before{rotate:90deg}summary:hover{color:var(--client)}',
  'summary .line{font-size:.84rem;overflow-wrap:anywhere;min-width:0}summary .b{font-size:.84rem;background:var(--bg);color:var(--fg)}summary>.b{flex:none}.blank{color:var(--dim);font-style:italic}',
  'details.bad>summary{color:var(--bad);font-weight:600}',
  '.why{padding:.2rem 0 .9rem 1.1rem;font-size:.97rem;line-height:1.55;scroll-margin-top:4rem}',
  '.why:target{box-shadow:-3px 0 0 var(--fg)}',
  '.field{margin:.55rem 0;padding-left:.8rem;border-left:2px solid var(--line)}.field.bad{border-color:var(--bad)}.field p{margin:0 0 .2rem}.field strong{color:var(--bad)}.brief p{display:inline}.brief p+p::before{content:" "}',
  `.says{font-family:${SANS};font-size:.9rem}.says code{background:var(--soft);border-radius:3px;padding:.05em .35em}.value{overflow-wrap:anywhere;color:var(--dim)}`,
  `.refs{font:.8rem/1.5 ${SANS};color:var(--dim);overflow-wrap:anywhere}`,
  '.scroll{overflow-x:auto;max-width:100%;margin:.8rem 0}',
  `table{border-collapse:collapse;font:.84rem/1.5 ${SANS}}th{font-weight:500;color:var(--dim);text-align:left;padding:.1rem .8rem .1rem 0;white-space:nowrap}td{padding:.1rem .5rem .1rem 0;vertical-align:top}`,
  '.mask td{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;text-align:center}.mask tr:nth-child(3) td{border-top:1px solid var(--line)}.mask tr:nth-child(3) th{border-top:1px solid transparent}',
  '.deflate td:first-child{text-align:right;padding-right:1rem;white-space:nowrap}.deflate thead th{padding-bottom:.3rem}',
].join('');

const COMMAND = [
  '.command{margin:0 0 1.2em;border:1px solid var(--line);border-radius:8px;background:var(--soft);font-size:.92rem;line-height:1.5}',
  'pre{margin:0;padding:.6rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere}pre code::before{content:"$ ";color:var(--dim);user-select:none}',
  '.output{border-top:1px solid var(--line);color:var(--data-ink);white-space:pre;overflow-x:auto;overflow-wrap:normal}',
].join('');

const NARROW = [
  '@media (max-width:56rem){',
  'body{font-size:1rem}header{padding:2.5rem 1rem 1.5rem}main{padding:0 1rem 3rem;max-width:46rem}main::before,main::after,.lanes,.record::before,.record::after,figcaption::before,figcaption::after{display:none}',
  '.client .record{border-left:4px solid var(--side)}.server .record{border-right:4px solid var(--side)}',
  '.piece{padding:.9rem .8rem .5rem}figcaption{padding:.7rem .8rem}details{margin:0 -.8rem;padding:0 .8rem}.why{padding-left:.3rem}',
  '.legend li{white-space:normal}.bits b{font-size:.84rem;letter-spacing:.05em}.bits{gap:1px}.bits span{font-size:.68rem}',
  '}',
].join('');

const PRINT = [
  '@page{margin:14mm 12mm}@media print{',
  `:root{${LIGHT}--paper:#fff;--card:#fff}`,
  'html{font-size:11pt}body{font-size:10pt;line-height:1.45}h1{font-size:24pt}h2,.chapter h2{font-size:15pt}header,main{max-width:none;padding:0 0 1rem}main::before,main::after,.lanes,.record::before,.record::after,figcaption::before,figcaption::after,.all,.skip{display:none!important}',
  '.client .record{border-left:4px solid var(--side)}.server .record{border-right:4px solid var(--side)}',
  '*{-webkit-print-color-adjust:exact;print-color-adjust:exact}a{color:inherit;text-decoration:none}',
  'details::details-content{content-visibility:visible;block-size:auto}summary::before{display:none}',
  'section{padding-top:1.5rem}h2,figcaption,summary,.title,.bits{break-after:avoid}.field,.command,tr,.bits,.bytes p{break-inside:avoid}.scroll{overflow:visible}',
  '.refs{font-size:7.5pt}.says,.value{font-size:9pt}.why{font-size:9.5pt;line-height:1.4;padding-bottom:.4rem}.field{margin:.25rem 0}summary{padding:.25rem 0}.piece{padding-bottom:.2rem}.overview{break-inside:avoid}',
  '}',
].join('');

/** Everything that decides how the page looks. */
export const STYLE: string = [
  `:root{color-scheme:light dark;${LIGHT}}@media (prefers-color-scheme:dark){:root{${DARK}}}`,
  TYPE,
  OVERVIEW,
  LEGEND,
  LANES,
  RECORD,
  DETAILS,
  COMMAND,
  NARROW,
  PRINT,
].join('');
