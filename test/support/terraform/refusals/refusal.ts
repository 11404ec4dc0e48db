import type { ModuleInput } from '../stacks.ts';

/** Inputs that the module refuses while planning, and a part of the message that says why. */
export type Refusal = readonly [inputs: Record<string, ModuleInput>, message: string];

/** The same message for each of these values of an input, beside others that are needed to get that far. */
export const each = (
  input: string,
  values: readonly ModuleInput[],
  message: string,
  beside: Record<string, ModuleInput> = {},
): Refusal[] => values.map((value) => [{ ...beside, [input]: value }, message]);

/** A thread's ID, and the address of a mirror. */
export const THREAD = 'T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c';
export const MIRROR = 'https://mirror.example.com';

/** Amp's settings as JSON, with only this one. */
export const config = (name: string, value: unknown) => JSON.stringify({ [`amp.${name}`]: value });
