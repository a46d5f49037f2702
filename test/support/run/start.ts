import { build, openApp } from './open.ts';

/** `npm start` */
build();
const end = await openApp(process.argv.slice(2));
if (typeof end === 'string') console.error(end);
process.exitCode = typeof end === 'string' ? 1 : end;
