/* What the felt bench runs in the page, as `globalThis.probe`; see felt.bench.ts for what each part tells. Given to Playwright as text. */
(() => {
  const textOf = (selector) => document.querySelector(selector)?.textContent ?? '';
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  let longestTaskMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
  }).observe({ type: 'longtask' });

  const nothing = { unreadMs: 0, blankMs: 0, behindMs: 0, longestFrameMs: 0, frames: 0 };
  let watched = { ...nothing };
  /** Which watch is under way: one that was stopped sees a frame more, by when another may have begun. */
  let watch = 0;

  const rowsInSight = (grid, row) => grid.clientHeight / row.offsetHeight;
  /** The row that the bar's place stands for. */
  const rowOfBar = (grid, inSight) =>
    (grid.scrollTop / (grid.scrollHeight - grid.clientHeight || 1)) * (Number(grid.ariaRowCount) - 1 - inSight);

  async function watchFrames(mine) {
    const grid = document.querySelector('.grid');
    let [lastFrame, unreadSince, blankSince] = [performance.now(), NaN, NaN];
    const places = [];
    for (let now = await frame(); watch === mine; now = await frame()) {
      const box = grid.getBoundingClientRect();
      // A row may be met at the line between two.
      const rows = [60, box.height / 2, box.height - 40].map((y) =>
        document.elementFromPoint(box.left + 160, box.top + y)?.closest('.grid-body .line'),
      );
      const isUnread = rows.some((row) => row?.querySelector('.cell[aria-busy="true"]') != null);
      unreadSince = isUnread ? unreadSince || now : NaN;
      blankSince = rows.includes(undefined) || rows.includes(null) ? blankSince || now : NaN;
      if (rows[0] != null) {
        const inSight = rowsInSight(grid, rows[0]);
        places.push({ now, row: rowOfBar(grid, inSight) });
        // Give or take a screen: a header, and rows at the edge.
        const shown = places.findLast(({ row }) => Math.abs(Number(rows[0].ariaRowIndex) - row) < 2 * inSight);
        watched.behindMs = Math.max(watched.behindMs, now - (shown ?? places[0]).now);
      }
      watched.unreadMs = Math.max(watched.unreadMs, now - unreadSince || 0);
      watched.blankMs = Math.max(watched.blankMs, now - blankSince || 0);
      watched.longestFrameMs = Math.max(watched.longestFrameMs, now - lastFrame);
      watched.frames++;
      lastFrame = now;
    }
  }

  const probe = {
    result: Promise.resolve(0),

    arm(type, selector, mostMs) {
      const before = textOf(selector);
      probe.result = new Promise((resolve) => {
        const begin = async (event) => {
          while (textOf(selector) === before) {
            if (performance.now() - event.timeStamp > mostMs) return resolve(null);
            await frame();
          }
          await frame();
          // A message sent in a frame arrives after it is painted.
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => resolve(performance.now() - event.timeStamp));
          port1.start();
          port2.postMessage(null);
        };
        addEventListener(type, begin, { once: true, capture: true });
      });
    },

    watch() {
      watched = { ...nothing };
      longestTaskMs = 0;
      void watchFrames(++watch);
    },

    stop() {
      watch++;
      return { ...watched, longestTaskMs };
    },

    async dragBar(steps) {
      const grid = document.querySelector('.grid');
      const most = grid.scrollHeight - grid.clientHeight;
      probe.watch();
      for (let step = 0; step <= steps; step++) {
        // A hand moves on and rests by turns.
        if (step % 20 < 15) grid.scrollTop = Math.round((most * (1 - Math.cos((step / steps) * 2 * Math.PI))) / 2);
        await frame();
      }
      return probe.stop();
    },
  };
  globalThis.probe = probe;
})();
