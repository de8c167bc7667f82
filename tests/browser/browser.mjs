// A real Chromium without a window: Debian's, or the one that CHROMIUM names.
import { chromium } from 'playwright-core';

export const launch = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Its sandbox needs rights that containers and root do not give; the pages are our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
