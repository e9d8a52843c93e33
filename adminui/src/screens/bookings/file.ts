import { api, take } from '../../api/client';

type Get = (path: string, init: object) => Promise<{ data?: Blob; error?: unknown; response: Response }>;

// fetchFile asks the server for a file, as whoever is signed in, and hands it to the reader.
export async function fetchFile(path: string, query: Record<string, unknown>, name: string): Promise<void> {
  const file = await take((api.GET as unknown as Get)(path, { params: { query }, parseAs: 'blob' }));
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
