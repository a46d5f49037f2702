import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/grid.css';
import './styles/facets.css';
import './styles/screens.css';
import './styles/forcedColours.css';
import { createRoot } from 'react-dom/client';
import { problemOf } from './bridge.ts';
import { App } from './shell/App.tsx';
import { start } from './stores/start.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
const root = createRoot(place);

start().then(
  () => root.render(<App />),
  (thrown: unknown) =>
    root.render(
      <main className="empty fatal">
        <h1>Callbook cannot start</h1>
        <p role="alert">{problemOf(thrown).message}</p>
      </main>,
    ),
);
