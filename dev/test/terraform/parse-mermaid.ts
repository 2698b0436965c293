import { Window } from "happy-dom";

/** Parses a flowchart with Mermaid itself, which throws where it is none. Mermaid sanitizes labels by a browser's DOM. */
export async function parseMermaid(text: string): Promise<string> {
  const window = new Window();
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  const { diagramType } = await mermaid.parse(text);
  return diagramType;
}
