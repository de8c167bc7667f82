// What the page that embeds this one is told: its height, and how far the visitor got. Only origins that the agent names
// are told anything, and never who the visitor is.

/** The origins to write to: the embedding page's, when it is allowed. */
export function parentOrigins({ isEmbedded, ancestor, referrer, allowed }) {
    if (!isEmbedded) return [];
    const parent = ancestor ?? originOf(referrer);
    // Some browsers tell nothing of the parent: the browser then delivers to the one whose origin fits, or to nobody.
    return parent ? allowed.filter(origin => origin === parent) : allowed;
}

function originOf(address) {
    try {
        return new URL(address).origin;
    } catch {
        return null;
    }
}

/** The content of <meta name="allow-origins">; what is no origin is left out. */
export const allowedOrigins = text => text.split(/\s+/).filter(part => part && originOf(part) === part);

export function makeParent(window) {
    const { document, location } = window;
    const origins = parentOrigins({
        isEmbedded: window.parent !== window, ancestor: location.ancestorOrigins?.[0] ?? null, referrer: document.referrer,
        allowed: [location.origin, ...allowedOrigins(document.querySelector('meta[name=allow-origins]')?.content ?? '')],
    });
    const post = message => {
        for (const origin of origins) window.parent.postMessage(message, origin);
    };
    let told = 0;

    // The embedding page has the captcha; here is none, and nothing of others is loaded. It answers first that it is at it
    // (response ''), then with what the captcha gave, or null when there is none. Nobody answers: ''.
    const captcha = ({ answersWithin = 3000, solvedWithin = 180000 } = {}) => new Promise(done => {
        if (!origins.length) return done('');
        let timer = setTimeout(() => finish(''), answersWithin);
        const hear = ({ data, origin, source }) => {
            if (source !== window.parent || !origins.includes(origin) || data?.type !== 'calendly-brevo:captcha') return;
            if (data.response === '') {
                clearTimeout(timer);
                timer = setTimeout(() => finish(''), solvedWithin);
            } else finish(typeof data.response === 'string' ? data.response : '');
        };
        const finish = response => {
            clearTimeout(timer);
            window.removeEventListener('message', hear);
            done(response);
        };
        window.addEventListener('message', hear);
        post({ type: 'calendly-brevo:captcha' });
    });
    return {
        captcha,
        isListening: origins.length > 0,
        event: (name, ids = {}) => post({ type: 'calendly-brevo:event', name, ...ids }),
        /** Tells the height of the element from now on, whenever it changes. */
        followHeight(element) {
            if (!origins.length || !window.ResizeObserver) return;
            new window.ResizeObserver(() => {
                const value = Math.ceil(element.getBoundingClientRect().height);
                if (value === told) return;
                told = value;
                post({ type: 'calendly-brevo:height', value });
            }).observe(element);
        },
    };
}
