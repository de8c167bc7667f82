// The day on which the browser tests live. What a calendar shows depends on today: at the end of a month it opens at the next
// one, in summer the offsets differ, so a test of the real today would change with the day on which it runs. Here each test
// starts at the same instant, in this process (the fakes) and in its pages; from there the clocks run on.
const start = Date.parse('2027-01-20T10:00:00Z'); // a Wednesday; free days reach into February, no change of clocks is near

export const ahead = start - Date.now();

/** Sets this realm's clock ahead; also sent to pages as text, so it uses nothing from outside. */
export function setClockAhead(milliseconds) {
    const Real = globalThis.Date;
    globalThis.Date = class Date extends Real {
        constructor(...parts) {
            super(...parts.length === 0 ? [Date.now()] : parts);
        }
        static now() {
            return Real.now() + milliseconds;
        }
    };
}

setClockAhead(ahead);
