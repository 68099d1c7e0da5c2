import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { screen } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { preferences } from '../../src/kit/preferences.svelte';
import { signedIn } from '../support/app';

afterEach(() => (preferences.language = 'system'));

it('every language is complete, and every message is used', () => {
  const report = execFileSync('node', ['scripts/check-messages.mjs'], { encoding: 'utf8' });
  expect(report).toContain(': 0 problems');
});

it('a language is changed in place, without losing what was written', async () => {
  const { user, composer } = await signedIn();
  await user.type(composer, 'draft');
  preferences.language = 'de';
  const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Nachricht' });
  expect(field.value).toBe('draft');
  expect(document.documentElement.lang).toBe('de');
  expect(screen.getByRole('heading', { level: 1, name: 'Neuer Chat' })).toBeTruthy();
});

it('German is German: no text is left as it is in English, but for names', () => {
  const read = (locale: string): Record<string, unknown> =>
    JSON.parse(readFileSync(`messages/${locale}.json`, 'utf8'));
  const [en, de] = [read('en'), read('de')];
  const same = Object.keys(en).filter(
    (key) =>
      typeof en[key] === 'string' &&
      en[key] === de[key] &&
      /[a-z]{3}/i.test(en[key].replace(/\{\w+\}/g, '')),
  );
  expect(same.sort()).toEqual(
    [
      '$schema',
      'app_name',
      'code_block',
      'code_in',
      'element_audio',
      'element_pdf',
      'element_text',
      'element_video',
      'export_as',
      'export_as_markdown',
      'language_system',
      'problem',
      'theme_system',
      'version',
    ].sort(),
  );
});
