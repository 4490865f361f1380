import { pageWords } from '../../words/page';

export const w = pageWords({
  title: '数字', lead: '每个数字都能点开，看它怎么算出来、依据是哪些报表。', find: '找数字', none: '没有找到这个数字', none_text: '换个词试试，或者清空查找。',
  pick: '数字', unit: '单位', below: '看下级', up: '回到', year: '年', part: '期间', whole: '全年', quarter: '第 {n} 季度', month: '{n} 月',
  more: '换个口径', known: '按哪天知道的', known_hint: '空着就是现在；填一个日子，就是那天下班时账上的样子', tree: '按哪天的区划', tree_hint: '空着就用期末那天的区划', apply: '照这样算', reset: '恢复',
  export: '导出 Excel', now: '本期', previous: '上期 {period}', year_ago: '上年同期 {period}', coverage: '报送', covered: '应报 {expected}，已报 {reported}，已确认 {confirmed}',
  all_in: '应报的 {n} 份都报了', silent: '{units} 个单位的 {n} 份还没报', no_coverage: '这个数字不靠报送', how: '怎么算的', 
  partial: '还没报齐，先算到这里', draft: '未达到公布的报送率，只供参考', by_kind: '各{kind}', by_kind_hint: '点一行往下看', waffle: '{unit}的{kind}', waffle_hint: '{n} 个，一格一个，按区划排', over_time: '逐期变化', over_time_hint: '点一个点换到那一期',
  low: '最低一档', high: '最高一档', unsent: '没报，不是零', formula: '算法', missing: '没报的单位', missing_more: '还有 {n} 个', facts: '依据的报表', facts_n: '{n} 条', facts_hidden: '另有 {n} 条不在你的岗位能看的范围里，只计入合计',
  fact_unit: '单位', fact_period: '期间', fact_field: '栏目', fact_value: '数值', fact_by: '最后经手', fact_at: '什么时候', fact_no: '第几条', more_facts: '再看 {n} 条', head: '账本到第 {n} 条为止，指纹', close: '收起', public: '向居民公开', office: '只在办公用',
  no_value: '暂无', not_asked: '这里不用报', others: '其他', basis: '依据', pack: '制度', state_missing: '还没有人报', state_coverage: '报得不够，先不公布', state_least: '样本太少，不显示', state_no_base: '没有基数，算不了', state_forbidden: '这个单位没有这个数字', state_undefined: '算不出来', state_no_unit: '那天还没有这个单位',
  tree_of: '区划用的是 {day}的', known_of: '账本按 {day}看', count_units: '{n} 个', here: '就在这里', of_unit: '{unit} · {period}',
}, {
  title: 'Figures', lead: 'Every number opens: how it was worked out, and from which returns.', find: 'Find a figure', none: 'No such figure', none_text: 'Try another word, or clear the search.',
  pick: 'Figure', unit: 'Unit', below: 'Go down to', up: 'Back to', year: 'year', part: 'Period', whole: 'whole year', quarter: 'quarter {n}', month: 'month {n}',
  more: 'Another basis', known: 'As known on', known_hint: 'Empty = now; a day = what the books held at the end of it', tree: 'Units as of', tree_hint: 'Empty = the last day of the period', apply: 'Work it out so', reset: 'Reset',
  export: 'Excel', now: 'This period', previous: 'Before, {period}', year_ago: 'A year ago, {period}', coverage: 'Reported', covered: '{expected} expected, {reported} reported, {confirmed} confirmed',
  all_in: 'all {n} expected returns are in', silent: '{n} of {units} units are still missing', no_coverage: 'Does not rest on returns', how: 'How it is worked out', 
  partial: 'Not all reported: so far', draft: 'Below the share needed to publish: for orientation only', by_kind: 'By {kind}', by_kind_hint: 'a row leads further down', waffle: '{kind} of {unit}', waffle_hint: '{n}, a square each, in official order', over_time: 'Over time', over_time_hint: 'a point leads to its period',
  low: 'lowest fifth', high: 'highest fifth', unsent: 'not reported, not zero', formula: 'Formula', missing: 'Not reported by', missing_more: 'and {n} more', facts: 'Returns under it', facts_n: '{n}', facts_hidden: '{n} more are outside what your seat may read; they only count in the total',
  fact_unit: 'Unit', fact_period: 'Period', fact_field: 'Column', fact_value: 'Value', fact_by: 'Last handled by', fact_at: 'When', fact_no: 'Fact', more_facts: '{n} more', head: 'Books up to fact {n}, fingerprint', close: 'Close', public: 'open to residents', office: 'for the office',
  no_value: 'none', not_asked: 'nothing to report here', others: 'others', basis: 'Basis', pack: 'Pack', state_missing: 'nobody has reported yet', state_coverage: 'too few have reported to publish', state_least: 'too few cases to show', state_no_base: 'nothing to divide by', state_forbidden: 'does not exist for this unit', state_undefined: 'cannot be worked out', state_no_unit: 'the unit was not there on that day',
  tree_of: 'units as of {day}', known_of: 'books as of {day}', count_units: '{n}', here: 'right here', of_unit: '{unit} · {period}',
});
