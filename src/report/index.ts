export { type Bin, blockLine, logarithmicBins } from './blocks.ts';
export {
  formatBytes,
  formatDuration,
  formatInterval,
  formatNumber,
  formatRate,
  formatScaled,
  formatShare,
  formatValue,
  percentileName,
  UNKNOWN,
} from './numbers.ts';
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
export { Progress, type ProgressOptions } from './progress.ts';
export { type Cell, type Column, formatTable } from './table.ts';
