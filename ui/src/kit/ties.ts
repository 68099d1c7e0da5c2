// What ties a control to its label and to the notes under it (FieldNotes.svelte).

export interface Ties {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
}

export function describedBy(
  id: string,
  notes: { hint: string | null; error: string | null; required?: boolean },
): string | undefined {
  const parts = (['required', 'hint', 'error'] as const).filter((part) => notes[part]);
  return parts.map((part) => `${id}-${part}`).join(' ') || undefined;
}
