// The editor's colours.
import { CALLBACK, EFFECT } from "../trace/model";

export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly faint: string;
  readonly line: string;
  readonly error: string;
  readonly found: string;
  readonly onSpan: string;
  readonly effect: string;
  readonly callback: string;
  /** For spans that are too narrow to be told apart. */
  readonly many: string;
  readonly functions: readonly string[];
  readonly font: string;
}

const HUES = [210, 190, 165, 225, 250, 140, 275, 200];

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string, otherwise: string) => style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const light =
    document.body.classList.contains("vscode-light") || document.body.classList.contains("vscode-high-contrast-light");
  return {
    background: value("editor-background", "#1e1e1e"),
    foreground: value("foreground", "#cccccc"),
    faint: value("descriptionForeground", "#999999"),
    line: value("panel-border", "#444444"),
    error: value("errorForeground", "#f48771"),
    found: value("editor-findMatchHighlightBackground", "#ea5c0080"),
    onSpan: light ? "#000000" : "#ffffff",
    effect: light ? "#e3a008" : "#b8860b",
    callback: light ? "#d98cb3" : "#a04070",
    many: light ? "#9fb4c7" : "#3d5266",
    functions: HUES.map((hue) => `hsl(${hue} ${light ? "55% 78%" : "38% 36%"})`),
    font: `11px ${value("font-family", "sans-serif")}`,
  };
}

export function colourOf(theme: Theme, kind: number, name: number): string {
  if (kind === EFFECT) return theme.effect;
  if (kind === CALLBACK) return theme.callback;
  return theme.functions[name % theme.functions.length] as string;
}
