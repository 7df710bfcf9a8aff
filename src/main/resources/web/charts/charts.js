// Only the operator's view draws: it loads this file when it is opened
export {default as uPlot} from 'uplot';
