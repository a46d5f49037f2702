import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly onEnter?: () => void;
  readonly type?: 'text' | 'password' | 'url' | 'date';
  readonly hint?: string | undefined;
  /** What is wrong with it; stands beside the field. */
  readonly problem?: string | undefined;
  readonly autoFocus?: boolean;
  readonly placeholder?: string;
}

export function Field({
  label,
  value,
  onChange,
  onBlur,
  onEnter,
  type = 'text',
  hint,
  problem,
  autoFocus = false,
  placeholder,
}: Props) {
  return (
    <TextField
      className="field"
      type={type}
      value={value}
      onChange={onChange}
      isInvalid={problem !== undefined}
      // The core judges. “native” would keep a form from being sent again once something was wrong with it.
      validationBehavior="aria"
      autoFocus={autoFocus}
      autoComplete="off"
      {...(onBlur === undefined ? {} : { onBlur })}
      {...(onEnter === undefined
        ? {}
        : {
            onKeyDown: (event) => {
              if (event.key === 'Enter') onEnter();
              else event.continuePropagation();
            },
          })}
    >
      <Label className="label">{label}</Label>
      <Input
        className="input"
        spellCheck={false}
        {...(placeholder === undefined ? {} : { placeholder })}
        // What a dialog suggests is typed over.
        {...(autoFocus ? { onFocus: (event) => event.target.select() } : {})}
      />
      {hint !== undefined && problem === undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{problem}</FieldError>
    </TextField>
  );
}
