import { describe, expect, it } from 'vitest';
import { addressOf, lastPeriod, partOf, partsOf, periodOf, steps, toneOf } from './useFigure';

describe('figures', () => {
  it('keeps a question in its address', () => {
    const asked = { name: 'a', unit: '2202', period: '2021', known: '', tree: '' };
    expect(addressOf(asked)).toBe('#/figures/a?unit=2202&period=2021');
    expect(addressOf(asked, { period: '2021-03', known: '2022-01-02' })).toBe('#/figures/a?unit=2202&period=2021-03&known=2022-01-02');
    expect(addressOf(asked, { unit: '' })).toBe('#/figures/a?period=2021');
  });
  it('opens on the last whole period', () => {
    expect(lastPeriod('month', '2022-02-10')).toBe('2022-01');
    expect(lastPeriod('month', '2022-01-10')).toBe('2021-12');
    expect(lastPeriod('year', '2022-01-10')).toBe('2021');
  });
  it('names periods and takes them apart again', () => {
    for (const part of partsOf('')) expect(partOf(periodOf('2021', part))).toBe(part);
    expect(partsOf('year')).toEqual(['']);
    expect(periodOf('2021', 'm3')).toBe('2021-03');
  });
  it('puts values into five steps that never fall', () => {
    const values = Array.from({ length: 100 }, (_, k) => k);
    const bounds = steps(values);
    const tones = values.map((v) => toneOf(v, bounds));
    expect(new Set(tones)).toEqual(new Set(['c1', 'c2', 'c3', 'c4', 'c5']));
    expect([...tones].sort()).toEqual(tones);
    expect(toneOf(5, steps([5, 5, 5]))).toBe(toneOf(5, steps([5, 5, 5])));
  });
});
