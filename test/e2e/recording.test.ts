import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';

/** Hearing a call whose recording lies in a folder of one's own, or in a storage behind https. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-recording-'));
const profile = join(folder, 'profile');
const sounds = join(folder, 'sounds');
const batch = scheduleId('spring');
const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
let provider: Provider;
let storage: Server;
/** What the storage was asked: path, and the part of the file. */
const asked: string[] = [];
/** Requests of a slow recording whose answers somebody still listens to. */
let listening = 0;
let app: RunningApp;
let screens: Screens;

/** A tone of a second and a half, or so many samples; 8 kHz, 16 bit. */
function tone(samples = 12_000): Buffer {
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8_000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < Math.min(samples, 12_000); i++)
    wav.writeInt16LE(Math.round(12_000 * Math.sin(i / 5)), 44 + i * 2);
  return wav;
}

/** A storage as clouds have them: https, a signature in the query, parts of a file by Range. Its certificate is its own. */
async function startStorage(): Promise<Server> {
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1';
  execFileSync('openssl', [...words.split(' '), '-keyout', keyFile, '-out', certificateFile], { stdio: 'ignore' });
  const sound = tone();
  const server = createServer(
    { key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
    (request, response) => {
      if (request.url?.startsWith('/rec/slow.wav') === true) {
        listening++;
        response.on('close', () => listening--);
        // Its first half, and then nothing more for ever.
        response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': sound.length });
        return response.write(sound.subarray(0, sound.length / 2));
      }
      asked.push(`${request.url} ${request.headers.range ?? 'whole'}`);
      if (request.headers.authorization !== undefined || request.url !== '/rec/recordings/heard.wav?sig=a%2Fb') {
        return response.writeHead(403).end();
      }
      const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
      const [start, end] = [Number(from), to === '' ? sound.length - 1 : Number(to)];
      response.writeHead(request.headers.range === undefined ? 200 : 206, {
        'content-type': 'binary/octet-stream',
        'content-length': end - start + 1,
        'accept-ranges': 'bytes',
        ...(request.headers.range !== undefined && { 'content-range': `bytes ${start}-${end}/${sound.length}` }),
      });
      return response.end(sound.subarray(start, end + 1));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const called = (name: string, recording: unknown) => ({
  call_id: `call_${name}`,
  name,
  status: 'completed',
  recording,
});

beforeAll(async () => {
  mkdirSync(join(sounds, 'recordings'), { recursive: true });
  writeFileSync(join(sounds, 'recordings/heard.wav'), tone());
  writeFileSync(join(sounds, 'recordings/long.wav'), tone(21_000_000));
  writeFileSync(join(folder, 'secret.wav'), tone());
  provider = await startProvider({
    batches: [sampleBatch({ name: 'spring', agent: 'productDemo', count: 1, startedAt: '2026-05-14T08:00:00Z' })],
  });
  provider.setItems(batch, [
    called('Heard', { available: true, file_key: 'recordings/heard.wav' }),
    called('Long', { available: true, file_key: 'recordings/long.wav' }),
    called('Lost', { available: true, file_key: 'recordings/lost.wav' }),
    called('Sneaky', { available: true, file_key: '../secret.wav' }),
    called('Silent', { available: false, file_key: null }),
    called('Slow', { available: true, file_key: 'slow.wav' }),
  ]);
  storage = await startStorage();
  app = await launchApp({ profile, env: { NODE_EXTRA_CA_CERTS: certificateFile } });
  screens = new Screens(app.page);
  await screens.connectAndSync(provider.baseUrl, provider.key);
});

afterAll(async () => {
  await app.close();
  await provider.close();
  storage.closeAllConnections();
  storage.close();
  rmSync(folder, { recursive: true });
});

const recording = () => screens.call.recording;

test('without a place for recordings, the call says how to give one', async () => {
  await screens.goTo('Calls');
  await screens.caller('Heard').click();
  await expectPage(recording()).toContainText('recordings/heard.wav');
  await expectPage(recording().getByRole('button', { name: 'Choose where recordings lie' })).toBeVisible();
  await screens.caller('Silent').click();
  await expectPage(recording()).toContainText('no recording of this call');
});

/** It is there once the sound has been decoded. */
const expectWaveform = () =>
  expect
    .poll(() =>
      recording()
        .getByRole('slider', { name: 'Place in the recording' })
        .evaluate((element) => element.querySelector('div')?.shadowRoot?.querySelector('canvas') != null),
    )
    .toBe(true);
const audio = () => recording().locator('audio');

test('with a folder, the call is heard: played, skipped, faster', async () => {
  await screens.goTo('Settings');
  const line = await screens.settings.openRecordings('Work');
  await expectPage(line).toContainText('no place is known');
  app.answerOpenDialog(sounds);
  await line.getByRole('button', { name: 'Choose the folder of recordings of Work' }).click();
  await expectPage(line).toContainText(`in the folder ${sounds}`);
  await screens.goTo('Calls');
  await screens.caller('Heard').click();
  const place = recording().getByRole('slider', { name: 'Place in the recording' });
  await expectPage(place).toHaveAttribute('aria-valuetext', '0:00 of 0:02');
  await expectWaveform();
  await recording().getByText('2×').click();
  await recording().getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => audio().evaluate((sound: HTMLAudioElement) => sound.currentTime)).toBeGreaterThan(0.2);
  expect(await audio().evaluate((sound: HTMLAudioElement) => sound.playbackRate)).toBe(2);
  await place.focus();
  await app.page.keyboard.press('ArrowLeft');
  await app.page.keyboard.press('Space');
  await expectPage(recording().getByRole('button', { name: 'Play' })).toBeVisible();
});

test('in a recording that is too long to have a waveform, the mouse moves all the same', async () => {
  await screens.caller('Long').click();
  const place = recording().getByRole('slider', { name: 'Place in the recording' });
  await expectPage(place).toHaveAttribute('aria-valuetext', '0:00 of 43:45');
  await place.click();
  await expectPage(place).toHaveAttribute('aria-valuetext', /^21:5\d of 43:45$/);
});

test('a folder of recordings that is gone, as with its drive, is told, and is looked for again with the next call', async () => {
  renameSync(sounds, `${sounds} elsewhere`);
  await screens.caller('Heard').click();
  await expectPage(recording()).toContainText(`recordings is not there: ${sounds}. If it is on a drive`);
  renameSync(`${sounds} elsewhere`, sounds);
  await screens.caller('Long').click();
  await expectPage(recording().getByRole('slider')).toHaveAttribute('aria-valuetext', '0:00 of 43:45');
});

test('a file key that is not there, or leads out of the folder, plays nothing', async () => {
  for (const name of ['Lost', 'Sneaky']) {
    await screens.caller(name).click();
    await expectPage(screens.detail.getByRole('heading', { level: 2 })).toHaveText(name);
    await expectPage(recording()).toContainText('No such sound file');
  }
  const status = await app.page.evaluate(async () => {
    const all = await Promise.all(
      ['/recording/1', '/recording/../../etc/passwd', '/recording/%2e%2e%2fsecret.wav'].map((url) => fetch(url)),
    );
    return all.map((answer) => answer.status);
  });
  expect(status).toEqual([404, 404, 404]);
});

test('with an https address the call is heard from the storage, and another key of the provider asks for nothing else', async () => {
  const { port } = storage.address() as AddressInfo;
  const prefix = `https://127.0.0.1:${port}/rec/{file_key}?sig=a%2Fb`;
  await screens.goTo('Settings');
  const line = await screens.settings.openRecordings('Work');
  await line.getByLabel('Or an address').fill(prefix);
  await line.getByRole('button', { name: 'Use address' }).click();
  await expectPage(line).toContainText(`at ${prefix}`);
  await screens.goTo('Calls');
  await screens.caller('Heard').click();
  await expectPage(recording().getByRole('slider', { name: 'Place in the recording' })).toHaveAttribute(
    'aria-valuetext',
    '0:00 of 0:02',
  );
  await expectWaveform();
  await recording().getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => audio().evaluate((sound: HTMLAudioElement) => sound.currentTime)).toBeGreaterThan(1);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((words) => !words.startsWith('/rec/recordings/heard.wav?sig=a%2Fb '))).toEqual([]);

  // The page itself gets to no other place than the app: its policy holds.
  const elsewhere = await app.page.evaluate(
    async (url) => {
      const sound = new Audio(url);
      return new Promise((resolve) => {
        sound.addEventListener('error', () => resolve('refused'));
        sound.addEventListener('loadedmetadata', () => resolve('loaded'));
      });
    },
    prefix.replace('{file_key}', 'recordings/heard.wav'),
  );
  expect(elsewhere).toBe('refused');

  for (const name of ['Lost', 'Sneaky']) {
    await screens.caller(name).click();
    await expectPage(screens.detail.getByRole('heading', { level: 2 })).toHaveText(name);
    await expectPage(recording()).toContainText(name === 'Sneaky' ? 'No such sound file' : 'cannot be read or reached');
  }
  expect(asked.filter((words) => words.includes('secret'))).toEqual([]);
});

test('a recording that comes slowly can be paused before it is there, and is let go with its call', async () => {
  await screens.caller('Slow').click();
  await expectPage(screens.call.name).toHaveText('Slow');
  await recording().getByRole('button', { name: 'Play' }).click();
  await recording().getByRole('button', { name: 'Pause' }).click();
  await expectPage(recording().getByRole('button', { name: 'Play' })).toBeVisible();
  await expect.poll(() => listening).toBeGreaterThan(0);
  await screens.caller('Silent').click();
  await expectPage(recording()).toContainText('no recording of this call');
  await expect.poll(() => listening).toBe(0);
});

test('an address must be https and have a place for the key; one that cannot be reached says so in the call', async () => {
  await screens.goTo('Settings');
  const line = await screens.settings.openRecordings('Work');
  await line.getByLabel('Or an address').fill('http://127.0.0.1/{file_key}');
  await line.getByRole('button', { name: 'Use address' }).click();
  await expectPage(line).toContainText('https');
  await expectPage(line).toContainText('at https://127.0.0.1:');
  // Nobody listens on the port of this address.
  await line.getByLabel('Or an address').fill('https://127.0.0.1:9/{file_key}');
  await line.getByRole('button', { name: 'Use address' }).click();
  await expectPage(line).toContainText('at https://127.0.0.1:9/{file_key}');
  await screens.goTo('Calls');
  await screens.caller('Heard').click();
  await expectPage(recording()).toContainText('cannot be read or reached just now');
  await screens.goTo('Settings');
  await screens.settings.openRecordings('Work');
  await line.getByRole('button', { name: 'Forget where the recordings of Work lie' }).click();
  await expectPage(line).toContainText('no place is known');
  expect(app.pageErrors).toEqual([]);
});
