/* What the page of health says of each number, and how urgent it is. */
import type { Health } from '../../api.gen';
import { now, sayMoment } from '../../time';
import { w } from './words';

export interface HealthLine { label: string; text: string; tone: '' | 'soon' | 'over' }
const DAY = 86_400_000;

export function sayBytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let k = 0;
  let size = n;
  while (size >= 1024 && k < units.length - 1) { size /= 1024; k++; }
  return `${size >= 100 || k === 0 ? Math.round(size) : size.toFixed(1)} ${units[k]}`;
}
function when(label: string, ms: number, ok: boolean, late: number, lateWord: string, at: number): HealthLine {
  if (!ms) return { label, text: w('never'), tone: 'soon' };
  if (!ok) return { label, text: `${w('failed')} · ${sayMoment(ms)}`, tone: 'over' };
  return at - ms > late ? { label, text: `${sayMoment(ms)} · ${lateWord}`, tone: 'soon' } : { label, text: sayMoment(ms), tone: '' };
}
export function healthLines(h: Health, at = now()): HealthLine[] {
  const up = h.up_ms < 2 * DAY ? w('hours', { n: Math.floor(h.up_ms / 3600_000) }) : w('days', { n: Math.floor(h.up_ms / DAY) });
  return [
    { label: w('facts'), text: w('facts_n', { n: h.facts }), tone: '' },
    { label: w('views'), text: h.views_ok ? w('views_ok') : w('views_bad'), tone: h.views_ok ? '' : 'over' },
    when(w('backup'), h.backup_ms, h.backup_ok, 2 * DAY, w('old_backup'), at),
    when(w('verify'), h.verify_ms, h.verify_ok, 8 * DAY, w('old_verify'), at),
    { label: w('disk'), text: h.disk_low ? `${sayBytes(h.disk_left_bytes)} · ${w('disk_low')}` : sayBytes(h.disk_left_bytes), tone: h.disk_low ? 'over' : '' },
    { label: w('size'), text: h.store_bytes ? `${h.store} · ${sayBytes(h.store_bytes)}` : h.store, tone: '' },
    { label: w('queue'), text: w('queue_of', { n: h.queue, limit: h.queue_limit }), tone: h.queue * 2 > h.queue_limit ? 'soon' : '' },
    { label: w('sessions'), text: String(h.sessions), tone: '' },
    { label: w('streams'), text: String(h.streams), tone: '' },
    { label: w('up'), text: up, tone: '' },
    { label: w('units'), text: String(h.units), tone: '' },
    { label: w('version'), text: h.version, tone: '' },
  ];
}
