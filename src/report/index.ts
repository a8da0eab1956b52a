export { type Bin, blockLine, logarithmicBins } from './blocks.ts';
export { type DotPlotOptions, type DotRow, dotPlot } from './dot-plot.ts';
export { type LoadPlotOptions, type LoadPoint, type LoadSeries, loadPlot } from './load-plot.ts';
export { type Attributes, type Content, element, escapeMarkup, Markup } from './markup.ts';
export {
  formatBytes,
  formatDuration,
  formatInterval,
  formatNumber,
  formatRate,
  formatRatio,
  formatScaled,
  formatShare,
  formatValue,
  percentileName,
  UNKNOWN,
} from './numbers.ts';
export { htmlPage, type PageColumn, pageFacts, pageFigure, pageTable } from './page.ts';
export {
  type Canvas,
  canvasOf,
  columnsOf,
  cut,
  type Environment,
  pad,
  printable,
  type Style,
  type TextOutput,
  wrap,
} from './paint.ts';
export {
  type PercentilePlotOptions,
  type PercentilePoints,
  type PercentileSeries,
  percentilePlot,
} from './percentile-plot.ts';
export { type NumberTable, type Plot, svgFile } from './plot.ts';
export { Progress, type ProgressOptions } from './progress.ts';
export { type FittedLine, fitLine, type SlopePlotOptions, type SlopeSeries, slopePlot } from './slope-plot.ts';
export { type Cell, type Column, formatTable } from './table.ts';
export { type TimePlotOptions, type TimeSeries, timePlot } from './time-plot.ts';
