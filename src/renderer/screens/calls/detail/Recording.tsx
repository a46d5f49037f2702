import { Pause, Play, RotateCcw, RotateCw } from 'lucide-react';
import { useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent } from 'react';
import { Button, Radio, RadioGroup } from 'react-aria-components';
import type { RecordingState } from '../../../../shared/contract.ts';
import { formatDuration } from '../../../../shared/format.ts';
import type { CallDetail } from '../../../../shared/model.ts';
import { call as ask } from '../../../bridge.ts';
import { tell } from '../../../stores/notices.ts';
import { useMask } from '../../../stores/settings.ts';
import { goTo } from '../../../stores/view.ts';
import { drawWaveform } from './waveform.ts';

const SKIP_SECONDS = 10;
const speeds = [0.75, 1, 1.25, 1.5, 2] as const;

/** The sound of the call, or why there is none to hear. */
export function Recording({ detail }: { readonly detail: CallDetail }) {
  const { rowId, call } = detail;
  const [found, setFound] = useState<RecordingState | null>(null);
  const hasRecording = call.recording?.available ?? false;
  useEffect(() => {
    if (!hasRecording) return undefined;
    let isWanted = true;
    ask('recordings.find', { rowId }).then((state) => isWanted && setFound(state), tell);
    return () => {
      isWanted = false;
    };
  }, [rowId, hasRecording]);
  return (
    <section className="card" aria-label="Recording">
      <h3>Recording</h3>
      {!hasRecording ? (
        <p className="muted">The provider has no recording of this call.</p>
      ) : found === null ? null : found.state === 'ready' ? (
        <Player key={rowId} rowId={rowId} />
      ) : (
        <Explanation found={found} />
      )}
    </section>
  );
}

function Explanation({ found: { state, fileKey, folder } }: { readonly found: RecordingState }) {
  const mask = useMask();
  return (
    <>
      {fileKey !== null && <p className="mono selectable">{mask(fileKey)}</p>}
      {state === 'no_location' ? (
        <>
          <p className="muted">
            This names the file in your own storage; the provider’s API has no download. Tell Callbook where recordings
            lie to hear them here.
          </p>
          <Button className="button small" onPress={() => goTo('settings')}>
            Choose where recordings lie
          </Button>
        </>
      ) : state === 'no_folder' ? (
        <p className="muted">
          The folder of this account’s recordings is not there: <span className="mono selectable">{folder}</span>. If it
          is on a drive or a network, connect that and open the call again; if it has moved, choose it anew in Settings.
        </p>
      ) : state === 'not_found' ? (
        <p className="muted">No such sound file where this account’s recordings lie (Settings says where that is).</p>
      ) : (
        <p className="muted">There is a recording, but the provider does not say under which name.</p>
      )}
    </>
  );
}

function Player({ rowId }: { readonly rowId: number }) {
  const audio = useRef<HTMLAudioElement>(null);
  const wave = useRef<HTMLDivElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(NaN);
  const [speed, setSpeed] = useState(1);
  const [isBroken, setBroken] = useState(false);
  // Chromium plays what it has had from an address within minutes, whatever the answer said; recordings may lie elsewhere by now.
  const [source] = useState(() => `/recording/${rowId}?opened=${Date.now()}`);

  useEffect(() => {
    const sound = audio.current;
    if (sound === null || wave.current === null) return undefined;
    const stopDrawing = drawWaveform(sound, wave.current, source);
    return () => {
      stopDrawing();
      // Else it goes on loading until its memory is swept, and holds what it loads from.
      sound.removeAttribute('src');
      sound.load();
    };
  }, [source]);

  const toggle = () => {
    if (audio.current === null) return;
    // What cannot be played is an error of the element, too; paused before its sound has come, only this promise fails.
    if (audio.current.paused) audio.current.play().catch(() => undefined);
    else audio.current.pause();
  };
  const skip = (seconds: number) => {
    if (audio.current === null) return;
    audio.current.currentTime = Math.max(0, Math.min(audio.current.currentTime + seconds, audio.current.duration || 0));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') skip(-SKIP_SECONDS);
    else if (event.key === 'ArrowRight') skip(SKIP_SECONDS);
    else if (event.key === ' ') toggle();
    else return;
    event.preventDefault();
  };
  /** The waveform does the same; a recording that is too long for one has only this. */
  const onClick = (event: MouseEvent) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    if (audio.current !== null)
      audio.current.currentTime = ((event.clientX - left) / width) * (audio.current.duration || 0);
  };
  const words = `${formatDuration(at)} of ${Number.isNaN(length) ? '…' : formatDuration(length)}`;
  if (isBroken)
    return (
      <p className="muted">The recording cannot be read or reached just now. Everything else of the call is here.</p>
    );
  return (
    <div className="player">
      <audio
        ref={audio}
        src={source}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => setLength(event.currentTarget.duration)}
        onError={() => setBroken(true)}
      >
        {/* What is said stands below, as the transcript. */}
        <track kind="captions" />
      </audio>
      <div
        ref={wave}
        className="wave"
        style={{ '--done': `${(100 * at) / (length || 1)}%` } as CSSProperties}
        role="slider"
        tabIndex={0}
        aria-label="Place in the recording"
        aria-valuemin={0}
        aria-valuemax={Number.isNaN(length) ? 0 : Math.round(length)}
        aria-valuenow={Math.round(at)}
        aria-valuetext={words}
        onKeyDown={onKeyDown}
        onClick={onClick}
      />
      <div className="row">
        <Button className="icon-button" aria-label={isPlaying ? 'Pause' : 'Play'} onPress={toggle}>
          {isPlaying ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
        </Button>
        <Button className="icon-button" aria-label="Back 10 seconds" onPress={() => skip(-SKIP_SECONDS)}>
          <RotateCcw size={15} aria-hidden />
        </Button>
        <Button className="icon-button" aria-label="On 10 seconds" onPress={() => skip(SKIP_SECONDS)}>
          <RotateCw size={15} aria-hidden />
        </Button>
        <span className="muted tabular grow">{words}</span>
        <RadioGroup
          className="speeds"
          aria-label="Speed"
          orientation="horizontal"
          value={String(speed)}
          onChange={(value) => {
            setSpeed(Number(value));
            if (audio.current !== null) audio.current.playbackRate = Number(value);
          }}
        >
          {speeds.map((one) => (
            <Radio key={one} value={String(one)} className="speed">
              {one}×
            </Radio>
          ))}
        </RadioGroup>
      </div>
    </div>
  );
}
