// Before the first paint: the theme, so that nothing flickers, and whether this is a frame. And what is said when the rest
// of the page cannot be loaded.
(() => {
    const root = document.documentElement;
    const query = new URLSearchParams(location.search);
    const asked = query.get('theme');
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = () => { root.dataset.theme = asked === 'dark' || asked === 'light' ? asked : dark.matches ? 'dark' : 'light'; };
    apply();
    dark.addEventListener('change', apply);
    if (window.parent !== window) root.dataset.embedded = query.get('resize') === '1' ? 'resized' : 'fixed';

    // A file that did not arrive must not leave an empty page.
    const words = {
        de: 'Diese Seite konnte nicht geladen werden. Bitte laden Sie sie neu.', fr: 'Cette page n’a pas pu être chargée. Rechargez-la.',
        es: 'No se pudo cargar esta página. Vuelva a cargarla.', en: 'This page could not be loaded. Please reload it.',
    };
    const say = () => {
        const page = document.getElementById('page');
        if (!page || page.hasChildNodes()) return;
        const language = [query.get('lang'), ...navigator.languages].map(tag => String(tag).slice(0, 2)).find(tag => words[tag]);
        page.textContent = words[language] ?? words.en;
    };
    addEventListener('error', say, true);
    addEventListener('unhandledrejection', say);
})();
