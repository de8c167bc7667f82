// What a fake agent has to tell: connectors that are well and ill, bookings, dead letters.
export const minute = 60000, hour = 60 * minute;

const ok = { state: 'ok', reason: null, since_ms: null };

/** A connector that is well; `more` says what is not. */
export function connectorOf(name, now, more = {}) {
    return {
        name, verdict: 'healthy', since_ms: now - 26 * hour, sentence: 'Bookings arrive and reach Brevo.', ready: true, problems: [],
        redis: { up: true, reason: null, since_ms: now - 26 * hour }, edge: { state: 'ok', reason: null }, calendly: ok, brevo: ok,
        subscription: { state: 'ok', reason: null, since_ms: now - 26 * hour, checked_ms: now - 2 * minute }, paused: { paused: false },
        backlog: { entries: 0, oldest_ms: null, in_flight: 0 }, history: { entries: 0 }, dead_letters: { count: 0, since_ms: null },
        last: { received_ms: now - 12000, synced_ms: now - 11000 }, rates: ratesOf(now), ...more,
    };
}

export function ratesOf(now, of = at => 3 + Math.round(2 * Math.sin(at / 4))) {
    const current = Math.floor(now / minute) * minute;
    const per = Array.from({ length: 60 }, (_, at) => {
        const synced = of(at);
        return { minute_ms: current - (59 - at) * minute, received: synced + (at % 17 === 0 ? 1 : 0), synced, dead: at % 29 === 0 ? 1 : 0, age_ms: synced ? 900 + (at * 137) % 700 : null, calendly_calls: synced * 2, brevo_calls: synced * 2 + 1 };
    });
    return { received_per_minute: 3.4, synced_per_minute: 3.2, per };
}

const none = { received_per_minute: 0, synced_per_minute: 0 };
export const emptyRates = now => ({ ...ratesOf(now, () => 0), ...none, per: ratesOf(now, () => 0).per.map(one => ({ ...one, received: 0, dead: 0, calendly_calls: 0, brevo_calls: 0 })) });

/** Everything is wrong at once. */
export const allWrong = (name, now) => connectorOf(name, now, {
    verdict: 'unhealthy', since_ms: now - 3 * hour, ready: false,
    sentence: 'No booking arrives since 02:13: Calendly has disabled the subscription. Brevo refuses the key, 1,240 bookings wait. Repair the subscription, then give Brevo a new key.',
    problems: [
        { id: 'calendly.subscription', severity: 'fail', sentence: 'Calendly has disabled the subscription, because deliveries failed for 24 hours.', since_ms: now - 3 * hour, waits: null, fix: { text: 'Make a new one; the old one is deleted afterwards.', action: 'repair', command: 'calendly-brevo webhooks repair' } },
        { id: 'agent.parked', severity: 'fail', sentence: 'Brevo is parked: it answers 401, the key is wrong or was deleted.', since_ms: now - 170 * minute, waits: 1240, fix: { text: 'Put a key that is good into connector.yaml and reload the agent.', command: 'systemctl reload calendly-brevo' } },
        { id: 'agent.paused', severity: 'fail', sentence: 'Somebody has paused this connector.', since_ms: now - 40 * minute, waits: 1240, fix: { text: 'Resume when the work is done.', action: 'resume', command: 'calendly-brevo resume' } },
        { id: 'redis.dead', severity: 'warn', sentence: '21 deliveries could not be synced.', since_ms: now - 50 * hour, waits: null, fix: { text: 'Look at the reasons below, mend them, and replay.', action: 'replay', command: 'calendly-brevo dead list' } },
        { id: 'redis.persistence', severity: 'warn', sentence: 'Redis writes no append-only file: a crash of it may lose deliveries that Calendly thinks we have.', since_ms: null, waits: null, fix: { text: 'Set appendonly yes in redis.conf.', command: null } },
        { id: 'agent.missed', severity: 'warn', sentence: '4 changes came without a webhook.', since_ms: now - 5 * hour, waits: null, fix: { text: 'Look for others now.', action: 'reconcile', command: 'calendly-brevo reconcile' } },
    ],
    edge: { state: 'wrong', reason: 'https://hooks.example.com/webhooks/calendly answers 502 since 02:10.' },
    calendly: { state: 'resting', reason: 'The limit of 60 calls a minute is reached.', since_ms: now - minute },
    brevo: { state: 'parked', reason: 'Brevo answers 401: Key not found.', since_ms: now - 170 * minute },
    subscription: { state: 'disabled', reason: 'Deliveries failed for 24 hours.', since_ms: now - 3 * hour, checked_ms: now - 3 * minute },
    paused: { paused: true, by: 'operators’ page, from 127.0.0.1', reason: 'New key at Brevo, Grace does it', since_ms: now - 40 * minute },
    backlog: { entries: 1240, oldest_ms: now - 170 * minute, in_flight: 0 }, history: { entries: 310 }, dead_letters: { count: 21, since_ms: now - 50 * hour },
    last: { received_ms: now - 3 * hour, synced_ms: now - 171 * minute }, rates: emptyRates(now),
});

export const hostileName = `<img src=x onerror="document.title='owned'"><script>alert(1)</script>\u202egnp.exe\u2066 &amp; ${'long '.repeat(2000)}`;

export function itemOf(at, more = {}) {
    return {
        id: `${at}-0`, change_id: `c-${at}`, event: 'calendly_booked', person: 'ada@example.com', invitee: 'INVITEE0001', outcome: 'synced', received_ms: at - 1100, committed_ms: at,
        steps: [{ kind: 'link', status: 200, ms: 210, attempts: 1 }, { kind: 'contact', status: 201, ms: 480, attempts: 2, left_out: ['SMS'] }, { kind: 'event', status: 204, ms: 140, attempts: 1 }], ...more,
    };
}

const outcomes = ['synced', 'synced', 'synced', 'repeated', 'synced', 'quiet', 'synced', 'left_alone'];
const events = ['calendly_booked', 'calendly_booked', 'calendly_canceled', 'calendly_rescheduled'];

/** So many, the newest first. */
export const someItems = (n, now) => Array.from({ length: n }, (_, at) => {
    const outcome = outcomes[at % outcomes.length];
    return itemOf(now - at * 47000 - 5000, {
        outcome, event: events[at % events.length], person: at % 11 === 7 ? null : `visitor${at % 23}@example.com`,
        ...(outcome === 'synced' ? {} : { steps: outcome === 'repeated' ? [{ kind: 'link', status: 200, ms: 90, attempts: 1 }] : [], change_id: outcome === 'left_alone' ? '' : `c-${at}` }),
    });
});

export const deadItem = now => itemOf(now - 9000, { outcome: 'dead', change_id: '', reason: 'Brevo refused the contact: Invalid phone number', steps: [{ kind: 'link', status: 200, ms: 90, attempts: 1 }, { kind: 'contact', status: 400, ms: 300, attempts: 1 }] });

export const bodyOf = (email, name = 'Ada Lovelace') => JSON.stringify({
    event: 'invitee.created', created_at: '2026-11-28T02:13:05.000000Z', payload: { email, name, uri: 'https://api.calendly.com/scheduled_events/EVENT/invitees/INVITEE', questions_and_answers: [{ question: 'Your phone', answer: '+49 30 901820', position: 0 }] },
});

export const reasons = [
    ['Brevo refused the contact: Invalid phone number', 400], ['Brevo refused the event: event_name is not valid', 400],
    ['Calendly does not know the invitee any more', 404], ['The body is no JSON', 'none'],
];

/** `body`: text or a Buffer. */
export function letterOf(at, more = {}) {
    const { body = bodyOf('ada@example.com'), ...rest } = more;
    return {
        id: `${at}-0`, origin_id: `${at - 30000}-0`, reason: reasons[0][0], status: 400, attempts: 1, failed_ms: at, received_ms: at - 30000, replays: 0, person: 'ada@example.com',
        event: 'invitee.created', superseded: false, response: '400 {"code":"invalid_parameter","message":"Invalid phone number"}', bytes: Buffer.from(body), ...rest,
    };
}

/** So many, the newest first, of several reasons. */
export const someLetters = (n, now) => Array.from({ length: n }, (_, at) => {
    const [reason, status] = reasons[at % 7 < 4 ? 0 : at % 7 < 6 ? 1 : at % 14 === 6 ? 2 : 3];
    return letterOf(now - 60000 - at * 1000, {
        reason, status, person: status === 'none' ? null : `person${at}@example.com`, event: status === 'none' ? null : 'invitee.created', superseded: at % 5 === 1, replays: at % 9 === 2 ? 3 : 0,
        response: status === 'none' ? '' : `${status} {"message":"no"}`, body: status === 'none' ? '<html>no JSON</html>' : bodyOf(`person${at}@example.com`),
    });
});
