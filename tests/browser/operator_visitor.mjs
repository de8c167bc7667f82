// An operator with a browser of their own before a fake agent of their own; what the page should not do fails the test, and
// so does an answer of the fake that is not as described.
import { startFakeOperator } from './fake_operator.mjs';
import { visitWith } from './visitor.mjs';

export { desktop, focused, until } from './visitor.mjs';
export { saved } from './waiting.mjs';
export const visit = visitWith(startFakeOperator);
