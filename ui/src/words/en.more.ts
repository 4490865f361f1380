import type { more as zh } from './zh.more';

export const more: Record<keyof typeof zh, string> = {
};
