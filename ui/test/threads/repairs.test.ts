import { screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { signedIn } from '../support/app';

it('tells once what was put right, and that nothing is missing', async () => {
  await signedIn({ repairs: [{ healed: 3, lost: 0, rebuilt: false }] });
  expect(await screen.findByText(/repaired from its second copy/)).toBeTruthy();
});

it('tells what is lost', async () => {
  await signedIn({ repairs: [{ healed: 3, lost: 1200, rebuilt: true }] });
  expect(await screen.findByText(/1,200 of its entries are lost/)).toBeTruthy();
});
