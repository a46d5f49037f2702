import type { ReactNode } from 'react';
import {
  Autocomplete,
  Button,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  DialogTrigger,
  SearchField,
  Text,
  useFilter,
} from 'react-aria-components';

export interface MenuChoice {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly section: string;
}

interface Props {
  /** Names the button. */
  readonly label: string;
  readonly button: ReactNode;
  readonly choices: readonly MenuChoice[];
  readonly onPick: (id: string) => void;
  readonly isDisabled?: boolean;
}

/** A button that opens a list to search and pick one thing from. */
export function SearchMenu({ label, button, choices, onPick, isDisabled = false }: Props) {
  const { contains } = useFilter({ sensitivity: 'base' });
  const sections = [...new Set(choices.map((choice) => choice.section))];
  return (
    <DialogTrigger>
      <Button className="button quiet" aria-label={label} isDisabled={isDisabled}>
        {button}
      </Button>
      <Popover className="popover" placement="bottom start">
        <Dialog className="search-menu" aria-label={label}>
          {({ close }) => (
            <Autocomplete filter={contains}>
              <SearchField className="field" aria-label="Search" autoFocus>
                <Input className="input" placeholder="Search" />
              </SearchField>
              <ListBox
                className="list"
                aria-label={label}
                onAction={(id) => {
                  close();
                  onPick(String(id));
                }}
                renderEmptyState={() => <p className="empty-list">Nothing matches.</p>}
              >
                {sections.map((section) => (
                  <ListBoxSection key={section} id={section}>
                    <Header className="list-header">{section}</Header>
                    {choices
                      .filter((choice) => choice.section === section)
                      .map((choice) => (
                        <ListBoxItem key={choice.id} id={choice.id} className="list-item" textValue={choice.label}>
                          <Text slot="label" className="list-label">
                            {choice.label}
                          </Text>
                          {choice.detail !== undefined && (
                            <Text slot="description" className="list-detail">
                              {choice.detail}
                            </Text>
                          )}
                        </ListBoxItem>
                      ))}
                  </ListBoxSection>
                ))}
              </ListBox>
            </Autocomplete>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
