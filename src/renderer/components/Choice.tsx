import { ChevronDown } from 'lucide-react';
import {
  Button,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
} from 'react-aria-components';

export interface Option {
  readonly id: string;
  readonly label: string;
}

interface Props {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  /** Stands there while nothing is chosen. */
  readonly placeholder?: string;
}

function Options({ options }: { readonly options: readonly Option[] }) {
  return (
    <ListBox className="list" items={options}>
      {(option) => (
        <ListBoxItem className="list-item" textValue={option.label}>
          {option.label}
        </ListBoxItem>
      )}
    </ListBox>
  );
}

/** One of a few. */
export function Choice({ label, options, value, onChange, placeholder = 'Choose' }: Props) {
  return (
    <Select
      className="field"
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      placeholder={placeholder}
    >
      <Label className="label">{label}</Label>
      <Button className="button select">
        <SelectValue className="select-value" />
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Popover className="popover">
        <Options options={options} />
      </Popover>
    </Select>
  );
}

/** One of many, found by typing. `isReading`: the options are still to come, into the list that is open by then. */
export function SearchChoice({ label, options, value, onChange, isReading = false }: Props & { isReading?: boolean }) {
  return (
    <ComboBox
      className="field"
      defaultItems={options}
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      menuTrigger="focus"
      allowsEmptyCollection
    >
      <Label className="label">{label}</Label>
      <div className="combo">
        <Input className="input" />
        <Button className="icon-button" aria-label={`Show ${label.toLowerCase()}`}>
          <ChevronDown size={14} aria-hidden />
        </Button>
      </div>
      <Popover className="popover">
        <ListBox
          className="list"
          renderEmptyState={() => <p className="empty-list">{isReading ? 'Reading…' : 'Nothing matches.'}</p>}
        >
          {(option: Option) => (
            <ListBoxItem className="list-item" textValue={option.label}>
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
