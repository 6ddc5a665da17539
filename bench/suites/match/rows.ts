/** One measurement: an engine on a text. */
export interface Row {
  readonly suite: string;
  readonly text: string;
  readonly engine: string;
  readonly micros: number;
  readonly nanosPerChar: number;
}

export const rows: Row[] = [];
export const notes: string[] = [];

export function addRow(suite: string, text: string, micros: number, chars: number, engine = "holdpoint"): void {
  rows.push({ suite, text, engine, micros, nanosPerChar: (micros * 1000) / chars });
}

export function printRows(): void {
  for (const row of rows) {
    const own = rows.find((other) => other.suite === row.suite && other.text === row.text)!;
    const ratio = (row.micros / own.micros).toFixed(2).padStart(9);
    const micros = row.micros.toFixed(2).padStart(12);
    const nanos = row.nanosPerChar.toFixed(3).padStart(10);
    console.log(
      `${row.suite.padEnd(24)} ${row.text.padEnd(18)} ${row.engine.padEnd(22)} ${micros} µs ${nanos} ns/char ${ratio} ×`,
    );
  }
  for (const note of notes) console.log(note);
}
