import { describe, expect, it } from 'vitest';
import { en } from './en';
import { zh } from './zh';

const pages = import.meta.glob<string>('../**/*.vue', { query: '?raw', import: 'default', eager: true });
const places = (s: string): string => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
describe('words', () => {
  it('have the same keys and the same places in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    const odd = Object.entries(zh).filter(([k, v]) => places(v) !== places(en[k as keyof typeof en]));
    expect(odd.map(([k]) => k)).toEqual([]);
  });
  it('are not empty, and speak plainly', () => {
    for (const text of Object.values(zh)) {
      expect(text.trim()).not.toBe('');
      expect(text).not.toMatch(/系统繁忙|您好|敬请|非法|异常|ERROR|undefined/);
    }
  });
  it('stand in the dictionaries, not in the pages', () => {
    expect(Object.keys(pages).length).toBeGreaterThan(20);
    const left = Object.entries(pages).flatMap(([path, text]) => text.replace(/<!--[^]*?-->|<script[^]*?<\/script>/g, '').split('\n')
      .filter((line) => /[\u4e00-\u9fff]/.test(line) && !/lang="zh-CN"/.test(line)).map((line) => `${path}: ${line.trim()}`));
    expect(left).toEqual([]);
  });
});
