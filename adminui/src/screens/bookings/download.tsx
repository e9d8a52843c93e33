import { useState } from 'preact/hooks';
import downloadIcon from 'icon:download';
import { problemOf, type Problem } from '../../api/problem';
import { Button, ErrorBox } from '../../ui';
import { fetchFile } from './file';

// Download is a button that brings a file of the server.
export function Download({ label, path, query, name }: { label: string; path: string; query: Record<string, unknown>; name: string }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const run = () => {
    setBusy(true);
    setProblem(undefined);
    fetchFile(path, query, name)
      .catch((cause: unknown) => setProblem(problemOf(cause)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button icon={downloadIcon} busy={busy} onClick={run}>
        {label}
      </Button>
      {problem && <ErrorBox problem={problem} />}
    </>
  );
}
