// One booking and no second: a submission has a key, which it keeps over repetitions and reloads until its fate is known.
// An outcome is {booking} or {trouble}. `parts` are what it works with: {api, draft, pause, now, newKey, captcha}.
import { isGood, troubleOf } from './api.js';

const repetitions = 4;
const longestWait = 120000;

/** 32 hexadecimal digits; where the page is not secure, there is no crypto.randomUUID. */
export function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/** A token of the form, and when it may be used by this machine's clock; asked for when the form opens. */
export async function fetchToken(parts, typeId) {
    const answer = await parts.api.formToken(typeId);
    if (!isGood(answer)) return { trouble: troubleOf(answer) };
    const { token, not_before: notBefore, expires, captcha } = answer.body;
    // The agent's clock and the visitor's may differ: only spans count.
    const agentNow = Number.isNaN(answer.date) ? Date.parse(notBefore) - 3000 : answer.date;
    const span = Math.min(Math.max(Date.parse(notBefore) - agentNow, 0), 10000) || 0;
    return { token, needsCaptcha: captcha === true, usableAt: parts.now() + span, uselessAt: parts.now() + Math.max(Date.parse(expires) - agentNow - 5000, 0) };
}

const isUsable = (token, now) => token?.token && now < token.uselessAt;

/** Whether nobody knows what became of it: no answer at all, or none of the agent's own. */
const isUnknown = answer => answer.status === 0 || answer.status >= 500 && !answer.body?.error;
const isUnderWay = answer => answer.status === 409 && answer.body?.error?.code === 'in_progress';

// Posts until there is an answer that means something.
async function post(parts, pending) {
    const captcha = pending.token.needsCaptcha ? await parts.captcha() : '';
    const begun = parts.now();
    let failures = 0, answer;
    for (;;) {
        answer = await parts.api.book(pending.text, pending.key, pending.token.token, captcha);
        let wait;
        if (isUnderWay(answer)) wait = Math.min(answer.retryAfter ?? 2, 10) * 1000;
        else if (isUnknown(answer) && ++failures < repetitions) wait = 1000 * 2 ** (failures - 1);
        else return answer;
        if (parts.now() + wait - begun > longestWait) return answer;
        await parts.pause(wait);
    }
}

async function settle(parts, pending) {
    for (let attempt = 0; ; attempt++) {
        if (!isUsable(pending.token, parts.now())) {
            const token = await fetchToken(parts, pending.typeId);
            if (token.trouble) return token;
            pending = { ...pending, token };
        }
        parts.draft.keepPending(pending);
        await parts.pause(Math.max(pending.token.usableAt - parts.now(), 0));
        const answer = await post(parts, pending);
        if (answer.status === 201 || answer.status === 200) {
            parts.draft.keepBooking(answer.body);
            parts.draft.keepPending(null);
            return { booking: answer.body };
        }
        const trouble = troubleOf(answer);
        if (trouble.code === 'forbidden' && attempt === 0) {
            pending = { ...pending, token: null };
            continue;
        }
        const stays = isUnknown(answer) || isUnderWay(answer) || trouble.code === 'unavailable';
        if (!stays) parts.draft.keepPending(null);
        return { trouble: isUnderWay(answer) ? { ...trouble, code: 'unreachable' } : trouble };
    }
}

/**
 * Books. The same text as one whose fate is unknown keeps that one's key. Another text waits until the fate of the first
 * is known: had that been booked after all, then this is the visitor's booking.
 */
export async function submit(parts, { typeId, body, token }) {
    const text = JSON.stringify(body);
    const pending = parts.draft.pending();
    if (pending && pending.text !== text) {
        const outcome = await settle(parts, pending);
        if (outcome.booking || parts.draft.pending()) return outcome;
    }
    return settle(parts, pending?.text === text ? pending : { key: parts.newKey(), text, typeId, token });
}

/** Goes on with what was under way when the page was left; null when nothing was. */
export async function resume(parts) {
    const pending = parts.draft.pending();
    return pending ? settle(parts, pending) : null;
}
