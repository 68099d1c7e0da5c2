/** Addresses that speak the OpenAI protocol, by the names people know. */
export const PRESETS = [
  { id: 'openai', name: 'OpenAI', baseUrl: 'https://api.openai.com/v1', needsKey: true },
  { id: 'ollama', name: 'Ollama', baseUrl: 'http://localhost:11434/v1', needsKey: false },
  { id: 'lmstudio', name: 'LM Studio', baseUrl: 'http://localhost:1234/v1', needsKey: false },
] as const;

export type PresetId = (typeof PRESETS)[number]['id'] | 'other';

/** The preset whose address this is, else "other". */
export function presetOf(baseUrl: string): PresetId {
  const plain = baseUrl.trim().replace(/\/+$/, '');
  return PRESETS.find((preset) => preset.baseUrl === plain)?.id ?? 'other';
}
