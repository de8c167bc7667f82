import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { accentFrom, contrast, isColour } from '../../../agent/web/assets/colour.js';
import { makeDraft, storageOf } from '../../../agent/web/assets/draft.js';
import { allowedOrigins, parentOrigins } from '../../../agent/web/assets/parent.js';

test('any colour of an event type is made readable on both grounds', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21);
    for (let i = 0; i < 4096; i += 7) {
        const colour = `#${[8, 4, 0].map(shift => ((i >> shift & 15) * 17).toString(16).padStart(2, '0')).join('')}`;
        for (const surface of ['#ffffff', '#171a21']) {
            const { fill, onFill, ink, soft } = accentFrom(colour, surface);
            assert.ok(contrast(fill, onFill) >= 4.5 && contrast(fill, surface) >= 3, `${colour} as ground of a button on ${surface}`);
            assert.ok(contrast(ink, surface) >= 4.5 && contrast(ink, soft) >= 4.5, `${colour} as writing on ${surface}`);
        }
    }
    assert.ok(isColour('#0a7F6f') && !isColour('red') && !isColour('#fff;}') && !isColour(null));
});

test('only the embedding page is written to, and only when it is allowed', () => {
    const allowed = allowedOrigins('https://www.example.com http://localhost:3000 https://x.de/path * {{allow_origins}}');
    assert.deepEqual(allowed, ['https://www.example.com', 'http://localhost:3000']);
    const to = values => parentOrigins({ isEmbedded: true, ancestor: null, referrer: '', allowed, ...values });
    assert.deepEqual(to({ isEmbedded: false, ancestor: 'https://www.example.com' }), []);
    assert.deepEqual(to({ ancestor: 'https://www.example.com' }), ['https://www.example.com']);
    assert.deepEqual(to({ referrer: 'http://localhost:3000/page?x' }), ['http://localhost:3000']);
    assert.deepEqual(to({ ancestor: 'https://evil.example', referrer: 'https://www.example.com/' }), []);
    assert.deepEqual(to({}), allowed); // nobody tells: the browser delivers to whom it is addressed
});

test('without storage a draft lives in memory; of another place it knows nothing', () => {
    const forbidden = storageOf({ get sessionStorage() { throw new Error('SecurityError'); } });
    const draft = makeDraft(forbidden, 'sales/A');
    draft.keepPending({ key: 'k' });
    assert.deepEqual([draft.pending(), makeDraft(forbidden, 'sales/B').pending()], [{ key: 'k' }, null]);
    draft.clear();
    assert.equal(draft.pending(), null);
    forbidden.setItem('calendly-brevo:sales/A:form', '{broken');
    assert.equal(draft.form(), null);
});

test('the page names every module that it needs at once, and no other', () => {
    const assets = new URL('../../../agent/web/assets/', import.meta.url);
    const read = name => readFileSync(new URL(name, assets), 'utf8');
    const needed = new Set(), open = ['main.js'];
    while (open.length) {
        for (const [, name] of read(open.pop()).matchAll(/^import .* from '\.\/(.+)';$/gm)) {
            if (!needed.has(name)) open.push(name);
            needed.add(name);
        }
    }
    const named = [...read('book.html').matchAll(/modulepreload" href="\/book\/assets\/(.+)"/g)].map(match => match[1]);
    assert.deepEqual(named.sort(), [...needed].sort());
});

test('no file of the page is long, none has a script or a style inside', () => {
    const assets = new URL('../../../agent/web/assets/', import.meta.url);
    for (const name of readdirSync(assets).filter(one => one.endsWith('.js') && one !== 'zone-names.js')) {
        const text = readFileSync(new URL(name, assets), 'utf8');
        assert.ok(text.split('\n').length <= 350, name);
        assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|style=/, name);
    }
    assert.doesNotMatch(readFileSync(new URL('book.html', assets), 'utf8'), /<script>|<style|\son\w+=|style=/);
});
