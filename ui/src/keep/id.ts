/* UUIDv7 as 32 hex: time first, so that acts sort as they were made, then 74 random bits. */
export function newId(ms = Date.now()): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, rest = ms; i >= 0; i--, rest = Math.floor(rest / 256)) b[i] = rest % 256;
  b[6] = 0x70 | (b[6]! & 0x0f);
  b[8] = 0x80 | (b[8]! & 0x3f);
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
}
