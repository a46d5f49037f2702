import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { commands, eventNames } from './src/shared/contract.ts';

export default defineConfig({
  main: {
    build: {
      // Its hundred files would be read by the main process and by each thread, before the first window opens.
      externalizeDeps: { exclude: ['zod'] },
      rollupOptions: {
        input: {
          index: 'src/main/shell/index.ts',
          writer: 'src/main/cache/writer.worker.ts',
          query: 'src/main/cache/query.worker.ts',
          export: 'src/main/export/export.worker.ts',
          cli: 'src/main/cli/index.ts',
        },
        output: { format: 'es' },
      },
    },
  },
  preload: {
    // Names only: with the contract's schemas, and zod for them, every window would open 80 ms later.
    define: {
      COMMAND_NAMES: JSON.stringify(Object.keys(commands)),
      EVENT_NAMES: JSON.stringify(eventNames),
    },
    build: {
      // A sandboxed preload can load nothing but electron, so it is one CommonJS file.
      externalizeDeps: false,
      rollupOptions: { input: 'src/preload/index.ts', output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    // electron-vite leaves this off; a window opens sooner with half as much to read.
    build: { minify: true, chunkSizeWarningLimit: 1_500, rollupOptions: { input: 'src/renderer/index.html' } },
  },
});
