// What each kind of work is called, and the icon it is known by.

import type { Component } from 'svelte';
import type { StepKind } from '../bridge/bindings';
import { Binary, Brain, ListOrdered, Search, Workflow, Wrench } from '../kit/icons';
import { m } from '../messages/generated/messages.js';

type Icon = Component<{ size?: number }>;

const ICONS: Partial<Record<StepKind, Icon>> = {
  run: Workflow,
  tool: Wrench,
  llm: Brain,
  embedding: Binary,
  retrieval: Search,
  rerank: ListOrdered,
};

/** A newer core may know more kinds; all of them are work. */
export function workIcon(kind: StepKind): Icon {
  return ICONS[kind] ?? Workflow;
}

export function workName(kind: StepKind): string {
  switch (kind) {
    case 'tool':
      return m.tool();
    case 'llm':
      return m.work_llm();
    case 'embedding':
      return m.work_embedding();
    case 'retrieval':
      return m.work_retrieval();
    case 'rerank':
      return m.work_rerank();
    default:
      return m.work_run();
  }
}
