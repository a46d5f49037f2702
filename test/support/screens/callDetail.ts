import type { Locator, Page } from 'playwright';

/** The panel of one open call. */
export class CallDetailScreen {
  readonly panel: Locator;
  readonly name: Locator;
  readonly hits: Locator;
  /** The hit that N has led to. */
  readonly currentHit: Locator;
  readonly outcomes: Locator;
  readonly recording: Locator;
  readonly star: Locator;
  readonly tagBox: Locator;
  readonly note: Locator;

  constructor(page: Page) {
    this.panel = page.getByRole('complementary', { name: 'Call detail' });
    this.name = this.panel.getByRole('heading', { level: 2 });
    this.hits = this.panel.getByRole('status', { name: 'Hits' });
    this.currentHit = this.panel.locator('mark[aria-current]');
    this.outcomes = this.panel.getByRole('region', { name: 'Outcomes' });
    this.recording = this.panel.getByRole('region', { name: 'Recording' });
    this.star = this.panel.getByRole('button', { name: 'Star' });
    this.tagBox = this.panel.getByLabel('Add a tag');
    this.note = this.panel.getByRole('textbox', { name: 'Note' });
  }

  async openTab(name: 'Overview' | 'Raw JSON' | 'History' | 'Same number'): Promise<Locator> {
    await this.panel.getByRole('tab', { name }).click();
    return this.panel.getByRole('tabpanel');
  }

  tag(name: string): Locator {
    return this.panel.getByRole('row', { name, exact: true });
  }

  /** The item as received, and its part of the list of contacts, each with a search of its own. */
  rawJson(label: 'Raw JSON' | 'Raw JSON of the contact' = 'Raw JSON'): Locator {
    return this.panel.getByRole('group', { name: label, exact: true });
  }
}
