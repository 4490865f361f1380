import { pageWords } from '../../words/page';

export const w = pageWords({
  title: '审核', unit: '单位', book: '台账', period: '期间', who: '谁报的', lead: '{n} 份等你看', none: '没有等你看的', none_text: '下面报上来的都看过了。有新的，这里会自己出现。', all: '全部', pick_all: '全选', pick: '选上 {what}', picked: '已选 {n} 份', confirm_picked: '确认所选 {n} 份', calm: '只选变化不大、没有提醒的',
  confirm: '确认', back: '退回重报', reason: '退回原因', reason_hint: '写清楚哪里不对、要怎么改，填报人会看到', reason_need: '写一句退回原因，填报人才知道改什么', send_back: '退回', cancel: '不退了', next: '下一份', prev: '上一份',
  changed: '变了的', against_own: '跟他上次报的比', against_prev: '跟 {period} 比', against_none: '头一次报，没有可比的', was: '原来', now: '现在', field: '项目', same: '其余 {n} 项没变', show_same: '看全部', hide_same: '收起', by: '{who} · {at}', warn: '提醒', gap: '差', open: '打开报表',
  done: '已确认：{what}', returned: '已退回：{what}', waits: '没有网，先放在发件箱：{what}', refused: '没有办成：{why}', progress: '正在确认 {k} / {n}', finished: '确认了 {n} 份', partly: '确认了 {n} 份，{left} 份没有办成，留在发件箱里', more: '再看后面的', keys_move: '上下一份', keys_act: '确认', choose: '从左边选一份', nobody: '（没有写岗位）', detail: '这一份',
}, {
  title: 'Review', unit: 'Unit', book: 'Book', period: 'Period', who: 'By', lead: '{n} waiting for you', none: 'Nothing waits for you', none_text: 'All that came in has been seen. New ones appear by themselves.', all: 'All', pick_all: 'Select all', pick: 'Select {what}', picked: '{n} selected', confirm_picked: 'Confirm the {n} selected', calm: 'Select those with little change and no warning',
  confirm: 'Confirm', back: 'Send back', reason: 'Reason', reason_hint: 'Say what is wrong and what to change: the author reads it', reason_need: 'Write a reason, so that the author knows what to change', send_back: 'Send back', cancel: 'Keep', next: 'Next', prev: 'Previous',
  changed: 'What changed', against_own: 'against what was filed before', against_prev: 'against {period}', against_none: 'filed for the first time', was: 'Was', now: 'Is', field: 'Field', same: '{n} other fields are the same', show_same: 'Show all', hide_same: 'Hide', by: '{who} · {at}', warn: 'Note', gap: 'Change', open: 'Open the return',
  done: 'Confirmed: {what}', returned: 'Sent back: {what}', waits: 'No network: kept in the outbox: {what}', refused: 'Not done: {why}', progress: 'Confirming {k} of {n}', finished: '{n} confirmed', partly: '{n} confirmed, {left} not: they lie in the outbox', more: 'Show more', keys_move: 'next, previous', keys_act: 'confirm', choose: 'Choose one from the list', nobody: '(no seat)', detail: 'This return',
});
