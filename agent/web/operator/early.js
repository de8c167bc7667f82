// A file that did not arrive must not leave an empty page.
(() => {
    const say = () => {
        const page = document.getElementById('page');
        if (page && !page.hasChildNodes()) page.textContent = 'This page could not be loaded. Please reload it.';
    };
    addEventListener('error', say, true);
    addEventListener('unhandledrejection', say);
})();
