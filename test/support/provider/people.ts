import type { Random } from './random.ts';

export type Culture = 'india' | 'europe' | 'america' | 'hindi' | 'arabic' | 'japan' | 'china';

export interface Person {
  readonly name: string;
  /** Digits with the country code; some clients of the provider store a leading plus. */
  readonly phone: string;
}

interface Names {
  readonly given: readonly string[];
  readonly family: readonly string[];
  readonly familyFirst?: boolean;
  readonly between?: string;
  /** Country code and first digits of a number, and how many digits follow. */
  readonly phones: readonly (readonly [string, number])[];
}

const cultures: { readonly [C in Culture]: Names } = {
  india: {
    given:
      'Aarav Priya Rohan Ananya Vikram Sneha Arjun Kavya Imran Lakshmi Suresh Meera Farhan Divya Harpreet Nisha'.split(
        ' ',
      ),
    family: 'Sharma Patel Iyer Reddy Khan Nair Gupta Singh Das Mehta Fernandes Banerjee Joshi Pillai'.split(' '),
    phones: [
      ['9198', 8],
      ['9197', 8],
      ['9170', 8],
      ['9188', 8],
    ],
  },
  europe: {
    given: [
      'Jürgen',
      'Zoë',
      'François',
      'Łukasz',
      'Þórdís',
      'Søren',
      'Anaïs',
      'Márta',
      'Dimitris',
      'Ivana',
      'Sinéad',
      'Tomás',
    ],
    family: [
      'Müller',
      'O’Brien',
      'Lefèvre',
      'Kowalski',
      'Jónsdóttir',
      'Ångström',
      'García-López',
      'Nagy',
      'Groß',
      'Novák',
      "D'Angelo",
    ],
    phones: [
      ['+49151', 7],
      ['+4930', 8],
      ['+3361', 7],
      ['4479', 8],
      ['4872', 7],
    ],
  },
  america: {
    given: 'John Maria Latoya Michael Emily Carlos Aisha David Grace Tyrone Olivia Kwame Nguyen Sofia'.split(' '),
    family: 'Doe Johnson Rodriguez Williams Brown Martinez Lee Okafor Davis Washington Nguyen Miller'.split(' '),
    phones: [
      ['1415', 7],
      ['1212', 7],
      ['5255', 8],
    ],
  },
  hindi: {
    given: ['राजेश', 'सुनीता', 'अमित', 'पूजा', 'विजय', 'रेखा', 'मोहन', 'कविता', 'दीपक', 'गीता'],
    family: ['शर्मा', 'वर्मा', 'यादव', 'कुमारी', 'सिंह', 'मिश्रा', 'गुप्ता', 'चौधरी'],
    phones: [
      ['9194', 8],
      ['9196', 8],
    ],
  },
  arabic: {
    given: ['محمد', 'فاطمة', 'أحمد', 'عائشة', 'خالد', 'ليلى', 'يوسف', 'مريم', 'عمر', 'نور'],
    family: ['العلي', 'الحربي', 'حداد', 'المنصوري', 'الشمري', 'قاسم', 'بن سالم'],
    phones: [
      ['97150', 7],
      ['9665', 8],
    ],
  },
  japan: {
    given: ['太郎', '花子', '健一', '美咲', '翔太', '陽子', '大輔', 'さくら'],
    family: ['佐藤', '鈴木', '高橋', '田中', '渡辺', '伊藤', '山本'],
    familyFirst: true,
    phones: [['8190', 8]],
  },
  china: {
    given: ['伟', '芳', '娜', '秀英', '敏', '静', '强', '晓明'],
    family: ['王', '李', '张', '刘', '陈', '杨', '黄'],
    familyFirst: true,
    between: '',
    phones: [['86138', 8]],
  },
};

export function makePerson(random: Random, culture: Culture): Person {
  const { given, family, familyFirst, between = ' ', phones } = cultures[culture];
  const first = random.pick(given);
  const last = random.pick(family);
  const [prefix, digits] = random.pick(phones);
  return {
    name: familyFirst === true ? `${last}${between}${first}` : `${first}${between}${last}`,
    phone: prefix + String(random.int(0, 10 ** digits - 1)).padStart(digits, '0'),
  };
}
