import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import ChipInput from './form/ChipInput.vue';
import DayPicker from './form/DayPicker.vue';
import ErrorSummary from './form/ErrorSummary.vue';
import FieldFrame from './form/FieldFrame.vue';
import NumberInput from './form/NumberInput.vue';
import UnitPicker from './form/UnitPicker.vue';
import FigureButton from './show/FigureButton.vue';
import LineChart from './show/LineChart.vue';
import StackedBar from './show/StackedBar.vue';
import TabBar from './show/TabBar.vue';
import TianGlyph from './show/TianGlyph.vue';

describe('parts', () => {
  it('fill 田 clockwise, the current cell dark', () => {
    const cells = mount(TianGlyph, { props: { phase: 2, urgency: 'over' } }).findAll('b').map((b) => b.classes().join());
    expect(cells).toEqual(['on', 'on', '', 'now']); // upper left, upper right, lower left, lower right
  });
  it('keep the line of a message whether there is one or not', () => {
    expect(mount(FieldFrame, { props: { id: 'a', label: 'A' } }).find('#a-said').exists()).toBe(true);
    const bad = mount(FieldFrame, { props: { id: 'a', label: 'A', hint: 'h', error: 'e', warning: 'w' } });
    expect(bad.find('.said').text()).toBe('e');
    expect(bad.find('label').attributes('for')).toBe('a');
  });
  it('say what is wrong to those who do not see red', async () => {
    const w = mount(NumberInput, { props: { id: 'n', modelValue: '1', unit: '元', bad: true } });
    expect(w.find('input').attributes()).toMatchObject({ 'aria-invalid': 'true', 'aria-describedby': 'n-said' });
    await w.find('input').setValue('2');
    expect(w.emitted('update:modelValue')).toEqual([['2']]);
  });
  it('bring the focus to the summary, and from a line to its field', async () => {
    const w = mount({ components: { ErrorSummary }, data: () => ({ round: 0 }), template: '<div><ErrorSummary :errors="[{ id: \'x\', text: \'X\' }]" :round="round" /><input id="x"></div>' }, { attachTo: document.body });
    await w.setData({ round: 1 });
    await nextTick();
    expect(document.activeElement?.className).toBe('errsum');
    await w.find('.errsum button').trigger('click');
    expect(document.activeElement?.id).toBe('x');
    w.unmount();
  });
  it('move between tabs with arrows, in a ring', async () => {
    const tabs = [{ key: 'a', text: 'A', count: 1 }, { key: 'b', text: 'B' }];
    const w = mount(TabBar, { props: { tabs, modelValue: 'b', label: 'l' } });
    await w.find('[role=tablist]').trigger('keydown', { key: 'ArrowRight' });
    expect(w.emitted('update:modelValue')).toEqual([['a']]);
    expect(w.findAll('[tabindex="0"]')).toHaveLength(1);
  });
  it('choose one chip, or many', async () => {
    const options = [{ value: 'a', text: 'A' }, { value: 'b', text: 'B' }];
    const one = mount(ChipInput, { props: { id: 'c', modelValue: 'a', options } });
    await one.findAll('input')[1]!.trigger('change');
    expect(one.emitted('update:modelValue')).toEqual([['b']]);
    const many = mount(ChipInput, { props: { id: 'c', modelValue: ['a'], options, many: true } });
    await many.findAll('input')[1]!.trigger('change');
    await many.findAll('input')[0]!.trigger('change');
    expect(many.emitted('update:modelValue')).toEqual([[['a', 'b']], [[]]]);
  });
  it('pick a day with the keys of a calendar', async () => {
    const w = mount(DayPicker, { props: { id: 'd', modelValue: '2020-02-28', most: '2020-03-02' }, attachTo: document.body });
    await w.find('#d-pick').trigger('click');
    expect(w.findAll('.days td button')).toHaveLength(29);
    await w.find('.days').trigger('keydown', { key: 'ArrowRight' });
    await nextTick();
    expect((document.activeElement as HTMLElement).dataset.day).toBe('2020-02-29');
    await w.find('[data-day="2020-02-29"]').trigger('click');
    expect(w.emitted('update:modelValue')).toEqual([['2020-02-29']]);
    w.unmount();
  });
  it('find a unit by name, code or first letters', async () => {
    const unit = (code: string, name: string, letters: string): { code: string; name: string; kind: string; kind_title: string; letters: string } => ({ code, name, kind: 'v', kind_title: '村', letters });
    const w = mount(UnitPicker, { props: { id: 'u', modelValue: '', units: [unit('11', '上河村', 'shc'), unit('12', '小丰村', 'xfc')] } });
    const found = async (q: string): Promise<string[]> => { await w.find('input').setValue(q); return w.findAll('[role=option] ').map((o) => o.text()); };
    expect(await found('河')).toEqual(['上河村村']);
    expect(await found('xf')).toEqual(['小丰村村']);
    expect(await found('12')).toEqual(['小丰村村']);
    await w.find('input').trigger('keydown', { key: 'Enter' });
    expect(w.emitted('update:modelValue')).toEqual([['12']]);
  });
  it('never show missing as zero', () => {
    expect(mount(FigureButton, { props: { text: null } }).text()).toBe('缺报');
    expect(mount(FigureButton, { props: { text: '0', unit: '个' } }).text()).toBe('0个');
    const bar = mount(StackedBar, { props: { label: 'l', parts: [{ key: 'a', n: 3, tone: 'c1' }, { key: 'b', n: 0, tone: 'c2' }], pending: 1, pendingText: '未报' } });
    expect(bar.findAll('i').map((i) => i.classes()[0])).toEqual(['c1', 'hatch']);
    const points = [1, null, 3].map((value, k) => ({ key: String(k), text: String(k), value, say: '' }));
    const line = mount(LineChart, { props: { points, label: 'l' } });
    expect(line.findAll('.dot')).toHaveLength(2);
    expect(line.findAll('path')[1]!.attributes('d')!.match(/M/g)).toHaveLength(2); // a gap is a gap
  });
});
