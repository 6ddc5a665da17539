import type { GroupScore } from "./measure";
import { percent } from "./report-table";

export interface ReportSection {
  readonly title: string;
  readonly note: string;
  readonly scores: readonly GroupScore[];
}

const barHeight = 18;
const labelWidth = 230;
const plotWidth = 420;

/** A page of its own, without scripts or anything to load: for each section a plot and the table behind it. */
export function writeReport(title: string, sections: readonly ReportSection[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c1c1c; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 2rem } th, td { padding: .2rem .8rem; border-bottom: 1px solid #ddd; text-align: left }
td.number { text-align: right; font-variant-numeric: tabular-nums } svg text { font: 12px system-ui, sans-serif }
</style>
<h1>${escapeHtml(title)}</h1>
${sections.map(writeSection).join("\n")}
</html>
`;
}

function writeSection({ title, note, scores }: ReportSection): string {
  const rows = scores.map(
    ({ group, lang, wanted, rows: texts, flagged, share }) =>
      `<tr><td>${escapeHtml(group)}</td><td>${escapeHtml(lang === "*" ? "all" : lang)}</td><td class="number">${texts}</td><td class="number">${flagged}</td><td class="number">${percent(share)}</td><td>${wanted ? "recall" : "false positives"}</td></tr>`,
  );
  return `<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(note)}</p>
${plot(scores.filter(({ lang }) => lang === "*"))}
<table><thead><tr><th>group</th><th>language</th><th>texts</th><th>flagged</th><th>share</th><th>meaning</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table>`;
}

/** A bar for each group: what was found of what should be, and wrongly of what should not. */
function plot(scores: readonly GroupScore[]): string {
  const height = scores.length * (barHeight + 6) + 30;
  const bars = scores.map(({ group, wanted, share, rows }, index) => {
    const y = index * (barHeight + 6) + 4;
    const width = Math.max(1, Math.round(share * plotWidth));
    const middle = y + barHeight / 2 + 4;
    return `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${escapeHtml(group)}</text><rect x="${labelWidth}" y="${y}" width="${width}" height="${barHeight}" fill="${wanted ? "#2a7f62" : "#b3412e"}"><title>${escapeHtml(group)}: ${percent(share)} of ${rows}</title></rect><text x="${labelWidth + width + 6}" y="${middle}">${percent(share)}</text>`;
  });
  const marks = [0, 25, 50, 75, 100].map((mark) => {
    const x = labelWidth + (mark / 100) * plotWidth;
    return `<line x1="${x}" y1="0" x2="${x}" y2="${height - 22}" stroke="#ddd"/><text x="${x}" y="${height - 6}" text-anchor="middle">${mark}%</text>`;
  });
  return `<svg role="img" aria-label="share of flagged texts by group; green is recall, red is false positives" viewBox="0 0 ${labelWidth + plotWidth + 70} ${height}" width="100%">${marks.join("")}${bars.join("")}</svg>
<p>Green: found of what should be found. Red: flagged of what should not be.</p>`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
