// How to bring the page into each of its states: name -> (page, agent). Used by the tests of accessibility and by screenshots.
export const typeId = 'AAAA1111';

export async function open(page, agent, path = `/book/sales/${typeId}`) {
    await page.goto(agent.origin + path);
    await page.locator('html[data-ready=true]').waitFor();
}

export const firstTime = page => page.locator('.times [data-at]').first();

export async function openDetails(page, agent, path) {
    await open(page, agent, path);
    await firstTime(page).click();
    await page.locator('.form').waitFor();
}

export async function fill(page) {
    await page.getByLabel('Name').fill('Grace Hopper');
    await page.locator('#email').fill('grace@example.com');
    await page.getByLabel('11 to 100').check();
    await page.getByLabel('I agree to the terms').check();
}

export const send = page => page.locator('button[type=submit]').click();

export async function book(page, agent, path) {
    agent.state.minimumAge = 0;
    await openDetails(page, agent, path);
    await fill(page);
    await send(page);
    await page.locator('.view-done').waitFor();
}

const refusedWith = (status, error, headers) => async (page, agent) => {
    agent.state.minimumAge = 0;
    await openDetails(page, agent);
    agent.fault('bookings', { answer: [status, { error }], headers });
    await fill(page);
    await send(page);
    await page.locator('.notice').waitFor();
};

export const states = {
    types: (page, agent) => open(page, agent, '/book/sales'),
    loading: async (page, agent) => {
        agent.fault('available-times', { delay: 4000 });
        await page.goto(`${agent.origin}/book/sales/${typeId}`);
        await page.locator('.summary h1').waitFor();
    },
    picker: (page, agent) => open(page, agent),
    pickerMany: (page, agent) => {
        agent.state.times = agent.state.times.flatMap(at => [at - 7200000, at, at + 14400000, at + 28800000]);
        return open(page, agent);
    },
    pickerGroup: (page, agent) => {
        agent.state.remaining = 7;
        return open(page, agent, '/book/sales/CCCC3333');
    },
    zone: async (page, agent) => {
        await open(page, agent);
        await page.locator('#zone').click();
        await page.locator('#zone').pressSequentially('new');
        await page.locator('.zone-list .is-active').waitFor();
    },
    none: async (page, agent) => {
        agent.state.times = [];
        await open(page, agent);
    },
    noneInMonth: async (page, agent) => {
        await open(page, agent);
        await page.getByRole('button', { name: /Next month/ }).click();
        await page.getByRole('button', { name: /Next month/ }).click();
    },
    details: (page, agent) => openDetails(page, agent),
    detailsPlaces: async (page, agent) => {
        await openDetails(page, agent, '/book/sales/BBBB2222?name=Ada%20Lovelace&email=ada@gmial.com');
        await page.getByLabel('We call you').check();
        await page.getByRole('button', { name: 'Add guests' }).click();
        await page.locator('#email').focus();
        await page.locator('#name').focus();
    },
    detailsMore: (page, agent) => openDetails(page, agent, `/book/sales/${typeId}?first_name=Ada&last_name=Lovelace&text_reminder=1`),
    problems: async (page, agent) => {
        await openDetails(page, agent);
        await page.locator('#email').fill('nobody');
        await send(page);
    },
    sending: async (page, agent) => {
        await openDetails(page, agent);
        agent.fault('bookings', { delay: 5000 });
        await fill(page);
        await send(page);
    },
    taken: async (page, agent) => {
        agent.state.minimumAge = 0;
        await openDetails(page, agent);
        agent.state.times.shift();
        await fill(page);
        await send(page);
        await page.locator('.alternatives').waitFor();
    },
    refusedField: refusedWith(422, { code: 'invalid', field: 'answers[1]', message: 'This is none of the choices.' }),
    captcha: refusedWith(403, { code: 'forbidden', field: 'X-Captcha-Response', message: 'No.', scheduling_url: 'https://calendly.com/acme/demo' }),
    limited: refusedWith(429, { code: 'limited', message: 'Too many.', scheduling_url: 'https://calendly.com/acme/demo' }, { 'Retry-After': '1800' }),
    unavailable: refusedWith(503, { code: 'unavailable', message: 'Down.', scheduling_url: 'https://calendly.com/acme/demo' }),
    done: (page, agent) => book(page, agent),
    cancelAsk: async (page, agent) => {
        await book(page, agent);
        await page.getByRole('button', { name: 'Cancel booking' }).click();
    },
    canceled: async (page, agent) => {
        await book(page, agent);
        await page.getByRole('button', { name: 'Cancel booking' }).click();
        await page.getByRole('button', { name: 'Yes, cancel it' }).click();
        await page.getByText('Your booking is canceled').waitFor();
    },
    unknown: (page, agent) => open(page, agent, '/book/sales/NOTHING1'),
    down: async (page, agent) => {
        agent.fault('', { answer: [502, '<html>Bad Gateway</html>'] });
        await page.goto(`${agent.origin}/book/sales/${typeId}`);
        await page.locator('.view-notice').waitFor();
    },
};
