import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '../support/expectPage.ts';
import { launchApp, type RunningApp } from '../support/launch.ts';
import { sampleBatch, scheduleId } from '../support/provider/batches.ts';
import { startProvider, type Provider } from '../support/provider/server.ts';
import { Screens } from '../support/screens/screens.ts';
import { toHeader } from './byKeyboard.ts';

/** Sharing the screen: no phone number is to be seen anywhere, and filters, pivots and notes work on as before. */

const batch = scheduleId('spring');
let provider: Provider;
let app: RunningApp;
let screens: Screens;

const DIGITS = '919764542712';
const call = {
  call_id: 'call_everywhere',
  external_id: `x ${DIGITS}`,
  phone_number: DIGITS,
  name: `Ada +91 97645 42712`,
  status: 'completed',
  duration_seconds: 61,
  answer_duration_seconds: 50,
  analysis_status: 'ready',
  summary: `Wants to be called at ${DIGITS}, or at +91-97645-42712.`,
  outcomes: { Interested: 'Yes', 'Call back at': '+91 97645 42712', Mobile: 919764542712 },
  started_at: '2026-05-14T10:00:00Z',
  transcript: [{ role: 'user', start: 4, text: `It is ${DIGITS}.` }],
  recording: { available: true, file_key: `calls/${DIGITS}.mp3` },
  not_documented: { other_phone: 919764542712, words: DIGITS },
};
const other = {
  ...call,
  call_id: 'call_other',
  external_id: 'x-2',
  name: 'Bob',
  phone_number: '4420790000712',
  summary: 'Nothing.',
  outcomes: { Interested: 'No', 'Call back at': '+44 20 7900 00712', Mobile: 4420790000712 },
  transcript: null,
  not_documented: null,
};

beforeAll(async () => {
  provider = await startProvider({
    batches: [sampleBatch({ name: 'spring', agent: 'productDemo', count: 20, startedAt: '2026-05-14T08:00:00Z' })],
  });
  provider.setItems(batch, [{ ...call, outcomes: { ...call.outcomes, 'Call back at': `never ${DIGITS}` } }, other]);
  app = await launchApp();
  screens = new Screens(app.page);
  await screens.connectAndSync(provider.baseUrl, provider.key);
  provider.setItems(batch, [call, other, { call_id: 7, phone_number: DIGITS }]);
  await app.page.getByRole('button', { name: 'Re-sync everything' }).first().click();
  await expectPage(screens.run).toContainText('1 changed');
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

/** Everything that the page says: words, what is read out and shown on hover, and what stands in fields. */
async function expectNoNumber(where: string): Promise<void> {
  const held = await app.page.evaluate(() => {
    const spoken = ['title', 'aria-label', 'aria-description', 'aria-valuetext', 'placeholder', 'alt'];
    return [...document.querySelectorAll('*')]
      .flatMap((element) => [
        ...spoken.map((name) => element.getAttribute(name) ?? ''),
        ...('value' in element && typeof element.value === 'string' ? [element.value] : []),
      ])
      .concat(document.body.textContent)
      .join('\n');
  });
  const found = /\d[\d ().-]*4[ -]?2[ -]?7[ -]?1[ -]?2|542,712|4420790000712|790,000,712/.exec(held);
  expect(found === null ? null : held.slice(found.index - 150, found.index + 60), where).toBeNull();
}

const ofName = (name: string | RegExp) => screens.grid.getByRole('rowheader', { name });

test('a note with a number in it survives masking, a star and a tag', async () => {
  await screens.goTo('Calls');
  await ofName(/^Ada/).click();
  await screens.call.note.fill(`Ring ${DIGITS} again.`);
  await screens.call.tagBox.fill(`tel ${DIGITS}`);
  await screens.press('Enter');
  await expectPage(screens.call.tag(`tel ${DIGITS}`)).toBeVisible();
  await screens.grid.focus();
  await screens.press('Control+Shift+M');
  await expectPage(screens.detail).toContainText('Ring •••••••••712 again.');
  // Also what was counted before, and is not counted again.
  await expectNoNumber('at once');
  await screens.press('s');
  await expectPage(screens.call.star).toHaveAttribute('aria-pressed', 'true');
  await screens.call.tagBox.fill('seen');
  await screens.press('Enter');
  await expectPage(screens.call.tag('seen')).toBeVisible();
  await expectNoNumber('overview');
  await screens.grid.focus();
  await screens.press('Control+Shift+M');
  await expectPage(screens.call.note).toHaveValue(`Ring ${DIGITS} again.`);
  await expectPage(screens.call.tag(`tel ${DIGITS}`)).toBeVisible();
  await screens.press('Control+Shift+M');
});

test('no tab of a call tells the number', async () => {
  await expectPage(screens.detail).toContainText('•••712');
  for (const tab of ['History', 'Raw JSON', 'Same number', 'Overview'] as const) {
    const panel = await screens.call.openTab(tab);
    if (tab === 'History') await expectPage(panel).toContainText('never •••••••••712 → +•• ••••• ••712');
    if (tab === 'Raw JSON') await expectPage(panel).toContainText('Phone numbers are masked');
    await expectNoNumber(tab);
  }
  await expectPage(screens.detail.getByRole('region', { name: 'Other fields' })).toContainText(
    '"other_phone": "•••••••••712"',
  );
});

test('a masked value is kept by its digits, also where another ends alike', async () => {
  await screens.call.outcomes.getByRole('button', { name: 'Keep only this value of Call back at' }).click();
  await expectPage(screens.callsShown).toHaveText('1 of 2 calls');
  await expectPage(screens.chips).toContainText('Call back at is +•• ••••• ••712');
  await expectNoNumber('chips');
  await screens.press('Escape');
  await screens.chips.getByRole('button', { name: /^Remove filter/ }).click();
  await expectPage(screens.callsShown).toHaveText('2 calls');

  const cell = screens.grid.getByRole('gridcell', { name: '•••••••••712', exact: true }).first();
  await cell.click({ button: 'right' });
  const menu = app.page.getByRole('menu', { name: 'Cell' });
  await expectPage(menu.getByRole('menuitem', { name: 'Keep only' })).toBeVisible();
  await expectPage(menu.getByRole('menuitem', { name: 'Search this' })).toHaveCount(0);
  await expectNoNumber('cell menu');
  await menu.getByRole('menuitem', { name: 'Exclude' }).click();
  await expectPage(screens.callsShown).toHaveText('1 of 2 calls');
  await expectPage(ofName('Bob')).toBeVisible();
  await screens.press('Control+z');
  await expectPage(screens.callsShown).toHaveText('2 calls');
});

test('numbers that are sums or ends of a range tell none', async () => {
  await screens.openFacet('Mobile');
  await expectPage(screens.facetsPanel.getByRole('slider', { name: 'Mobile from' })).toBeVisible();
  await screens.facetsPanel.getByRole('slider', { name: 'Mobile to' }).focus();
  await screens.press('ArrowLeft');
  await expectPage(screens.callsShown).toHaveText('1 of 2 calls');
  await expectNoNumber('range');
  await screens.chips.getByRole('button', { name: 'Clear all' }).click();
  await expectPage(screens.callsShown).toHaveText('2 calls');
  await screens.grid.focus();
  await toHeader(screens.grid, 'Mobile');
  await screens.press('ArrowDown', 'Control+Space');
  await expectPage(app.page.getByRole('status', { name: 'Picked cells' })).toContainText('most •,•••,•••,•••,712');
  await expectNoNumber('statistics');
});

test('in a search, what was found and where', async () => {
  await screens.search.fill('called');
  await expectPage(screens.callsShown).toHaveText('1 of 2 calls');
  await expectNoNumber('found');
  await screens.search.fill('');
  await expectPage(screens.callsShown).toHaveText('2 calls');
});

test('a pivot by numbers shows no digits, and leads to the calls behind a number', async () => {
  await screens.goTo('Pivot');
  await screens.addDimension('rows', 'Call back at');
  await expectPage(screens.pivot.getByRole('rowheader', { name: '+•• ••••• ••712' })).toBeVisible();
  await screens.addDimension('columns', 'Mobile');
  await expectPage(screens.pivot.getByRole('columnheader', { name: '••••••••••712' })).toBeVisible();
  await expectNoNumber('pivot');
  await screens.pivot.getByRole('rowheader', { name: '+•• ••••• ••712' }).click();
  await expectPage(screens.callsShown).toHaveText('1 of 2 calls');
  await expectPage(ofName(/^Ada/)).toBeVisible();
  await expectNoNumber('drill-through');
});

test('a share of a value does not tell it, in the form, the table, the export dialog or a copy', async () => {
  await screens.goTo('Pivot');
  await app.page.getByRole('button', { name: 'Add measure' }).click();
  const form = app.page.getByRole('dialog', { name: 'Add measure' });
  const option = (name: string) => app.page.getByRole('option', { name, exact: true });
  await form.getByRole('button', { name: /Measure$/ }).click();
  await option('Share of a value (%)').click();
  await form.getByRole('button', { name: /^Show of/ }).click();
  await option('Call back at').click();
  await form.getByRole('button', { name: /^Show value/ }).click();
  await expectPage(option('+•• ••••• ••712')).toBeVisible();
  await expectNoNumber('values');
  await option('+•• ••••• ••712').click();
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  const measure = 'Call back at is +•• ••••• ••712';
  await expectPage(screens.pivot.getByRole('columnheader', { name: measure }).first()).toBeVisible();
  await expectNoNumber('measure');
  await app.page.getByRole('button', { name: 'Copy the table' }).click();
  await expect.poll(() => app.copied()?.text).toContain(measure);
  await screens.press('Control+e');
  await expectPage(app.page.getByRole('dialog', { name: 'Export' })).toContainText(measure);
  await expectNoNumber('export');
  await screens.press('Escape');
  await app.page.getByRole('button', { name: `Remove ${measure}` }).click();
});

test('what is searched for is masked among the chips', async () => {
  await screens.goTo('Calls');
  await screens.search.fill(DIGITS);
  await expectPage(screens.chips).toContainText('contains “•••••••••712”');
  await expectPage(screens.chips).not.toContainText(DIGITS);
  await screens.search.fill('');
});

test('whether there is a recording is kept like any other value', async () => {
  await screens.grid.focus();
  await toHeader(screens.grid, 'Recording');
  await screens.press('ArrowDown', 'f');
  await expectPage(screens.chips).toContainText('Recording is true');
  await screens.press('Control+z');
});

test('filters, the export dialog, the palette and the sync screen tell none either', async () => {
  await app.page.getByRole('button', { name: 'Clear all' }).click();
  await expectPage(screens.callsShown).toHaveText('2 calls');
  await screens.openFacet('Call back at');
  await expectPage(screens.facetValues('Call back at').getByRole('row')).toHaveCount(2);
  await screens.openFacet('Tags');
  await expectNoNumber('filters');
  await screens.facetValue('Call back at', '+•• ••••• ••712').click();
  await expectPage(screens.callsShown).toHaveText('1 of 2 calls');
  await screens.press('Control+e');
  await expectPage(app.page.getByRole('dialog', { name: 'Export' })).toContainText('Which calls');
  await expectPage(app.page.getByRole('checkbox', { name: 'Mask phone numbers' })).toBeChecked();
  await expectNoNumber('export');
  await screens.press('Escape');
  await screens.press('Control+k');
  await expectPage(screens.palette).toBeVisible();
  await expectNoNumber('palette');
  await screens.press('Escape');
  await screens.goTo('Sync');
  await app.page.getByRole('button', { name: 'What changed in this sync' }).click();
  await expectPage(app.page.getByRole('list', { name: 'Changes of this sync' })).toContainText('•••712');
  const rejected = app.page.getByRole('region', { name: 'Items that could not be read' });
  // It is in the list of contacts too.
  await rejected
    .getByRole('button', { name: /call_id/ })
    .first()
    .click();
  await expectPage(rejected).toContainText('•••712');
  await expectNoNumber('sync');
  expect(app.pageErrors).toEqual([]);
});
