/** All items of a list that AWS gives page by page. */
export async function collectPages<Page>(pages: AsyncIterable<Page>, field: keyof Page): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(...((page[field] as unknown[] | undefined) ?? []));
  return all;
}
