import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { Licence } from '../../shared/contract.ts';
import { call } from '../bridge.ts';
import { HeadedDialog } from '../components/HeadedDialog.tsx';
import { tell } from '../stores/notices.ts';
import { useSession } from '../stores/session.ts';
import { openDialog, useView } from '../stores/view.ts';

/** Callbook's version and what it owes to others. */
export function LicencesDialog() {
  const isOpen = useView((state) => state.dialog === 'licences');
  return (
    <HeadedDialog title="About Callbook and its licences" isOpen={isOpen} onClose={() => openDialog(null)}>
      <List />
    </HeadedDialog>
  );
}

function List() {
  const version = useSession((state) => state.info.version);
  const [licences, setLicences] = useState<readonly Licence[]>([]);
  useEffect(() => {
    call('app.licences').then(setLicences, tell);
  }, []);
  return (
    <div className="dialog-body">
      <p>
        Callbook {version}. It contains these {licences.length} packages of others, each under its own licence:
      </p>
      <div className="licences" role="group" aria-label="Packages" tabIndex={0}>
        {licences.map(({ name, version: its, licence, text }) => (
          <Disclosure key={`${name} ${its}`} className="facet">
            <Heading level={3} className="facet-head">
              <Button slot="trigger" className="facet-trigger">
                <ChevronRight size={14} aria-hidden className="turns" />
                <span className="grow">
                  {name} <span className="muted tabular">{its}</span>
                </span>
                <span className="muted">{licence}</span>
              </Button>
            </Heading>
            <DisclosurePanel>
              <pre className="raw">
                {text === '' ? `The package has no text of its licence, which is ${licence}.` : text}
              </pre>
            </DisclosurePanel>
          </Disclosure>
        ))}
      </div>
    </div>
  );
}
