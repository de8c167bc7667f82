// Which dead letters are meant: the same words for the list, for the question before something is done, and for the agent.

/** Without what is empty. */
export const filterOf = ({ reason, status, q } = {}) => ({
    ...(reason ? { reason } : {}), ...(status || status === 0 ? { status: String(status) } : {}), ...(q ? { q } : {}),
});

export const isEmpty = filter => Object.keys(filterOf(filter)).length === 0;

/** "?a=b&c=d", or nothing. */
export function queryOf(parameters) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
        if (value !== undefined && value !== null && value !== '' && value !== false) query.set(name, value === true ? '1' : value);
    }
    return query.size || [...query].length ? `?${query}` : '';
}

export const statusWords = status => status === 'none' ? 'no answer' : `HTTP ${status}`;

/** For people: reason “…” and HTTP 400. */
export function describe(filter) {
    const { reason, status, q } = filterOf(filter);
    const parts = [reason && `reason “${reason}”`, status && statusWords(status), q && `containing “${q}”`].filter(Boolean);
    return parts.length ? parts.join(' and ') : 'none: all dead letters of this connector';
}

export const sumOf = groups => groups.reduce((sum, group) => sum + group.count, 0);
