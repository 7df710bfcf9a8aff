/** The library that draws charts. Only the operator's view needs it, so it is loaded with the first chart. */

/** In milliseconds. */
const LONGEST_LOAD = 20_000;

let loading = null;
let attempts = 0;

/** Loads uPlot and its style sheet once. A failure is not kept: the next call tries again. */
export function loadCharts() {
  loading ??= Promise.race([load(), timeout()]).catch((failure) => {
    loading = null;
    throw failure;
  });
  return loading;
}

async function load() {
  const [script, style] = document.querySelector('meta[name=charts]').content.split(' ');
  const [library] = await Promise.all([
    import(moduleAddress(script)),
    loadStyle(new URL(style, document.baseURI).href),
  ]);
  return library.uPlot;
}

/** A browser remembers that a module has failed, by its address: so each attempt has its own. */
const moduleAddress = (script) => new URL(`${script}#${++attempts}`, document.baseURI);

function loadStyle(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new Error(`No style sheet at ${address}`));
    };
    document.head.append(link);
  });
}

const timeout = () =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error('The charts were not loaded in time')), LONGEST_LOAD);
  });
