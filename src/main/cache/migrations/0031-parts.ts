import { callOf } from '../../../shared/call.ts';
import type { Call } from '../../../shared/model.ts';
import { fold } from '../../../shared/searchText.ts';
import type { WritableDb } from '../database.ts';
import { eachReceived } from '../received.ts';
import { rowIdOf } from '../rowId.ts';

/** Parts of names, phone numbers and ids get a column each, so that `phone:6543` can be asked for. */
export default function parts(db: WritableDb): void {
  db.exec(`
    DROP TABLE call_parts;
    CREATE VIRTUAL TABLE call_parts USING fts5(
      name, phone_number, external_id, call_id,
      content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
    );
    INSERT INTO call_parts (call_parts, rank) VALUES ('automerge', 16);
    INSERT INTO call_parts (call_parts, rank) VALUES ('crisismerge', 32);
  `);
  const insert = db.prepare(
    'INSERT INTO call_parts (rowid, name, phone_number, external_id, call_id) VALUES (?, ?, ?, ?, ?)',
  );
  for (const batchNo of db.prepare<[], number>('SELECT batch_no FROM batch').pluck().all()) {
    let position = 0;
    for (const received of eachReceived(db, batchNo))
      insert.run(rowIdOf(batchNo, position++), ...partTexts(callOf(received)));
  }
}

/** A phone number also as its bare digits. */
function partTexts(call: Call): [name: string, phoneNumber: string, externalId: string, callId: string] {
  const phone = call.phone_number ?? '';
  const digits = phone.replace(/\D/g, '');
  return [
    fold(call.name ?? ''),
    digits === phone ? phone : `${fold(phone)}\n${digits}`,
    fold(call.external_id ?? ''),
    fold(call.call_id),
  ];
}
