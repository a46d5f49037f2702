import { Button } from 'react-aria-components';
import { useSession } from '../../stores/session.ts';
import { openDialog } from '../../stores/view.ts';

export function Help() {
  const version = useSession((state) => state.info.version);
  return (
    <section className="panel" aria-label="About and help">
      <h2>About and help</h2>
      <p>Callbook {version}</p>
      <div className="row">
        <Button className="button" onPress={() => openDialog('shortcuts')}>
          Keyboard shortcuts
        </Button>
        <Button className="button" onPress={() => openDialog('log')}>
          Log and diagnostics
        </Button>
        <Button className="button" onPress={() => openDialog('licences')}>
          Licences
        </Button>
      </div>
    </section>
  );
}
