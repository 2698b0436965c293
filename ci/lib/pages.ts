/** All items of a list that is given page by page. */
export async function collectPages<Page, Field extends keyof Page>(
  pages: AsyncIterable<Page>,
  field: Field,
): Promise<NonNullable<Page[Field]>> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(...((page[field] as unknown[] | undefined) ?? []));
  return all as NonNullable<Page[Field]>;
}
