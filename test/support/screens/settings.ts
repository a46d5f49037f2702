import type { Locator, Page } from 'playwright';

export class SettingsScreen {
  readonly page: Page;
  readonly accounts: Locator;
  readonly data: Locator;

  constructor(page: Page) {
    this.page = page;
    this.accounts = page.getByRole('region', { name: 'Accounts' });
    this.data = page.getByRole('region', { name: 'Data' });
  }

  account(name: string): Locator {
    return this.accounts.getByRole('listitem').filter({ hasText: name });
  }

  /** Opens the line that says where an account's recordings lie. */
  async openRecordings(account: string): Promise<Locator> {
    const line = this.account(account).locator('details');
    if ((await line.getAttribute('open')) === null) await line.locator('summary').click();
    return line;
  }
}
