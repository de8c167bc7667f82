// Before the first paint: the theme, so that nothing flickers, and whether this is a frame.
(() => {
    const root = document.documentElement;
    const query = new URLSearchParams(location.search);
    const asked = query.get('theme');
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = () => { root.dataset.theme = asked === 'dark' || asked === 'light' ? asked : dark.matches ? 'dark' : 'light'; };
    apply();
    dark.addEventListener('change', apply);
    if (window.parent !== window) root.dataset.embedded = query.get('resize') === '1' ? 'resized' : 'fixed';
})();
