import * as z from 'zod/mini';

// Shapes that several files share, made of few of zod's parts: each part is bytes that every workspace loads.

/** A whole number from 0 on. */
export const whole = z
  .number()
  .check(z.refine((value) => Number.isSafeInteger(value) && value >= 0, 'is not whole'));

/** An object with any names, whose values are all of one shape. */
export const namesTo = <Value extends z.ZodMiniType>(value: Value) => z.catchall(z.object({}), value);
