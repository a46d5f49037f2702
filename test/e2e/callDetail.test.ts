import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';

/** One call, read through by keyboard: its hits, what was received, other calls of the same person, and what one notes about it. */

const batch = scheduleId('spring');
let provider: Provider;
let app: RunningApp;
let screens: Screens;

const call = {
  call_id: 'call_read_me',
  external_id: 'x-1',
  phone_number: '+49 (30) 555-0101',
  name: 'Frau Müller',
  status: 'completed',
  duration_seconds: 61,
  answer_duration_seconds: 50,
  analysis_status: 'ready',
  summary: 'Wants a refund for the blue umbrella. The umbrella broke.',
  outcomes: { Interested: 'Yes', 'Follow Up Date': '20 May 2026', Policy: 12, مهتم: 'نعم جدا' },
  started_at: '2026-05-14T10:00:00Z',
  transcript: [
    { role: 'agent', start: 0, text: 'Hello, this is the shop.' },
    { role: 'user', start: 4, text: 'My umbrella broke in the wind.' },
    { role: 'agent', start: 9, text: 'مرحبا، سنعيد لك المال.' },
  ],
};
const again = { ...call, call_id: 'call_again', phone_number: '00 49305550101', name: 'Müller', transcript: undefined };
const sameNumber = {
  ...call,
  call_id: 'call_same',
  phone_number: '49-30-5550101',
  name: 'U. Müller',
  transcript: undefined,
};
const long = {
  ...call,
  call_id: 'call_long',
  phone_number: '+49 30 777',
  summary: 'Long.',
  transcript: Array.from({ length: 3_000 }, (_, i) => ({
    role: 'user',
    text: `Turn ${i} of a walrus without an end. `.repeat(3),
  })),
};
const withheld = ['call_withheld', 'call_withheld_too'].map((call_id) => ({
  ...call,
  call_id,
  phone_number: 'anonymous',
  name: call_id,
  transcript: undefined,
}));

beforeAll(async () => {
  provider = await startProvider({
    batches: [sampleBatch({ name: 'spring', agent: 'productDemo', count: 40, startedAt: '2026-05-14T08:00:00Z' })],
  });
  provider.setItems(batch, [call, again, sameNumber, long, ...withheld, ...provider.items(batch)]);
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.connectAndSync(provider.baseUrl, provider.key);
  await screens.goTo('Calls');
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

const press = (...keys: string[]) => screens.press(...keys);

/** Searches for what one call has. From all calls: where another one was found before, its number would not tell that from the answer. */
async function findOne(words: string): Promise<void> {
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('46 calls');
  await screens.search.fill(words);
  await expectPage(screens.callsShown).toHaveText('1 of 46 calls');
}

test('N and Shift+N go from hit to hit through summary and transcript', async () => {
  await press('Control+f');
  await app.page.keyboard.type('umbrella call_read_me');
  await expectPage(screens.callsShown).toHaveText('1 of 46 calls');
  await press('Enter', 'ArrowDown', 'Enter');
  await expectPage(screens.detail).toContainText('3 hits');
  await press('n');
  await expectPage(screens.call.hits).toHaveText('hit 1 of 3');
  await expectPage(screens.call.currentHit).toHaveText('umbrella');
  await press('n', 'n');
  await expectPage(screens.call.hits).toHaveText('hit 3 of 3');
  await expectPage(screens.call.currentHit).toBeInViewport();
  await press('n');
  await expectPage(screens.call.hits).toHaveText('hit 1 of 3');
  await press('Shift+N');
  await expectPage(screens.call.hits).toHaveText('hit 3 of 3');
});

test('where hits are told is there before they are, so that a screen reader says them', async () => {
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('46 calls');
  await expectPage(screens.call.hits).toHaveText('');
  const place = await screens.call.hits.elementHandle();
  await screens.search.fill('umbrella');
  await expectPage(screens.call.hits).toHaveText('3 hits');
  expect(await place?.textContent()).toBe('3 hits');
});

test('the grid tells where a call was found that its cells do not show', async () => {
  await findOne('wind call_read_me');
  await expectPage(screens.grid.getByRole('columnheader', { name: 'Found in' })).toBeVisible();
  await expectPage(screens.grid.getByTitle('Transcript: My umbrella broke in the wind.')).toBeVisible();
  await expectPage(screens.grid.locator('mark', { hasText: 'wind' })).toBeVisible();
});

test('outcomes are typed, with what was received on hover, and keep only their value', async () => {
  const { outcomes } = screens.call;
  await expectPage(outcomes.getByTitle('20 May 2026')).toHaveText('2026-05-20');
  await expectPage(outcomes).toContainText('نعم جدا');
  await outcomes.getByRole('button', { name: 'Keep only this value of Follow Up Date' }).click();
  await expectPage(app.page.getByRole('group', { name: 'Filters' })).toContainText('Follow Up Date is');
  await press('Control+z');
});

test('what was received is searched, and a value copied with its path', async () => {
  await screens.call.openTab('Raw JSON');
  const json = screens.call.rawJson();
  await json.getByRole('searchbox', { name: 'Find in the JSON' }).fill('20 may');
  await expectPage(json.getByRole('status')).toHaveText('1 of 1');
  await json.getByRole('button', { name: 'Copy path' }).click();
  await expect.poll(() => app.copied()?.text).toBe('$.outcomes["Follow Up Date"]');
  await json.getByRole('button', { name: 'Copy value' }).click();
  await expect.poll(() => app.copied()?.text).toBe('20 May 2026');
});

test('N leads to the first hit from another part of the call, too, where none are counted', async () => {
  await findOne('umbrella call_read_me');
  await screens.caller('Frau Müller').click();
  await screens.call.openTab('Raw JSON');
  await expectPage(screens.call.hits).toHaveText('');
  await press('n');
  await expectPage(screens.call.hits).toHaveText('hit 1 of 3');
  await expectPage(screens.call.currentHit).toHaveText('umbrella');
});

test('other calls with the same number are listed, however it is written, and open', async () => {
  const list = (await screens.call.openTab('Same number')).getByRole('list', { name: 'Calls with this number' });
  await expectPage(list.getByRole('listitem')).toHaveCount(2);
  await list.getByRole('button', { name: /U\. Müller/ }).click();
  await expectPage(screens.call.name).toHaveText('U. Müller');
  await screens.call.openTab('Overview');
  await press('Escape');
});

test('so are calls whose number is no number', async () => {
  await findOne('id:call_withheld_too');
  await screens.caller('call_withheld_too').click();
  const list = (await screens.call.openTab('Same number')).getByRole('list', { name: 'Calls with this number' });
  await expectPage(list.getByRole('listitem')).toHaveCount(2);
  await screens.call.openTab('Overview');
  await press('Escape');
});

test('J and K go to the next call and back, in the order of the grid', async () => {
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('46 calls');
  await screens.toCell(1, 0);
  await press('Enter');
  const place = screens.detail.getByText(/^\d+ of 46$/);
  await expectPage(place).toHaveText('1 of 46');
  await expectPage(screens.detail.getByRole('button', { name: 'Previous call' })).toBeDisabled();
  await expectPage(screens.call.name).toHaveText(
    (await screens.grid.getByRole('rowheader').nth(0).textContent()) ?? '',
  );
  await press('j', 'j', 'k');
  await expectPage(place).toHaveText('2 of 46');
  await expectPage(screens.call.name).toHaveText(
    (await screens.grid.getByRole('rowheader').nth(1).textContent()) ?? '',
  );
  await screens.detail.getByRole('button', { name: 'Next call' }).click();
  await expectPage(place).toHaveText('3 of 46');
  // At either end the button that is off gives the focus to the other.
  const previous = screens.detail.getByRole('button', { name: 'Previous call' });
  await previous.focus();
  await press('Enter', 'Enter');
  await expectPage(place).toHaveText('1 of 46');
  await expectPage(screens.detail.getByRole('button', { name: 'Next call' })).toBeFocused();
  await press('Escape');
});

test('a call keeps its place when the rows are read anew while it is being opened', async () => {
  await screens.toCell(1, 0);
  await press('Enter');
  const place = screens.detail.getByText(/^\d+ of 46$/);
  await expectPage(place).toHaveText('1 of 46');
  const names = await screens.grid.getByRole('rowheader').allTextContents();
  await expectPage(screens.call.name).toHaveText(names[0] ?? '');
  const letGo = await app.hold('calls.get');
  await press('j');
  await expectPage(place).toHaveText('2 of 46');
  // Masks phone numbers, then shows them again: the rows come with them.
  const phones = screens.grid.getByTitle('+49 30 777', { exact: true });
  await expectPage(phones).toHaveCount(1);
  await press('Control+Shift+M');
  await expectPage(phones).toHaveCount(0);
  await press('Control+Shift+M');
  await expectPage(phones).toHaveCount(1);
  await letGo();
  await expectPage(screens.call.name).toHaveText(names[1] ?? '');
  await expectPage(place).toHaveText('2 of 46');
  await press('Escape');
});

test('star, tags and note are kept through a sync, found, filtered and counted', async () => {
  await findOne('call_read_me');
  await screens.caller('Frau Müller').click();
  await expectPage(screens.call.star).toBeVisible();
  await screens.grid.focus();
  await press('s');
  await expectPage(screens.call.star).toHaveAttribute('aria-pressed', 'true');
  await screens.call.tagBox.fill('refund, angry');
  await press('Enter');
  await expectPage(screens.call.tag('refund')).toBeVisible();
  await screens.call.note.fill('Ask for the zebra invoice.');
  await findOne('zebra');
  await findOne('tag:angry');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('46 calls');

  provider.setItems(batch, [
    { ...call, summary: 'Changed upstream.', outcomes: { ...call.outcomes, Interested: 'No' } },
    again,
    sameNumber,
  ]);
  await press('Control+r');
  await expectPage(screens.run).toContainText('1 changed');
  await screens.goTo('Calls');
  await findOne('zebra');
  await screens.caller('Frau Müller').click();
  await expectPage(screens.call.note).toHaveValue('Ask for the zebra invoice.');
  await expectPage(screens.detail).toContainText('Changed upstream.');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('46 calls');

  await screens.openFacet('Tags');
  await screens.facetValue('Tags', 'angry').click();
  await expectPage(screens.chips).toContainText('Tags is angry');
  await expectPage(screens.callsShown).toHaveText('1 of 46 calls');
  await screens.facetValue('Tags', 'angry').click();
  await expectPage(screens.callsShown).toHaveText('46 calls');
  await screens.openFacet('Starred');
  await screens.facetValue('Starred', 'Yes').click();
  await expectPage(screens.callsShown).toHaveText('1 of 46 calls');
});

test('a call that is starred by the menu while its note is being written keeps both', async () => {
  // Without its star it would not be among the starred calls.
  await screens.chips.getByRole('button', { name: /^Remove filter/ }).click();
  await expectPage(screens.callsShown).toHaveText('46 calls');
  await screens.call.note.fill('Ask for the walnut invoice.');
  app.chooseFromMenu('Go', 'Star the open call');
  await expectPage(screens.call.star).toHaveAttribute('aria-pressed', 'false');
  await findOne('walnut');
  await expectPage(screens.call.star).toHaveAttribute('aria-pressed', 'false');
  await screens.call.star.click();
  await expectPage(screens.call.star).toHaveAttribute('aria-pressed', 'true');
  await expectPage(screens.call.note).toHaveValue('Ask for the walnut invoice.');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('46 calls');
});

test('a tag that is being typed is kept when a key leads to another screen', async () => {
  await screens.call.tagBox.fill('half typed');
  await press('Control+2', 'Control+1');
  await expectPage(screens.call.tag('half typed')).toBeVisible();
});

test('what the call was before stands beside the outcome and in its history', async () => {
  await expectPage(screens.call.outcomes).toContainText(/No\s*was Yes until \d{4}-/);
  const history = await screens.call.openTab('History');
  await expectPage(history.getByRole('listitem')).toHaveCount(2);
  await expectPage(history.getByRole('listitem').filter({ hasText: 'Interested' })).toContainText('Yes → No');
  await screens.call.openTab('Overview');
  expect(app.pageErrors).toEqual([]);
});

test('a transcript of megabytes is drawn in parts; all of its hits are counted, and drawn where one goes', async () => {
  await findOne('walrus');
  await press('Enter', 'ArrowDown', 'Enter');
  await expectPage(screens.call.hits).toHaveText('9,000 hits');
  const transcript = screens.detail.getByRole('region', { name: 'Transcript' });
  const shown = transcript.getByRole('status');
  await expectPage(shown).toHaveText(/^Letters 1 to \d{2},\d{3} of \d{3},\d{3} are shown\.$/);
  await transcript.getByRole('button', { name: 'Show more' }).press('Enter');
  await expectPage(shown).toHaveText(/^Letters 1 to \d{2,3},\d{3} of/);
  await expectPage(screens.call.hits).toHaveText('9,000 hits');
  // The last one is far behind what is drawn, which never becomes all of it.
  await press('Shift+N');
  await expectPage(screens.call.hits).toHaveText('hit 9,000 of 9,000');
  await expectPage(screens.call.currentHit).toBeInViewport();
  await expectPage(transcript).toContainText('Turn 2999 of');
  await expectPage(transcript).not.toContainText('Turn 0 of');
  await transcript.getByRole('button', { name: 'Show what is before' }).click();
  await expectPage(shown).not.toHaveText(/^Letters 1 to/);
  await expectPage(screens.call.hits).toHaveText('hit 9,000 of 9,000');
  await press('n');
  await expectPage(screens.call.hits).toHaveText('hit 1 of 9,000');
  await expectPage(screens.call.currentHit).toBeInViewport();
  await expectPage(transcript).toContainText('Turn 0 of');
  // That nothing is left to show is told where a screen reader listens since before.
  const told = await shown.elementHandle();
  const more = transcript.getByRole('button', { name: 'Show more' });
  for (const letters of [/^Letters 1 to \d\d,/, /^Letters 1 to (99|1\d\d),/, /^Letters 1 to (199|2\d\d),/]) {
    await expectPage(shown).toHaveText(letters);
    await more.press('Enter');
  }
  await expectPage(more).toHaveCount(0);
  await expectPage(shown).toHaveText(/^Letters 1 to (\d{3},\d{3}) of \1 are shown\.$/);
  expect(await told?.textContent()).toMatch(/^Letters 1 to (\d{3},\d{3}) of \1 are shown\.$/);
  await press('Escape');
});

test('a hit that one goes to while its call is being opened is gone to, also when a sync ends meanwhile', async () => {
  await screens.search.fill('umbrella');
  await expectPage(screens.callsShown).toHaveText('5 of 46 calls');
  const { promise: until, resolve: answer } = Promise.withResolvers<void>();
  provider.misbehave({ type: 'held', until, path: `${batch}/results` });
  provider.setItems(batch, [{ ...call, summary: 'Changed once more.' }, again, sameNumber], { completed_contacts: 4 });
  await app.page.getByRole('button', { name: /^Synced / }).click();
  const drawer = app.page.getByRole('dialog', { name: 'Sync' });
  await drawer.getByRole('button', { name: 'Sync all' }).click();
  await expectPage(drawer.getByRole('button', { name: 'Pause' })).toBeVisible();
  await press('Escape');
  await screens.toCell(1, 0);
  await press('Enter');
  await expectPage(screens.detail).toContainText('1 of 5');
  const names = await screens.grid.getByRole('rowheader').allTextContents();
  await expectPage(screens.call.name).toHaveText(names[0] ?? '');
  const letGo = await app.hold('calls.get');
  await press('j', 'n');
  answer();
  await app.page.getByRole('button', { name: /^Synced / }).waitFor();
  await letGo();
  await expectPage(screens.call.name).toHaveText(names[1] ?? '');
  await expectPage(screens.call.hits).toHaveText(/^hit 1 of/);
  await press('Escape');
  expect(app.pageErrors).toEqual([]);
});
