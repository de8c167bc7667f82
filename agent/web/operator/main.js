import { App } from './app.js';

new App(document.getElementById('page')).start();
