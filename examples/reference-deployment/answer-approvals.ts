import type { Deployment } from "./deployment";

/** A human at the console: looks at what waits and approves it, until stopped. */
export function answerApprovals({ call }: Deployment): { readonly approved: number; stop(): Promise<void> } {
  const state = { approved: 0, stopped: false };
  const work = (async () => {
    while (!state.stopped) {
      const { data } = await call<{ data: { id: string }[] }>("GET", "/approvals?status=pending");
      for (const { id } of data) {
        await call("POST", `/approvals/${id}/approve`, { reason: "approved by the operator on duty" });
        state.approved++;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    get approved() {
      return state.approved;
    },
    async stop() {
      state.stopped = true;
      await work;
    },
  };
}
