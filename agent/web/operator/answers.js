// The questions of somebody who was woken, answered from the status of a connector: {id, question, tone, answer, detail?, since?}.
// Tones: good, warn, bad, and calm where nothing is known or nothing is to be said.
import { count } from './texts.js';
import { ago, span } from './times.js';

const minute = 60000, late = 15 * minute, tooLate = 120 * minute;
const apis = [['calendly', 'Calendly'], ['brevo', 'Brevo']];

const subscriptionWords = {
    ok: ['good', 'Yes'], missing: ['bad', 'No: Calendly has none'], disabled: ['bad', 'No: Calendly has disabled it'],
    retrying: ['warn', 'Yes, but Calendly repeats deliveries that failed'], wrong_events: ['warn', 'Yes, but it lacks events'],
    wrong_scope: ['warn', 'Yes, but of another scope'], duplicate: ['warn', 'Yes, but more than one'],
    unknown: ['calm', 'Not known yet'], unwatched: ['calm', 'Nobody watches it'],
};

// Where nothing is in the way: yes, when one was seen.
const seen = (ms, now, verb) => ms === null ? { tone: 'calm', answer: 'None yet', detail: 'Nothing is in the way; none came since this agent began.' } :
    { tone: 'good', answer: 'Yes', detail: `The last ${verb} ${ago(ms, now)}.` };

// The problem with this id, when it keeps bookings from their way; what the verdict only doubts is no "no".
const grave = (problems, id) => problems.find(problem => problem.id === id && problem.severity === 'fail');

function arrive({ redis, subscription, edge, last, problems }, now) {
    if (!redis.up) return { tone: 'bad', answer: 'No: Redis does not answer', detail: redis.reason ?? undefined, since: redis.since_ms };
    const isNoneDelivered = ['missing', 'disabled'].includes(subscription.state);
    if (isNoneDelivered) return { tone: 'bad', answer: `No: the subscription is ${subscription.state}`, since: subscription.since_ms };
    if (edge.state === 'wrong')
        return { ...(grave(problems, 'edge.path') ? { tone: 'bad', answer: 'No: the public URL does not lead here' } : { tone: 'warn', answer: 'Perhaps not: a probe of the public URL failed' }), detail: edge.reason ?? undefined };
    return seen(last.received_ms, now, 'arrived');
}

function reach(connector, now) {
    const { redis, paused, backlog, last, problems } = connector;
    if (!redis.up) return { tone: 'bad', answer: 'No: Redis does not answer', since: redis.since_ms };
    if (paused.paused) return { tone: 'warn', answer: 'No: paused', detail: `By ${paused.by}: ${paused.reason}`, since: paused.since_ms };
    const machine = grave(problems, 'agent.trouble_machine');
    if (machine) return { tone: 'bad', answer: 'No: the machine is in trouble', detail: machine.sentence, since: machine.since_ms };
    const parked = apis.find(([api]) => connector[api].state === 'parked');
    if (parked) return { tone: 'bad', answer: `No: ${parked[1]} is parked`, since: connector[parked[0]].since_ms };
    const resting = apis.find(([api]) => connector[api].state === 'resting');
    if (resting) return { tone: 'warn', answer: `Not now: ${resting[1]} rests`, detail: connector[resting[0]].reason ?? undefined, since: connector[resting[0]].since_ms };
    if (backlog.oldest_ms !== null && now - backlog.oldest_ms > late) return { ...seen(last.synced_ms, now, 'reached Brevo'), tone: 'warn', answer: 'Late' };
    return seen(last.synced_ms, now, 'reached Brevo');
}

function waits({ backlog, history }, now) {
    if (backlog.entries === null) return { tone: 'calm', answer: 'Not known' };
    const past = history.entries ? `${count(history.entries, 'entry', 'entries')} of the past, too.` : undefined;
    if (backlog.entries === 0) return { tone: 'good', answer: 'Nothing', detail: past };
    const age = backlog.oldest_ms === null ? 0 : now - backlog.oldest_ms;
    const tone = age > tooLate ? 'bad' : age > late ? 'warn' : 'good';
    const oldest = backlog.oldest_ms === null ? null : `The oldest for ${span(Math.max(0, age))}.`;
    return { tone, answer: count(backlog.entries, 'delivery', 'deliveries'), detail: [oldest, `${backlog.in_flight} in work.`, past].filter(Boolean).join(' ') };
}

function parked(connector) {
    const all = apis.filter(([api]) => connector[api].state === 'parked');
    if (all.length === 0) return { tone: 'good', answer: 'Nothing' };
    const [api] = all[0];
    return { tone: 'bad', answer: all.map(([, name]) => name).join(' and '), detail: connector[api].reason ?? undefined, since: connector[api].since_ms };
}

function buried({ dead_letters: { count: letters, since_ms: since } }) {
    if (letters === null) return { tone: 'calm', answer: 'Not known' };
    if (letters === 0) return { tone: 'good', answer: 'Nothing' };
    return { tone: 'warn', answer: count(letters, 'dead letter'), since, sinceWords: 'The oldest' };
}

function subscribed({ subscription }, now) {
    const [tone, answer] = subscriptionWords[subscription.state] ?? ['calm', subscription.state];
    const looked = subscription.checked_ms === null ? null : `Looked at ${ago(subscription.checked_ms, now)}.`;
    return { tone, answer, detail: [subscription.reason, looked].filter(Boolean).join(' ') || undefined, since: tone === 'good' || tone === 'calm' ? undefined : subscription.since_ms };
}

const questions = [
    ['arrive', 'Do bookings arrive?', arrive], ['reach', 'Do they reach Brevo?', reach], ['waits', 'What waits?', waits],
    ['parked', 'What is parked?', parked], ['subscription', 'Is the subscription alive?', subscribed], ['dead', 'What was given up?', buried],
];

export const answersOn = (connector, now) => questions.map(([id, question, answer]) => ({ id, question, ...answer(connector, now) }));

export const verdictWords = { healthy: 'All is well', degraded: 'Something waits for you', unhealthy: 'Bookings do not get through' };

const ranks = { unhealthy: 0, degraded: 1, healthy: 2 };

/** The worst first, then by name. */
export const worstFirst = connectors =>
    [...connectors].sort((a, b) => ranks[a.verdict] - ranks[b.verdict] || a.name.localeCompare(b.name));

/** For the title of the window: it is seen in a row of others. */
export function titleOf(status, connector) {
    const sign = { healthy: '✓', degraded: '!', unhealthy: '✗' }[status.verdict];
    return `${sign} ${connector.name}: ${connector.verdict} · calendly-brevo`;
}
