// Makes a frame with the booking page of each <div data-calendly-brevo="sales/discovery">, as high as its content:
//   <div data-calendly-brevo="sales"></div>
//   <script src="https://book.example.com/book/embed.js" async></script>
// The value: a connector, connector/type, or the page's whole address; a query after it is passed on. data-theme and
// data-lang choose theme and language; utm_ parameters of the embedding page are passed on, too. What happens in the frame
// arrives at the div as an event 'calendly-brevo', with detail {name, ...ids}. With a captcha (scheduling.verify_url) a
// function CalendlyBrevo.captcha(div) of yours gives its response, or a promise of it, when a visitor books.
(() => {
    const script = document.currentScript ?? document.querySelector('script[src*="/book/embed.js"]');
    const home = new URL('.', script.src); // .../book/
    const frames = new Map(); // frame -> div

    function addressOf(div) {
        const address = new URL(div.dataset.calendlyBrevo, home);
        for (const [name, value] of new URLSearchParams(location.search)) {
            if (name.startsWith('utm_') && !address.searchParams.has(name)) address.searchParams.set(name, value);
        }
        if (div.dataset.theme) address.searchParams.set('theme', div.dataset.theme);
        if (div.dataset.lang) address.searchParams.set('lang', div.dataset.lang);
        address.searchParams.set('resize', '1');
        return address;
    }

    function fill(div) {
        if (!div.dataset.calendlyBrevo || div.querySelector('iframe')) return;
        const address = addressOf(div);
        if (address.protocol !== 'https:' && address.protocol !== 'http:') return;
        const frame = document.createElement('iframe');
        frame.title = div.title || 'Booking';
        frame.referrerPolicy = 'origin'; // how the page knows whom to tell its height
        frame.style.cssText = 'display:block;width:100%;height:640px;border:0';
        frame.src = address.href;
        frames.set(frame, div);
        div.append(frame);
    }

    async function tellCaptcha(div, source, origin) {
        const tell = response => source.postMessage({ type: 'calendly-brevo:captcha', response }, origin);
        const ask = window.CalendlyBrevo.captcha;
        if (typeof ask !== 'function') return tell(null);
        tell(''); // a person may take a while
        try {
            tell(String(await ask(div) ?? '') || null);
        } catch {
            tell(null);
        }
    }

    addEventListener('message', ({ data, origin, source }) => {
        if (typeof data?.type !== 'string' || !data.type.startsWith('calendly-brevo:')) return;
        for (const [frame, div] of frames) {
            if (frame.contentWindow !== source || new URL(frame.src).origin !== origin) continue;
            if (data.type === 'calendly-brevo:height' && data.value > 0) frame.style.height = `${Math.ceil(data.value)}px`;
            if (data.type === 'calendly-brevo:captcha') tellCaptcha(div, source, origin);
            if (data.type === 'calendly-brevo:event') {
                const { type, ...detail } = data;
                div.dispatchEvent(new CustomEvent('calendly-brevo', { detail, bubbles: true }));
            }
        }
    });

    const fillAll = () => document.querySelectorAll('[data-calendly-brevo]').forEach(fill);
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', fillAll);
    else fillAll();
    window.CalendlyBrevo = { ...window.CalendlyBrevo, fill: fillAll };
})();
