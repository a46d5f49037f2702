import { ChevronDown, Sigma } from 'lucide-react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import type { PivotSpec } from '../../../shared/pivot.ts';

const axes = ['rows', 'columns'] as const;

interface Props {
  readonly spec: PivotSpec;
  readonly onChange: (next: Pick<PivotSpec, 'totals' | 'subtotals'>) => void;
}

/** Which axis ends with the total of all, and which has the totals of its groups. */
export function TotalsMenu({ spec, onChange }: Props) {
  const { totals = { rows: true, columns: true }, subtotals = { rows: false, columns: false } } = spec;
  const choices = axes.flatMap((axis) => {
    const of = (words: string, isOn: boolean, toggle: () => void) => ({ words: `${words} ${axis}`, isOn, toggle });
    const [total, groups] = [totals[axis], subtotals[axis]];
    return [
      of('Total of all', total, () => onChange({ totals: { ...totals, [axis]: !total } })),
      of('Subtotals of', groups, () => onChange({ subtotals: { ...subtotals, [axis]: !groups } })),
    ].slice(0, Math.min(spec[axis].length, 2));
  });
  return (
    <MenuTrigger>
      <Button className="button">
        <Sigma size={15} aria-hidden /> Totals <ChevronDown size={14} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu
          className="list"
          selectionMode="multiple"
          selectedKeys={choices.flatMap(({ words, isOn }) => (isOn ? [words] : []))}
        >
          {choices.map(({ words, isOn, toggle }) => (
            <MenuItem key={words} id={words} className="list-item" textValue={words} onAction={toggle}>
              <span className="tick-box" aria-hidden>
                {isOn && '✓'}
              </span>
              <Text slot="label" className="list-label">
                {words}
              </Text>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
