/** Days counted from today: a filter that says them means other days tomorrow. */

export const recentDays = [
  'today',
  'yesterday',
  'last_7_days',
  'last_30_days',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_year',
] as const;
export type RecentDays = (typeof recentDays)[number];

export const recentWords: Readonly<Record<RecentDays, string>> = {
  today: 'today',
  yesterday: 'yesterday',
  last_7_days: 'last 7 days',
  last_30_days: 'last 30 days',
  this_week: 'this week',
  last_week: 'last week',
  this_month: 'this month',
  last_month: 'last month',
  this_year: 'this year',
};
