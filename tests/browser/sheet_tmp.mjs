import { launch } from './browser.mjs';
import { writeFileSync } from 'node:fs';
const b=await launch();
for (const s of process.argv.slice(2)) {
  const p=await (await b.newContext({viewport:{width:1500,height:900}})).newPage();
  const wide = process.env.WIDE;
  const files = s.includes('+') ? s.split('+') : wide ? [`${s}-1280-light`,`${s}-1280-dark`] : [`${s}-320-light`,`${s}-320-dark`,`${s}-768-light`];
  const html=`<body style="margin:0;background:#f0f;display:flex;gap:8px;align-items:flex-start">${files.map(f=>`<img src="file:///tmp/shots/${f}.png" ${wide||s.includes('+')?`style="width:${Math.floor(1490/files.length)}px"`:''}>`).join('')}`;
  writeFileSync('/tmp/sheet.html',html); await p.goto('file:///tmp/sheet.html'); await p.screenshot({path:`/tmp/sheet-${s.replaceAll('+','_').slice(0,60)}${wide?'-w':''}.png`,fullPage:true});
}
await b.close();
