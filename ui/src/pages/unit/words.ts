import { pageWords } from '../../words/page';

export const w = pageWords({
  title: '单位', find: '找单位：名称或代码', day: '看哪一天', day_hint: '空着就是今天', closed: '{day} 起不再有这个单位', not_yet: '{day} 才有这个单位', since: '{day} 起',
  life: '来历', later: '还没到', no_events: '一直没有变过', basis: '依据', figures: '它的数字', no_figures: '还没有能看的数字', asked: '要它报的', asked_n: '{n} 项，一年大约 {minutes} 分钟', no_asked: '没有要它报的', nobody: '没有岗位',
  book: '台账', every: '多久一次', due: '什么时候交', minutes: '每次约', minute: '{n} 分钟', fill: '去填', seats: '谁答复', below: '下级', below_n: '{n} 个', under: '下辖 {n} 个', came: '从哪里来', went: '到哪里去', share: '{num}/{den}', whole: '全部',
  found: '找到 {n} 个', none: '没有找到', none_text: '换个写法，或者用代码找。', code: '代码', kind: '类别', place: '在哪里', every_month: '每月', every_quarter: '每季', every_half: '每半年', every_year: '每年', every_week: '每周', every_day: '每天', every_round: '每轮', every_none: '有事才记', state: '这一期', state_open: '有事才记', state_none: '还没报', state_filed: '已报', state_returned: '退回重报', state_confirmed: '已确认', state_void: '已作废', state_part: '已报 {filed}/{asked}', empty: '空着', former: '曾用 {was}', ended: '{day} 止', more: '还有 {n} 个，把名称写全些',
}, {
  title: 'Units', find: 'Find a unit: name or code', day: 'As it stood on', day_hint: 'Empty = today', closed: 'ended on {day}', not_yet: 'begins on {day}', since: 'since {day}',
  life: 'Its life', later: 'to come', no_events: 'Never changed', basis: 'Basis', figures: 'Its figures', no_figures: 'No figures to see yet', asked: 'What it is asked', asked_n: '{n} books, about {minutes} minutes a year', no_asked: 'Nothing is asked of it', nobody: 'no seat',
  book: 'Book', every: 'How often', due: 'Due', minutes: 'Takes', minute: '{n} min', fill: 'Fill in', seats: 'Who answers for it', below: 'Below it', below_n: '{n}', under: '{n} below', came: 'Came from', went: 'Went to', share: '{num}/{den}', whole: 'all',
  found: '{n} found', none: 'Nothing found', none_text: 'Try another spelling, or the code.', code: 'Code', kind: 'Kind', place: 'Place', every_month: 'monthly', every_quarter: 'quarterly', every_half: 'half-yearly', every_year: 'yearly', every_week: 'weekly', every_day: 'daily', every_round: 'each round', every_none: 'when it happens', state: 'This period', state_open: 'when it happens', state_none: 'not reported', state_filed: 'filed', state_returned: 'sent back', state_confirmed: 'confirmed', state_void: 'void', state_part: '{filed} of {asked} filed', empty: 'empty', former: 'formerly {was}', ended: 'until {day}', more: '{n} more: write more of the name',
});
export function sayEvery(every: string): string {
  const keys = ['every_month', 'every_quarter', 'every_half', 'every_year', 'every_week', 'every_day', 'every_round', 'every_none'] as const;
  return w(keys.find((k) => k === `every_${every || 'none'}`) ?? 'every_none');
}
