/* An Excel file of a table as it is shown: one sheet, first row bold. Written by hand, since a zip
 * whose members are only stored and five small parts are all that a table needs. Cells are text or
 * numbers, never formulas. */
const TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of bytes) c = (TABLE[(c ^ b) & 255] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
const little = (n: number, size: number): number[] => Array.from({ length: size }, (_, k) => (n >>> (8 * k)) & 255);
const DAY = 0x21; // 1980-01-01: the same table gives the same file

export function zip(files: [name: string, text: string][]): Uint8Array<ArrayBuffer> {
  const coder = new TextEncoder();
  const out: number[] = [];
  const list: number[] = [];
  for (const [name, text] of files) {
    const title = coder.encode(name);
    const body = coder.encode(text);
    const head = [...little(20, 2), ...little(0x800, 2), 0, 0, 0, 0, ...little(DAY, 2), ...little(crc(body), 4), ...little(body.length, 4), ...little(body.length, 4), ...little(title.length, 2)];
    list.push(0x50, 0x4b, 1, 2, 20, 0, ...head, ...little(0, 12), ...little(out.length, 4), ...title);
    out.push(0x50, 0x4b, 3, 4, ...head, 0, 0, ...title);
    for (const b of body) out.push(b);
  }
  const from = out.length;
  for (const b of list) out.push(b);
  out.push(0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...little(files.length, 2), ...little(files.length, 2), ...little(list.length, 4), ...little(from, 4), 0, 0);
  return Uint8Array.from(out);
}

const escape = (s: string): string => s.replace(/[&<>]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;')).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d+)?$/;
function cell(text: string, bold: boolean): string {
  if (!bold && NUMBER.test(text) && text.replace(/\D/g, '').length <= 15) return `<c><v>${text}</v></c>`;
  return `<c t="inlineStr"${bold ? ' s="1"' : ''}><is><t xml:space="preserve">${escape(text)}</t></is></c>`;
}
export function sheet(rows: string[][]): Uint8Array<ArrayBuffer> {
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packed = 'http://schemas.openxmlformats.org/package/2006';
  const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const body = rows.map((r, k) => `<row>${r.map((text) => cell(text, k === 0)).join('')}</row>`).join('');
  return zip([
    ['[Content_Types].xml', `${head}<Types xmlns="${packed}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/></Types>`],
    ['_rels/.rels', `${head}<Relationships xmlns="${packed}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ['xl/workbook.xml', `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', `${head}<Relationships xmlns="${packed}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${office}/styles" Target="styles.xml"/></Relationships>`],
    ['xl/styles.xml', `${head}<styleSheet xmlns="${main}"><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`],
    ['xl/worksheets/sheet1.xml', `${head}<worksheet xmlns="${main}"><sheetData>${body}</sheetData></worksheet>`],
  ]);
}

/** The cells of a table of the page, as they read. */
export function rowsOf(table: HTMLTableElement): string[][] {
  const text = (c: Element): string => (c.textContent ?? '').replace(/\s+/g, ' ').trim();
  return Array.from(table.rows).map((r) => Array.from(r.cells).map(text));
}
export function save(name: string, rows: string[][]): void {
  const url = URL.createObjectURL(new Blob([sheet(rows)], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }));
  const a = document.createElement('a');
  a.href = url;
  a.download = `${name.replace(/[\\/:*?"<>|\s]+/g, '_')}.xlsx`;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
