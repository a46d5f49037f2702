import type { Locator, Page } from 'playwright';
import { expectPage } from '../expectPage.ts';
import { CallDetailScreen } from './callDetail.ts';
import { SettingsScreen } from './settings.ts';

/** What a person sees and does on each screen, by the names a screen reader would say. */

/** Columns of the sample's four batches. */
const SAMPLE_COLUMNS = 49;
/** A whole sync from its first request to the last row: on two cores, with four others at work, it took more than 20 s. */
const SYNC_MS = 60_000;

export class Screens {
  readonly page: Page;
  readonly search: Locator;
  readonly callsShown: Locator;
  readonly grid: Locator;
  readonly pivot: Locator;
  /** The panel of one open call, and its parts. */
  readonly detail: Locator;
  readonly call: CallDetailScreen;
  readonly settings: SettingsScreen;
  readonly run: Locator;
  /** Where it is told how the sync stands, also before there is one. */
  readonly syncState: Locator;
  readonly viewButton: Locator;
  readonly palette: Locator;
  readonly chips: Locator;
  readonly facetsPanel: Locator;

  constructor(page: Page) {
    this.page = page;
    this.search = page.getByRole('searchbox', { name: 'Search calls' });
    this.callsShown = page.getByRole('status', { name: 'Calls shown' });
    this.grid = page.getByRole('grid', { name: 'Calls' });
    this.pivot = page.getByRole('grid', { name: 'Pivot result' });
    this.call = new CallDetailScreen(page);
    this.detail = this.call.panel;
    this.settings = new SettingsScreen(page);
    this.run = page.getByRole('region', { name: 'Sync run' });
    this.syncState = page.getByRole('status', { name: 'Sync state' });
    this.viewButton = page.getByRole('button', { name: /^View: / });
    this.palette = page.getByRole('dialog', { name: 'Command palette' });
    this.facetsPanel = page.getByRole('complementary', { name: 'Filter panel' });
    this.chips = page.getByRole('group', { name: 'Filters' });
  }

  async fillConnection(name: string, baseUrl: string, key: string): Promise<void> {
    await this.page.getByLabel('Account name').fill(name);
    await this.page.getByLabel('Base URL').fill(baseUrl);
    await this.page.getByLabel('API key').fill(key);
  }

  async connect(): Promise<void> {
    await this.page.getByRole('button', { name: 'Connect' }).click();
  }

  /** Opens the sample; then all of its calls and columns are there. */
  async exploreSample(): Promise<void> {
    await this.page.getByRole('button', { name: 'Explore sample data' }).click();
    await this.callsShown.getByText('1,200 calls').waitFor({ timeout: SYNC_MS });
    await expectPage(this.grid).toHaveAttribute('aria-colcount', `${SAMPLE_COLUMNS}`);
  }

  /** Presses one key after another. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Connects the account Work to a provider and syncs all of its batches. */
  async connectAndSync(baseUrl: string, key: string): Promise<void> {
    await this.fillConnection('Work', baseUrl, key);
    await this.connect();
    await this.page.getByRole('button', { name: /^Sync \d+ batch/ }).click();
    await this.run.getByText(/^Sync finished/).waitFor({ timeout: SYNC_MS });
  }

  /** On the Sync screen, without a network: each try makes the next wait longer, until no try comes by itself before what a test does next. */
  async tryInVain(): Promise<void> {
    const isLong = this.run.getByText(/next try in 1\d s/);
    while (!(await isLong.isVisible())) {
      await this.page.getByRole('button', { name: 'Try now' }).click();
      await this.run.getByText(/next try in \d+ s/).waitFor();
    }
  }

  async goTo(screen: 'Calls' | 'Pivot' | 'Sync' | 'Settings'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: screen }).click();
  }

  facetValues(column: string): Locator {
    return this.facetsPanel.getByRole('grid', { name: `Values of ${column}`, exact: true });
  }

  /** A value of a column in the filter panel. */
  facetValue(column: string, value: string): Locator {
    return this.facetValues(column)
      .getByRole('row')
      .filter({ has: this.page.getByTitle(value, { exact: true }) });
  }

  /** Opens a column of the filter panel, if it is not open. */
  async openFacet(column: string): Promise<void> {
    const trigger = this.facetsPanel.getByRole('button').filter({ has: this.page.getByTitle(column, { exact: true }) });
    if ((await trigger.getAttribute('aria-expanded')) !== 'true') await trigger.click();
  }

  /** Opens the menu of views and chooses from it. */
  async chooseOfView(item: string): Promise<void> {
    await this.viewButton.click();
    await this.page.getByRole('menu').getByRole('menuitem', { name: item }).click();
  }

  async saveViewAs(name: string): Promise<void> {
    await this.chooseOfView('Save as a new view…');
    const dialog = this.page.getByRole('dialog', { name: 'Save as a new view' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expectPage(this.viewButton).toHaveAccessibleName(`View: ${name}`);
  }

  /** A call of the grid by its name, the frozen first column. */
  caller(name: string): Locator {
    return this.grid.getByRole('rowheader', { name, exact: true });
  }

  /** The words of the grid's header line from left to right, as far as it is in the document. */
  headers(): Promise<string[]> {
    return this.grid.getByRole('columnheader').allTextContents();
  }

  /** Ctrl+Home, then so many rows below the header and columns to the right. */
  async toCell(row: number, column: number): Promise<void> {
    await this.grid.focus();
    const keys = ['Control+Home', ...Array<string>(row).fill('ArrowDown'), ...Array<string>(column).fill('ArrowRight')];
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async openColumns(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Columns and rows' }).click();
    return this.page.getByRole('dialog', { name: 'Columns and rows' });
  }

  async addDimension(well: 'rows' | 'columns', label: string): Promise<void> {
    await this.page.getByRole('button', { name: `Add to ${well}` }).click();
    const dialog = this.page.getByRole('dialog', { name: `Add to ${well}` });
    await dialog.getByRole('searchbox').fill(label);
    await dialog.getByRole('option', { name: label, exact: true }).click();
  }
}
