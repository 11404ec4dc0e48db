import { beforeEach } from 'vitest';

/** Makes something anew before every test of a file. For the file's top level. @returns what the test at hand has. */
export function eachTest<Made>(make: () => Made | Promise<Made>): () => Made {
  let made: Made;
  beforeEach(async () => {
    made = await make();
  });
  return () => made;
}
