// Writes agent/web/operator/uplot.js and uplot.css from the package that package-lock.json names, with its licence:
//   npm ci && node make_charts.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = name => readFileSync(new URL(`node_modules/uplot/${name}`, import.meta.url), 'utf8').trim();
const write = (name, text) => writeFileSync(fileURLToPath(new URL(`../../agent/web/operator/${name}`, import.meta.url)), text);

const { version } = JSON.parse(read('package.json'));
const licence = `/*! uPlot ${version}, https://github.com/leeoniya/uPlot; made by tests/browser/make_charts.mjs.\n\n${read('LICENSE')}\n*/\n`;
const script = read('dist/uPlot.iife.min.js').replace(/^\/\*![^]*?\*\/\s*/, '');
if (!script.startsWith('var uPlot=')) throw new Error('uPlot is built in another way now.');
write('uplot.js', `${licence}${script}\nexport default uPlot;\n`);
write('uplot.css', `${licence}${read('dist/uPlot.min.css')}\n`);
