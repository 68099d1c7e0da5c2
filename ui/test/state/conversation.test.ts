import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AskState, Event, Want } from '../../src/bridge/bindings';
import {
  editable,
  hasBegun,
  lastReply,
  openQuestion,
  openTextQuestion,
  reduce,
  regenerable,
  retryable,
  type Conversation,
} from '../../src/state/conversation';
import { withEarlier } from '../../src/state/stretch';
import { said, snapshot, step, thread } from '../support/make';

function after(...events: Event[]): Conversation {
  const state = events.reduce<Conversation | null>(reduce, null);
  if (!state) throw new Error('no conversation was opened');
  return state;
}

const opened = (change = {}): Event => ({ type: 'opened', snapshot: snapshot(change) });

describe('what events do to a conversation', () => {
  it('nothing is known before it is opened', () => {
    expect(reduce(null, { type: 'said', step: step('a', 0) })).toBeNull();
    expect(reduce(null, { type: 'working', working: true, queued: [] })).toBeNull();
  });

  it('a streamed reply grows by its pieces and is replaced by its end', () => {
    const writing = step('a', 1, { state: 'writing' });
    const pieces: Event[] = ['Hel', 'lo'].map((text) => ({ type: 'delta', step: 'a', text }));
    const state = after(opened(), { type: 'said', step: writing }, ...pieces);
    expect(state.steps[0]?.output).toBe('Hello');
    const done = after(opened(), { type: 'said', step: writing }, ...pieces, {
      type: 'changed',
      step: { ...writing, output: 'Hello.', state: 'done' },
    });
    expect(done.steps).toHaveLength(1);
    expect(done.steps[0]).toMatchObject({ output: 'Hello.', state: 'done' });
  });

  it('a piece for an unknown step changes nothing', () => {
    const before = after(opened({ steps: [step('a', 0)] }));
    expect(reduce(before, { type: 'delta', step: 'b', text: 'x' })?.steps).toBe(before.steps);
  });

  it('steps that a piece does not touch keep their identity, so that only one row is drawn anew', () => {
    const before = after(opened({ steps: [step('a', 0), step('b', 1, { state: 'writing' })] }));
    const now = reduce(before, { type: 'delta', step: 'b', text: 'x' });
    expect(now?.steps[0]).toBe(before.steps[0]);
    expect(now?.steps[1]).not.toBe(before.steps[1]);
  });

  it('steps stand in the order of their sequence, whichever comes first', () => {
    const state = after(
      opened(),
      { type: 'said', step: step('c', 2) },
      { type: 'said', step: step('a', 0) },
      { type: 'said', step: step('b', 1) },
    );
    expect(state.steps.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('opening again forgets what was there', () => {
    const state = after(
      opened({ steps: [step('a', 0)] }),
      { type: 'failed', failure: { code: 'storageFull', detail: '', retryIn: null } },
      opened({ steps: [step('b', 0)] }),
    );
    expect(state.steps.map(({ id }) => id)).toEqual(['b']);
    expect(state.failure).toBeNull();
  });

  it('a name means that the thread is stored', () => {
    const state = after(opened({ stored: false }), {
      type: 'named',
      thread: thread('t', { name: 'New' }),
    });
    expect(state).toMatchObject({ stored: true, thread: { name: 'New' } });
  });

  it('removed steps, settings, work and failures are taken over', () => {
    const state = after(
      opened({ steps: [step('a', 0), step('b', 1)], values: { heat: 1 } }),
      { type: 'removed', step: 'a' },
      { type: 'settings', values: { heat: 2 } },
      { type: 'working', working: true, queued: ['b'] },
      { type: 'failed', failure: { code: 'storageFull', detail: 'x', retryIn: null } },
    );
    expect(state.steps.map(({ id }) => id)).toEqual(['b']);
    expect(state).toMatchObject({
      values: { heat: 2 },
      working: true,
      queued: ['b'],
      failure: { code: 'storageFull' },
    });
  });

  it('an event of a newer core is passed over', () => {
    const before = after(opened());
    expect(reduce(before, { type: 'sparkled' } as unknown as Event)).toBe(before);
  });
});

describe('any events in any order', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const anyStep = fc.record({ id: fc.constantFrom(...ids), output: fc.string({ maxLength: 5 }) });
  // A step never changes its place, so the sequence belongs to the id.
  const place = (id: string) => ids.indexOf(id);
  const anyEvent = fc.oneof(
    anyStep.map((s): Event => ({ type: 'said', step: step(s.id, place(s.id), s) })),
    anyStep.map((s): Event => ({ type: 'changed', step: step(s.id, place(s.id), s) })),
    anyStep.map((s): Event => ({ type: 'delta', step: s.id, text: s.output })),
    fc.constantFrom(...ids).map((id): Event => ({ type: 'removed', step: id })),
    fc.boolean().map((working): Event => ({ type: 'working', working, queued: [] })),
    fc.constant<Event>({ type: 'named', thread: thread('t') }),
    fc.constant(opened()),
  );

  it('leave each step once, in order', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const { steps } = after(opened(), ...events);
        expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
        const sequences = steps.map(({ sequence }) => sequence);
        expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
      }),
    );
  });

  it('never change the state they were given', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), anyEvent, (events, event) => {
        const before = after(opened(), ...events);
        const copy = structuredClone(before);
        reduce(before, event);
        expect(before).toEqual(copy);
      }),
    );
  });

  it('a text is the sum of its pieces since it was last said whole', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (start, pieces) => {
        const state = after(
          opened(),
          { type: 'said', step: step('a', 0, { output: start }) },
          ...pieces.map((text): Event => ({ type: 'delta', step: 'a', text })),
        );
        expect(state.steps[0]?.output).toBe(start + pieces.join(''));
      }),
    );
  });
});

describe('older pages', () => {
  it('stand in front, without doubling what is known', () => {
    const state = after(opened({ steps: [step('c', 2), step('d', 3)], earlier: 2 }));
    const page = { steps: [step('a', 0), step('b', 1), step('c', 2)], earlier: null, later: 3 };
    const all = withEarlier(state, page);
    expect(all.steps.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(all.earlier).toBeNull();
  });

  it('do not undo what happened meanwhile', () => {
    const state = after(opened({ steps: [step('b', 1, { output: 'new' })], earlier: 1 }));
    const page = { steps: [step('b', 1, { output: 'old' })], earlier: null, later: 1 };
    expect(withEarlier(state, page).steps[0]?.output).toBe('new');
  });
});

describe('what can be tried again', () => {
  const turn = (state: 'failed' | 'stopped' | 'interrupted' | 'done') => [
    said('user', 0, 'Hi'),
    said('assistant', 1, 'He', { state }),
  ];

  it.each(['failed', 'stopped', 'interrupted'] as const)('a reply that %s', (state) => {
    expect(retryable(after(opened({ steps: turn(state) })))?.id).toBe('s1');
  });

  it('not a reply that is whole, nor one under way, nor one without its profile', () => {
    expect(retryable(after(opened({ steps: turn('done') })))).toBeNull();
    expect(retryable(after(opened({ steps: turn('failed'), working: true })))).toBeNull();
    expect(retryable(after(opened({ steps: turn('failed'), profile: null })))).toBeNull();
  });

  it('a message that never got a reply, and not the bad reply before it', () => {
    const message = said('user', 2, 'Never mind');
    const steps = [...turn('failed'), message];
    expect(retryable(after(opened({ steps })))?.id).toBe(message.id);
    expect(retryable(after(opened({ steps, working: true })))).toBeNull();
  });
});

it('a conversation has begun when the person has said something', () => {
  expect(hasBegun(after(opened({ steps: [said('assistant', 0, 'Hello')] })))).toBe(false);
  expect(hasBegun(after(opened({ steps: [said('user', 0, 'Hello')] })))).toBe(true);
  expect(hasBegun(after(opened({ steps: [said('assistant', 9, 'x')], earlier: 9 })))).toBe(true);
});

it('the last reply is the newest message of the profile with words in it', () => {
  const steps = [said('assistant', 0, 'One'), said('user', 1, 'Two'), said('assistant', 2, '')];
  expect(lastReply(after(opened({ steps })))?.output).toBe('One');
});

describe('another branch in view', () => {
  const branches = [{ id: 1, parent: 0, from: 2, begins: 4 }];
  const trunk = [0, 1, 2, 3].map((sequence) => step(`t${sequence}`, sequence));
  const own = [4, 5].map((sequence) => step(`o${sequence}`, sequence, { branch: 1 }));
  const ids = (state: Conversation) => state.steps.map(({ id }) => id);
  const shown = (steps: Conversation['steps'], earlier: number | null): Event => ({
    type: 'branched',
    branches,
    branch: 1,
    steps: [...steps],
    earlier,
  });

  it('keeps what both have in common and was known', () => {
    const state = after(opened({ steps: trunk, earlier: 0 }), shown([trunk[1]!, ...own], 1));
    expect(ids(state)).toEqual(['t0', 't1', 'o4', 'o5']);
    expect([state.branch, state.branches, state.earlier]).toEqual([1, branches, 0]);
  });

  it('begins anew where the given page does not reach back to what both have in common', () => {
    const state = after(opened({ steps: trunk, earlier: 0 }), shown([own[1]!], 5));
    expect(ids(state)).toEqual(['o5']);
    expect(state.earlier).toBe(5);
  });

  it('is whole when the page is', () => {
    const long = after(opened({ steps: trunk.slice(2), earlier: 2 }));
    const state = reduce(long, shown([trunk[0]!, trunk[1]!, ...own], null))!;
    expect(ids(state)).toEqual(['t0', 't1', 'o4', 'o5']);
    expect(state.earlier).toBeNull();
  });

  it('is not disturbed by steps of other branches', () => {
    const state = after(opened({ steps: trunk }), shown([...trunk.slice(0, 2), ...own], null), {
      type: 'changed',
      step: { ...trunk[3]!, output: 'late' },
    });
    expect(ids(state)).toEqual(['t0', 't1', 'o4', 'o5']);
  });
});

describe('what can be done next', () => {
  const turn = [said('user', 0, 'Q'), said('assistant', 1, 'A')];

  it('the last message can be edited and its reply asked for again, but not meanwhile', () => {
    const state = after(opened({ steps: turn }));
    expect([editable(state)?.id, regenerable(state)?.id]).toEqual(['s0', 's1']);
    const busy = after(opened({ steps: turn, working: true }));
    expect([editable(busy), regenerable(busy)]).toEqual([null, null]);
    expect(regenerable(after(opened({ steps: [said('assistant', 0, 'Hello')] })))).toBeNull();
  });

  it('an open question for words is answered by what is written next', () => {
    const asking = (want: Want, state: AskState = { state: 'open' }) =>
      said('assistant', 1, '?', { ask: { want, deadline: '2025-05-01T10:00:00Z', state } });
    const words: Want = { kind: 'text', placeholder: '', maxLength: 9, multiline: false };
    const question = (...steps: Conversation['steps']) =>
      openTextQuestion(after(opened({ steps: [...steps] })))?.id;
    expect(question(asking(words))).toBe('s1');
    expect(question(asking(words, { state: 'timedOut' }))).toBeUndefined();
    const choice = asking({ kind: 'choice', options: [] });
    expect(question(choice)).toBeUndefined();
    expect(openQuestion(after(opened({ steps: [choice] })))?.id).toBe('s1');
  });

  it('commands are taken over; toasts and proposals change nothing', () => {
    const command = { name: 'a', description: '', icon: null, button: true };
    const state = after(opened(), { type: 'commands', commands: [command] });
    expect(state.commands).toEqual([command]);
    expect(reduce(state, { type: 'toast', toast: { kind: 'info', text: '' } })).toBe(state);
    expect(reduce(state, { type: 'handover', profile: 'x', message: null })).toBe(state);
  });
});
