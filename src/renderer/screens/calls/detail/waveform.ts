import { readUpTo } from './readUpTo.ts';

/** The waveform of a recording, drawn over its place in the panel. A recording that is too long to be read whole has none. */

const MOST_BYTES = 40_000_000;
const RATE = 8_000;
const POINTS = 600;

/** Draws once the sound is read; returns how to stop. What cannot be decoded still plays, without a picture. */
export function drawWaveform(audio: HTMLAudioElement, container: HTMLElement, url: string): () => void {
  const stop = new AbortController();
  let destroy: (() => void) | undefined;
  const draw = async () => {
    const answer = await fetch(url, { signal: stop.signal });
    const bytes = answer.ok ? await readUpTo(answer, MOST_BYTES) : undefined;
    if (bytes === undefined) return;
    const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes);
    const { default: WaveSurfer } = await import('wavesurfer.js');
    if (stop.signal.aborted) return;
    const style = getComputedStyle(container);
    // A contrast theme knows no colours of ours; how far it has played, the cursor tells.
    const isForced = matchMedia('(forced-colors: active)').matches;
    const colour = (name: string) => (isForced ? style.color : style.getPropertyValue(name));
    const waveform = WaveSurfer.create({
      container,
      media: audio,
      peaks: [peaksOf(sound.getChannelData(0))],
      duration: sound.duration,
      height: 48,
      barWidth: 2,
      barGap: 1,
      normalize: true,
      dragToSeek: true,
      waveColor: colour('--wave'),
      progressColor: colour('--wave-done'),
      cursorColor: style.color,
    });
    destroy = () => waveform.destroy();
  };
  draw().catch(() => undefined);
  return () => {
    stop.abort();
    destroy?.();
  };
}

/** The loudest of each stretch: a few hundred numbers instead of millions. */
export function peaksOf(samples: Float32Array): number[] {
  const step = Math.max(1, Math.ceil(samples.length / POINTS));
  const peaks: number[] = [];
  for (let at = 0; at < samples.length; at += step) {
    let most = 0;
    for (let i = at; i < Math.min(at + step, samples.length); i++) most = Math.max(most, Math.abs(samples[i] ?? 0));
    peaks.push(most);
  }
  return peaks;
}
