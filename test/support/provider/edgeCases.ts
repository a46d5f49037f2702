import { makeCalls, type ProviderCall } from './data.ts';

/** One call for each way in which what an agent writes down can surprise a program. */

/** A number in JSON with exactly these digits: a double could not hold them. */
function numberOfDigits(digits: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);
}

const LONG_TEXT = 'The customer repeated the refund story once more. '.repeat(1000).trim();

/** What each call says instead of an ordinary call's values. Keys are computed so that `__proto__` is a key and nothing else. */
const oddities: readonly { readonly [field: string]: unknown }[] = [
  { outcomes: { Interested: 1, Score: 4.5, Budget: -0.001, Big: 1e21 } },
  { outcomes: { Interested: true, 'Follow Up Required': false } },
  { outcomes: { Interested: null, 'Callback Date': null } },
  { outcomes: { Interested: ['Yes', 'Maybe'], Tags: [], Nested: [[1, [2]], { a: [null] }] } },
  { outcomes: { Interested: { value: 'Yes', confidence: 0.87 }, Empty: {}, Deep: { a: { b: { c: { d: 'deep' } } } } } },
  { outcomes: { Interested: 'Yes', Notes: LONG_TEXT } },
  { outcomes: { 'Follow up required?': 'Yes', ' leading space': 'a', 'trailing space ': 'b', 'two  spaces': 'c' } },
  { outcomes: { '🎯 Goal': '✅ reached', '👩‍👩‍👧‍👦': '🇮🇳', Interested: '👍🏽' } },
  { outcomes: { 'رقم الطلب': 'أهلاً 123', שם: 'דוד', Interested: '\u202eseY' } },
  {
    outcomes: {
      '=SUM(A1:A9)': '=HYPERLINK("https://example.com","click")',
      '+plus': '+49 30 123',
      '@at': '@SUM(1)',
      '-minus': '-1+1',
    },
  },
  { outcomes: { Interested: 'Yes', interested: 'No', INTERESTED: 'Maybe' } },
  { outcomes: { '': 'the empty key', Interested: '' } },
  { outcomes: { ['__proto__']: 'not a prototype', constructor: 'c', toString: 't', hasOwnProperty: 'h' } },
  { outcomes: { ['__proto__']: { polluted: true }, Interested: 'No' } },
  { outcomes: { Policy: numberOfDigits('12345678901234567890'), Interested: 'Yes' } },
  {
    outcomes: {
      Quote: `She said "it's fine", \\ and 'left'`,
      "O'Key": 'v',
      '"quoted"': 'w',
      'comma, semicolon; tab\t': 'x',
    },
  },
  { outcomes: { '<b>bold</b>': '<script>alert(1)</script>', Interested: '&lt;img src=x onerror=alert(1)&gt;' } },
  { outcomes: { Lines: 'first\nsecond\r\nthird', Controls: 'bell\u0007 nul\u0000 end', Space: ' \t ' } },
  { outcomes: { Interested: 'yes ', Café: 'NFC', 'Cafe\u0301': 'NFD', Grüße: 'STRASSE straße', İstanbul: 'ı' } },
  { outcomes: { Interested: 'Yes' }, sentiment_score: 0.92, custom: { campaign: 'Diwali', tags: ['a', 'b'] } },
  {
    outcomes: { Interested: 'Yes' },
    transcript:
      'Agent: Hello, is this a good time?\nCustomer: Yes, tell me about the xylophone lessons.\nAgent: Gladly.',
  },
  {
    outcomes: { Interested: 'Maybe' },
    transcript: [
      { speaker: 'agent', text: 'Hello, am I speaking to Zoë?', time: 0.4 },
      { speaker: 'customer', text: 'Yes. Is the marzipan offer still valid?', time: 3.1 },
      { speaker: 'agent', text: '', time: 5 },
    ],
  },
  {
    outcomes: { Interested: 'No' },
    transcript: [
      { role: 'assistant', text: 'नमस्ते', start: '00:00:01' },
      { role: 'user', text: null },
    ],
  },
  { outcomes: {}, summary: '' },
  { outcomes: null, summary: null, name: null, external_id: null, recording: null },
  {
    outcomes: { Interested: 'Yes' },
    name: '=cmd|"/c calc"!A0',
    summary: '100% “sure” — e\u0301té NEAR(refund) "demo* OR',
  },
  { outcomes: { Interested: 'Yes' }, external_id: 4711, phone_number: 919876543210 },
  { outcomes: { Interested: 'Yes' }, status: 'teleported', disconnect_reason: 'the moon', analysis_status: 'ready' },
  { outcomes: { Interested: 'No' }, duration_seconds: 0, answer_duration_seconds: 0 },
  { outcomes: { Interested: 'Yes' }, started_at: '2024-02-29T23:59:59.999Z', ended_at: '2024-03-01T00:00:00+05:30' },
];

/** All of it parses as calls; `length` is the number of oddities. */
export function makeEdgeCases(): unknown[] {
  const plain = makeCalls({ seed: 'edge cases', agent: 'productDemo', count: oddities.length });
  return oddities.map((oddity, index) => {
    const call = plain[index] as ProviderCall;
    return {
      ...call,
      status: 'completed',
      duration_seconds: 60 + index,
      answer_duration_seconds: 50 + index,
      disconnect_reason: 'agent_hangup',
      transcript_status: 'ready',
      analysis_status: 'ready',
      summary: `Edge case ${index + 1}.`,
      recording: { available: true, file_key: `recordings/${call.call_id}.wav` },
      ...oddity,
    };
  });
}
