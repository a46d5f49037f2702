import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { DataGrid } from '../../src/renderer/components/DataGrid.tsx';

/** The grid of the app alone in a page, with as many rows as the address says; each cell says where it is. */

const asked = new URLSearchParams(location.hash.slice(1));
const rowCount = Number(asked.get('rows'));
const rowHeight = Number(asked.get('height'));
const columns = Array.from({ length: 4 }, (_, i) => ({ id: `c${i}`, width: 160 }));
const header = (_level: number, column: number) => ({ content: `column ${column}`, title: `column ${column}` });
const rowAt = (row: number) => row;
const cell = (row: number, column: number) => ({ content: `${row}:${column}`, title: `${row}:${column}` });

function TallGrid() {
  const [active, setActive] = useState('');
  return createElement(
    'main',
    { style: { display: 'flex', width: 800, height: 600 } },
    createElement(DataGrid<number>, {
      label: 'Rows',
      columns,
      frozen: 1,
      headers: 1,
      rowCount,
      rowHeight,
      resetKey: 'tall',
      header,
      rowAt,
      cell,
      onActivate: ({ line, column }) => setActive(`${line - 1}:${column}`),
    }),
    createElement('output', { style: { position: 'absolute', top: 610 } }, active),
  );
}

const root = document.querySelector('#root');
if (root !== null) createRoot(root).render(createElement(TallGrid));
