import { describe, expect, it } from 'vitest';
import { addDays, dayOf, left, now, sayDay, sayMoment, sayPeriod, serverSaid, startOfDay, today, workLeft } from './time';
import { setLang } from './words';

describe('time', () => {
  it('is the server\'s, in UTC+8', () => {
    serverSaid(Date.UTC(2022, 1, 9, 17, 20)); // 10 February 01:20 in the city
    expect(today()).toBe('2022-02-10');
    expect(sayMoment(now())).toBe('2 月 10 日 01:20');
    expect(dayOf(startOfDay('2022-03-01'))).toBe('2022-03-01');
    expect(addDays('2020-02-28', 2)).toBe('2020-03-01');
  });
  it('is said in words, with the year where it is another', () => {
    expect(sayDay('2022-03-14')).toBe('3 月 14 日');
    expect(sayDay('2021-03-14')).toBe('2021 年 3 月 14 日');
    expect(['2022-01', '2021', '2021Q3', '2021H1', '2021-W09', '2021-03-04', '#3'].map(sayPeriod))
      .toEqual(['2022 年 1 月', '2021 年', '2021 年第三季度', '2021 年上半年', '2021 年第 9 周', '2021 年 3 月 4 日', '第 3 轮']);
  });
  it('left is told in hours, then in days, red when over', () => {
    expect(left(now() + 3.5 * 3600_000)).toEqual({ text: '剩 3 小时', urgency: 'soon' });
    expect(left(now() + 5 * 86_400_000 + 1000)).toEqual({ text: '剩 5 天', urgency: '' });
    expect(left(now() - 5.5 * 3600_000)).toEqual({ text: '超时 5 小时', urgency: 'over' });
  });
  it('working days are one or many', async () => {
    expect([0, 1, -3].map(workLeft)).toEqual(['今天到期', '剩 1 个工作日', '超时 3 个工作日']);
    await setLang('en');
    expect([0, 1, 2, -1].map(workLeft)).toEqual(['due today', '1 working day left', '2 working days left', '1 working day late']);
    await setLang('zh');
  });
});
