// SPDX-License-Identifier: Apache-2.0
// Written by types.mjs from api/openapi.json; not edited by hand.

export type Problem = {
  type: string
  title: string
  status: number
  code: string
  detail: string
  clause?: string
  refusal?: string
  retry_after?: number
  missing?: (Missing)[]
  gates?: (Gate)[]
  outcome?: RunOutcome
  diagnostics?: (Diagnostic)[]
  errors?: ({
  field: string
  reason: string
  line?: number
})[]
}

export type Session = {
  user: string
  role: "analyst" | "officer" | "supervisor" | "auditor" | "operator"
  csrf: string | null
  expires: string | null
  authority: string
}

export type SignIn = {
  name: string
  password: string
}

export type PasswordChange = {
  old: string
  new: string
}

export type User = {
  name: string
  role: "analyst" | "officer" | "supervisor" | "auditor"
  created: string
  has_password: boolean
  tokens: number
}

export type Token = {
  token: string
  user: string
  label: string
  created: string
  expires: string | null
  used: string | null
}

export type NewToken = {
  label: string
  days?: number
}

export type TokenMade = {
  token: string
  secret: string
  label: string
  expires: string | null
}

export type Health = {
  status: "ok"
  version: string
}

export type Readiness = {
  ready: boolean
  checks: ({
  name: string
  good: boolean
  words: string
})[]
}

export type Authority = {
  code: string
  name: string
  kind: string
  address: string
  contact: string
  identity_key: string
  languages?: (string)[]
  death_penalty?: (string)[]
  assurances?: string
}

export type Overview = {
  authority: Authority
  version: string
  now: string
  counts: {
  registers: number
  records: number
  quarantined: number
  cases_open: number
  standing: number
  accords: number
  runs: number
  runs_going_on: number
  requests: number
  ledger: number
  outbox: number
}
  hits: {
  known: number
  pending: number
  approved: number
  releasing: number
  released: number
  lapsed: number
  received: number
}
  waiting: ({
  kind: "hit-pending" | "hit-second" | "hit-outcome" | "request-due" | "request-overdue" | "request-draft" | "standing-due" | "standing-failing" | "ratify" | "tally" | "finding"
  count: number
  due: string | null
  href: string
})[]
  peers: (Party)[]
  common: ({
  party: string
  runs: number
  hits: number
})[]
}

export type Party = {
  code: string
  name: string
  kind: string
  address: string
  contact: string
  identity_key: string
  is_us: boolean
  accords: ({
  accord: string
  title: string
  in_force: boolean
  purposes: (string)[]
})[]
  waiting: number
  ledger: "none" | "consistent" | "finding"
  head: number
}

export type Offence = {
  code: string
  title: string
  source: string
}

export type Words = {
  offences: (Offence)[]
  grounds: ({
  ground: string
  title: string
  source: string
})[]
  gates: ({
  gate: string
  words: string
})[]
  roles: (string)[]
  kinds: (string)[]
  identifiers: ({
  type: string
  words: string
  country: boolean
})[]
  rules: ({
  rule: string
  words: string
})[]
  engines: (string)[]
  request_kinds: (string)[]
  request_fields: ({
  group: string | null
  name: string
  label: string
  type: "text" | "list" | "flag" | "date"
})[]
  request_mandatory: ({
  field: string
  what: string
  article: string
  ask: (string)[]
  offer: (string)[]
})[]
  request_states: (string)[]
  hit_states: (string)[]
  run_states: (string)[]
  elements: ({
  element: string
  words: string
})[]
  assurances: (string)[]
  formats: (string)[]
}

export type Register = {
  name: string
  format: string
  records: number
  quarantined: number
  loaded: string
}

export type UploadState = {
  upload: string
  name: string
  bytes: number
  loading: {
  phase: "read" | "search" | "changes"
  done: number
  total: number
} | null
}

export type Upload = {
  upload: string
  name: string
  bytes: number
  columns: (string)[]
  rows: ((string)[])[]
  separator: string
}

export type Load = {
  format: "csv" | "ftm" | "un" | "ofac"
  uploads: (string)[]
  mapping?: Record<string, unknown>
  role?: string
  offences?: (string)[]
  grading?: string
  retention?: string
  country?: string
  dry_run?: boolean
}

export type Diagnostic = {
  severity: "error" | "warning"
  file: string | null
  line: number
  field: string | null
  reason: string
}

export type LoadResult = {
  register: string
  dry_run: boolean
  records: number
  new: number
  changed: number
  unchanged: number
  quarantined: number
  warnings: number
  n_diagnostics: number
  diagnostics: (Diagnostic)[]
  sample: (StoredRecord)[]
}

export type QuarantineRow = {
  register: string
  file: string
  line: number
  field: string | null
  reason: string
}

export type JunkReport = {
  register: string
  records: number
  values: number
  quarantined: number
  reasons: ({
  reason: string
  rows: number
})[]
  types: ({
  type: string
  values: number
  check_failed: number
  unchecked: number
  test: number
  distinct: number
})[]
}

export type Value = {
  type: string
  value: string
  canonical: string
  check_failed: boolean
}

export type StoredRecord = {
  number: number
  register: string
  record: string
  kind: string
  role: string
  minor: boolean
  assessment: boolean
  grading: string
  grading_words: string
  retention: string | null
  offences: (string)[]
  values: (Value)[]
}

export type CaseSummary = {
  reference: string
  state: "open" | "closed"
  purpose: string
  officer: string
  opened: string
}

export type Case = {
  reference: string
  opaque: string
  state: "open" | "closed"
  officer: string
  pseudonym: string
  supervisor: string
  purpose: string
  penalty_years: number
  transnational: string
  group: boolean
  opened: string
  closed: string | null
  offences: (string)[]
}

export type NewCase = {
  reference: string
  offences: (string)[]
  penalty_years: number
  transnational: "a" | "b" | "c" | "d"
  group?: boolean
  supervisor: string
  purpose: string
  officer?: string
}

export type AccordParty = {
  code: string
  name: string
  ratified: string | null
  reservations: number
  bound_until: string | null
  is_us: boolean
  in_force_with_us: boolean
  clause: string
}

export type Accord = {
  accord: string
  title: string
  expires: string
  adopted: string
  amends: string | null
  amended_by: (string)[]
  ratifications: number
  needed: number
  parties: (AccordParty)[]
  purposes: (string)[]
}

export type AccordDetail = {
  accord: string
  title: string
  expires: string
  adopted: string
  amends: string | null
  amended_by: (string)[]
  ratifications: number
  needed: number
  parties: (AccordParty)[]
  purposes: (string)[]
  document: Record<string, unknown>
  documents: ({
  party: string
  kind: "ratification" | "denunciation"
  received: string
  document: Record<string, unknown>
})[]
  lacks: Lacks
}

export type Lacks = ({
  field: string
  reason: string
})[]

export type AccordHash = {
  accord: string
  title: string
  lacks: Lacks
}

export type DraftAccord = {
  parties: (Record<string, unknown>)[]
  title?: string
  engine?: "by-size" | "oprf" | "vole"
  learns?: "holder" | "asker" | "both"
  expires?: string
  pad_to?: number
  smallest_set?: number
  tokens_per_run?: number
  tokens_per_day?: number
  runs_per_day?: number
  lookups_per_hour?: number
  retention_days?: number
  notice_days?: number
}

export type Ratify = {
  catalogue?: (string)[]
  reservations?: (Record<string, unknown>)[]
}

export type Denounce = {
  reason: string
  last_day?: string
}

export type SignedDocument = {
  accord: string
  party: string
  did: "ratified" | "denounced"
  document: Record<string, unknown>
}

export type Explanation = {
  explanation: string
}

export type Progress = {
  phase: string
  done: number
  total: number
  percent: number | null
}

export type RunOutcome = {
  status: string
  run: string
  accord: string
  with: string
  purpose: string
  learns?: string
  learned: boolean
  tokens: number
  peer_tokens?: number
  hits: number
  bytes_sent?: number
  bytes_received?: number
  selection: Record<string, unknown>
  refusal?: {
  code: string
  clause: string
  sentence: string
  detail: string
  by_peer: boolean
}
  peer_failure?: string
  worker?: string
}

export type Run = {
  run: string
  side: "asker" | "holder"
  with: string
  purpose: string
  accord: string | null
  case: string
  officer: string
  state: "starting" | "proposed" | "refused" | "running" | "broken" | "done"
  failure: string | null
  failure_words: string | null
  clause: string | null
  tokens: number
  peer_tokens: number
  charged: number
  started: string
  ended: string | null
  hits: number
  progress: Progress | null
  outcome: RunOutcome | null
}

export type NewRun = {
  with: string
  purpose: string
  case: string
  offence?: string
  accord?: string
  timeout?: number
}

export type RunStarted = {
  run: string
  href: string
}

export type Hit = {
  run: string
  hit: number
  side: "asker" | "holder"
  with: string
  purpose: string
  started: string
  number: number
  register: string
  record: string
  kind: string
  role: string
  assessment: boolean
  grading: string
  grading_words: string
  name: string | null
  rules: (string)[]
  grade: "" | "possible" | "probable" | "strong"
  score: number
  words: string
  state: "known" | "pending" | "approved" | "releasing" | "released" | "lapsed" | "received"
  outcome: "" | "confirmed" | "wrong" | "unknown"
  officer: string
  second: string
  retention: string | null
}

export type Gate = {
  gate: string
  state: "clear" | "open" | "raised" | "barred"
  words: string
  cleared: boolean
}

export type HitDetail = {
  run: string
  hit: number
  side: "asker" | "holder"
  with: string
  purpose: string
  started: string
  number: number
  register: string
  record: string
  kind: string
  role: string
  assessment: boolean
  grading: string
  grading_words: string
  name: string | null
  rules: (string)[]
  grade: "" | "possible" | "probable" | "strong"
  score: number
  words: string
  state: "known" | "pending" | "approved" | "releasing" | "released" | "lapsed" | "received"
  outcome: "" | "confirmed" | "wrong" | "unknown"
  officer: string
  second: string
  retention: string | null
  remark: string
  fields: Record<string, unknown> | null
  of_record: StoredRecord
  gates: (Gate)[]
  approvals_needed: number
  next_batch: string | null
  in_force: boolean
  can: {
  approve: boolean
  lapse: boolean
  outcome: boolean
  request: boolean
}
}

export type Decision = {
  clear?: (string)[]
  because?: string
}

export type DecisionMade = {
  run: string
  hit: number
  state: string
  gates: (Gate)[]
}

export type Outcome = {
  outcome: "confirmed" | "wrong" | "unknown"
  because?: string
}

export type RequestSummary = {
  request: string
  side: "requester" | "requested"
  with: string
  kind: string
  direction: "ask" | "offer"
  urgent: boolean
  state: string
  due: string | null
  alarm: string | null
  changed: string
}

export type Missing = {
  field: string
  what: string
  article: string
}

export type NewRequest = {
  with?: string
  hit?: string
  document?: Record<string, unknown>
}

export type Draft = {
  request: string
  missing: (Missing)[]
}

export type Completeness = {
  complete: boolean
  missing: (Missing)[]
}

export type Step = {
  step: string
  id: string
  ours: boolean
  action: string
  time: string | null
  void: boolean
  erased: string | null
  delivery: string
  content?: Record<string, unknown>
  ground?: string
  ground_title?: string
  ground_source?: string
  outcome?: string
  until?: string
  target?: string
  signed?: string
}

export type Request = {
  palermo: string
  request: string
  side: "requester" | "requested"
  with: string
  accord: string
  kind: string
  direction: "ask" | "offer"
  urgent: boolean
  state: string
  sent: string | null
  due: string | null
  alarm: string | null
  changed: string | null
  document?: Record<string, unknown>
  steps: (Step)[]
  can: (string)[]
}

export type RequestState = {
  request: string
  with: string
  state: string
}

export type NewStep = {
  action: "accept" | "refuse" | "postpone" | "consult" | "answer" | "close" | "withdraw" | "recall"
  text?: string
  ground?: string
  until?: string
  outcome?: "confirmed" | "wrong" | "unknown"
  step?: string
  conditions?: Record<string, unknown>
}

export type Entry = {
  sequence: number
  time: string
  kind: string
  bytes: number
  hash: string
  line: string
}

export type EntryDetail = {
  sequence: number
  time: string
  kind: string
  bytes: number
  hash: string
  line: string
  body: string
}

export type Verification = {
  good: boolean
  party: string
  entries: number
  bad: number
  heads: number
  countersignatures: number
  signatures: number
  finding: string
  open_findings: number
}

export type Proof = Record<string, unknown>

export type LedgerReport = {
  by: string
  groups: (Record<string, unknown>)[]
  lookups: (LedgerReportLookups)[]
  entries: number
  strange_refusals: number
  subject_searches: number
  records_expired: number
  findings: number
  small_below: number
}

export type LedgerReportLookups = {
  party: string
  purpose: string
  we: "asked" | "answered"
  month?: string
  hour?: string
  connections: number
  turned_away: number
  evaluated: number
  refused: number
  batches: number
  hits: number
  hit_ratio: number
  active_hours: number
  busiest_hour_evaluated: number
  busiest_hour: string
  small: boolean
}

export type SubjectSearch = {
  record?: string
  register?: string
  type?: string
  value?: string
  country?: string
  reason: string
}

export type SubjectReport = {
  records: (Record<string, unknown>)[]
  sequence?: number
}

export type PeerLedger = {
  party: string
  size: number
  seen: string | null
  countersigned: number
  finding: string | null
  found: string | null
}

export type Acknowledge = {
  reason: string
}

export type EstimateTable = {
  table?: string
  tally?: string
  only?: (string)[]
  name?: string
  strata?: (string)[]
  noise?: string
  missed_links?: number
  false_links?: number
  seed?: number
  bootstrap?: number
  simulations?: number
  chains?: number
  draws?: number
  quick?: boolean
}

export type Estimate = Record<string, unknown>

export type IdentQuestion = {
  type: string
  value: string
  country?: string
}

export type Ident = {
  type: string
  value: string
  accepted: boolean
  canonical: string
  check_failed: boolean
  unchecked: boolean
  test: boolean
  reason: string
  detail: string
  steps: (string)[]
  second_forms: ({
  name: string
  value: string
})[]
}

export type MrzQuestion = {
  mrz: string
}

export type Mrz = Record<string, unknown>

export type IndexList = {
  items: (Index)[]
}

export type Index = {
  party: string | null
  accord: string
  purpose: string
  epoch: number
  state: "built" | "published" | "retiring" | "gone" | "fetched"
  sequence: number | null
  entries: number
  added: number | null
  withdrawn: number | null
  labels: boolean
  made: string | null
  changed: string | null
  until: string | null
}

export type NoticeList = {
  items: (Notice)[]
}

export type Notice = {
  party: string
  purpose: string
  epoch: number
  reference: string
  record: number
  case: string
  asked: string | null
}

export type WatchList = {
  items: (Watched)[]
}

export type Watched = {
  party: string
  purpose: string
  hours: number
  active: number
  evaluated: number
  refused: number
  hits: number
  median_hour: number
  highest_hour: number
  hit_ratio: number
  night_share: number
  remarks: (string)[]
}

export type IndexOrder = {
  purpose: string
  accord?: string
  labels?: boolean
  handling?: string
  urgent?: (string)[]
  overlap_hours?: number
  threads?: number
}

export type IndexEnd = {
  work: string
  status: string
  reason: string
  refusal: string | null
  clause: string
  made: (IndexMade)[]
}

export type IndexMade = {
  accord: string
  epoch: number
  sequence: number
  entries: number
  added: number
  withdrawn: number
  changed: boolean
}

export type FetchIndexes = {
  purpose: string
  case: string
  offence?: string
  accord?: string
  with?: (string)[]
  address?: string
  timeout?: number
  most_index_mib?: number
}

export type IndexFetched = {
  status: string
  reason: string
  refusal: string | null
  parties: ({
  party: string
  status: string
  refusal: string
  epoch: number
  sequence: number
  offered_bytes: number
})[]
}

export type LookupSubject = {
  mrz?: string
  identifiers?: ({
  type: string
  value: string
  country?: string
})[]
}

export type LookupQuestion = {
  purpose: string
  case: string
  offence?: string
  accord?: string
  with?: (string)[]
  subject: LookupSubject
  deadline_ms?: number
}

export type LookupBatch = {
  purpose: string
  case: string
  offence?: string
  accord?: string
  with?: (string)[]
  subjects: (LookupSubject)[]
  at_once?: number
  deadline_ms?: number
}

export type LookupResults = {
  results: (LookupAnswers | {
  error: string
})[]
}

export type LookupLabel = {
  urgent: boolean
  reference: string
  contact: string
  handling: string
}

export type LookupAnswer = {
  party: string
  answer: "hit" | "no-hit" | "with-holder" | "index-old" | "refused" | "no-answer"
  took_ms: number
  epoch?: number
  sequence?: number
  rules?: (string)[]
  label?: LookupLabel
  refusal?: {
  code: string
  clause: string
}
  status?: string
}

export type LookupAnswers = {
  answers: (LookupAnswer)[]
}

export type Standing = {
  standing: string
  side: "asker" | "holder"
  with: string
  purpose: string
  accord: string
  case: string
  offence: string | null
  officer: string | null
  state: "active" | "paused" | "stopped" | "asked"
  every_minutes: number
  started: string | null
  next: string | null
  due: boolean
  last: string | null
  last_whole: string | null
  last_run: string | null
  done: number
  failures: number
  failed: string | null
  failure: string | null
  clause: string | null
}

export type NewStanding = {
  with: string
  purpose: string
  case: string
  offence?: string
  accord?: string
  every_minutes?: number
}

export type TallySummary = {
  tally: string
  state: "proposed" | "consented" | "running" | "counted" | "done" | "ended"
  purpose: string
  counts: boolean
  created: string
  reason: string | null
  blamed: string | null
  clause: string | null
}

export type TallyTable = {
  tally: string
  accord: string
  mechanism: string
  epsilon_milli: number
  rho_milli: number
  sensitivity: number
  threshold: number
  cells: ({
  lists: (string)[]
  count: number | null
})[]
  signed: string
  signatures: Record<string, unknown>
}

export type NewTally = {
  with: (string)[]
  purpose: string
  by?: ("age-group" | "sex" | "year" | "exploitation")[]
  years?: {
  first: number
  last: number
}
  accord?: string
}

export type TallyProposed = {
  tally: string
  state: "proposed"
}

export type TallyUsage = {
  tallies: number
  epsilon_milli: number
  rho_milli: number
}

export type TallyYears = {
  first: number
  last: number
}

export type FindRecords = {
  values: (string)[]
  type?: string
  country?: string
  limit?: number
}

export type Findings = {
  searches: (Finding)[]
}

export type Finding = {
  value: string
  valid: boolean
  more: boolean
  microseconds: number
  records: (FoundRecord)[]
}

export type FoundRecord = {
  register: string
  record: string
  number: number
  role: string
  names: (string)[]
}

export type TallyTerms = {
  by: ("age-group" | "sex" | "year" | "exploitation")[]
  years: TallyYears | null
  rules: (string)[]
  mechanism: "laplace" | "suppression" | "gaussian"
  epsilon_milli: number
  rho_milli: number
  threshold: number
  until: string | null
}

export type Tally = {
  tally: string
  state: "proposed" | "consented" | "running" | "counted" | "done" | "ended"
  purpose: string
  counts: boolean
  created: string
  reason: string | null
  blamed: string | null
  clause: string | null
  parties: ({
  code: string
  counts: boolean
  is_us: boolean
  records: number
  hop: number
})[]
  strata: number
  started: boolean
  terms: TallyTerms
  waits_for: string | null
  table: TallyTable | null
  csv: string | null
}

export type Done = {
  done: boolean
}

export type Expired = {
  deleted: number
}
