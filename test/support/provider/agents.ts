import type { Agent } from './agent.ts';
import {
  talkAboutProduct,
  talkAboutAppointment,
  talkAboutLoan,
  talkToCandidate,
  talkAboutRefund,
} from './talkInEnglish.ts';
import { talkInArabic, talkInHindi, talkInJapaneseOrChinese } from './talkInOtherScripts.ts';

/** Whom the sample calls are made by, and under which outcome keys each prompt version reports. */

const demoKeys = ['Interested', 'Follow Up Required', 'Callback Date', 'Product Interest', 'Budget'];
const clinicKeys = ['Appointment Status', 'Appointment Date', 'New Date', 'Department', 'Reason', 'Preferred Language'];
const loanKeys = [
  'Right Party Contact',
  'Promise To Pay',
  'Promise To Pay Date',
  'Amount Promised',
  'Amount Due',
  'Days Past Due',
];
const screeningKeys = [
  'Qualified',
  'Role',
  'Years Of Experience',
  'Notice Period (days)',
  'Current Location',
  'Willing To Relocate',
];
const refundKeys = [
  'Issue',
  'Resolved',
  'Refund Requested',
  'Refund Amount',
  'Order Number',
  'Satisfaction',
  'Callback Date',
];

export const agents = {
  productDemo: {
    agent_id: 'agt-7f21c0',
    agent_name: 'Product Demo Sales',
    voice: 'en-IN-neha',
    cultures: [
      ['india', 55],
      ['america', 25],
      ['europe', 20],
    ],
    versions: [
      { version_id: 'pmt-1a40', keys: [...demoKeys, 'Main Objection', 'Sentiment'] },
      {
        version_id: 'pmt-1b72',
        keys: [...demoKeys, 'Main Objection', 'Sentiment', 'Decision Maker', 'Team Size', 'Do Not Call'],
      },
      {
        version_id: 'pmt-1c95',
        keys: [
          ...demoKeys.filter((key) => key !== 'Budget' && key !== 'Callback Date'),
          'Callback At',
          'Main Objection',
          'Decision Maker',
          'Team Size',
          'Demo Booked',
          'Competitor',
          'Topics Discussed',
          'Do Not Call',
        ],
      },
    ],
    talk: talkAboutProduct,
  },
  clinic: {
    agent_id: 'agt-2be94d',
    agent_name: 'Asha Clinic Reminders',
    voice: 'en-IN-ravi',
    cultures: [
      ['india', 85],
      ['europe', 10],
      ['arabic', 5],
    ],
    versions: [
      { version_id: 'pmt-2a11', keys: [...clinicKeys, 'Needs Transport', 'Human Callback'] },
      { version_id: 'pmt-2b38', keys: [...clinicKeys, 'Insurance Verified', 'Fasting Understood', 'Human Callback'] },
    ],
    talk: talkAboutAppointment,
  },
  loan: {
    agent_id: 'agt-90d3a5',
    agent_name: 'Loan Collections',
    voice: 'en-IN-kiran',
    cultures: [
      ['india', 92],
      ['europe', 8],
    ],
    versions: [
      { version_id: 'pmt-3a07', keys: [...loanKeys, 'Reason For Delay', 'Payment Mode', 'Dispute Raised'] },
      {
        version_id: 'pmt-3b64',
        keys: [
          ...loanKeys,
          'Reason For Delay',
          'Payment Mode',
          'Hardship Claimed',
          'Settlement Offered',
          'Escalate To Human',
        ],
      },
    ],
    talk: talkAboutLoan,
  },
  screening: {
    agent_id: 'agt-c5580e',
    agent_name: 'Candidate Screening',
    voice: 'en-US-joan',
    cultures: [
      ['india', 50],
      ['europe', 25],
      ['america', 20],
      ['china', 5],
    ],
    versions: [
      { version_id: 'pmt-4a29', keys: [...screeningKeys, 'English Level', 'Interview Slot', 'Expected Salary'] },
      { version_id: 'pmt-4b50', keys: [...screeningKeys, 'Skills', 'Interview Slot', 'Work Permit'] },
    ],
    talk: talkToCandidate,
  },
  refund: {
    agent_id: 'agt-e1477b',
    agent_name: 'Refund Support',
    voice: 'en-GB-amy',
    cultures: [
      ['america', 40],
      ['europe', 35],
      ['india', 25],
    ],
    versions: [
      { version_id: 'pmt-5a16', keys: refundKeys },
      { version_id: 'pmt-5b83', keys: [...refundKeys.filter((key) => key !== 'Order Number'), 'Churn Risk'] },
    ],
    talk: talkAboutRefund,
  },
  hindi: {
    agent_id: 'agt-31fa62',
    agent_name: 'रिचार्ज सहायक',
    voice: 'hi-IN-swara',
    cultures: [
      ['hindi', 85],
      ['india', 15],
    ],
    versions: [
      { version_id: 'pmt-6a44', keys: ['रुचि', 'प्लान', 'कॉल बैक तारीख', 'शिकायत', 'संतुष्टि'] },
      { version_id: 'pmt-6b71', keys: ['रुचि', 'प्लान', 'शिकायत', 'संतुष्टि', 'पोर्ट करना चाहते हैं', 'Language'] },
    ],
    talk: talkInHindi,
  },
  arabic: {
    agent_id: 'agt-a80c19',
    agent_name: 'مساعد التوصيل',
    voice: 'ar-AE-fatima',
    cultures: [
      ['arabic', 90],
      ['india', 10],
    ],
    versions: [
      {
        version_id: 'pmt-7a08',
        keys: ['تم التأكيد', 'تاريخ التسليم', 'المدينة', 'سبب الإلغاء', 'التقييم', 'Language'],
      },
    ],
    talk: talkInArabic,
  },
  hotel: {
    agent_id: 'agt-6d02f7',
    agent_name: 'ホテル予約デスク',
    voice: 'ja-JP-nanami',
    cultures: [
      ['japan', 60],
      ['china', 40],
    ],
    versions: [{ version_id: 'pmt-8a35', keys: ['予約確認', '宿泊日', '人数', '要望', '满意度', 'Language'] }],
    talk: talkInJapaneseOrChinese,
  },
} as const satisfies { readonly [name: string]: Agent };

export type AgentName = keyof typeof agents;
