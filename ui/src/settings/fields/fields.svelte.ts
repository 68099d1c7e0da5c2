// The values that a person is changing: those of a chat's settings, or of a form that a profile
// asks them to fill in.

import { SvelteSet } from 'svelte/reactivity';
import type { Trouble } from '../../bridge/backend';
import type { Value as JsonValue, Setting } from '../../bridge/bindings';
import type { Attempt } from '../../kit/attempt.svelte';
import { m } from '../../messages/generated/messages.js';
import { changes, problemOf, valueOf, type Values } from '../../state/settings';
import { problemText } from './problemText';

export class Fields {
  readonly #settings: () => readonly Setting[];
  readonly #inForce: () => Values;
  #edited = $state.raw<Values>({});
  /** What the person has had in hand: only there it is said that something is missing. */
  readonly #touched = new SvelteSet<string>();
  #refused = $state.raw<{ id: string; text: string } | null>(null);

  constructor(settings: () => readonly Setting[], inForce: () => Values) {
    this.#settings = settings;
    this.#inForce = inForce;
  }

  get settings(): readonly Setting[] {
    return this.#settings();
  }

  /** The value of every field. */
  get values(): Values {
    const now = { ...this.#inForce(), ...this.#edited };
    return Object.fromEntries(this.settings.map((setting) => [setting.id, valueOf(setting, now)]));
  }

  /** What differs from what is in force. */
  get changed(): Values {
    return changes(this.settings, this.#inForce(), this.values);
  }

  get isChanged(): boolean {
    return Object.keys(this.changed).length > 0;
  }

  put(setting: Setting, value: JsonValue) {
    this.#edited = { ...this.#edited, [setting.id]: value };
    this.#touched.add(setting.id);
    this.#refused = null;
  }

  /** What is to be said at a field. */
  problem(setting: Setting): string | null {
    if (this.#refused?.id === setting.id) return this.#refused.text;
    const found = problemOf(setting, this.values[setting.id]);
    if (!found || (found.kind === 'missing' && !this.#touched.has(setting.id))) return null;
    return problemText(found);
  }

  /** Everything as it is at first. */
  reset() {
    this.#edited = Object.fromEntries(this.settings.map(({ id, widget }) => [id, widget.initial]));
    this.#touched.clear();
    this.#refused = null;
  }

  /**
   * Hands them over with `act`. Answers the field that kept them from being taken, if it was one;
   * why is said there then, and for anything else by `attempt`.
   */
  async send(attempt: Attempt, act: () => Promise<unknown>): Promise<Setting | null> {
    const problem = this.#firstProblem();
    if (problem) return problem;
    await attempt.run(act);
    const refused = this.#refuse(attempt.trouble);
    if (refused) attempt.trouble = null;
    return refused;
  }

  /** The first field that cannot stay as it is. From now on every problem is shown. */
  #firstProblem(): Setting | null {
    for (const { id } of this.settings) this.#touched.add(id);
    const { values } = this;
    return this.settings.find((setting) => problemOf(setting, values[setting.id])) ?? null;
  }

  #refuse(trouble: Trouble | null): Setting | null {
    if (trouble?.code !== 'settingInvalid' && trouble?.code !== 'settingRequired') return null;
    const setting = this.settings.find(({ id }) => id === trouble.id);
    if (!setting) return null;
    const missing = trouble.code === 'settingRequired';
    const text = missing ? m.setting_missing() : m.setting_unusable();
    this.#refused = { id: setting.id, text };
    return setting;
  }
}

/** Puts the focus into the field of a setting. */
export function focusField(within: HTMLElement | undefined, { id }: Setting) {
  within
    ?.querySelector(`[data-setting="${CSS.escape(id)}"]`)
    ?.querySelector<HTMLElement>('input, select, textarea, [role="spinbutton"], [role], button')
    ?.focus();
}
