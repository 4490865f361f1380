import { describe, expect, it } from 'vitest';
import { rowsOf, sheet } from './sheet';

const ROWS = [['单位', '数'], ['甲 & 乙 <村>', '12.50'], ['=1+1', '-3'], ['007', '220284101200123456'], ['', '']];
/** Parts of Node, whose types the app itself does not have. */
const part = (name: string): Promise<any> => import(/* @vite-ignore */ `node:${name}`);
/** An outside reader: Python's own zip and XML. */
const READ = `import sys,zipfile,xml.etree.ElementTree as E
z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None
for n in z.namelist():E.fromstring(z.read(n))
s=E.fromstring(z.read('xl/worksheets/sheet1.xml'));m='{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
for r in s.iter(m+'row'):print('|'.join((c.get('t') or 'n')+':'+''.join(t.text or '' for t in c.iter() if t.tag in (m+'t',m+'v')) for c in r))`;

describe('a table as Excel', () => {
  it('is read back by another program, text as text and numbers as numbers', async () => {
    const [fs, os, child] = [await part('fs'), await part('os'), await part('child_process')];
    const folder = fs.mkdtempSync(`${os.tmpdir()}/sheet-`);
    const file = `${folder}/t.xlsx`;
    fs.writeFileSync(file, sheet(ROWS));
    const said: string = child.execFileSync('python3', ['-X', 'utf8', '-c', READ, file], { encoding: 'utf8' });
    fs.rmSync(folder, { recursive: true });
    expect(said.trim().split('\n')).toEqual([
      'inlineStr:单位|inlineStr:数', 'inlineStr:甲 & 乙 <村>|n:12.50', 'inlineStr:=1+1|n:-3',
      'inlineStr:007|inlineStr:220284101200123456', 'inlineStr:|inlineStr:']);
  });
  it('takes the cells of a table as they read', () => {
    document.body.innerHTML = '<table><thead><tr><th>甲</th><th>乙</th></tr></thead><tbody><tr><td> 一 <a>二</a></td><td>3</td></tr></tbody></table>';
    expect(rowsOf(document.querySelector('table')!)).toEqual([['甲', '乙'], ['一 二', '3']]);
  });
});
