/** The version in package.json, put in by Vite. */
declare const __VERSION__: string;

/** Made by scripts/named-icons.mjs. */
declare module 'virtual:named-icons' {
  /** What an icon is drawn with: elements and their attributes. */
  export type Drawing = readonly (readonly [element: string, attributes: Record<string, string>])[];

  /** By first letter: the icons, by name without hyphens and in lower case. */
  const letters: Readonly<
    Record<string, () => Promise<{ default: Readonly<Record<string, Drawing>> }>>
  >;
  export default letters;
}
