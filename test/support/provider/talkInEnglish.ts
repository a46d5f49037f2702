import { dayAfter, type Talk } from './agent.ts';
import type { Random } from './random.ts';

/** Conversations in English: each draws how it went, then says it in words and in outcome values that agree. */

export function talkAboutProduct(random: Random, at: number): Talk {
  const interested = random.weigh([
    ['Yes', 34],
    ['No', 41],
    ['Maybe', 25],
  ] as const);
  const plan = random.weigh([
    ['Premium Plan', 40],
    ['Starter Plan', 30],
    ['Enterprise', 12],
    ['Voice Add-on', 8],
  ] as const);
  const objection = random.weigh([
    ['Pricing', 45],
    ['Already uses a competitor', 20],
    ['No time', 18],
    ['Not the decision maker', 12],
    ['Data privacy', 5],
  ] as const);
  const competitor = random.pick(['Callwise', 'Dialio', 'Vocalis', 'an in-house tool']);
  const team = random.weigh([
    [random.int(2, 20), 60],
    [random.int(21, 200), 30],
    [random.int(201, 5000), 10],
  ]);
  const day = dayAfter(at, random.int(1, 14));
  const time = `${random.int(9, 17)}:${random.pick(['00', '15', '30', '45'])}`.padStart(5, '0');
  const isYes = interested === 'Yes';
  const followUp = isYes || (interested === 'Maybe' && random.chance(0.8));
  const opening = {
    Yes: `Customer was interested in the product demo and asked about the ${plan}.`,
    Maybe: `Customer was not sure yet and raised a concern: ${objection.toLowerCase()}.`,
    No: `Customer declined the demo; the main objection was ${objection.toLowerCase()}.`,
  }[interested];
  const middle = random.chance(0.35)
    ? random.pick([
        ` The team has ${team} seats today.`,
        ` Mentioned ${competitor} as the current provider.`,
        ' Wanted a written quote before any pricing discussion.',
        ' Asked for a discount on annual billing.',
        ' Asked whether a refund is possible within the first month.',
      ])
    : '';
  const closing = followUp
    ? ` Agreed to a follow-up call on ${day}.`
    : interested === 'No' && random.chance(0.2)
      ? ' Asked not to be called again.'
      : '';
  return {
    summary: opening + middle + closing,
    outcomes: {
      Interested: interested,
      'Follow Up Required': followUp ? 'Yes' : 'No',
      'Callback Date': followUp ? day : '',
      'Callback At': followUp ? `${day}T${time}:00Z` : null,
      'Product Interest': interested === 'No' ? 'None' : plan,
      Budget: isYes ? random.pick(['Under ₹50k', '₹50k – 2 lakh', 'Over ₹2 lakh', 'Not disclosed']) : '',
      'Main Objection': isYes ? '' : objection,
      Sentiment: isYes ? 'Positive' : interested === 'No' ? random.pick(['Negative', 'Neutral']) : 'Neutral',
      'Decision Maker': objection === 'Not the decision maker' ? 'No' : 'Yes',
      'Team Size': team,
      'Demo Booked': isYes && random.chance(0.6),
      Competitor: objection === 'Already uses a competitor' ? competitor : null,
      'Topics Discussed': random.pick([
        ['pricing'],
        ['pricing', 'integrations'],
        ['security', 'pricing'],
        ['demo'],
        [],
      ]),
      'Do Not Call': interested === 'No' && closing !== '' ? 'Yes' : 'No',
    },
  };
}

export function talkAboutAppointment(random: Random, at: number): Talk {
  const answer = random.weigh([
    ['Confirmed', 62],
    ['Rescheduled', 22],
    ['Cancelled', 10],
    ['Unclear', 6],
  ] as const);
  const department = random.weigh([
    ['Cardiology', 25],
    ['Dental', 30],
    ['Orthopaedics', 15],
    ['Paediatrics', 20],
    ['Dermatology', 10],
  ] as const);
  const day = dayAfter(at, 2);
  const newDay = dayAfter(at, random.int(3, 20));
  const reason = random.pick(['Travel', 'Work', 'Feeling better', 'Transport', 'Fees too high', 'Family event']);
  const fasting = random.chance(0.3);
  const summary =
    {
      Confirmed: `Patient confirmed the ${department.toLowerCase()} appointment on ${day}.`,
      Rescheduled: `Patient asked to move the ${department.toLowerCase()} appointment from ${day} to ${newDay} because of ${reason.toLowerCase()}.`,
      Cancelled: `Patient cancelled the ${department.toLowerCase()} appointment on ${day}; the reason given was ${reason.toLowerCase()}.`,
      Unclear: 'The line was poor and the patient could not be understood. A person should call back.',
    }[answer] +
    (answer === 'Cancelled' && random.chance(0.4) ? ' Asked for a refund of the advance payment.' : '') +
    (fasting && answer === 'Confirmed' ? ' Fasting instructions were repeated and understood.' : '');
  const moved = answer === 'Rescheduled' || answer === 'Cancelled';
  return {
    summary,
    outcomes: {
      'Appointment Status': answer,
      'Appointment Date': day,
      'New Date': answer === 'Rescheduled' ? newDay : '',
      Department: department,
      Reason: moved ? reason : '',
      'Needs Transport': random.chance(0.08) ? 'Yes' : 'No',
      'Preferred Language': random.weigh([
        ['English', 60],
        ['Hindi', 25],
        ['Tamil', 10],
        ['Marathi', 5],
      ]),
      'Insurance Verified': random.chance(0.7),
      'Fasting Understood': fasting ? 'Yes' : '',
      'Human Callback': answer === 'Unclear' ? 'Yes' : 'No',
    },
  };
}

export function talkAboutLoan(random: Random, at: number): Talk {
  const isRightPerson = random.chance(0.86);
  const promise = random.weigh([
    ['Yes', 42],
    ['Partial', 18],
    ['No', 40],
  ] as const);
  const due = random.int(12, 900) * 100;
  const promised =
    promise === 'Yes' ? due : promise === 'Partial' ? Math.round(due * random.pick([0.25, 0.5, 0.75])) : 0;
  const day = dayAfter(at, random.int(1, 10));
  const reason = random.weigh([
    ['Salary delayed', 34],
    ['Medical expense', 16],
    ['Job loss', 14],
    ['Forgot', 20],
    ['Disputes the amount', 10],
    ['Already paid', 6],
  ] as const);
  const mode = random.weigh([
    ['UPI', 58],
    ['Net banking', 20],
    ['Auto debit', 14],
    ['Branch visit', 8],
  ] as const);
  const isHard = reason === 'Job loss' || reason === 'Medical expense';
  if (!isRightPerson) {
    return {
      summary: 'Reached a person who does not know the borrower. No account details were shared.',
      outcomes: { 'Right Party Contact': 'No', 'Escalate To Human': 'Yes' },
    };
  }
  const summary =
    promise === 'No'
      ? `Borrower did not commit to a payment. Reason: ${reason.toLowerCase()}.`
      : `Borrower promised to pay ${promised} by ${day} through ${mode}. Reason for the delay: ${reason.toLowerCase()}.`;
  return {
    summary: summary + (isHard && random.chance(0.5) ? ' Asked about a settlement and a longer term.' : ''),
    outcomes: {
      'Right Party Contact': 'Yes',
      'Promise To Pay': promise,
      'Promise To Pay Date': promise === 'No' ? '' : day,
      'Amount Promised': promise === 'No' ? null : promised,
      'Amount Due': due,
      'Days Past Due': random.weigh([
        [random.int(1, 30), 60],
        [random.int(31, 60), 25],
        [random.int(61, 180), 15],
      ]),
      'Reason For Delay': reason,
      'Payment Mode': promise === 'No' ? '' : mode,
      'Dispute Raised': reason === 'Disputes the amount',
      'Hardship Claimed': isHard ? 'Yes' : 'No',
      'Settlement Offered': isHard ? random.pick(['Yes', 'No']) : 'No',
      'Escalate To Human': reason === 'Already paid' || reason === 'Disputes the amount' ? 'Yes' : 'No',
    },
  };
}

export function talkToCandidate(random: Random, at: number): Talk {
  const role = random.pick(['Backend Engineer', 'Data Analyst', 'Delivery Executive', 'Nurse', 'Store Manager']);
  const years = random.weigh([
    [random.int(0, 3), 40],
    [random.int(4, 9), 45],
    [random.int(10, 22), 15],
  ]);
  const qualified = years >= 2 && random.chance(0.65) ? 'Yes' : random.pick(['No', 'To review']);
  const notice = random.pick([0, 15, 30, 30, 60, 90]);
  const relocate = random.chance(0.45);
  const slot = `${dayAfter(at, random.int(1, 6))} ${random.pick(['10:00', '11:30', '15:00', '16:30'])}`;
  return {
    summary:
      `Candidate has ${years} years of experience and applied for ${role}. Notice period is ${notice} days.` +
      (qualified === 'Yes'
        ? ` Interview agreed for ${slot}.`
        : qualified === 'No'
          ? ' Does not meet the requirements.'
          : '') +
      (relocate ? ' Open to relocation.' : ''),
    outcomes: {
      Qualified: qualified,
      Role: role,
      'Years Of Experience': years,
      'Notice Period (days)': notice,
      'Expected Salary': random.int(30, 400) * 10_000,
      'Current Location': random.pick(['Pune', 'Bengaluru', 'Berlin', 'Austin', 'Kochi', 'São Paulo', 'Zürich']),
      'Willing To Relocate': relocate,
      Skills: random.pick([
        ['SQL', 'Python'],
        ['Java'],
        ['Excel', 'SQL', 'Tableau'],
        ['Patient care'],
        ['Driving', 'English'],
      ]),
      'English Level': random.pick(['A2', 'B1', 'B2', 'C1']),
      'Interview Slot': qualified === 'Yes' ? slot : '',
      'Work Permit': random.weigh([
        ['Yes', 85],
        ['No', 15],
      ]),
    },
  };
}

export function talkAboutRefund(random: Random, at: number): Talk {
  const issue = random.weigh([
    ['Refund delayed', 38],
    ['Wrong item', 22],
    ['Damaged item', 18],
    ['Charged twice', 12],
    ['Delivery missing', 10],
  ] as const);
  const isSolved = random.chance(0.63);
  const amount = random.int(199, 24_999) + random.pick([0, 0, 0.5, 0.99]);
  const order = `OD-${random.int(100_000, 999_999)}`;
  const score = isSolved ? random.int(3, 5) : random.int(1, 3);
  return {
    summary:
      `Customer called about order ${order}: ${issue.toLowerCase()}. ` +
      (isSolved
        ? `The refund of ${amount} was explained and the customer was satisfied.`
        : 'The refund could not be settled on the call and was escalated to a supervisor.') +
      (score === 1 ? ' Customer was upset and wants to cancel the membership.' : ''),
    outcomes: {
      Issue: issue,
      Resolved: isSolved ? 'Yes' : 'No',
      'Refund Requested': issue === 'Wrong item' ? random.pick(['Yes', 'No']) : 'Yes',
      'Refund Amount': amount,
      'Order Number': order,
      Satisfaction: score,
      'Churn Risk': score === 1 ? 'High' : score === 2 ? 'Medium' : 'Low',
      'Callback Date': isSolved ? '' : dayAfter(at, random.int(1, 3)),
    },
  };
}
