import { dayAfter, type Talk } from './agent.ts';
import type { Culture } from './people.ts';
import type { Random } from './random.ts';

/** Agents that speak and report in other scripts than Latin; their keys are in their own script too. */

export function talkInHindi(random: Random, at: number): Talk {
  const interest = random.weigh([
    ['हाँ', 45],
    ['नहीं', 35],
    ['शायद', 20],
  ] as const);
  const plan = random.pick(['₹239 मासिक', '₹666 तिमाही', '₹2999 वार्षिक']);
  const complaint = random.weigh([
    ['नेटवर्क', 40],
    ['बिल', 25],
    ['रिफंड', 20],
    ['कोई नहीं', 15],
  ] as const);
  const day = dayAfter(at, random.int(1, 7));
  const summary = {
    हाँ: `ग्राहक ने ${plan} प्लान में रुचि दिखाई और रिचार्ज करने के लिए सहमत हुए।`,
    नहीं: 'ग्राहक ने रिचार्ज करने से मना कर दिया।',
    शायद: `ग्राहक ने सोचने के लिए समय माँगा। ${day} को दोबारा कॉल करना है।`,
  }[interest];
  return {
    summary: complaint === 'कोई नहीं' ? summary : `${summary} ${complaint} को लेकर शिकायत दर्ज की गई।`,
    outcomes: {
      रुचि: interest,
      प्लान: interest === 'नहीं' ? '' : plan,
      'कॉल बैक तारीख': interest === 'शायद' ? day : '',
      शिकायत: complaint,
      संतुष्टि: random.int(1, 5),
      'पोर्ट करना चाहते हैं': complaint === 'नेटवर्क' && random.chance(0.3) ? 'हाँ' : 'नहीं',
      Language: 'Hindi',
    },
  };
}

export function talkInArabic(random: Random, at: number): Talk {
  const isConfirmed = random.chance(0.7);
  const day = dayAfter(at, random.int(1, 5));
  const city = random.pick(['دبي', 'الرياض', 'أبوظبي', 'جدة']);
  const reason = random.pick(['السعر مرتفع', 'العميل مسافر', 'طلب مكرر', 'تأخر التوصيل']);
  return {
    summary: isConfirmed
      ? `أكد العميل استلام الطلب في ${city} بتاريخ ${day}.`
      : `ألغى العميل الطلب. السبب: ${reason}. طلب استرداد المبلغ.`,
    outcomes: {
      'تم التأكيد': isConfirmed ? 'نعم' : 'لا',
      'تاريخ التسليم': isConfirmed ? day : '',
      المدينة: city,
      'سبب الإلغاء': isConfirmed ? '' : reason,
      التقييم: random.int(1, 5),
      Language: 'Arabic',
    },
  };
}

export function talkInJapaneseOrChinese(random: Random, at: number, culture: Culture): Talk {
  const isConfirmed = random.chance(0.75);
  const day = dayAfter(at, random.int(3, 40));
  const guests = random.int(1, 6);
  const isChinese = culture === 'china';
  const wish = isChinese
    ? random.pick(['无烟房', '加床', '晚到', ''])
    : random.pick(['禁煙ルーム', '朝食付き', '遅い到着', '']);
  const summary = isChinese
    ? isConfirmed
      ? `客人确认了${day}的预订，共${guests}位。`
      : '客人取消了预订，并要求退款。'
    : isConfirmed
      ? `お客様は${day}のご予約を確認されました。人数は${guests}名です。`
      : 'お客様は予約をキャンセルし、返金を希望されました。';
  return {
    summary,
    outcomes: {
      予約確認: isChinese ? (isConfirmed ? '是' : '否') : isConfirmed ? 'はい' : 'いいえ',
      宿泊日: isConfirmed ? day : '',
      人数: guests,
      要望: wish,
      满意度: random.int(1, 5),
      Language: isChinese ? 'Chinese' : 'Japanese',
    },
  };
}
