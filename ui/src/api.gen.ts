// Made by `tian api ts` from the tables of views and commands; not to be written by hand.

/** a village, township, county … */
export interface Unit {
  code: string
  name: string
  kind: string
  kind_title: string
}

/** a value that is only told when it is asked for */
export interface Private {
  private: boolean
  known: boolean
}

/** one field of a row, as the clerk writes it without its unit word; not known = null */
export type Value = string | string[] | Private | null

/** a post: its name is role@code */
export interface Seat {
  seat: string
  title: string
  unit: Unit
  role: string
  role_title: string
  duty: 'none' | 'system' | 'people' | 'audit'
}

/** who did it, by seat */
export interface By {
  seat: string | null
  title: string
  at: string
  at_ms: number
}

/** the last day, and what is left of it in working days (below 0 = late by) */
export interface Due {
  day: string
  time: string | null
  text: string
  days: number
  late: boolean
  soon: boolean
}

/** a name of a pack and how it is shown */
export interface Name {
  name: string
  title: string
}

/** one complaint; field "" = the whole row */
export interface Fault {
  field: string
  reason: string
  zh: string
  en: string
  warning: boolean
}

/** one field that is not what it was */
export interface Change {
  field: string
  title: string
  before: Value
  after: Value
  before_text: string
  after_text: string
}

/** of a row */
export type State = 'none' | 'filed' | 'returned' | 'confirmed' | 'void'

/** of the to-do list; cases = those that the seat's unit holds and the seat can move, cases_late = of these */
export interface Counts {
  due: number
  late: number
  returned: number
  confirm: number
  cases: number
  cases_late: number
}

/** who is signed in, and acts in which seat */
export interface Me {
  person: number
  name: string
  login: string
  session: string
  token: string
  today: string
  at: number
  lang: 'zh' | 'en'
  has_second: boolean
  seat: Seat | null
  seats: Seat[]
  counts: Counts
  key: string | null
}

/** a pack and what it rests on */
export interface Pack {
  name: string
  title: string
  version: number
  first_day: string
  last_day: string | null
  owner: string
  basis: string
  approval: string
  over: boolean
}

/** a book that the seat may read or write */
export interface BookBrief {
  name: string
  title: string
  pack: Name
  form: 'per' | 'of' | 'under'
  parent: string | null
  every: string
  kinds: Name[]
  keys: Name[]
  reads: boolean
  writes: boolean
  confirms: boolean
  cases: boolean
  reported: boolean
  over: boolean
  due: string
  minutes: number
}

export interface Books {
  books: BookBrief[]
}

/** of a list; closed = no longer offered */
export interface Item {
  name: string
  title: string
  number: number
  rank: number
  closed: boolean
  attrs: Record<string, string>
}

export interface List {
  name: string
  title: string
  ordered: boolean
  open: boolean
  items: Item[]
}

/** why a private value is asked and how long it is kept */
export interface Keeping {
  group: number
  purpose: string
  keep_days: number
  keep_after: string
}

/** what a book asks; of_move = asked by a move, made = filled in by the kernel: neither when the row is filed */
export interface Field {
  name: string
  title: string
  type: string
  scale: number
  work: boolean
  measure: string
  low: string | null
  high: string | null
  low_expr: Expr | null
  high_expr: Expr | null
  length: number | null
  list: List | null
  book: string | null
  kinds: Name[]
  asked: boolean
  optional: boolean
  required_when: Expr | null
  computed: Expr | null
  fallback: Value
  stock: boolean
  changes: boolean
  unique: 'no' | 'unit' | 'book'
  public: boolean
  at_most: number
  of_move: boolean
  made: boolean
  private: Keeping | null
}

/** what must hold of a row; fields = those it reads */
export interface Check {
  warn: boolean
  text: string
  expr: Expr
  fields: string[]
}

/** docs/api.md, Expressions */
export interface Expr {
  op: string
  t?: string
  s?: number
  n?: string
  x?: string
  f?: string
  c?: string
  r?: string
  sh?: string
  k?: number
  rank?: number
  a?: Expr[]
}

/** of a book of cases */
export interface FlowState {
  name: string
  title: string
  final: boolean
}

/** the whole declaration, for forms; cases = its rows have a flow, reported = residents raise them */
export interface Book {
  name: string
  title: string
  pack: Pack
  form: 'per' | 'of' | 'under'
  parent: string | null
  every: string
  every_book: string | null
  kinds: Name[]
  keys: List[]
  fields: Field[]
  checks: Check[]
  row_key: string[]
  dated: string | null
  lives_from: string | null
  lives_to: string | null
  nil_every: string | null
  due: string
  minutes: number
  confirms: boolean
  anonymous: boolean
  details: Name[]
  cases: boolean
  reported: boolean
  states: FlowState[]
  reads: boolean
  writes: boolean
  moves: boolean
}

/** an earlier row that expressions read ([prev], [year-1]) */
export interface Before {
  sh: 'prev' | 'year'
  k: number
  period: string
  state: State
  values: Record<string, Value>
}

/** one return or row to fill in; seq is what record.file takes as expect */
export interface Form {
  book: string
  unit: Unit
  period: string | null
  number: number
  items: string[]
  parent: number
  state: State
  seq: number
  by: By | null
  reason: string | null
  values: Record<string, Value>
  carried: Record<string, Value>
  before: Before[]
  expected: boolean
  may_write: boolean
  why_not: string
  may_confirm: boolean
  may_return: boolean
  may_void: boolean
  due: Due | null
  receipt: string | null
}

export interface Row {
  unit: Unit
  period: string | null
  number: number
  items: string[]
  parent: number
  state: State
  seq: number
  values: Record<string, Value>
}

/** a page of a book, only of what the seat may read; next = from of the next page */
export interface Rows {
  book: string
  title: string
  unit: Unit
  period: string | null
  periods: string[]
  total: number
  from: number
  next: number | null
  rows: Row[]
}

/** waiting to be confirmed; what changed first, against its own last version or the last period */
export interface ReviewRow {
  unit: Unit
  period: string | null
  number: number
  items: string[]
  seq: number
  by: By
  against: 'own' | 'prev' | 'none'
  against_period: string | null
  changed: Change[]
  same: number
  values: Record<string, Value>
  warnings: Fault[]
}

export interface ReviewBook {
  book: string
  title: string
  period: string | null
  total: number
  rows: ReviewRow[]
}

/** what waits for this seat */
export interface Review {
  total: number
  from: number
  next: number | null
  books: ReviewBook[]
}

/** one line: unit where it is about one, else how many units; a case: no, head, state */
export interface Todo {
  kind: 'due' | 'late' | 'returned' | 'confirm' | 'case'
  book: string
  title: string
  pack: string
  unit: Unit | null
  units: number
  period: string | null
  number: number
  items: string[]
  count: number
  due: Due | null
  reason: string | null
  minutes: number
  no: string | null
  head: string | null
  state: Name | null
}

/** at most 200 lines; the counts are exact */
export interface Todos {
  today: string
  counts: Counts
  items: Todo[]
  more: number
}

export interface RecordFact {
  seq: number
  by: By
  verb: string
  verb_title: string
  state: State
  reason: string | null
  changed: Change[]
  receipt: string
}

/** all that was said of one row, newest first */
export interface RecordHistory {
  book: string
  title: string
  unit: Unit
  period: string | null
  number: number
  items: string[]
  state: State
  seq: number
  values: Record<string, Value>
  facts: RecordFact[]
}

/** the moment and what is left of it, in words */
export interface CaseDue {
  at: string
  at_ms: number
  title: string
  text: string
  late: boolean
  soon: boolean
}

/** a row of a book with a flow; head = first text field, item = first item field, moves = those open to this seat now, seq = what record.move takes as expect, began = when it was raised */
export interface CaseLine {
  book: string
  title: string
  pack: string
  unit: Unit
  number: number
  no: string
  head: string
  item: Name | null
  state: Name
  final: boolean
  holder: Unit | null
  began: string
  began_ms: number
  due: CaseDue | null
  late: boolean
  joined: number
  shown: boolean
  resident: boolean
  seq: number
  moves: Name[]
}

/** of the asked scope; mine = held by the seat's unit and movable by it */
export interface CaseCounts {
  mine: number
  late: number
  soon: number
  open: number
}

/** a page; total is exact up to what was looked at */
export interface Cases {
  total: number
  from: number
  next: number | null
  counts: CaseCounts
  lines: CaseLine[]
}

/** one move, oldest first; by = title of the seat, the system or the reporter; fields = what it asked, holder = from this move on */
export interface CaseMove {
  at: string
  at_ms: number
  title: string
  from: string | null
  to: Name
  by: string
  unit: Unit | null
  holder: Unit | null
  values: Record<string, Value>
  fields: Name[]
  late: boolean
  seq: number
  receipt: string
  system: boolean
}

/** used and limit in words */
export interface CaseClock {
  name: string
  title: string
  state: 'running' | 'stopped' | 'done'
  due: CaseDue | null
  limit: string
  used: string
}

/** a move out of the state: name is what record.move takes as move, values = defaults and last values, needs = names of fields that must be known after it, why = why it is closed */
export interface CaseChoice {
  name: string
  title: string
  to: Name
  may: boolean
  why: string
  main: boolean
  hands: 'same' | 'owner' | 'up' | 'back' | 'field'
  to_unit: Unit | null
  fields: Field[]
  values: Record<string, Value>
  needs: string[]
}

/** rows of a book under this one */
export interface CaseDetail {
  book: string
  title: string
  lines: CaseLine[]
  may_add: boolean
}

/** same = merged with it, or the original; seats = who can move it next; guarded = texts withheld from residents */
export interface Case {
  line: CaseLine
  values: Record<string, Value>
  fields: Field[]
  moves: CaseMove[]
  clocks: CaseClock[]
  choices: CaseChoice[]
  details: CaseDetail[]
  same: CaseLine[]
  seats: Seat[]
  guarded: number
}

/** the open cases of this seat in one answer, at most 200 */
export interface CaseKept {
  cases: Case[]
  more: number
}

export interface CaseLoad {
  holder: Unit
  open: number
  late: number
  soon: number
}

/** who holds open cases, most late ones first */
export interface CaseLoads {
  loads: CaseLoad[]
}

/** one number a column */
export interface CaseBoardRow {
  unit: Unit
  all: number[]
  open: number[]
  late: number[]
}

/** units below by states, or by the items of the book's first item field */
export interface CaseBoard {
  columns: Name[]
  rows: CaseBoardRow[]
}

export interface Session {
  id: string
  made_ms: number
  seen_ms: number
  agent: string
  current: boolean
}

export interface Sessions {
  sessions: Session[]
}

export interface CommandField {
  name: string
  title: string
  optional: boolean
  form: string
}

export interface Command {
  name: string
  title: string
  fields: CommandField[]
  open: boolean
  duty: string
}

/** those that the seat could use somewhere */
export interface Commands {
  commands: Command[]
}

export interface Person {
  person: number
  name: string | null
  login: string | null
  closed: boolean
  has_password: boolean
  has_second: boolean
}

/** who stands in for the holder */
export interface StandIn {
  person: number
  name: string | null
  from: string
  to: string | null
}

/** a role or a reading given beside the seat's own */
export interface Grant {
  role: string
  role_title: string
  pack: string | null
  unit: Unit
  from: string
  to: string | null
}

/** a seat with who holds it; null = not to be seen by this seat, or nobody */
export interface Post {
  seat: Seat
  held: boolean
  holder: Person | null
  from: string | null
  stand_ins: StandIn[]
  grants: Grant[]
}

/** seats at a unit and below it */
export interface People {
  unit: Unit | null
  total: number
  from: number
  next: number | null
  posts: Post[]
  unposted: Person[]
}

export interface RightLine {
  book: string
  title: string
  pack: string
  may: boolean
  why: string
}

/** what a seat may do at a unit, with the reasons */
export interface Rights {
  seat: Seat
  unit: Unit
  read: RightLine[]
  write: RightLine[]
  confirm: RightLine[]
}

export interface AuditLine {
  seq: number
  by: By
  verb: string
  verb_title: string
  unit: Unit | null
  text: string
}

/** failed tries are counted by the hour that begins at at_ms; person 0 = a login that nobody has; address = a keyed hash of it, empty when there were too many */
export interface SignLine {
  at: string
  at_ms: number
  last_ms: number
  times: number
  person: number
  name: string | null
  how: 'ok' | 'wrong' | 'throttled' | 'code' | 'ended' | 'password' | 'second'
  address: string
}

/** newest first; no value of any record; next = before of the older lines, signs_next = from of the older sign-ins */
export interface Audit {
  next: number | null
  lines: AuditLine[]
  signs: SignLine[]
  signs_total: number
  signs_next: number | null
}

export interface Health {
  facts: number
  views_ok: boolean
  store: string
  store_bytes: number
  disk_left_bytes: number
  disk_low: boolean
  backup_ms: number
  backup_ok: boolean
  verify_ms: number
  verify_ok: boolean
  queue: number
  queue_limit: number
  streams: number
  sessions: number
  up_ms: number
  version: string
  units: number
  packs: Pack[]
}

export interface Coverage {
  expected: number
  reported: number
  confirmed: number
}

export interface FigureParam {
  name: string
  items: Name[]
  low: number | null
  high: number | null
}

export interface FigureBrief {
  name: string
  title: string
  pack: Name
  params: FigureParam[]
  kinds: Name[]
  every: string
  type: 'amount' | 'item' | 'bool' | 'other'
  measure: string
  decimals: number
  formula: string
  public: boolean
}

export interface Figures {
  figures: FigureBrief[]
}

/** state ok or why there is no value; text is how it is printed */
export interface FigureValue {
  state: string
  reason?: string
  reasons: string[]
  value: string | null
  unit_of_measure: string
  decimals: number
  text: string
  draft: boolean
  partial: boolean
  coverage: Coverage | null
}

/** a name of a formula */
export interface Term {
  name: string
  title: string
  what: 'figure' | 'book' | 'field' | 'kind' | 'item' | 'param'
}

/** units that have not reported: how many, the first 50 of them, and how many reports lack */
export interface Missing {
  count: number
  reports: number
  units: Unit[]
}

/** one figure at one unit and period; formula as written, said = with titles */
export interface Figure {
  name: string
  title: string
  pack: Pack
  unit: Unit
  period: string
  formula: string
  said: string
  terms: Term[]
  public: boolean
  kinds: Name[]
  every: string
  tree_day: string
  known_day: string
  value: FigureValue
  missing: Missing
  previous: FigureValue | null
  previous_period: string | null
  year_ago: FigureValue | null
  year_ago_period: string | null
  below: Name[]
}

/** share = length of a bar in thousandths of the longest; level = place of a choice among the levels */
export interface FigureAt {
  unit: Unit
  value: FigureValue
  share: number | null
  level: number | null
}

/** units of one kind below, in tree order */
export interface FigureEach {
  name: string
  title: string
  unit: Unit
  period: string
  kind: Name
  tree_day: string
  known_day: string
  total: FigureValue
  levels: Name[]
  items: FigureAt[]
}

export interface FigurePoint {
  period: string
  value: FigureValue
}

export interface FigureSeries {
  name: string
  title: string
  unit: Unit
  every: string
  known_day: string
  points: FigurePoint[]
}

export interface TraceFact {
  seq: number
  unit: Unit
  period: string | null
  book: string
  book_title: string
  field_title: string
  value: string
  number: number
  by: By
  receipt: string
}

/** one sum or count that the figure is made of; hidden = facts that the seat may not see, in no other number */
export interface TraceAtom {
  formula: string
  unit: Unit
  period: string
  value: FigureValue
  missing: Unit[]
  missing_total: number
  facts: TraceFact[]
  fact_total: number
  hidden: number
}

/** how a figure came about, down to the facts */
export interface Trace {
  name: string
  title: string
  unit: Unit
  period: string
  formula: string
  said: string
  terms: Term[]
  value: FigureValue
  atoms: TraceAtom[]
  from: number
  next: number | null
  tree_day: string
  known_day: string
  known_seq: number
  head_size: number
  head_root: string
}

/** units of a kind */
export interface KindCount {
  kind: string
  title: string
  count: number
}

/** count = right below it, below = all below; of a found one its path, a former name or code by which it was found, and the day it ended */
export interface UnitNode {
  unit: Unit
  count: number
  below: number
  counts: KindCount[]
  path: Unit[]
  was: string | null
  ended: string | null
}

/** the units right below one, or found by name or code; counts = all below by kind */
export interface Units {
  unit: Unit | null
  day: string
  there: boolean
  path: Unit[]
  counts: KindCount[]
  units: UnitNode[]
  total: number
  next: number | null
}

export interface UnitEvent {
  day: string
  kind: string
  text: string
  basis: string
  seq: number
  units: Unit[]
  share: string | null
}

export interface UnitShare {
  unit: Unit
  num: number
  den: number
}

/** what held from a day to the day before the last; one of text kind parent by what it is about */
export interface UnitSpan {
  from: string
  to: string | null
  basis: string
  seq: number
  text?: string
  kind?: Name
  tree?: string
  parent?: Unit | null
}

export interface UnitTree {
  tree: Name
  path: Unit[]
}

/** period null = a register; state: of the least part of the return; open = a register */
export interface UnitAsked {
  book: string
  title: string
  pack: Name
  every: string
  minutes: number
  reads: boolean
  writes: boolean
  period: string | null
  state: State | 'open'
  asked: number
  filed: number
  due: Due | null
}

export interface UnitFigure {
  name: string
  title: string
  period: string
  value: FigureValue
}

export interface UnitSeat {
  seat: Seat
  held: boolean
}

/** the life of a unit, what it is asked, its figures, which posts stand there */
export interface UnitPage {
  unit: Unit
  day: string
  alive: boolean
  path: Unit[]
  trees: UnitTree[]
  from: string | null
  to: string | null
  names: UnitSpan[]
  codes: UnitSpan[]
  kinds: UnitSpan[]
  parents: UnitSpan[]
  events: UnitEvent[]
  before: UnitShare[]
  after: UnitShare[]
  counts: KindCount[]
  below: UnitNode[]
  asked: UnitAsked[]
  seats: UnitSeat[]
  figures: UnitFigure[]
  minutes_year: number
}

export interface Error {
  code: string
  zh: string
  en: string
  fields: Fault[]
  difference?: Difference[]
  seq?: number
  seconds?: number
}

export interface Difference {
  field: string
  title: string
  yours: Value
  theirs: Value
}

export interface Done {
  seq: number
  count: number
  receipt: string
  again: boolean
  answer: Record<string, unknown>
  warnings: Fault[]
}

export interface SignedIn {
  person: number
  name: string
  token: string
}

/** a title of the file: the field it was taken for; near = the nearest name of one that was not */
export interface ImportColumn {
  head: string
  role: 'field' | 'key' | 'unit' | 'name' | 'period' | 'number' | 'parent' | 'skip' | 'unknown'
  field: string
  title: string
  near: string
}

/** row = line of the file */
export interface ImportFault {
  row: number
  column: string
  given: string
  reason: string
  warning: boolean
  zh: string
  en: string
}

/** errors counts what bars the file; faults holds the first 200 */
export interface Imported {
  rows: number
  added: number
  changed: number
  same: number
  blank: number
  refused: number
  errors: number
  dry_run: boolean
  written: boolean
  converted: boolean
  again: boolean
  seq: number
  count: number
  receipt: string | null
  columns: ImportColumn[]
  faults: ImportFault[]
  difference: string[]
}

/** GET /api/view/NAME: what it takes and what stands under "data" */
export interface Views {
  /** 我: who is signed in */
  me: { args: {}; data: Me }
  /** 台账目录: books that the seat reads or writes */
  books: { args: {}; data: Books }
  /** 台账的声明: the declaration of a book */
  book: { args: { book: string; unit?: string; period?: string }; data: Book }
  /** 数字目录: figures that the seat may have at the unit */
  figures: { args: { unit?: string }; data: Figures }
  /** 一个数字: one figure at one unit and period */
  figure: { args: { name: string; unit?: string; period?: string; known?: string; tree_day?: string }; data: Figure }
  /** 逐个单位的数字: a figure of each unit of a kind below */
  figure_each: { args: { name: string; unit?: string; kind?: string; period?: string; known?: string; tree_day?: string }; data: FigureEach }
  /** 逐期的数字: a figure over periods of one kind */
  figure_series: { args: { name: string; unit?: string; from: string; to: string; known?: string; tree_day?: string }; data: FigureSeries }
  /** 怎么算的: a figure down to its facts */
  trace: { args: { name: string; unit?: string; period?: string; known?: string; tree_day?: string; from?: string; limit?: string }; data: Trace }
  /** 单位: units below one, or found by name or code */
  units: { args: { unit?: string; day?: string; tree?: string; find?: string; kind?: string; from?: string; limit?: string }; data: Units }
  /** 单位的一生: the life of a unit and what there is of it now */
  unit: { args: { unit?: string; day?: string }; data: UnitPage }
  /** 一份报表或一条登记: one return or row to fill in */
  form: { args: { book: string; unit?: string; period?: string; items?: string; number?: string; parent?: string }; data: Form }
  /** 台账的一页: a page of a book */
  rows: { args: { book: string; unit?: string; period?: string; state?: string; parent?: string; from?: string; limit?: string }; data: Rows }
  /** 待确认: what waits for confirming */
  review: { args: { book?: string; unit?: string; period?: string; from?: string; limit?: string }; data: Review }
  /** 待办: what is to be done */
  todo: { args: {}; data: Todos }
  /** 一条的来历: all that was said of one row */
  record: { args: { book: string; unit?: string; period?: string; items?: string; number?: string }; data: RecordHistory }
  /** 办件: cases: rows of books with a flow */
  cases: { args: { book?: string; unit?: string; which?: string; state?: string; item?: string; holder?: string; sort?: string; find?: string; from?: string; limit?: string }; data: Cases }
  /** 一个办件: one case with its moves, clocks and what may be done */
  case: { args: { book: string; unit?: string; number: string }; data: Case }
  /** 随身带走的办件: open cases of the seat, to be kept for offline work */
  cases_kept: { args: {}; data: CaseKept }
  /** 各单位手里的办件: open cases by who holds them */
  case_loads: { args: { book?: string; unit?: string }; data: CaseLoads }
  /** 办件总览: cases of the units below, by state or item */
  case_board: { args: { book: string; unit?: string; by?: string }; data: CaseBoard }
  /** 我的登录: own sessions */
  sessions: { args: {}; data: Sessions }
  /** 能办的事: commands for this seat */
  commands: { args: {}; data: Commands }
  /** 岗位与人员: posts at a unit and below */
  people: { args: { unit?: string; find?: string; from?: string; limit?: string }; data: People }
  /** 岗位的权限: what a seat may do, and why */
  rights: { args: { seat_of?: string; unit?: string }; data: Rights }
  /** 审计: appointments, private askings, signing in */
  audit: { args: { before?: string; from?: string; limit?: string }; data: Audit }
  /** 账本健康: health of the store */
  health: { args: {}; data: Health }
}

/** POST /api/do/NAME: the fields, all of them text */
export interface Commands {
  /** 填报或更正一行: file or correct one row */
  'record.file': { book: string; unit: string; period?: string; expect?: string; [field: string]: string | undefined }
  /** 退回重报: return a row */
  'record.return': { book: string; unit: string; period?: string; number?: string; reason: string; expect?: string; [field: string]: string | undefined }
  /** 确认: confirm a row */
  'record.confirm': { book: string; unit: string; period?: string; number?: string; expect?: string; [field: string]: string | undefined }
  /** 作废: void a row */
  'record.void': { book: string; unit: string; period?: string; number?: string; reason: string; expect?: string; [field: string]: string | undefined }
  /** 办理: move a case */
  'record.move': { book: string; unit: string; number: string; move: string; expect?: string; [field: string]: string | undefined }
  /** 附议: me too */
  'record.join': { book: string; unit: string; number: string }
  /** 放行公开文字: let the texts of a fact through to residents */
  'record.release': { book: string; unit: string; number: string; seq: string }
  /** 定作息: the hours that a unit keeps */
  'unit.calendar': { unit: string; calendar?: string; day?: string }
  /** 查看私密信息: show a private value */
  'private.show': { book: string; unit: string; period?: string; number?: string; field: string; why: string; [field: string]: string | undefined }
  /** 设岗位: create a seat */
  'seat.create': { role: string; unit: string; day?: string }
  /** 撤岗位: close a seat */
  'seat.close': { seat: string; day?: string }
  /** 开账号: open an account */
  'person.open': { login: string; name: string }
  /** 发一次性链接: give a one-time link */
  'person.link': { person?: string; login?: string }
  /** 注销账号: close an account */
  'person.close': { person?: string; login?: string }
  /** 任职: name the holder of a seat */
  'seat.hold': { seat: string; person?: string; login?: string; day?: string; to?: string }
  /** 离任: end somebody's holding */
  'seat.leave': { seat: string; person?: string; login?: string; day?: string }
  /** 代管岗位: let somebody stand in */
  'seat.stand_in': { seat: string; person?: string; login?: string; from: string; to: string }
  /** 授权: give a grant */
  'grant.give': { seat: string; role: string; unit: string; day?: string; to?: string }
  /** 准许查阅: let a seat read a pack */
  'grant.read': { seat: string; pack: string; unit: string; day?: string; to: string }
  /** 收回授权: end a grant */
  'grant.end': { seat: string; role?: string; pack?: string; unit: string; day?: string }
  /** 新设单位: create a unit */
  'unit.create': { code: string; name: string; kind: string; parent?: string; day?: string; basis?: string }
  /** 单位改名: rename a unit */
  'unit.rename': { unit: string; name: string; day?: string; basis?: string }
  /** 单位换代码: recode a unit */
  'unit.recode': { unit: string; code: string; day?: string; basis?: string }
  /** 单位换上级: move a unit */
  'unit.move': { unit: string; parent: string; tree?: string; day?: string; basis?: string }
  /** 单位合并: merge units */
  'unit.merge': { from: string; into: string; day?: string; basis?: string }
  /** 单位拆分: split a unit */
  'unit.split': { from: string; into: string; day?: string; basis?: string }
  /** 撤销单位: close a unit */
  'unit.close': { unit: string; day?: string; basis?: string }
  /** 设定参数: set a parameter */
  'param.set': { name: string; value: string; unit?: string; day?: string }
}
